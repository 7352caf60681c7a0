import {
  foreignVersionsAreUntouched,
  nothingLeaks,
  repeatsChangeNothing,
  retainedVersionsStay,
} from '../../../laws/invariants/ownership.ts';
import {
  answerOf,
  eventOf,
  found,
  madeBy,
  recordOf,
  requestOf,
  resourceOf,
  snapshotOf,
  versionArn,
} from '../../support/run.ts';
import { deny, deploy, scenario, version } from '../../support/scenario.ts';

const left = [`${versionArn(1)} (CREATED), made by V1, is left`];

describe('nothingLeaks', () => {
  const added = { made: [madeBy('V1', 1)] };
  const ended = snapshotOf('UPDATE_COMPLETE', [], [recordOf(1)]);

  test('finds a version that nobody refers to', () => {
    expect(found(nothingLeaks, [{ ended, added }])).toEqual(left);
  });

  test('finds a version of a resource that is gone', () => {
    const deleted = resourceOf('V1', 1, { ResourceStatus: 'DELETE_COMPLETE' });

    expect(found(nothingLeaks, [{ ended: snapshotOf('UPDATE_COMPLETE', [deleted], [recordOf(1)]), added }])).toEqual(
      left,
    );
  });

  test('allows what the stack refers to, what was there before it, and what is going', () => {
    const versions = [recordOf(1), recordOf(2), recordOf(3, { ImageVersionStatus: 'DELETING' })];
    const after = snapshotOf('CREATE_COMPLETE', [resourceOf('V1', 1)], versions);

    expect(found(nothingLeaks, [{ ended: after }], { foreign: [recordOf(2)] })).toEqual([]);
  });

  test.each([
    ['allows what one delivery made if SageMaker denies the other one and the Delete', 'denied/0123', []],
    ['finds it if the other one has answered otherwise', 'not-created/0123', left],
  ] as const)('%s', (_what, PhysicalResourceId, expected) => {
    const operation = deploy([], { faults: [deny('DescribeImageVersion')] });
    const request = requestOf('Create');
    const records = { ...added, requests: [request], answers: [answerOf({ PhysicalResourceId })] };

    expect(found(nothingLeaks, [{ operation, ended, added: records }])).toEqual(expected);
  });

  test.each([
    ['allows what was CREATING for longer than a cancelled Create and its Deletes may take', 120, []],
    ['finds it if the Deletes had more time than a creation takes', 3600, left],
  ] as const)('%s', (_what, ServiceTimeout, expected) => {
    const reason = 'Version 1 of image studio was still CREATING when the time for the request ended.';
    const events = [eventOf('DELETE_FAILED', { ResourceStatusReason: reason })];
    const simulated = scenario([deploy([version('V1', { ServiceTimeout })])], { versionCreation: [1_000, 1_500_000] });

    expect(found(nothingLeaks, [{ ended, added: { ...added, events } }], { scenario: simulated })).toEqual(expected);
  });

  test('takes a placeholder id for all that the resource has made', () => {
    const marked = resourceOf('V1', 1, { PhysicalResourceId: 'unconfirmed/0123', ResourceStatus: 'CREATE_FAILED' });

    expect(found(nothingLeaks, [{ ended: snapshotOf('CREATE_FAILED', [marked], [recordOf(1)]), added }])).toEqual([]);
  });

  test('allows what a policy has retained, and what somebody has told CloudFormation to leave', () => {
    const events = [eventOf('DELETE_SKIPPED')];

    expect(found(nothingLeaks, [{ added: { ...added, events } }, { ended }])).toEqual([]);
    expect(found(nothingLeaks, [{ ended, added, skipped: ['V1'] }])).toEqual([]);
  });

  test('exempts what faults have kept from being deleted three times, but not twice, and not without faults', () => {
    const operation = deploy([], { faults: [{ on: 'deletion', nth: 1, count: 9 }] });
    const failed = eventOf('DELETE_FAILED');
    const thrice = { ...added, events: [failed, failed, failed] };

    expect(found(nothingLeaks, [{ ended, operation, added: thrice }])).toEqual([]);
    const silent = deploy([], { faults: [{ on: 'CloudFormation', does: 'access-denied', nth: 1, count: 9 }] });
    const throttled = deploy([], { faults: [{ on: 'CloudFormation', does: 'throttle', nth: 1, count: 9 }] });
    const earlier = { added: { made: added.made } };
    expect(found(nothingLeaks, [earlier, { ended, operation: silent, added: { events: thrice.events } }])).toEqual([]);
    expect(found(nothingLeaks, [earlier, { ended, operation: throttled, added: { events: thrice.events } }])).toEqual(
      left,
    );
    expect(found(nothingLeaks, [{ ended, operation, added: { ...added, events: [failed, failed] } }])).toEqual(left);
    expect(found(nothingLeaks, [{ ended, added: thrice }])).toEqual(left);
  });

  describe('where SageMaker has denied the provider a call,', () => {
    const operation = deploy([], { faults: [deny('DeleteImageVersion')] });
    const requests = [requestOf('Update')];
    const standing = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resourceOf('V1', 2)], [recordOf(1), recordOf(2)]);
    const told = eventOf('UPDATE_FAILED', {
      ResourceStatusReason:
        'No. The provider could not remove the version that the request had created: arn:aws:sagemaker:eu-west-1:123456789012:image-version/i/1. Cause: Denied.',
    });

    test('allows what the next request about its resource can remove, and finds what that has left', () => {
      const denied = { operation, added: { ...added, requests } };

      expect(found(nothingLeaks, [{ ...denied, ended: standing }])).toEqual([]);
      expect(found(nothingLeaks, [denied, { ended: standing }])).toEqual([]);
      expect(found(nothingLeaks, [denied, { ended: standing, added: { requests } }])).toEqual(left);
    });

    test('finds what no request will come for any more', () => {
      const deleted = resourceOf('V1', 2, { ResourceStatus: 'DELETE_COMPLETE' });
      const denied = { operation, added: { ...added, requests } };

      expect(found(nothingLeaks, [{ ...denied, ended }])).toEqual(left);
      expect(found(nothingLeaks, [{ ...denied, ended: { ...ended, stack: undefined } }])).toEqual(left);
      expect(
        found(nothingLeaks, [{ ...denied, ended: snapshotOf('UPDATE_COMPLETE', [deleted], [recordOf(1)]) }]),
      ).toEqual(left);
    });

    test.each([
      ['a failed replacement of which the event says that it is left', told],
      ['one that was cancelled, or has died', eventOf('UPDATE_FAILED')],
    ])('exempts %s', (_what, event) => {
      const failed = { ...added, events: [event] };
      const ofOther = { ...added, events: [{ ...event, LogicalResourceId: 'V2' }] };

      expect(
        found(nothingLeaks, [
          { operation, added: failed },
          { ended, added: { requests } },
        ]),
      ).toEqual([]);
      expect(found(nothingLeaks, [{ operation, ended, added: ofOther }])).toEqual(left);
      expect(found(nothingLeaks, [{ ended, added: failed }])).toEqual(left);
    });
  });

  test.each([
    ['exempts', 120_001, []],
    ['does not exempt', 120_000, left],
  ])(
    '%s a failed replacement that the log reports, if SageMaker creates a version in %d ms',
    (_what, longest, expected) => {
      const logLines = [
        'A failed replacement may have left version 1 of image studio, which the provider could not remove.',
      ];
      const slow = { scenario: scenario([], { versionCreation: [1_000, longest] }) };

      expect(found(nothingLeaks, [{ ended, added: { ...added, logLines } }], slow)).toEqual(expected);
      expect(found(nothingLeaks, [{ ended, added }], slow)).toEqual(left);
    },
  );

  test('says nothing while Lambda still has something to do, or a rollback has yet to be continued', () => {
    const stuck = snapshotOf('UPDATE_ROLLBACK_FAILED', [], [recordOf(1)]);

    expect(found(nothingLeaks, [{ ended, after: { ...ended, isQuiet: false }, added }])).toEqual([]);
    expect(found(nothingLeaks, [{ ended: stuck, added }])).toEqual([]);
  });
});

