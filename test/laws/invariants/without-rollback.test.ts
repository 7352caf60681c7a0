// Where a failure is not rolled back, only what has failed is what it was, and a little more may be left.
import { nothingFailsNeedlessly, replacedExactlyWhenAsked } from '../../../laws/invariants/effort.ts';
import { failedResourcesAreRestored, rollbackRestores, successIsTrue } from '../../../laws/invariants/outcome.ts';
import { nothingLeaks } from '../../../laws/invariants/ownership.ts';
import type { Fault } from '../../../sandbox/faults/fault.ts';
import { eventOf, found, madeBy, recordOf, requestOf, resourceOf, snapshotOf, versionArn } from '../../support/run.ts';
import { deny, deploy, failingSibling, scenario, version } from '../../support/scenario.ts';

const isWithoutRollback = true;
const withLatest = { Properties: { Aliases: ['latest'] } };
const before = snapshotOf('UPDATE_COMPLETE', [resourceOf('V1', 1, withLatest)], [recordOf(1, { Aliases: ['latest'] })]);
const failed = resourceOf('V1', 1, { ...withLatest, ResourceStatus: 'UPDATE_FAILED' });
const lost = [`${versionArn(1)}: aliases , no longer latest`];

describe('failedResourcesAreRestored', () => {
  const ended = snapshotOf('UPDATE_FAILED', [failed], [recordOf(1)]);

  test('finds a failed resource that is not what it was', () => {
    expect(found(failedResourcesAreRestored, [{ before, ended, isWithoutRollback }])).toEqual(lost);
    expect(
      found(failedResourcesAreRestored, [
        { before, ended: snapshotOf('UPDATE_FAILED', [failed], []), isWithoutRollback },
      ]),
    ).toEqual([`${versionArn(1)} is no longer there`]);
  });

  test('finds nothing where it is what it was', () => {
    const restored = snapshotOf('UPDATE_FAILED', [failed], [recordOf(1, { Aliases: ['latest'] })]);

    expect(found(failedResourcesAreRestored, [{ before, ended: restored, isWithoutRollback }])).toEqual([]);
  });

  test('says nothing of what has succeeded, of what the next operation restores, and of a stack that rolls back', () => {
    const complete = resourceOf('V1', 1, { ...withLatest, ResourceStatus: 'UPDATE_COMPLETE' });
    const unsettled = { ...failed, needsUpdate: true as const };

    for (const resource of [complete, unsettled]) {
      const other = snapshotOf('UPDATE_FAILED', [resource], [recordOf(1)]);
      expect(found(failedResourcesAreRestored, [{ before, ended: other, isWithoutRollback }])).toEqual([]);
    }
    expect(found(failedResourcesAreRestored, [{ before, ended }])).toEqual([]);
  });

  test('lets another resource of the image keep an alias that it declares by now', () => {
    const endedWithTaker = (ImageName: string) => {
      const Properties = { ...withLatest.Properties, ImageName };
      const taker = resourceOf('V2', 2, { Properties, ResourceStatus: 'UPDATE_COMPLETE' });
      return snapshotOf('UPDATE_FAILED', [failed, taker], [recordOf(1), recordOf(2, { Aliases: ['latest'] })]);
    };
    const foundWith = (ImageName: string) =>
      found(failedResourcesAreRestored, [{ before, ended: endedWithTaker(ImageName), isWithoutRollback }]);

    expect(foundWith('studio')).toEqual([]);
    expect(foundWith('another')).toEqual(lost);
  });

  test.each<[what: string, fault: Fault]>([
    ['SageMaker denies a call', deny('UpdateImageVersion')],
    ['a deletion fails', { on: 'deletion', nth: 1, count: 1 }],
    ['CloudFormation denies its answers', { on: 'CloudFormation', does: 'access-denied', nth: 1, count: 9 }],
  ])('accepts it where %s', (_what, fault) => {
    const operation = deploy([], { faults: [fault] });

    expect(found(failedResourcesAreRestored, [{ before, ended, isWithoutRollback, operation }])).toEqual([]);
  });
});

