import { inSandbox } from '../support/lifecycle.ts';
import { image, stackOf, version, versions } from '../support/stacks.ts';

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

  it('deletes nothing when it is a Delete, and its image and version were created again with the same number', () =>
    inSandbox(
      async ({ sandbox, requests }) => {
        const { cloudFormation } = sandbox;
        const other = { Other: image('other') };
        const whole = stackOf({ Stable: version(), ...other });
        await cloudFormation.createStack('s', whole);

        await cloudFormation.updateStack('s', {
          ...whole,
          templateText: JSON.stringify({ Resources: other }),
        });
        const { StackStatus } = await cloudFormation.updateStack('s', whole);
        const before = requests.length;
        await sandbox.idle();

        expect(StackStatus).toBe('UPDATE_COMPLETE');
        expect(requests.slice(before).map(({ RequestType }) => RequestType)).toEqual(['Delete']);
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED']);
      },
      {
        sageMaker: { durations: { versionCreation: [5_000, 5_000] } },
        lambda: {
          intercept: async (attempt, run) => {
            const result = await run();
            const isDelete = JSON.stringify(attempt.event).includes('"RequestType":"Delete"');
            return isDelete && attempt.number === 1 ? { outcome: 'exited', errorMessage: 'unknown' } : result;
          },
        },
      },
    ));
});
