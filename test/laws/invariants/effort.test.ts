import {
  aliasesAreThoseDeclared,
  neverAllowedIsRolledBack,
  nothingFailsNeedlessly,
  replacedExactlyWhenAsked,
} from '../../../laws/invariants/effort.ts';
import type { Fault } from '../../../sandbox/faults/fault.ts';
import { baseImage, eventOf, found, recordOf, resourceOf, snapshotOf, versionArn } from '../../support/run.ts';
import {
  deny,
  deploy,
  duplicate,
  failingSibling,
  kill,
  late,
  onCall,
  scenario,
  version,
} from '../../support/scenario.ts';

describe('nothingFailsNeedlessly', () => {
  const added = { events: [eventOf('UPDATE_FAILED')] };
  const ended = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [], []);
  const good = [version('V1')];

  test.each([
    ['nothing goes wrong', deploy(good)],
    ['SageMaker throttles', deploy(good, { faults: [onCall('ListAliases', 'throttle', { count: 8 })] })],
    [
      'CloudFormation throttles',
      deploy(good, { faults: [{ on: 'CloudFormation', does: 'throttle', nth: 1, count: 7 }] }),
    ],
    ['a request comes twice', deploy(good, { faults: [duplicate(1, 0)] })],
  ])('finds an update that fails although its template is good, where %s', (_what, operation) => {
    expect(found(nothingFailsNeedlessly, [{ operation, ended, added }])).toEqual([
      'UpdateStack ends in UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('finds nothing where the update succeeds, or was refused', () => {
    const operation = deploy(good);
    const complete = snapshotOf('UPDATE_COMPLETE', [], []);

    expect(found(nothingFailsNeedlessly, [{ operation, ended: complete, added }])).toEqual([]);
    expect(found(nothingFailsNeedlessly, [{ operation, ended }])).toEqual([]);
  });

  test.each([
    ['a sibling fails', deploy(good, { siblings: [failingSibling(0)] })],
    ['the base image cannot be had', deploy([version('V1', { tag: 'does-not-exist-1' })])],
    ['a property is misspelt', deploy([version('V1', { nonsense: { Procesor: 'CPU' } })])],
    ['somebody else has the alias', deploy([version('V1', { Aliases: ['theirs'] })])],
    ['there may be too little time', deploy([version('V1', { ServiceTimeout: 120 })])],
    ['the update is cancelled', deploy(good, { cancelAfterMs: 1 })],
    ['an invocation dies', deploy(good, { faults: [kill(1, 1)] })],
    ['SageMaker denies a call', deploy(good, { faults: [deny('everything')] })],
    ['a creation fails', deploy(good, { faults: [{ on: 'creation', nth: 1, count: 1 }] })],
  ])('accepts a failure where %s', (_why, operation) => {
    expect(found(nothingFailsNeedlessly, [{ operation, ended, added }])).toEqual([]);
  });

  test.each([
    ['a sibling fails', deploy(good, { siblings: [failingSibling(0)] })],
    ['a property is misspelt', deploy([version('V1', { nonsense: { Procesor: 'CPU' } })])],
    ['the update is cancelled', deploy(good, { cancelAfterMs: 1 })],
  ])('finds a rollback that fails, where %s', (_why, operation) => {
    const stuck = snapshotOf('UPDATE_ROLLBACK_FAILED', [], []);

    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck, added }])).toEqual([
      'UpdateStack ends in UPDATE_ROLLBACK_FAILED',
    ]);
  });

  test('accepts a rollback that fails over an image', () => {
    const image = resourceOf('Image', 1, { ResourceType: 'AWS::SageMaker::Image', ResourceStatus: 'UPDATE_FAILED' });
    const stuck = snapshotOf('UPDATE_ROLLBACK_FAILED', [image], []);

    expect(found(nothingFailsNeedlessly, [{ operation: deploy(good), ended: stuck, added }])).toEqual([]);
  });

  test('accepts a rollback that fails over a sibling', () => {
    const operation = deploy(good, { siblings: [{ ...failingSibling(0), failsToRollBack: true }] });
    const stuck = snapshotOf('UPDATE_ROLLBACK_FAILED', [], []);

    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck, added }])).toEqual([]);
  });

  test.each<[what: string, fault: Fault]>([
    ['a deletion failed', { on: 'deletion', nth: 1, count: 1 }],
    ['SageMaker denied a call', deny('DeleteImageVersion')],
  ])('accepts a failure after an operation in which %s: that may be in the way', (_what, fault) => {
    const troubled = { operation: deploy(good, { faults: [fault] }) };

    expect(found(nothingFailsNeedlessly, [troubled, { operation: deploy(good), ended, added }])).toEqual([]);
  });

  test('accepts a failure where an image is busy for so long that its versions take more than the time there is', () => {
    const operation = deploy([version('V1'), version('V2')]);
    const busy = scenario([operation], {
      switches: { imageWhileVersionIsCreated: 'busy' },
      versionCreation: [300_000, 1_500_000],
    });

    expect(found(nothingFailsNeedlessly, [{ operation, ended, added }], { scenario: busy })).toEqual([]);
  });

  test('accepts a failure after a resource was skipped, while earlier requests still run, or out of time', () => {
    const operation = deploy(good);
    const busy = snapshotOf('UPDATE_COMPLETE', [], [], { isQuiet: false });
    const hurried = scenario([operation], { providerTimeoutSeconds: 10 });

    expect(found(nothingFailsNeedlessly, [{ operation, ended, added, skipped: ['V1'] }])).toEqual([]);
    expect(found(nothingFailsNeedlessly, [{ operation, before: busy, ended, added }])).toEqual([]);
    expect(found(nothingFailsNeedlessly, [{ operation, ended, added }], { scenario: hurried })).toEqual([]);
  });

  test('accepts that a stack made anew meets what an earlier one of its name has retained', () => {
    const events = [
      eventOf('DELETE_SKIPPED', { StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/scenario/1' }),
    ];
    const operation = deploy(good);

    expect(found(nothingFailsNeedlessly, [{ added: { events } }, { operation, ended, added }])).toEqual([]);
  });
});