describe('foreignVersionsAreUntouched', () => {
  const foreign = [recordOf(1, { Aliases: ['theirs'] })];

  test('finds a foreign version that is gone, and one that has changed in any way', () => {
    const robbed = recordOf(1);

    expect(found(foreignVersionsAreUntouched, [{ ended: snapshotOf('UPDATE_COMPLETE', [], []) }], { foreign })).toEqual(
      [`${versionArn(1)} is gone`],
    );
    expect(
      found(foreignVersionsAreUntouched, [{ ended: snapshotOf('UPDATE_COMPLETE', [], [robbed]) }], { foreign }),
    ).toEqual([`${versionArn(1)} is now ${JSON.stringify(robbed)}`]);
  });

  test('finds nothing where it is as it was', () => {
    const ended = snapshotOf('UPDATE_COMPLETE', [], [...foreign, recordOf(2)]);

    expect(found(foreignVersionsAreUntouched, [{ ended }], { foreign })).toEqual([]);
  });
});

describe('repeatsChangeNothing', () => {
  const ended = snapshotOf('UPDATE_COMPLETE', [], [recordOf(1, { Aliases: ['latest', '1.4', 'cfn-own'] })]);
  const repeatedWith = (...versions: readonly ReturnType<typeof recordOf>[]) => [
    { ended, repeated: snapshotOf('UPDATE_COMPLETE', [], versions) },
  ];

  test('finds a version that is gone, one that is new, and aliases that have moved', () => {
    expect(found(repeatsChangeNothing, repeatedWith(recordOf(1), recordOf(2, { Aliases: ['latest'] })))).toEqual([
      `no longer: {"ImageVersionArn":"${versionArn(1)}","Aliases":["1.4","latest"],"metadata":{}}`,
      `new: {"ImageVersionArn":"${versionArn(1)}","Aliases":[],"metadata":{}}`,
      `new: {"ImageVersionArn":"${versionArn(2)}","Aliases":["latest"],"metadata":{}}`,
    ]);
  });

  test('does not mind markers, the order of aliases, and what goes at last', () => {
    const same = recordOf(1, { Aliases: ['1.4', 'cfn-gave', 'latest'] });
    const going = recordOf(2, { ImageVersionStatus: 'DELETING' });

    expect(found(repeatsChangeNothing, repeatedWith(same, going))).toEqual([]);
  });

  test.each([
    ['allows that a version goes which SageMaker did not let a rollback remove', [deny('DeleteImageVersion')], 0],
    ['finds it if SageMaker denied nothing', [], 1],
  ])('%s', (_what, faults, count) => {
    const logLines = [
      `A failed replacement may have left version 1 of image studio, which the provider could not remove.`,
    ];
    const step = { operation: deploy([], { faults }), ended, repeated: snapshotOf('UPDATE_COMPLETE', [], []) };

    const added = { made: [madeBy('V1', 1)], events: [eventOf('CREATE_COMPLETE')], logLines };
    const violations = found(repeatsChangeNothing, [{ ...step, added }]);

    expect(violations).toHaveLength(count);
  });

  const cancelled = eventOf('CREATE_FAILED', { PhysicalResourceId: 'invented' });

  test.each([
    ['allows that a version goes with which no request was answered', [cancelled], 0],
    ['finds it if an event has the version', [cancelled, eventOf('CREATE_COMPLETE')], 1],
    [
      'finds it if a policy has retained it',
      [cancelled, eventOf('DELETE_SKIPPED', { PhysicalResourceId: 'invented' })],
      1,
    ],
    [
      'allows that it goes if a policy has retained another version of the resource',
      [cancelled, eventOf('DELETE_SKIPPED', { PhysicalResourceId: versionArn(2) })],
      0,
    ],
  ])('%s', (_what, events, count) => {
    const [step] = repeatedWith();

    expect(found(repeatsChangeNothing, [{ ...step, added: { made: [madeBy('V1', 1)], events } }])).toHaveLength(count);
  });

  test('allows that the aliases of a version go back which SageMaker did not let a rollback remove', () => {
    const logLines = [
      'A failed replacement may have left version 2 of image studio, which the provider could not remove.',
    ];
    const versions = [recordOf(1), recordOf(2, { Aliases: ['latest'] })];
    const step = {
      operation: deploy([], { faults: [deny('DeleteImageVersion')] }),
      ended: snapshotOf('UPDATE_COMPLETE', [], versions),
      added: { made: [madeBy('V1', 2)], logLines },
    };
    const repeatedTo = (...Aliases: readonly string[]) =>
      found(repeatsChangeNothing, [
        { ...step, repeated: snapshotOf('UPDATE_COMPLETE', [], [recordOf(1, { Aliases })]) },
      ]);

    expect(repeatedTo('latest')).toEqual([]);
    expect(repeatedTo('another')).toHaveLength(2);
  });

  test('says nothing where nothing was repeated', () => {
    expect(found(repeatsChangeNothing, [{ ended, after: snapshotOf('UPDATE_COMPLETE', [], []) }])).toEqual([]);
  });
});

