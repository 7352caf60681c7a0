import { faultLines, missed, notTried, readFaults } from '../../../sandbox/cli/faults.ts';
import { forever, versionOperations } from '../../../sandbox/faults/fault.ts';

const modifications = ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'];

const calls = (operations: readonly string[]) => ({ on: 'call', nth: 1, operations });
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
])('says what is wrong with "%s"', (given, told) => {
  expect(readFaults([given])).toEqual({ faults: [], problems: [`--fault ${given}: ${told}`] });
});

test.each([
  ['throttle', 'there was no call about versions'],
  ['throttle=20%', 'chance has hit no call about versions'],
  ['access-denied', 'there was no call about versions'],
  ['fail=ListAliases:10%', 'chance has hit no call of ListAliases'],
  ['kill', 'there was no call of CreateImageVersion or UpdateImageVersion or DeleteImageVersion'],
  ['create-failed', 'no version was made'],
  ['create-failed=1.9', 'no version was made whose BaseImage has "1.9" in it'],
  ['delete-failed', 'no version was deleted'],
  ['delete-failed=1.9', 'no version was deleted whose BaseImage has "1.9" in it'],
  ['late', 'no request came to the provider'],
  ['duplicate', 'no request came to the provider'],
  ['lambda-throttle', 'no request came to the provider'],
  ['break', 'no request came to the provider'],
  ['bucket-refuses', 'no response was sent'],
])('says why %s did not happen', (given, why) => {
  expect(readFaults([given]).faults.map((fault) => missed(fault, []))).toEqual([
    `--fault ${given} did not happen: ${why}.`,
  ]);
});

test.each([
  ['throttle', 'another fault came first at each call about versions'],
  ['fail=ListAliases', 'another fault came first at each call of ListAliases'],
  ['kill', 'there was no call of CreateImageVersion or UpdateImageVersion or DeleteImageVersion'],
  ['throttle=20%', 'chance has hit no call about versions'],
])('says why %s did not happen where ListAliases was called', (given, why) => {
  expect(readFaults([given]).faults.map((fault) => missed(fault, ['DescribeImage', 'ListAliases']))).toEqual([
    `--fault ${given} did not happen: ${why}.`,
  ]);
});

test('says that a fault did not happen as nothing was carried out', () => {
  expect(readFaults(['throttle=20%']).faults.map(notTried)).toEqual([
    '--fault throttle=20% did not happen: nothing was carried out.',
  ]);
});

test.each([
  ['late=3', 'late=5'],
  ['duplicate', 'duplicate=2'],
  ['break', 'break'],
  ['lambda-throttle', 'lambda-throttle=2'],
  ['bucket-refuses=1', 'bucket-refuses'],
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

test('serve has the faults of SageMaker alone, and lists no others', () => {
  const { problems } = readFaults(['throttle', 'kill', 'late'], 'serve');

  expect(problems).toEqual([
    '--fault kill: there is no fault "kill" here.',
    '--fault late: there is no fault "late" here.',
  ]);
  expect(faultLines('serve').join('\n')).not.toMatch(/kill|Lambda|bucket/);
  expect(faultLines().join('\n')).toContain('\n  kill[=HITS]              the provider');
});
