// The doctor never takes a version that is still needed for an orphan, not even in the middle of an operation.

import { judge, type OwnedVersion, type Stacks } from '../../doctor/judge.ts';
import { isGone } from '../../sandbox/cloudformation/stack.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { isOwnershipOf, reservedAliasPrefix } from '../../src/image-version/ownership.ts';
import { inSandbox, type LifecycleOptions } from '../support/lifecycle.ts';
import { broken, imageStack, repository, stackOf, version, versions, versionsOf } from '../support/stacks.ts';

const tagged = (tag: string, attributes: object = {}) =>
  version({ BaseImage: `${repository}:${tag}`, Aliases: ['latest'] }, attributes);

const bothRollbacks: readonly (readonly [string, LifecycleOptions])[] = [
  ['by Delete alone', { cloudFormation: { rollbackAfterReplacement: 'delete-only' } }],
  ['by an Update first', { cloudFormation: { rollbackAfterReplacement: 'update-first' } }],
];

test.each(bothRollbacks)(
  'finds no orphan while stacks are created, updated, rolled back %s and deleted',
  (_name, options) =>
    inSandbox(async ({ sandbox }) => {
      const examination = examine(sandbox);
      const { cloudFormation } = sandbox;

      await cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0') }));
      await cloudFormation.updateStack('s', stackOf({ Stable: tagged('2.0') }));
      await cloudFormation.updateStack('s', stackOf({ Stable: tagged('3.0'), Broken: broken('Stable') }));
      await cloudFormation.updateStack('s', stackOf({}));
      await cloudFormation.createStack('cancelled', versionsOf({ Stable: tagged('1.0'), Broken: broken([]) }));
      await cloudFormation.deleteStack('s');

      expect(examination.looks()).toBeGreaterThan(100);
      expect(examination.orphans()).toEqual([]);
    }, options),
);

test('finds each retained version as soon as its operation has ended', () =>
  inSandbox(async ({ sandbox }) => {
    const { cloudFormation } = sandbox;
    const retained = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    await imageStack(sandbox);
    await cloudFormation.createStack('s', versionsOf({ Stable: tagged('1.0', retained) }));
    const examination = examine(sandbox);

    await cloudFormation.updateStack('s', versionsOf({ Stable: tagged('2.0', retained) }));
    const afterUpdate = examination.orphans();
    await cloudFormation.deleteStack('s');

    expect(afterUpdate).toEqual(['1: NotThePhysicalResource']);
    expect(examination.orphans()).toEqual(['1: NotThePhysicalResource', '1: StackGone', '2: StackGone']);
  }));

describe('without a rollback', () => {
  test('finds the version that an update in EXPRESS mode left, although the stack stays UPDATE_FAILED', () =>
    inSandbox(
      async ({ sandbox }) => {
        const { cloudFormation } = sandbox;
        const express = { DeploymentConfig: { Mode: 'EXPRESS' } } as const;
        await cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0') }), express);
        const examination = examine(sandbox);

        const { StackStatus } = await cloudFormation.updateStack('s', stackOf({ Stable: tagged('2.0') }), express);

        expect(StackStatus).toBe('UPDATE_FAILED');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest', 'studio/2 2.0 DELETE_FAILED']);
        expect(examination.orphans()).toEqual(['2: OperationFailed']);
      },
      {
        cloudFormation: { replacementInExpress: 'forgotten' },
        sageMaker: { failures: { versionDeletion: () => 'somebody uses it' } },
      },
    ));

  test('finds nothing of a refused replacement', () =>
    inSandbox(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0') }));
      const examination = examine(sandbox);

      await cloudFormation.updateStack('s', stackOf({ Stable: tagged('2.0') }), { DisableRollback: true });

      expect(examination.orphans()).toEqual([]);
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
    }));
});

/** Looks for orphans at every stack event and at every call of SageMaker. */
function examine(sandbox: Sandbox) {
  const orphans = new Set<string>();
  let looks = 0;
  const look = () => {
    looks += 1;
    const stacks = stacksIn(sandbox);
    for (const owned of versionsIn(sandbox)) {
      const verdict = judge(owned, stacks);
      if (verdict.kind === 'orphan') orphans.add(`${owned.Version}: ${verdict.Cause}`);
    }
  };
  sandbox.cloudFormation.onEvent(look);
  sandbox.sageMaker.onCall(look);
  return {
    looks: () => looks,
    orphans: () => {
      look();
      return [...orphans].toSorted();
    },
  };
}

function stacksIn({ cloudFormation }: Sandbox): Stacks {
  const all = cloudFormation.listStacks();
  return {
    existing: all
      .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
      .map((stack) => ({
        ...stack,
        hasChanged: false,
        resources: Object.values(stack.resources).filter((resource) => !isGone(resource)),
        events: stack.events
          .map(({ Timestamp, ...event }) => ({ ...event, Timestamp: new Date(Timestamp) }))
          .toReversed(),
      })),
    deleted: [],
  };
}

function versionsIn({ sageMaker }: Sandbox): readonly OwnedVersion[] {
  return Object.values(sageMaker.snapshot().images).flatMap(({ ImageName, versions }) =>
    versions.flatMap(({ Version, ImageVersionArn, ImageVersionStatus, createdAtMs, Aliases }) => {
      const ownership = Aliases.find((alias) => isOwnershipOf(reservedAliasPrefix, alias));
      const CreationTime = new Date(createdAtMs);
      return ownership === undefined
        ? []
        : [
            {
              ImageName,
              Version,
              ImageVersionArn,
              ImageVersionStatus,
              CreationTime,
              ownership,
              aliases: [],
              isAdopted: false,
            },
          ];
    }),
  );
}
