import { numbersAscend, rollbackRestores, successIsTrue } from '../../../laws/invariants/outcome.ts';
import type { Snapshot } from '../../../laws/run.ts';
import { type Fault, forever } from '../../../sandbox/faults/fault.ts';
import {
  baseImage,
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

describe('successIsTrue', () => {
  const Properties = { Alias: 'latest', Aliases: ['1.4'], Horovod: 'true', VendorGuidance: 'STABLE' };
  const resource = resourceOf('V1', 1, { Properties });
  const asDeclared = recordOf(1, {
    Aliases: ['latest', '1.4', 'cfn-own'],
    metadata: { Horovod: true, VendorGuidance: 'STABLE' },
  });
  const ended = (...versions: readonly ReturnType<typeof recordOf>[]) =>
    snapshotOf('CREATE_COMPLETE', [resource], versions);

  test('finds nothing where the version is what its template says', () => {
    expect(found(successIsTrue, [{ ended: ended(asDeclared) }])).toEqual([]);
  });

  test('finds a version that is not there', () => {
    expect(found(successIsTrue, [{ ended: ended(), after: ended(asDeclared) }])).toEqual([
      `V1 (${versionArn(1)}) is not there`,
    ]);
  });

  test('finds every difference between a version and its template', () => {
    const other = recordOf(1, {
      ImageVersionStatus: 'CREATING',
      BaseImage: baseImage('2.0'),
      ContainerImage: 'studio@sha256:facade',
      Aliases: ['latest'],
      metadata: { VendorGuidance: 'STABLE' },
    });

    expect(found(successIsTrue, [{ ended: ended(other), after: ended(asDeclared) }])).toEqual([
      `V1 (${versionArn(1)}): ImageVersionStatus CREATING, not CREATED`,
      `V1 (${versionArn(1)}): BaseImage ${baseImage('2.0')}, not ${baseImage('1.1')}`,
      `V1 (${versionArn(1)}): ContainerImage studio@sha256:c0ffee, not studio@sha256:facade`,
      `V1 (${versionArn(1)}): Horovod false, not true`,
      `V1 (${versionArn(1)}) lacks the alias 1.4: it has latest`,
    ]);
  });

  test('finds attributes that are not those of the version', () => {
    const mistaken = resourceOf('V1', 1, { Attributes: { Version: '2', ImageVersionArn: versionArn(2) } });

    expect(
      found(successIsTrue, [
        {
          ended: snapshotOf('ROLLBACK_COMPLETE', [], []),
          after: snapshotOf('CREATE_COMPLETE', [mistaken], [recordOf(1)]),
        },
      ]),
    ).toEqual([
      `V1 (${versionArn(1)}): Version 2, not 1`,
      `V1 (${versionArn(1)}): ContainerImage undefined, not studio@sha256:c0ffee`,
      `V1 (${versionArn(1)}): ImageVersionArn ${versionArn(2)}, not ${versionArn(1)}`,
    ]);
  });

  test('finds what becomes of a version only after the stack is complete', () => {
    expect(found(successIsTrue, [{ ended: ended(asDeclared), after: ended() }])).toEqual([
      `V1 (${versionArn(1)}) is not there`,
    ]);
  });

  test('knows that SageMaker archives by itself', () => {
    const toBeArchived = resourceOf('V1', 1, { Properties: { VendorGuidance: 'TO_BE_ARCHIVED' } });
    const archived = recordOf(1, { metadata: { VendorGuidance: 'ARCHIVED' } });

    expect(found(successIsTrue, [{ ended: snapshotOf('UPDATE_COMPLETE', [toBeArchived], [archived]) }])).toEqual([]);
  });

  describe('where an older version has the alias since the clean-up of the version that the resource replaced,', () => {
    const replaced = resourceOf('V1', 3, { Properties: { Aliases: ['latest'] } });
    const withAliases = (old: readonly string[]) =>
      snapshotOf('UPDATE_COMPLETE', [replaced], [recordOf(1, { Aliases: old }), recordOf(3)]);
    const lacking = `V1 (${versionArn(3)}) lacks the alias latest: it has `;
    const silence: Fault = { on: 'CloudFormation', does: 'access-denied', nth: 1, count: forever };
    const stale = (operation: 'DescribeImageVersion' | 'ListAliases'): Fault => {
      return { on: 'reads', operations: [operation], behindMs: 500, afterMs: 0, ms: 5_000 };
    };
    const withFaults = (...faults: readonly Fault[]) => deploy([], { faults });
    const both = withFaults(silence, stale('DescribeImageVersion'));
    const cleanedUp = { requests: [requestOf('Update'), { ...requestOf('Delete'), at: 2 }] };

    test('exempts it if CloudFormation was silent and DescribeImageVersion was stale, until the next Update', () => {
      const confused = { ended: withAliases(['latest']), operation: both, added: cleanedUp };
      const ended = withAliases([]);
      const updated = { requests: [{ ...requestOf('Update'), at: 9 }] };

      expect(found(successIsTrue, [confused])).toEqual([]);
      expect(found(successIsTrue, [confused, { ended }])).toEqual([]);
      expect(found(successIsTrue, [confused, { ended, added: updated }])).toContain(lacking);
    });

    test.each([
      ['CloudFormation answers', withFaults(stale('DescribeImageVersion'))],
      ['nothing is stale', withFaults(silence)],
      ['only ListAliases is stale', withFaults(silence, stale('ListAliases'))],
    ])('finds that it is lacking if %s', (_what, operation) => {
      const step = { ended: withAliases(['latest']), operation, added: cleanedUp };

      expect(found(successIsTrue, [step])).toContain(lacking);
    });

    test('finds that it is lacking if the Delete was part of a rollback', () => {
      const rolledBack = snapshotOf(
        'UPDATE_ROLLBACK_COMPLETE',
        [replaced],
        withAliases(['latest']).images['studio']?.versions ?? [],
      );
      const confused = { ended: rolledBack, operation: both, added: { requests: [{ ...requestOf('Delete'), at: 2 }] } };

      expect(found(successIsTrue, [confused, { ended: withAliases(['latest']) }])).toContain(lacking);
    });

    test('finds that it is lacking if nothing was cleaned up, or if it is on no version, or on a newer one', () => {
      const onNewer = snapshotOf('UPDATE_COMPLETE', [replaced], [recordOf(3), recordOf(4, { Aliases: ['latest'] })]);
      const updated = { requests: [requestOf('Update')] };

      expect(found(successIsTrue, [{ ended: withAliases(['latest']), operation: both, added: updated }])).toContain(
        lacking,
      );
      expect(found(successIsTrue, [{ ended: withAliases([]), operation: both, added: cleanedUp }])).toContain(lacking);
      expect(found(successIsTrue, [{ ended: onNewer, operation: both, added: cleanedUp }])).toContain(lacking);
    });
  });

  describe('where a resource lacks an alias since a rollback,', () => {
    const version = recordOf(1, { ...asDeclared, Aliases: ['latest'] });
    const lacking = { ended: ended(version) };
    const lacks = `V1 (${versionArn(1)}) lacks the alias 1.4: it has latest`;
    const updated = { ...lacking, added: { requests: [{ ...requestOf('Update'), at: 9 }] } };
    const rolledBack = (after: ReturnType<typeof recordOf>, overrides: Partial<Snapshot> = {}) =>
      snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resource], [after], overrides);

    test('exempts that alias if SageMaker denied calls, until the next Update', () => {
      const operation = deploy([], { faults: [deny('UpdateImageVersion')] });
      const denied = { operation, ended: rolledBack(version) };

      expect(found(successIsTrue, [denied, lacking])).toEqual([]);
      expect(found(successIsTrue, [denied, updated])).toContain(lacks);
      expect(found(successIsTrue, [{ ended: rolledBack(version) }, lacking])).toContain(lacks);
      expect(found(successIsTrue, [{ operation, ended: rolledBack(asDeclared) }, lacking])).toContain(lacks);
      expect(found(successIsTrue, [denied, { ended: ended() }])).toContain(`V1 (${versionArn(1)}) is not there`);
    });

    test('exempts the resource if its Update outlives the rollback, and CloudFormation is silent later', () => {
      const silence: Fault = { on: 'CloudFormation', does: 'access-denied', nth: 1, count: forever };
      const silent = { ...lacking, operation: deploy([], { faults: [silence] }) };
      const outlived = (RequestType: 'Update' | 'Delete', isQuiet: boolean) => ({
        ended: rolledBack(version),
        after: rolledBack(version, { isQuiet }),
        added: { requests: [requestOf(RequestType)] },
      });

      expect(found(successIsTrue, [outlived('Update', false), silent])).toEqual([]);
      expect(found(successIsTrue, [outlived('Update', true), silent])).toContain(lacks);
      expect(found(successIsTrue, [outlived('Delete', false), silent])).toContain(lacks);
      expect(found(successIsTrue, [outlived('Update', false), lacking])).toContain(lacks);
      expect(found(successIsTrue, [silent, outlived('Update', false), lacking])).toContain(lacks);
    });
  });

  test('says nothing of a stack that has failed, of a resource that is gone, and of one that was skipped', () => {
    const gone = resourceOf('V1', 1, { ResourceStatus: 'DELETE_COMPLETE' });

    expect(found(successIsTrue, [{ ended: snapshotOf('ROLLBACK_FAILED', [resource], []) }])).toEqual([]);
    expect(found(successIsTrue, [{ ended: snapshotOf('UPDATE_COMPLETE', [gone], []) }])).toEqual([]);
    expect(found(successIsTrue, [{ ended: ended(), skipped: ['V1'] }])).toEqual([]);
  });
});

