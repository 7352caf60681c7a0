// A scenario that is never drawn proves nothing: all that a scenario can hold comes about, but for what is exempted.
import fc from 'fast-check';
import { arbitraryScenario } from '../../laws/arbitrary-scenario.ts';
import { declaredAliases, type Scenario } from '../../laws/scenario.ts';
import {
  apiEffects,
  callEffects,
  deliveryEffects,
  personActs,
  stackOperations,
  staleOperations,
  versionOperations,
} from '../../sandbox/faults/fault.ts';
import { sageMakerSwitches } from '../../sandbox/sagemaker/settings.ts';

const scenarios = fc.sample(arbitraryScenario, { seed: 1, numRuns: 3_000 });
const operations = scenarios.flatMap((scenario) => scenario.operations);
const versions = operations.flatMap(({ template }) => template.versions);
const faults = operations.flatMap((operation) => operation.faults);
const sorted = (values: Iterable<unknown>) => [...new Set([...values].map(String))].toSorted();

function failsToRollBack({ operations }: Scenario): boolean {
  const siblings = operations.flatMap(({ template }) => template.siblings);
  const created = siblings.findIndex(({ fails }) => !fails);
  return created >= 0 && siblings.slice(created).some((sibling) => sibling.failsToRollBack);
}

/** Often enough for a run of a thousand scenarios to meet it several times. */
const least = scenarios.length / 100;

test.each<[what: string, drawn: Iterable<unknown>, expected: Iterable<unknown>]>([
  [
    'every kind of fault',
    faults.map(({ on }) => on),
    [
      'CloudFormation',
      'attempt',
      'call',
      'creation',
      'deletion',
      'delivery',
      'invocation',
      'person',
      'provider',
      'rate',
      'reads',
    ],
  ],
  [
    'every effect on a call but a kill, which crash points cover',
    faults.flatMap((fault) => (fault.on === 'call' ? [fault.does] : [])),
    callEffects.filter((effect) => effect !== 'kill'),
  ],
  [
    'each operation, hit by itself',
    faults.flatMap((fault) => (fault.on === 'call' && fault.operations.length === 1 ? fault.operations : [])),
    versionOperations,
  ],
  [
    'denials of one operation and of all',
    faults.flatMap((fault) => (fault.on === 'call' && fault.does === 'access-denied' ? [fault.operations.length] : [])),
    [1, versionOperations.length],
  ],
  [
    'every effect on a delivery',
    faults.flatMap((fault) => (fault.on === 'delivery' ? [fault.does] : [])),
    deliveryEffects,
  ],
  [
    'every effect on CloudFormation’s API',
    faults.flatMap((fault) => (fault.on === 'CloudFormation' ? [fault.does] : [])),
    apiEffects,
  ],
  [
    'stale reads of each operation',
    faults.flatMap((fault) => (fault.on === 'reads' ? fault.operations : [])),
    [...staleOperations, ...stackOperations],
  ],
  [
    'everything that people do, during an operation',
    faults.flatMap((fault) => (fault.on === 'person' ? [fault.does] : [])),
    personActs,
  ],
  [
    'everything that people do, after an operation',
    operations.flatMap(({ byHand = [] }) => byHand.map(({ does }) => does)),
    personActs,
  ],
  [
    'every effect on an attempt',
    faults.flatMap((fault) => (fault.on === 'attempt' ? [fault.does] : [])),
    ['throttle', 'late', 'duplicate'],
  ],
  [
    'every kind of kill',
    faults.flatMap((fault) => (fault.on === 'invocation' ? [`${fault.function} ${fault.does}`] : [])),
    ['ProviderFunction exit', 'ProviderFunction hang', 'FailsafeFunction exit', 'FailsafeFunction hang'],
  ],
  ['every switch', scenarios.flatMap(({ switches }) => Object.keys(switches)), Object.keys(sageMakerSwitches)],
  [
    'every setting of CloudFormation',
    scenarios.flatMap(({ cloudFormation }) => Object.keys(cloudFormation)),
    [
      'rollbackAfterReplacement',
      'cleanupDeleteProperties',
      'cleanupResourceType',
      'disableRollbackShown',
      'failedCreateIsDeleted',
      'imageDeletionInExpress',
      'lastUpdatedTimeInRollback',
      'pauseBeforeFirstRequestMs',
      'replacementInExpress',
      'replacementWithoutRollback',
      'serviceTimeoutIn',
      'pauseBeforeRollbackMs',
      'inProgressAfterIssueMs',
      'partition',
    ],
  ],
  [
    'every way not to roll back',
    operations.map(({ onFailure }) => onFailure),
    [undefined, 'DELETE', 'DO_NOTHING', 'DisableRollback'],
  ],
  ['one to six operations', scenarios.map((scenario) => scenario.operations.length), [1, 2, 3, 4, 5, 6]],
  ['deployments and deletions', operations.map(({ kind }) => kind), ['deploy', 'delete']],
  ['every provider timeout', scenarios.map((scenario) => scenario.providerTimeoutSeconds), [undefined, 10, 30, 120]],
])('Drawn are %s', (_what, drawn, expected) => {
  expect(sorted(drawn)).toEqual(sorted(expected));
});

