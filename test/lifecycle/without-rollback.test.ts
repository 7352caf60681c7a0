// Stack operations with disabled rollback: what a failed operation leaves is deleted by a later one.
import { inSandbox, type Moment } from '../support/lifecycle.ts';
import { broken, imageStack, repository, version, versions, versionsOf } from '../support/stacks.ts';

const withoutRollback = { DisableRollback: true };
const stable = { Stable: version({ Alias: 'latest' }) };

/** The invocation dies when it has made the nth version, and CloudFormation gives the request up before the next one comes. */
function hangs(nth = 1) {
  let made = 0;
  return ({ phase, what }: Moment) => {
    if (phase !== 'after' || what !== 'CreateImageVersion') return false;
    made += 1;
    return made === nth;
  };
}

describe('Where rollback is disabled, a Create that nobody has answered', () => {
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

describe('In EXPRESS mode, a replacement in an update that fails', () => {
  const express = { DeploymentConfig: { Mode: 'EXPRESS' } } as const;

  // The stack stays UPDATE_FAILED, so the old version is deleted by the clean-up of the next update.
  it('leaves no version when the next update drops the resource', () =>
    inSandbox(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await imageStack(sandbox);
      await cloudFormation.createStack('s', versionsOf(stable), express);

      const next = { Stable: version({ Alias: 'latest', Revision: '2' }), Broken: broken([]) };
      const failed = await cloudFormation.updateStack('s', versionsOf(next), express);
      const { StackStatus } = await cloudFormation.updateStack('s', versionsOf({ Other: version() }), express);
      await sandbox.idle();

      expect([failed.StackStatus, StackStatus]).toEqual(['UPDATE_FAILED', 'UPDATE_COMPLETE']);
      expect(versions(sandbox)).toEqual(['studio/3 1.0 CREATED']);
    }));
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

describe('Where rollback is disabled, a replacement', () => {
  const replaced = versionsOf({ Stable: version({ Alias: 'latest', BaseImage: `${repository}:2.0` }) });
  const inPlace = versionsOf({ Stable: version({ Alias: 'latest', ReleaseNotes: 'Second' }) });

  it.each([
    ['BaseImage', { BaseImage: `${repository}:2.0` }],
    ['Revision', { Revision: '2' }],
    ['ImageName', { ImageName: 'other' }],
  ])('is refused for %s before anything is made, and the resource is restored', (_what, change) =>
    inSandbox(async ({ sandbox, calls }) => {
      const { cloudFormation } = sandbox;
      await imageStack(sandbox);
      await cloudFormation.createStack('s', versionsOf(stable));

      const next = versionsOf({ Stable: version({ Alias: 'latest', ...change }) });
      const { StackStatus } = await cloudFormation.updateStack('s', next, withoutRollback);
      await sandbox.idle();

      expect(StackStatus).toBe('UPDATE_FAILED');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      expect(calls.filter((call) => call === 'CreateImageVersion')).toHaveLength(1);
      const reasons = cloudFormation.findStack('s')?.events.map(({ ResourceStatusReason }) => ResourceStatusReason);
      expect(reasons).toContainEqual(expect.stringContaining('give the resource another logical id'));
    }),
  );

  it('is made after RollbackStack, with rollback enabled', () =>
    inSandbox(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await imageStack(sandbox);
      await cloudFormation.createStack('s', versionsOf(stable));
      await cloudFormation.updateStack('s', replaced, withoutRollback);

      await cloudFormation.rollbackStack('s');
      const { StackStatus } = await cloudFormation.updateStack('s', replaced);
      await sandbox.idle();

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/2 2.0 CREATED latest']);
    }));

  it('is made under another logical id, which takes the aliases', () =>
    inSandbox(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await imageStack(sandbox);
      await cloudFormation.createStack('s', versionsOf(stable), withoutRollback);

      const next = versionsOf({ Second: version({ Alias: 'latest', BaseImage: `${repository}:2.0` }) });
      const { StackStatus } = await cloudFormation.updateStack('s', next, withoutRollback);
      await sandbox.idle();

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/2 2.0 CREATED latest']);
    }));

  // DescribeStacks shows the choice of CreateStack, so the provider cannot know that this update has rollback disabled.
  it.each([
    ['forgotten', 'UPDATE_FAILED', ['studio/1 1.0 CREATED latest']],
    ['deleted', 'UPDATE_FAILED', ['studio/1 1.0 CREATED latest']],
    ['taken', 'UPDATE_COMPLETE', ['studio/3 1.0 CREATED latest']],
  ] as const)(
    'that CloudFormation does not show as such has lost its aliases after the next update at the latest (%s)',
    (replacementWithoutRollback, expected, left) =>
      inSandbox(
        async ({ sandbox }) => {
          const { cloudFormation } = sandbox;
          await imageStack(sandbox);
          await cloudFormation.createStack('s', versionsOf(stable));

          const { StackStatus } = await cloudFormation.updateStack('s', replaced, withoutRollback);
          await cloudFormation.updateStack('s', inPlace, withoutRollback);
          await sandbox.idle();

          expect(StackStatus).toBe(expected);
          expect(versions(sandbox)).toEqual(left);
        },
        { cloudFormation: { disableRollbackShown: 'creation', replacementWithoutRollback } },
      ),
  );

  it('whose invocation has died is removed when the resource is restored', () =>
    inSandbox(
      async ({ sandbox }) => {
        const { cloudFormation } = sandbox;
        await imageStack(sandbox);
        await cloudFormation.createStack('s', versionsOf(stable));

        const next = { Stable: version({ Alias: 'latest', BaseImage: `${repository}:2.0`, ServiceTimeout: 60 }) };
        const { StackStatus } = await cloudFormation.updateStack('s', versionsOf(next), withoutRollback);
        await sandbox.idle();

        expect(StackStatus).toBe('UPDATE_FAILED');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      },
      { kill: hangs(2), cloudFormation: { disableRollbackShown: 'creation' } },
    ));
});
