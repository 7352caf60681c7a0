import { faultLines, missed, readFaults } from '../../../sandbox/cli/faults.ts';
import { forever, stackOperations, versionOperations } from '../../../sandbox/faults/fault.ts';

const modifications = ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'];

const calls = (operations: readonly string[]) => ({ on: 'call', nth: 1, operations });
const everyRead = { on: 'reads', operations: ['DescribeImageVersion', 'ListAliases'], afterMs: 0, ms: forever };
const aPerson = { name: 'person', on: 'person', ImageName: 'mine', afterMs: 0 };
const everyRequest = { on: 'attempt', nth: 1, count: forever, isFirstOnly: true };

test.each<[given: string, fault: object]>([
  ['throttle', { name: 'throttle', ...calls(versionOperations), does: 'throttle', count: 3 }],
  ['throttle=7', { name: 'throttle', ...calls(versionOperations), does: 'throttle', count: 7 }],
  ['fail=20%', { name: 'fail', ...calls(versionOperations), does: 'fail', count: forever, share: 0.2 }],
  ['in-use=ListAliases', { name: 'in-use', ...calls(['ListAliases']), does: 'in-use', count: 3 }],
  ['slow=ListAliases:2', { name: 'slow', ...calls(['ListAliases']), does: 'slow', count: 2 }],
  ['reset=ListAliases:50%', { name: 'reset', ...calls(['ListAliases']), does: 'reset', count: forever, share: 0.5 }],
  ['lost-answer', { name: 'lost-answer', ...calls(versionOperations), does: 'lost-answer', count: 3 }],
  ['hang=1', { name: 'hang', ...calls(versionOperations), does: 'hang', count: 1 }],
  ['access-denied', { name: 'access-denied', ...calls(versionOperations), does: 'access-denied', count: forever }],
  [
    'access-denied=ListAliases',
    { name: 'access-denied', ...calls(['ListAliases']), does: 'access-denied', count: forever },
  ],
  ['kill', { name: 'kill', ...calls(modifications), does: 'kill', count: 1 }],
  ['kill=DescribeImageVersion', { name: 'kill', ...calls(['DescribeImageVersion']), does: 'kill', count: 1 }],
  ['create-failed', { name: 'create-failed', on: 'creation', nth: 1, count: forever, text: '' }],
  ['delete-failed=studio:1.4', { name: 'delete-failed', on: 'deletion', nth: 1, count: forever, text: 'studio:1.4' }],
  ['break', { name: 'break', on: 'provider', does: 'break' }],
  ['lambda-throttle', { name: 'lambda-throttle', on: 'attempt', does: 'throttle', nth: 1, count: 3, times: 1 }],
  ['late=5', { name: 'late', ...everyRequest, does: 'late', ms: 5000 }],
  ['duplicate', { name: 'duplicate', ...everyRequest, does: 'duplicate', ms: 1000 }],
  ['bucket-refuses=2', { name: 'bucket-refuses', on: 'delivery', does: 'status 503', nth: 1, count: 2 }],
  ['rate', { name: 'rate', on: 'rate', capacity: 5, perSecond: 5 }],
  ['rate=20', { name: 'rate', on: 'rate', capacity: 20, perSecond: 20 }],
  ['stale', { name: 'stale', ...everyRead, behindMs: 5000 }],
  ['stale=60', { name: 'stale', ...everyRead, behindMs: 60_000 }],
  ['stacks-throttle', { name: 'stacks-throttle', on: 'CloudFormation', does: 'throttle', nth: 1, count: 3 }],
  ['stacks-fail=9', { name: 'stacks-fail', on: 'CloudFormation', does: 'fail', nth: 1, count: 9 }],
  ['stacks-reset=1', { name: 'stacks-reset', on: 'CloudFormation', does: 'reset', nth: 1, count: 1 }],
  ['stacks-denied', { name: 'stacks-denied', on: 'CloudFormation', does: 'access-denied', nth: 1, count: forever }],
  ['stacks-stale=3', { ...everyRead, name: 'stacks-stale', operations: stackOperations, behindMs: 3_000 }],
  ['person=move-alias:mine:latest', { ...aPerson, does: 'move-alias', Alias: 'latest' }],
  ['person=delete-version:mine:1.4', { ...aPerson, does: 'delete-version', Alias: '1.4' }],
  ['person=delete-version:mine', { ...aPerson, does: 'delete-version', Alias: '' }],
  ['person=create-version:mine', { ...aPerson, does: 'create-version', Alias: '' }],
  ['person=create-image-again:mine', { ...aPerson, does: 'create-image-again', Alias: '' }],
])('reads %s', (given, fault) => {
  expect(readFaults([given])).toEqual({ faults: [{ ...fault, given }], problems: [] });
});