describe('neverAllowedIsRolledBack', () => {
  const V1 = resourceOf('V1', 1, { PhysicalResourceId: 'unconfirmed/1', ResourceStatus: 'DELETE_FAILED' });
  const ended = snapshotOf('ROLLBACK_FAILED', [V1], []);
  const call = 'CreateStack';
  const good = [version('V1')];

  test.each<[what: string, others: readonly Fault[]]>([
    ['nothing else goes wrong', []],
    ['other things go wrong with calls', [onCall('ListAliases', 'throttle'), { on: 'creation', nth: 1, count: 1 }]],
  ])('finds what could not be deleted although nothing was ever allowed, where %s', (_what, others) => {
    const operation = deploy(good, { faults: [...others, deny('everything')] });

    expect(found(neverAllowedIsRolledBack, [{ call, operation, ended }])).toEqual([
      'V1 (unconfirmed/1) is DELETE_FAILED',
    ]);
  });

  test('finds nothing where it was deleted, or was no version', () => {
    const operation = deploy(good, { faults: [deny('everything')] });
    const deleted = snapshotOf('ROLLBACK_COMPLETE', [{ ...V1, ResourceStatus: 'DELETE_COMPLETE' }], []);
    const sibling = snapshotOf('ROLLBACK_FAILED', [{ ...V1, ResourceType: 'Custom::Sibling' }], []);

    expect(found(neverAllowedIsRolledBack, [{ call, operation, ended: deleted }])).toEqual([]);
    expect(found(neverAllowedIsRolledBack, [{ call, operation, ended: sibling }])).toEqual([]);
  });

  test.each<[what: string, faults: readonly Fault[]]>([
    ['nothing is denied', []],
    ['something was allowed before', [deny('everything', { nth: 2 })]],
    ['something is allowed', [deny('CreateImageVersion')]],
    ['a request comes late', [deny('everything'), late(1, 90_000)]],
    ['an invocation dies', [deny('everything'), kill(1, 1)]],
  ])('accepts it where %s', (_what, faults) => {
    expect(found(neverAllowedIsRolledBack, [{ call, operation: deploy(good, { faults }), ended }])).toEqual([]);
  });

  test('accepts it where CloudFormation had cancelled the Create', () => {
    const operation = deploy(good, { faults: [deny('everything')] });
    const events = [eventOf('CREATE_FAILED', { ResourceStatusReason: 'Resource creation cancelled' })];

    expect(found(neverAllowedIsRolledBack, [{ call, operation, ended, added: { events } }])).toEqual([]);
  });

  test('accepts it where there was a stack before', () => {
    const operation = deploy(good, { faults: [deny('everything')] });

    expect(found(neverAllowedIsRolledBack, [{ call: 'UpdateStack', operation, ended }])).toEqual([]);
  });
});

