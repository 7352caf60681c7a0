import { inSandbox } from '../support/lifecycle.ts';
import { stackOf, version, versions } from '../support/stacks.ts';

describe('A request that Lambda delivers more than once', () => {
  it.each(['remembered', 'forgotten'] as const)(
    'makes one version when it comes three times at once, ClientToken %s',
    (ClientToken) =>
      inSandbox(
        async ({ sandbox, requests }) => {
          const { StackStatus } = await sandbox.cloudFormation.createStack(
            's',
            stackOf({ Stable: version({ Alias: 'latest' }) }),
          );
          await sandbox.idle();

          expect(StackStatus).toBe('CREATE_COMPLETE');
          expect(requests).toHaveLength(3);
          expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
        },
        {
          sageMaker: { switches: { ClientToken } },
          lambda: {
            intercept: async (_attempt, run) => {
              const [result] = await Promise.all([run(), run(), run()]);
              return result;
            },
          },
        },
      ),
  );

  it('changes nothing when it comes again after it was answered', () =>
    inSandbox(
      async ({ sandbox, requests, calls }) => {
        await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version({ Alias: 'latest' }) }));
        await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: version({ Alias: 'newest' }) }));
        calls.length = 0;
        await sandbox.idle();

        expect(requests.length).toBeGreaterThan(2);
        expect(calls.filter((call) => /^(Create|Update|Delete)/.test(call))).toEqual([]);
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED newest']);
      },
      {
        lambda: {
          // The first delivery is answered; Lambda thinks that it has died, and retries a minute later.
          intercept: async (attempt, run) => {
            const result = await run();
            return attempt.number === 1 ? { outcome: 'exited', errorMessage: 'unknown' } : result;
          },
        },
      },
    ));
});