describe('nothingLeaks', () => {
  const added = { made: [madeBy('V1', 2)], events: [eventOf('UPDATE_FAILED')] };
  const left = [`${versionArn(2)} (CREATED), made by V1, is left`];
  const ended = snapshotOf('UPDATE_FAILED', [failed], [recordOf(1), recordOf(2)]);
  const inExpress = {
    ...ended,
    stack: ended.stack && { ...ended.stack, DeploymentConfig: { Mode: 'EXPRESS' as const } },
  };

  test('finds the replacement of a failed update, which the provider must not make', () => {
    expect(found(nothingLeaks, [{ before, ended, added, isWithoutRollback }])).toEqual(left);
  });

  test('allows it in express mode, where CloudFormation forgets it, for ever', () => {
    const forgets = { scenario: scenario([], { cloudFormation: { replacementInExpress: 'forgotten' } }) };
    const deleted = snapshotOf('DELETE_COMPLETE', [], [recordOf(2)]);

    expect(found(nothingLeaks, [{ before, ended: inExpress, added, isWithoutRollback }], forgets)).toEqual([]);
    expect(
      found(nothingLeaks, [{ before, ended: inExpress, added, isWithoutRollback }, { ended: deleted }], forgets),
    ).toEqual([]);
    expect(found(nothingLeaks, [{ before, ended: inExpress, added, isWithoutRollback }])).toEqual(left);
  });

  test('allows it where DescribeStacks shows the creation, so that the provider cannot know', () => {
    const shows = { scenario: scenario([], { cloudFormation: { disableRollbackShown: 'creation' } }) };

    expect(found(nothingLeaks, [{ before, ended, added, isWithoutRollback }], shows)).toEqual([]);
  });

  test('allows what the next update or the clean-up removes', () => {
    const unsettled = snapshotOf('UPDATE_FAILED', [{ ...failed, needsUpdate: true }], [recordOf(1), recordOf(2)]);
    const replaced = {
      ...ended,
      stack: ended.stack && {
        ...ended.stack,
        pendingUpdate: { source: ended.stack.source, resources: {}, replaced: [resourceOf('V9', 2)] },
      },
    };

    expect(found(nothingLeaks, [{ before, ended: unsettled, added, isWithoutRollback }])).toEqual([]);
    expect(found(nothingLeaks, [{ before, ended: replaced, added, isWithoutRollback }])).toEqual([]);
  });
});

test('An alias may stay on a replacement that CloudFormation has forgotten', () => {
  const forgets = { scenario: scenario([], { cloudFormation: { replacementInExpress: 'forgotten' } }) };
  const express = { DeploymentConfig: { Mode: 'EXPRESS' as const } };
  const versions = [recordOf(1), recordOf(2, { Aliases: ['latest'] })];
  const first = snapshotOf('UPDATE_FAILED', [failed], versions);
  const ended = { ...first, stack: first.stack && { ...first.stack, ...express } };
  const rolledBack = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resourceOf('V1', 1, withLatest)], versions);
  const added = { made: [madeBy('V1', 2)], events: [eventOf('UPDATE_FAILED')] };
  const steps = [
    { before, ended, added, isWithoutRollback },
    { before: ended, origin: before, ended: rolledBack, call: 'RollbackStack' },
  ];

  const silent = deploy([], { faults: [{ on: 'CloudFormation', does: 'access-denied', nth: 1, count: 9 }] });
  const [failing, last] = steps;

  expect(found(rollbackRestores, steps, forgets)).toEqual([]);
  expect(found(rollbackRestores, [{ ...failing, operation: silent }, { ...last }])).toEqual([]);
  expect(found(rollbackRestores, steps)).toEqual(lost);
});

test('An alias may be missing that an update had passed on before it failed, until the next request about its resource', () => {
  const lacking = snapshotOf('UPDATE_COMPLETE', [resourceOf('V1', 1, withLatest)], [recordOf(1)], { at: 9 });
  const operation = deploy([version('V1'), version('V2', { Aliases: ['latest'] })]);
  const halfDone = { ...snapshotOf('UPDATE_FAILED', [], []), at: 5 };
  const passing = { before, ended: halfDone, operation, isWithoutRollback };
  const expected = `V1 (${versionArn(1)}) lacks the alias latest: it has `;

  expect(found(successIsTrue, [passing, { ended: lacking }])).toEqual([]);
  expect(found(successIsTrue, [{ ...passing, isWithoutRollback: false }, { ended: lacking }])).toContain(expected);
  expect(
    found(successIsTrue, [passing, { ended: lacking, added: { requests: [{ ...requestOf('Update'), at: 6 }] } }]),
  ).toContain(expected);

  // The restoration of another resource takes back what its old template declares.
  const restored = snapshotOf('UPDATE_FAILED', [resourceOf('V2', 2, withLatest)], []);
  const restoring = { before, ended: { ...restored, at: 5 }, operation: deploy([version('V1')]), isWithoutRollback };
  expect(found(successIsTrue, [restoring, { ended: lacking }])).toEqual([]);
});

