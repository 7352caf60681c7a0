import { numbersAscend, rollbackRestores, successIsTrue } from '../../../laws/invariants/outcome.ts';
import { baseImage, eventOf, found, madeBy, recordOf, resourceOf, snapshotOf, versionArn } from '../../support/run.ts';
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

  test('exempts aliases that were taken for a version whose Create has died, where that stays by its policy', () => {
    const skipped = eventOf('DELETE_SKIPPED', { LogicalResourceId: 'V2', PhysicalResourceId: 'unconfirmed/1' });
    const ended = rolledBack({ ...asBefore, Aliases: [] });
    const simulated = scenario([deploy([version('V2', { Aliases: ['latest'] })])]);
    const robbed = [{ before, ended, added: { events: [skipped] } }];

    expect(found(rollbackRestores, robbed, { scenario: simulated })).toEqual([]);
    expect(found(rollbackRestores, robbed)).toEqual([`${versionArn(1)}: aliases , no longer latest`]);
  });

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