test.each<[what: string, count: number]>([
  ['an operation that is cancelled', operations.filter(({ cancelAfterMs }) => cancelAfterMs !== undefined).length],
  ['an operation that the next one does not wait for', operations.filter(({ isAwaited }) => !isAwaited).length],
  ['an operation whose requests come once more', operations.filter(({ isRepeated }) => isRepeated).length],
  ['an operation after which earlier requests come once more', operations.filter((each) => each.repeatsEarlier).length],
  ['an operation in express mode', operations.filter(({ isExpress }) => isExpress).length],
  ['an operation with RetainExceptOnCreate', operations.filter((each) => each.retainsExceptOnCreate).length],
  ['RollbackStack, if the stack allows it', operations.filter(({ rollsBack }) => rollsBack).length],
  ['an operation with several faults', operations.filter((operation) => operation.faults.length > 1).length],
  ['a sibling that fails', operations.filter(({ template }) => template.siblings.length > 0).length],
  ['a sibling that succeeded before, and fails to roll back', scenarios.filter(failsToRollBack).length],
  ['an image of the stack', operations.filter(({ template }) => template.images.length > 0).length],
  ['a template of several versions', operations.filter(({ template }) => template.versions.length > 1).length],
  ['a version with DependsOn', versions.filter(({ DependsOn }) => DependsOn.length > 0).length],
  ['a version with aliases', versions.filter((version) => declaredAliases(version).length > 0).length],
  ['a version that does not wait for its image', versions.filter(({ isIndependent }) => isIndependent).length],
  ['a version with Alias', versions.filter(({ Alias }) => Alias !== undefined).length],
  ['a version with metadata', versions.filter(({ metadata }) => Object.keys(metadata).length > 0).length],
  ['a version with Revision', versions.filter(({ Revision }) => Revision !== undefined).length],
  ['a version with a mistake', versions.filter(({ nonsense }) => nonsense !== undefined).length],
  ['a base image that does not exist', versions.filter(({ tag }) => tag.startsWith('does-not-exist')).length],
  ['an alias of somebody else', versions.filter((version) => declaredAliases(version).includes('theirs')).length],
  ['a ServiceTimeout', versions.filter(({ ServiceTimeout }) => ServiceTimeout !== undefined).length],
  ['DeletionPolicy Retain', versions.filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain').length],
  [
    'DeletionPolicy RetainExceptOnCreate',
    versions.filter(({ DeletionPolicy }) => DeletionPolicy === 'RetainExceptOnCreate').length,
  ],
  ['an UpdateReplacePolicy', versions.filter(({ UpdateReplacePolicy }) => UpdateReplacePolicy !== undefined).length],
])('Drawn often is %s', (_what, count) => {
  expect(count).toBeGreaterThan(least);
});

test('Between two operations the template changes in every way', () => {
  const pairs = scenarios.flatMap((scenario) =>
    scenario.operations
      .slice(1)
      .map((operation, index) => [scenario.operations[index]?.template, operation.template] as const),
  );
  const changedMembers = pairs.flatMap(([before, after]) =>
    after.versions.flatMap((version) => {
      const old = before?.versions.find(({ id }) => id === version.id);
      if (old === undefined) return ['added'];
      const members: Readonly<Record<string, unknown>> = { ...old, ...version };
      const olds: Readonly<Record<string, unknown>> = { ...old };
      const news: Readonly<Record<string, unknown>> = { ...version };
      return Object.keys(members).filter((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name]));
    }),
  );
  const removed = pairs.flatMap(([before, after]) =>
    (before?.versions ?? []).filter(({ id }) => after.versions.every((each) => each.id !== id)).map(() => 'removed'),
  );

  expect(sorted([...changedMembers, ...removed])).toEqual(
    sorted([
      'added',
      'removed',
      'ImageName',
      'tag',
      'Revision',
      'Alias',
      'Aliases',
      'metadata',
      'nonsense',
      'ServiceTimeout',
      'DependsOn',
      'DeletionPolicy',
      'UpdateReplacePolicy',
    ]),
  );
});
