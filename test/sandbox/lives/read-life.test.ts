import { drawLife } from '../../../sandbox/lives/draw-life.ts';
import { readLife } from '../../../sandbox/lives/read-life.ts';
import { deny, deploy, duplicate, failingSibling, kill, life, onCall, version } from '../../support/life.ts';

test('reads every life that is drawn back as it was', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const drawn = drawLife(seed);

    expect(readLife(JSON.stringify(drawn))).toEqual(drawn);
  }
});

test('says so where there is no JSON', () => {
  expect(() => readLife('{"seed": 1,')).toThrow(new Error('This is not JSON.'));
});

const { seed: _, ...withoutSeed } = life([]);
const operation = deploy([version('V1')], { siblings: [failingSibling(1_000)] });
const { template: _template, ...withoutTemplate } = operation;
const { faults: _faults, ...withoutFaults } = operation;
const throttle = onCall('ListAliases', 'throttle');
const withOperation = (written: object) => ({ ...life([]), operations: [operation, written] });
const withTemplate = (written: object) => withOperation({ ...operation, template: written });
const withFault = (written: object) => withOperation({ ...operation, faults: [throttle, written] });
const operations =
  '"CreateImageVersion" or "DescribeImageVersion" or "UpdateImageVersion" or "DeleteImageVersion" or "ListAliases"';

test.each<[value: unknown, problem: string]>([
  [null, 'life must be an object, not null.'],
  [[], 'life must be an object, not [].'],
  [withoutSeed, 'life lacks "seed".'],
  [{ ...life([]), sed: 1 }, 'life has no member "sed". Did you mean "seed"?'],
  [{ ...life([]), seed: '1' }, 'life.seed must be a whole number from 0 on, not "1".'],
  [{ ...life([]), largestPageSize: 0 }, 'life.largestPageSize must be a whole number from 1 on, not 0.'],
  [{ ...life([]), versionCreation: [5] }, 'life.versionCreation must be [from, to], not [5].'],
  [{ ...life([]), versionCreation: [5, 1] }, 'life.versionCreation must be [from, to], not [5,1].'],
  [{ ...life([]), versionCreation: [0.5, 1] }, 'life.versionCreation[0] must be a whole number from 0 on, not 0.5.'],
  [
    { ...life([]), switches: { caseOfArns: 'lower' } },
    'life.switches.caseOfArns must be "kept" or "lowered", not "lower". Did you mean "lowered"?',
  ],
  [
    { ...life([]), cloudFormation: { partitions: 'aws' } },
    'life.cloudFormation has no member "partitions". Did you mean "partition"?',
  ],
  [{ ...life([]), foreign: [{ ImageName: 'studio' }] }, 'life.foreign[0] lacks "Aliases".'],
  [{ ...life([]), operations: {} }, 'life.operations must be a list, not {}.'],
  [withOperation(withoutTemplate), 'life.operations[1] lacks "template".'],
  [withOperation(withoutFaults), 'life.operations[1] lacks "faults".'],
  [withOperation({ ...operation, faluts: [] }), 'life.operations[1] has no member "faluts". Did you mean "faults"?'],
  [
    withOperation({ ...operation, kind: 'update' }),
    'life.operations[1].kind must be "deploy" or "delete", not "update".',
  ],
  [withOperation({ ...operation, isAwaited: 1 }), 'life.operations[1].isAwaited must be true or false, not 1.'],
  [withTemplate({ images: [], siblings: [] }), 'life.operations[1].template lacks "versions".'],
  [
    withTemplate({ ...operation.template, image: [] }),
    'life.operations[1].template has no member "image". Did you mean "images"?',
  ],
  [
    withTemplate({ ...operation.template, versions: [{ ...version('V1'), alias: 'latest' }] }),
    'life.operations[1].template.versions[0] has no member "alias". Did you mean "Alias"?',
  ],
  [
    withTemplate({ ...operation.template, versions: [version('V1'), { ...version('V2'), metadata: 'CPU' }] }),
    'life.operations[1].template.versions[1].metadata must be an object, not "CPU".',
  ],
  [
    withTemplate({ ...operation.template, siblings: [{ ...failingSibling(1_000), fail: true }] }),
    'life.operations[1].template.siblings[0] has no member "fail". Did you mean "fails"?',
  ],
  [
    withTemplate({ ...operation.template, images: [{ id: 'Image1', ImageName: 'own', ImageDescription: 1 }] }),
    'life.operations[1].template.images[0].ImageDescription must be text, not 1.',
  ],
  [withFault({}), 'life.operations[1].faults[1] lacks "on".'],
  [
    withFault({ on: 'cal' }),
    'life.operations[1].faults[1].on must be "call" or "permissions" or "creation" or "deletion" or "delivery" or "CloudFormation" or ' +
      '"attempt" or "invocation" or "provider", not "cal". Did you mean "call"?',
  ],
  [
    withFault({ ...throttle, operation: 'ListAlias' }),
    `life.operations[1].faults[1].operation must be ${operations}, not "ListAlias". Did you mean "ListAliases"?`,
  ],
  [
    withFault({ ...throttle, does: 'throtle' }),
    'life.operations[1].faults[1].does must be "throttle" or "fail" or "in use" or "reset before" or "reset after" or ' +
      '"hang after" or "slow request" or "slow answer", not "throtle". Did you mean "throttle"?',
  ],
  [withFault({ ...throttle, nthh: 1 }), 'life.operations[1].faults[1] has no member "nthh". Did you mean "nth"?'],
  [withFault({ ...throttle, nth: 0 }), 'life.operations[1].faults[1].nth must be a whole number from 1 on, not 0.'],
  [
    withFault({ ...deny('everything'), denied: 'anything' }),
    `life.operations[1].faults[1].denied must be ${operations} or "everything", not "anything".`,
  ],
  [withFault({ on: 'creation', nth: 1 }), 'life.operations[1].faults[1] lacks "count".'],
  [
    withFault({ on: 'attempt', nth: 1, does: 'latte', ms: 1 }),
    'life.operations[1].faults[1].does must be "throttle" or "late" or "duplicate", not "latte". Did you mean "late"?',
  ],
  [withFault({ ...duplicate(1, 5), count: 1 }), 'life.operations[1].faults[1] has no member "count".'],
  [
    withFault({ ...kill(1, 1), function: 'Provider' }),
    'life.operations[1].faults[1].function must be "ProviderFunction" or "FailsafeFunction", not "Provider".',
  ],
])('says what is wrong with written life number %#, and where', (value, problem) => {
  expect(() => readLife(JSON.stringify(value))).toThrow(new Error(`This is no life:\n  ${problem}`));
});

test('says everything that is wrong at once', () => {
  const written = withFault({ ...throttle, count: '1', does: 'fial' });

  expect(() => readLife(JSON.stringify({ ...written, switches: [], foreigns: [] }))).toThrow(
    new Error(
      [
        'This is no life:',
        'life has no member "foreigns". Did you mean "foreign"?',
        'life.switches must be an object, not [].',
        'life.operations[1].faults[1].count must be a whole number from 1 on, not "1".',
        'life.operations[1].faults[1].does must be "throttle" or "fail" or "in use" or "reset before" or "reset after" or ' +
          '"hang after" or "slow request" or "slow answer", not "fial". Did you mean "fail"?',
      ].join('\n  '),
    ),
  );
});