test.each([
  ['thorttle', 'there is no fault "thorttle" here. Did you mean "throttle"?'],
  ['', 'there is no fault "" here.'],
  ['throttle=', 'nothing follows the "=".'],
  ['throttle=0', 'a number of calls is 1 or more.'],
  ['throttle=0%', 'a share is 1% to 100%.'],
  ['throttle=ListAliases:200%', 'a share is 1% to 100%.'],
  ['throttle=2.5%', '"2.5%" is neither a number of calls (3) nor a share of them (20%), both whole.'],
  ['throttle=ListAliases:', '"" is neither a number of calls (3) nor a share of them (20%), both whole.'],
  ['throttle=ListAliases:2:3', '"ListAliases:2:3" has more than one colon.'],
  ['throttle=CreateImage:3', 'there is no operation "CreateImage". Did you mean "CreateImageVersion"?'],
  ['throttle=listaliases', 'there is no operation "listaliases". Did you mean "ListAliases"?'],
  ['throttle=ListAliases3', 'there is no operation "ListAliases3". Did you mean "ListAliases"?'],
  [
    'kill=x',
    'there is no operation "x". There are: CreateImageVersion, DescribeImageVersion, UpdateImageVersion, ' +
      'DeleteImageVersion, ListAliases.',
  ],
  ['late=soon', 'SECONDS is a whole number from 1 to 99999.'],
  ['duplicate=0', 'SECONDS is a whole number from 1 to 99999.'],
  ['bucket-refuses=100000', 'COUNT is a whole number from 1 to 99999.'],
  ['break=1', 'it takes no argument.'],
  ['stacks-denied=1', 'it takes no argument.'],
  ['rate=0', 'CALLS is a whole number from 1 to 99999.'],
  ['stale=61', 'SECONDS is a whole number from 1 to 60.'],
  ['stale=0', 'SECONDS is a whole number from 1 to 60.'],
  ['stale=1e1', 'SECONDS is a whole number from 1 to 60.'],
  ['person', 'there is no act "". There are: move-alias, create-version, delete-version, create-image-again.'],
  ['person=move-alais:mine:latest', 'there is no act "move-alais". Did you mean "move-alias"?'],
  ['person=move-alias:mine', 'write move-alias:IMAGE:ALIAS.'],
  ['person=create-version', 'write create-version:IMAGE.'],
  ['person=create-version:mine:latest', 'write create-version:IMAGE.'],
  ['person=delete-version:mine:a:b', 'write delete-version:IMAGE[:ALIAS].'],
])('says what is wrong with "%s"', (given, told) => {
  expect(readFaults([given])).toEqual({ faults: [], problems: [`--fault ${given}: ${told}`] });
});

test.each([
  ['throttle', 'there was no call about versions'],
  ['throttle=20%', 'no call about versions was selected by chance'],
  ['access-denied', 'there was no call about versions'],
  ['fail=ListAliases:10%', 'no call of ListAliases was selected by chance'],
  ['kill', 'there was no call of CreateImageVersion or UpdateImageVersion or DeleteImageVersion'],
  ['create-failed', 'no version was created'],
  ['create-failed=1.9', 'no version was created whose BaseImage has "1.9" in it'],
  ['delete-failed', 'no version was deleted'],
  ['delete-failed=1.9', 'no version was deleted whose BaseImage has "1.9" in it'],
  ['late', 'no request came to the provider'],
  ['duplicate', 'no request came to the provider'],
  ['lambda-throttle', 'no request came to the provider'],
  ['break', 'no request came to the provider'],
  ['bucket-refuses', 'no response was sent'],
  ['rate=7', 'there were never more than 7 calls per second'],
  ['stale', 'there was no call of DescribeImageVersion or ListAliases'],
  ['stacks-denied', 'the provider made no call to CloudFormation, or another fault came first at each call'],
  ['stacks-stale', 'there was no call of DescribeStacks or DescribeStackResource or DescribeStackEvents'],
  ['person=create-version:mine', 'there is no image mine'],
])('says why %s did not happen', (given, why) => {
  expect(readFaults([given]).faults.map((fault) => missed(fault, []))).toEqual([
    `--fault ${given} did not happen: ${why}.`,
  ]);
});

test.each([
  ['throttle', 'another fault came first at each call about versions'],
  ['fail=ListAliases', 'another fault came first at each call of ListAliases'],
  ['kill', 'there was no call of CreateImageVersion or UpdateImageVersion or DeleteImageVersion'],
  ['throttle=20%', 'no call about versions was selected by chance'],
])('says why %s did not happen where ListAliases was called', (given, why) => {
  expect(readFaults([given]).faults.map((fault) => missed(fault, ['DescribeImage', 'ListAliases']))).toEqual([
    `--fault ${given} did not happen: ${why}.`,
  ]);
});

test('says that a fault did not happen as nothing was carried out', () => {
  expect(readFaults(['throttle=20%']).faults.map((fault) => missed(fault))).toEqual([
    '--fault throttle=20% did not happen: nothing was carried out.',
  ]);
});

test.each([
  ['late=3', 'late=5'],
  ['duplicate', 'duplicate=2'],
  ['break', 'break'],
  ['lambda-throttle', 'lambda-throttle=2'],
  ['bucket-refuses=1', 'bucket-refuses'],
  ['rate', 'rate=1'],
  ['stale=1', 'stale'],
])('%s and %s say different things of the same requests: the second is refused', (first, second) => {
  expect(readFaults([first, 'throttle', second]).problems).toEqual([
    `--fault ${second}: there is --fault ${first} already. Keep one of them.`,
  ]);
});

test('faults of calls and of versions may be asked for several times', () => {
  expect(readFaults(['throttle=1', 'throttle=ListAliases', 'create-failed=1.9', 'create-failed=1.4'])).toMatchObject({
    faults: [{}, {}, {}, {}],
    problems: [],
  });
});

test('tells every problem at once', () => {
  const { faults, problems } = readFaults(['fail', 'late=x', 'killl']);

  expect(faults).toHaveLength(1);
  expect(problems).toEqual([
    '--fault late=x: SECONDS is a whole number from 1 to 99999.',
    '--fault killl: there is no fault "killl" here. Did you mean "kill"?',
  ]);
});

test('help explains each fault in whole sentences, with its default and in lines that fit', () => {
  const lines = faultLines();

  const sentences = lines.filter((line) => line.startsWith('      ')).map((line) => line.trim());
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(sentences.join(' ')).toMatch(/^[A-Z].*\.$/);
  expect(lines).toContain('      SageMaker throttles more than CALLS calls per second. The default is 5.');
});