test('An alias stays on a version on whose deletion CloudFormation has given up, if faults have kept it from working', () => {
  const versions = [recordOf(1), recordOf(2, { Aliases: ['latest'] })];
  const ended = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resourceOf('V1', 1, withLatest)], versions);
  const refused = eventOf('DELETE_FAILED', { PhysicalResourceId: versionArn(2) });
  const operation = deploy([], { faults: [{ on: 'provider', does: 'break' }] });
  const thrice = { events: [refused, refused, refused] };

  expect(found(rollbackRestores, [{ before, ended, operation, added: thrice }])).toEqual([]);
  expect(found(rollbackRestores, [{ before, ended, operation, added: { events: [refused] } }])).toEqual(lost);
});

test('A Create that has failed and is tried again is no replacement', () => {
  const halfMade = (ResourceStatus: string) =>
    snapshotOf('CREATE_FAILED', [resourceOf('V1', 1, { ResourceStatus })], [recordOf(1)]);
  const ended = snapshotOf('UPDATE_COMPLETE', [resourceOf('V1', 2)], [recordOf(2)]);

  expect(found(replacedExactlyWhenAsked, [{ before: halfMade('CREATE_FAILED'), ended }])).toEqual([]);
  expect(found(replacedExactlyWhenAsked, [{ before: halfMade('CREATE_COMPLETE'), ended }])).toEqual([
    `${versionArn(1)} became ${versionArn(2)}`,
  ]);
});

describe('nothingFailsNeedlessly', () => {
  const events = [eventOf('UPDATE_FAILED')];
  const ended = snapshotOf('UPDATE_FAILED', [failed], [recordOf(1)]);
  const step = { before, ended, added: { events }, isWithoutRollback };
  const needless = ['UpdateStack ends in UPDATE_FAILED'];

  test('finds an update that fails although it changes the version in place', () => {
    expect(found(nothingFailsNeedlessly, [{ ...step, operation: deploy([version('V1')]) }])).toEqual(needless);
  });

  test('accepts a replacement that fails, and a template that must fail', () => {
    for (const operation of [
      deploy([version('V1', { tag: '1.2' })]),
      deploy([version('V1', { Revision: '2' })]),
      deploy([version('V1', { ImageName: 'another' })]),
      deploy([version('V1')], { siblings: [failingSibling(0)] }),
    ]) {
      expect(found(nothingFailsNeedlessly, [{ ...step, operation }])).toEqual([]);
    }
  });

  test('accepts a replacement that fails where the creation disabled rollback, and DescribeStacks shows that', () => {
    const shows = scenario([], { cloudFormation: { disableRollbackShown: 'creation' } });
    const operation = deploy([version('V1', { tag: '1.2' })]);
    const rolledBack = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [failed], [recordOf(1)]);
    const ordinary = { ...step, operation, ended: rolledBack, isWithoutRollback: false };

    expect(found(nothingFailsNeedlessly, [ordinary], { scenario: shows })).toEqual([]);
    expect(found(nothingFailsNeedlessly, [ordinary])).toEqual(['UpdateStack ends in UPDATE_ROLLBACK_COMPLETE']);
  });

  test('finds a RollbackStack that fails', () => {
    const call = 'RollbackStack';
    const stuck = snapshotOf('UPDATE_ROLLBACK_FAILED', [failed], [recordOf(1)]);
    const done = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [failed], [recordOf(1)]);
    const operation = deploy([version('V1')]);

    expect(found(nothingFailsNeedlessly, [{ call, before, ended: stuck, added: { events }, operation }])).toEqual([
      'RollbackStack ends in UPDATE_ROLLBACK_FAILED',
    ]);
    expect(found(nothingFailsNeedlessly, [{ call, before, ended: done, added: { events }, operation }])).toEqual([]);
  });
});
