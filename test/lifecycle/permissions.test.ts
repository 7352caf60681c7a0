// What the provider's role is allowed to do comes and goes at any call: nothing may be hidden by that, or stuck for ever.
import { errorAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { inSandbox, type Lifecycle } from '../support/lifecycle.ts';
import { imageStack, repository, version, versions, versionsOf } from '../support/stacks.ts';

/** Denies the provider's calls as long as `isDenied` says so of their number, counted from 1. */
function deny({ sandbox }: Lifecycle, isDenied: (call: number) => boolean): { lift(): void } {
  let calls = 0;
  let isLifted = false;
  sandbox.sageMaker.intercept(async (operation, _input, next) => {
    if (isLifted || !/Version|Aliases/.test(operation)) return next();
    calls += 1;
    return isDenied(calls) ? errorAnswer('AccessDeniedException', 'No policy allows it', 'request-1') : next();
  });
  return {
    lift: () => {
      isLifted = true;
    },
  };
}

const firstCalls = Array.from({ length: 12 }, (_, index) => index + 1);
const stack = (tag: string) => versionsOf({ Stable: version({ BaseImage: `${repository}:${tag}`, Alias: 'latest' }) });

describe('A role that is denied', () => {
  it.each(firstCalls)('the provider’s calls from number %i on leaves nothing behind once it is allowed again', (from) =>
    inSandbox(async (lifecycle) => {
      const { cloudFormation } = lifecycle.sandbox;
      await imageStack(lifecycle.sandbox);
      const denial = deny(lifecycle, (call) => call >= from);

      const created = await cloudFormation.createStack('s', stack('1.0'));
      const shown = versions(lifecycle.sandbox);
      denial.lift();
      const deleted = await cloudFormation.deleteStack('s');

      // Before the second call nothing can have been made. What is left then, the stack still knows.
      expect(created.StackStatus).toBe(shown.length === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED');
      expect(shown).toHaveLength(from <= 2 ? 0 : 1);
      expect(deleted?.StackStatus).toBe('DELETE_COMPLETE');
      expect(versions(lifecycle.sandbox)).toEqual([]);
    }),
  );

  it.each(firstCalls)('the first %i of the provider’s calls leaves nothing behind', (count) =>
    inSandbox(async (lifecycle) => {
      await imageStack(lifecycle.sandbox);
      deny(lifecycle, (call) => call <= count);

      const { StackStatus } = await lifecycle.sandbox.cloudFormation.createStack('s', stack('1.0'));
      expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      expect(versions(lifecycle.sandbox)).toEqual([]);
    }),
  );

  it.each([...firstCalls, 15, 20, 25, 30, 35, 40])(
    'the provider’s calls of a replacement from number %i on can go back when it is allowed again',
    (from) =>
      inSandbox(async (lifecycle) => {
        const { cloudFormation } = lifecycle.sandbox;
        await imageStack(lifecycle.sandbox);
        await cloudFormation.createStack('s', stack('1.0'));
        const denial = deny(lifecycle, (call) => call >= from);

        const updated = await cloudFormation.updateStack('s', stack('2.0'));
        denial.lift();
        if (updated.StackStatus === 'UPDATE_ROLLBACK_FAILED') await cloudFormation.continueUpdateRollback('s');

        const status = cloudFormation.findStack('s')?.StackStatus;
        const is = status === 'UPDATE_COMPLETE' ? 'studio/2 2.0 CREATED latest' : 'studio/1 1.0 CREATED latest';
        expect(['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']).toContain(status);
        expect(versions(lifecycle.sandbox)).toContain(is);
      }),
  );
});