describe('replacedExactlyWhenAsked', () => {
  const one = snapshotOf('CREATE_COMPLETE', [resourceOf('V1', 1)], [recordOf(1)]);
  const updatedTo = (resource: ReturnType<typeof resourceOf>) => snapshotOf('UPDATE_COMPLETE', [resource], []);

  test.each(['ImageName', 'BaseImage', 'Revision'])('finds a version that stays although %s has changed', (name) => {
    const kept = resourceOf('V1', 1, { Properties: { [name]: baseImage('1.2') } });

    expect(found(replacedExactlyWhenAsked, [{ before: one, ended: updatedTo(kept) }])).toEqual([
      `${versionArn(1)} became ${versionArn(1)}`,
    ]);
  });

  test('finds a version that was replaced for anything else', () => {
    const replaced = resourceOf('V1', 2, { Properties: { Alias: 'latest' } });

    expect(found(replacedExactlyWhenAsked, [{ before: one, ended: updatedTo(replaced) }])).toEqual([
      `${versionArn(1)} became ${versionArn(2)}`,
    ]);
  });

  test('finds nothing where it was asked, or the old version was not there any more', () => {
    const asked = resourceOf('V1', 2, { Properties: { Revision: '2' } });
    const vanished = snapshotOf('CREATE_COMPLETE', [resourceOf('V1', 1)], []);

    expect(found(replacedExactlyWhenAsked, [{ before: one, ended: updatedTo(asked) }])).toEqual([]);
    expect(found(replacedExactlyWhenAsked, [{ before: vanished, ended: updatedTo(resourceOf('V1', 2)) }])).toEqual([]);
  });

  test.each(['CREATE_FAILED', 'DELETE_FAILED'])('finds nothing where the resource was %s before', (ResourceStatus) => {
    const before = snapshotOf('CREATE_FAILED', [resourceOf('V1', 1, { ResourceStatus })], [recordOf(1)]);

    expect(found(replacedExactlyWhenAsked, [{ before, ended: updatedTo(resourceOf('V1', 2)) }])).toEqual([]);
  });
});

describe('aliasesAreThoseDeclared', () => {
  const operation = deploy([version('V1', { Aliases: ['1.4'] })]);
  const surplus = recordOf(1, { Aliases: ['1.4', 'latest', 'cfn-own'] });
  const ended = snapshotOf('UPDATE_COMPLETE', [resourceOf('V1', 1)], [surplus]);

  test('finds an alias that no template declares any more', () => {
    expect(found(aliasesAreThoseDeclared, [{ operation, ended }])).toEqual([
      'V1 has latest, which no template declares any more',
    ]);
  });

  test('exempts a scenario in which a deletion has failed, and says nothing of a stack that has failed', () => {
    const troubled = { ...operation, faults: [{ on: 'deletion' as const, nth: 1, count: 1 }] };
    const failed = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [resourceOf('V1', 1)], [surplus]);

    expect(found(aliasesAreThoseDeclared, [{ operation: troubled, ended }])).toEqual([]);
    expect(found(aliasesAreThoseDeclared, [{ operation, ended: failed }])).toEqual([]);
  });
});