describe('retainedVersionsStay', () => {
  const events = [eventOf('DELETE_SKIPPED')];
  const before = snapshotOf('UPDATE_COMPLETE', [], [recordOf(1, { Aliases: ['latest'] })], { at: 1 });
  const storyTo = (ended: typeof before) => [{ added: { events } }, { before, ended }];

  test('finds a retained version that is gone, and one whose metadata has changed', () => {
    const touched = recordOf(1, { metadata: { ReleaseNotes: 'Second' } });

    expect(found(retainedVersionsStay, storyTo(snapshotOf('UPDATE_COMPLETE', [], [])))).toEqual([
      `${versionArn(1)} was retained, and has been touched`,
    ]);
    expect(found(retainedVersionsStay, storyTo(snapshotOf('UPDATE_COMPLETE', [], [touched])))).toEqual([
      `${versionArn(1)} was retained, and has been touched`,
    ]);
  });

  test('says nothing of what the operation itself has retained', () => {
    const touched = snapshotOf('UPDATE_COMPLETE', [], [recordOf(1, { metadata: { ReleaseNotes: 'Second' } })]);
    const retainedNow = [eventOf('DELETE_SKIPPED', { Timestamp: 2 })];

    expect(found(retainedVersionsStay, [{ before, ended: touched, added: { events: retainedNow } }])).toEqual([]);
  });

  test('allows its aliases to be taken, and says nothing when its image is gone or it was not retained', () => {
    const emptied = snapshotOf('UPDATE_COMPLETE', [], [], { images: {} });

    expect(found(retainedVersionsStay, storyTo(snapshotOf('UPDATE_COMPLETE', [], [recordOf(1)])))).toEqual([]);
    expect(found(retainedVersionsStay, storyTo(emptied))).toEqual([]);
    expect(found(retainedVersionsStay, [{ before, ended: emptied }])).toEqual([]);
  });
});