describe('rollbackRestores', () => {
  const resource = resourceOf('V1', 1, { Properties: { Alias: 'latest', ReleaseNotes: 'First' } });
  const asBefore = recordOf(1, { Aliases: ['latest'], metadata: { ReleaseNotes: 'First' } });
  const before = snapshotOf('CREATE_COMPLETE', [resource], [asBefore]);
  const rolledBack = (...versions: readonly ReturnType<typeof recordOf>[]) =>
    snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resource], versions);

  test('finds nothing where all is as it was, whatever markers it bears', () => {
    const marked = { ...asBefore, Aliases: ['cfn-own', 'latest', 'cfn-gave'] };

    expect(found(rollbackRestores, [{ before, ended: rolledBack(marked) }])).toEqual([]);
  });

  test('finds a resource that is another version, and a version that is gone', () => {
    const other = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resourceOf('V1', 2)], [asBefore, recordOf(2)]);

    expect(found(rollbackRestores, [{ before, ended: other }])).toEqual([
      `V1 is ${versionArn(2)}, no longer ${versionArn(1)}`,
    ]);
    expect(found(rollbackRestores, [{ before, ended: rolledBack() }])).toEqual([`${versionArn(1)} is no longer there`]);
  });

  test('exempts a resource whose new version a person has deleted, but not that of another resource', () => {
    const other = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resourceOf('V1', 3)], [recordOf(3)]);
    const act = { at: 0, operation: 'DeleteImageVersion', removed: [versionArn(2)], moved: [], ImageName: 'i' };
    const added = (LogicalResourceId: string) => ({ made: [madeBy(LogicalResourceId, 2)], byHand: [act] });

    expect(found(rollbackRestores, [{ before, ended: other, added: added('V1') }])).toEqual([]);
    expect(found(rollbackRestores, [{ before, ended: other, added: added('V2') }])).toEqual([
      `V1 is ${versionArn(3)}, no longer ${versionArn(1)}`,
    ]);
  });

  test('exempts an alias of a failed version that is gone, if its removal may have been interrupted', () => {
    const interrupted = deploy([], {
      faults: [{ on: 'invocation', nth: 1, function: 'ProviderFunction', point: 1, does: 'exit' }],
    });
    const taken = { ...asBefore, Aliases: ['cfn-0-gave-0a-2'] };
    const lacks = [`${versionArn(1)}: aliases , no longer latest`];
    const step = { before, ended: rolledBack(taken), operation: interrupted };

    expect(found(rollbackRestores, [step])).toEqual([]);
    expect(found(rollbackRestores, [{ ...step, operation: deploy([]) }])).toEqual(lacks);
    expect(found(rollbackRestores, [{ ...step, ended: rolledBack(taken, recordOf(2)) }])).toEqual(lacks);
    expect(found(rollbackRestores, [{ ...step, ended: rolledBack({ ...asBefore, Aliases: [] }) }])).toEqual(lacks);
    const elsewhere = rolledBack(taken, recordOf(3, { Aliases: ['latest'] }));
    expect(found(rollbackRestores, [{ ...step, ended: elsewhere }])).toEqual(lacks);
  });

  test('exempts a rollback during which SageMaker denies something, and no later one', () => {
    const robbed = rolledBack(recordOf(1, { metadata: { ReleaseNotes: 'First' } }));
    const denied = { before, ended: robbed, operation: deploy([], { faults: [deny('UpdateImageVersion')] }) };

    expect(found(rollbackRestores, [denied])).toEqual([]);
    expect(found(rollbackRestores, [denied, { before, ended: robbed }])).toEqual([
      `${versionArn(1)}: aliases , no longer latest`,
    ]);
  });

  test('finds aliases that are lost or new, and declared metadata that differs', () => {
    const changed = recordOf(1, { Aliases: ['next'], metadata: { ReleaseNotes: 'Second', JobType: 'TRAINING' } });

    expect(found(rollbackRestores, [{ before, ended: rolledBack(changed) }])).toEqual([
      `${versionArn(1)}: aliases next, no longer latest`,
      `${versionArn(1)}: ReleaseNotes Second, no longer First`,
    ]);
  });

  test('exempts an alias that the version happened to have and only the failed template declares, but no new one', () => {
    const had = snapshotOf('CREATE_COMPLETE', [resource], [{ ...asBefore, Aliases: ['latest', 'next'] }]);
    const operation = deploy([version('V1', { Aliases: ['next', 'new'] })]);
    const left = (...Aliases: readonly string[]) => rolledBack({ ...asBefore, Aliases });

    expect(found(rollbackRestores, [{ before: had, ended: left('latest'), operation }])).toEqual([]);
    expect(found(rollbackRestores, [{ before: had, ended: left('latest') }])).toEqual([
      `${versionArn(1)}: aliases latest, no longer latest,next`,
    ]);
    expect(found(rollbackRestores, [{ before: had, ended: left('latest', 'new'), operation }])).toEqual([
      `${versionArn(1)}: aliases latest,new, no longer latest`,
    ]);
  });

  test('compares with the snapshot before the update that the rollback undoes, however many operations ago', () => {
    const midway = snapshotOf('UPDATE_ROLLBACK_FAILED', [resource], [recordOf(1, { metadata: asBefore.metadata })]);

    expect(found(rollbackRestores, [{ origin: before, before: midway, ended: rolledBack(asBefore) }])).toEqual([]);
    expect(found(rollbackRestores, [{ origin: before, before: midway, ended: rolledBack(recordOf(1)) }])).toEqual([
      `${versionArn(1)}: aliases , no longer latest`,
      `${versionArn(1)}: ReleaseNotes undefined, no longer First`,
    ]);
  });

  test('exempts aliases that are on a version which the rollback has left where it is', () => {
    const retained = recordOf(2, { Aliases: ['latest'] });
    const events = [eventOf('DELETE_SKIPPED', { PhysicalResourceId: versionArn(2) })];
    const ended = rolledBack({ ...asBefore, Aliases: [] }, retained);

    expect(found(rollbackRestores, [{ before, ended, added: { events } }])).toEqual([]);
    expect(found(rollbackRestores, [{ before, ended }])).toEqual([`${versionArn(1)}: aliases , no longer latest`]);
  });

  test.each([
    ['that stays by its policy', ['DELETE_SKIPPED'], []],
    ['its Delete failed to the last', ['DELETE_FAILED', 'DELETE_FAILED'], []],
    [
      'its Delete did not fail to the last',
      ['DELETE_FAILED', 'DELETE_COMPLETE'],
      [`${versionArn(1)}: aliases , no longer latest`],
    ],
  ])(
    'exempts aliases that were taken for a version whose Create has died, where %s',
    (_where, statuses, violations) => {
      const ids = { LogicalResourceId: 'V2', PhysicalResourceId: 'unconfirmed/1' };
      const events = statuses.map((status) => eventOf(status, ids));
      const ended = rolledBack({ ...asBefore, Aliases: [] });
      const simulated = scenario([deploy([version('V2', { Aliases: ['latest'] })])]);
      const robbed = [{ before, ended, added: { events } }];

      expect(found(rollbackRestores, robbed, { scenario: simulated })).toEqual(violations);
      expect(found(rollbackRestores, robbed)).toEqual([`${versionArn(1)}: aliases , no longer latest`]);
    },
  );

  test('allows an alias that its template declares to come home', () => {
    const robbed = snapshotOf('CREATE_COMPLETE', [resource], [{ ...asBefore, Aliases: [] }]);

    expect(found(rollbackRestores, [{ before: robbed, ended: rolledBack(asBefore) }])).toEqual([]);
  });

  test('says nothing while Lambda still has something to do, or when somebody skipped a resource', () => {
    const ended = rolledBack();

    expect(found(rollbackRestores, [{ before, ended, after: { ...ended, isQuiet: false } }])).toEqual([]);
    expect(found(rollbackRestores, [{ before: { ...before, isQuiet: false }, ended }])).toEqual([]);
    expect(found(rollbackRestores, [{ before, ended, skipped: ['V1'] }])).toEqual([]);
  });
});

describe('numbersAscend', () => {
  const first = resourceOf('First', 2);
  const second = resourceOf('Second', 1, { dependencies: ['First'] });
  const made = [madeBy('First', 2), madeBy('Second', 1)];

  test('finds a version with a lower number than the one it depends on', () => {
    const ended = snapshotOf('CREATE_COMPLETE', [first, second], []);

    expect(found(numbersAscend, [{ ended, added: { made } }])).toEqual([
      `${versionArn(1)} depends on ${versionArn(2)}`,
    ]);
  });

  test('says nothing where one was there before, is of another image, or the stack has failed', () => {
    const ofOtherImage = { ...second, Properties: { ImageName: 'lab' } };

    expect(
      found(numbersAscend, [
        { ended: snapshotOf('UPDATE_COMPLETE', [first, second], []), added: { made: [madeBy('First', 2)] } },
      ]),
    ).toEqual([]);
    expect(
      found(numbersAscend, [{ ended: snapshotOf('CREATE_COMPLETE', [first, ofOtherImage], []), added: { made } }]),
    ).toEqual([]);
    expect(
      found(numbersAscend, [{ ended: snapshotOf('ROLLBACK_COMPLETE', [first, second], []), added: { made } }]),
    ).toEqual([]);
  });
});
