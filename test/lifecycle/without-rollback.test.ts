// Stack operations with disabled rollback: what a failed operation leaves is deleted by a later one.
import { inSandbox, type Moment } from '../support/lifecycle.ts';
import { imageStack, repository, version, versions, versionsOf } from '../support/stacks.ts';

const withoutRollback = { DisableRollback: true };
const stable = { Stable: version({ Alias: 'latest' }) };

describe('Where rollback is disabled, a Create that nobody has answered', () => {
  /** The invocation hangs when it has made its version, until CloudFormation has given the Create up. */
  const hangs = () => {
    let isHung = false;
    return ({ phase, what }: Moment) => {
      if (isHung || phase !== 'after' || what !== 'CreateImageVersion') return false;
      isHung = true;
      return true;
    };
  };
  const impatient = versionsOf({ Stable: version({ Alias: 'latest', ServiceTimeout: 60 }) });

  describe.each(['first', 'in-clean-up'] as const)('(deleted %s)', (failedCreateIsDeleted) => {
    it.each([
      ['creates it again', stable, ['studio/2 1.0 CREATED latest']],
      ['drops it', { Other: version({ Alias: 'other' }) }, ['studio/2 1.0 CREATED other']],
    ])('leaves nothing when the next update %s', (_what, next, left) =>
      inSandbox(
        async ({ sandbox }) => {
          const { cloudFormation } = sandbox;
          await imageStack(sandbox);
          const created = await cloudFormation.createStack('s', impatient, withoutRollback);
          expect(created.StackStatus).toBe('CREATE_FAILED');
          expect(versions(sandbox)).toHaveLength(1);

          const { StackStatus } = await cloudFormation.updateStack('s', versionsOf(next), withoutRollback);
          await sandbox.idle();

          expect(StackStatus).toBe('UPDATE_COMPLETE');
          expect(versions(sandbox)).toEqual(left);
        },
        { kill: hangs(), cloudFormation: { failedCreateIsDeleted } },
      ),
    );
  });

  it('leaves nothing when the stack is deleted', () =>
    inSandbox(
      async ({ sandbox }) => {
        await imageStack(sandbox);
        await sandbox.cloudFormation.createStack('s', impatient, withoutRollback);

        const deleted = await sandbox.cloudFormation.deleteStack('s');
        await sandbox.idle();

        expect(deleted?.StackStatus).toBe('DELETE_COMPLETE');
        expect(versions(sandbox)).toEqual([]);
      },
      { kill: hangs() },
    ));
});

describe('In EXPRESS mode, a replacement that CloudFormation refuses', () => {
  const express = { DeploymentConfig: { Mode: 'EXPRESS' } } as const;

  it('leaves the old version with its aliases', () =>
    inSandbox(
      async ({ sandbox }) => {
        await imageStack(sandbox);
        await sandbox.cloudFormation.createStack('s', versionsOf(stable), express);

        const next = versionsOf({ Stable: version({ Alias: 'latest', BaseImage: `${repository}:2.0` }) });
        const updated = await sandbox.cloudFormation.updateStack('s', next, express);
        await sandbox.idle();

        expect(updated.StackStatus).toBe('UPDATE_FAILED');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      },
      { cloudFormation: { replacementInExpress: 'deleted' } },
    ));
});
