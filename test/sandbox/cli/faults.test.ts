import { faultLines, missed, readFaults } from '../../../sandbox/cli/faults/faults.ts';
import { versionOperations } from '../../../sandbox/sagemaker/disturbed-call.ts';

const modifications = ['CreateImageVersion', 'UpdateImageVersion', 'DeleteImageVersion'];

test.each<[given: string, fault: object]>([
  ['throttle', { name: 'throttle', operations: versionOperations, hits: { first: 3 } }],
  ['throttle=7', { name: 'throttle', operations: versionOperations, hits: { first: 7 } }],
  ['fail=20%', { name: 'fail', operations: versionOperations, hits: { share: 0.2 } }],
  ['in-use=ListAliases', { name: 'in-use', operations: ['ListAliases'], hits: { first: 3 } }],
  ['slow=ListAliases:2', { name: 'slow', operations: ['ListAliases'], hits: { first: 2 } }],
  ['reset=ListAliases:50%', { name: 'reset', operations: ['ListAliases'], hits: { share: 0.5 } }],
  ['access-denied', { name: 'access-denied', operations: versionOperations, hits: { share: 1 } }],
  ['access-denied=ListAliases', { name: 'access-denied', operations: ['ListAliases'], hits: { share: 1 } }],
  ['kill', { name: 'kill', operations: modifications, hits: { first: 1 } }],
  ['kill=DescribeImageVersion', { name: 'kill', operations: ['DescribeImageVersion'], hits: { first: 1 } }],
  ['create-failed', { name: 'create-failed', text: '' }],
  ['delete-failed=studio:1.4', { name: 'delete-failed', text: 'studio:1.4' }],
  ['break', { name: 'break' }],
  ['lambda-throttle', { name: 'lambda-throttle', first: 3 }],
  ['late=5', { name: 'late', ms: 5000 }],
  ['duplicate', { name: 'duplicate', ms: 1000 }],
  ['bucket-refuses=2', { name: 'bucket-refuses', first: 2 }],
])('reads %s', (given, fault) => {
  expect(readFaults([given])).toEqual({ faults: [{ ...fault, given }], problems: [] });
});

test.each([
  ['thorttle', 'there is no fault "thorttle" here. Did you mean "throttle"?'],
  ['', 'there is no fault "" here.'],
  ['throttle=', 'it has the form throttle[=HITS].'],
  ['throttle=0', 'it has the form throttle[=HITS].'],
  ['throttle=101%', 'it has the form throttle[=HITS].'],
  ['throttle=ListAlias', 'it has the form throttle[=HITS].'],
  ['throttle=ListAliases:', 'it has the form throttle[=HITS].'],
  ['throttle=ListAliases3', 'it has the form throttle[=HITS].'],
  ['late=soon', 'it has the form late[=SECONDS].'],
  ['duplicate=0', 'it has the form duplicate[=SECONDS].'],
  ['break=1', 'it has the form break.'],
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
  expect(readFaults([given]).faults.map(missed)).toEqual([`--fault ${given} did not happen: ${why}.`]);
});

test('tells every problem at once', () => {
  const { faults, problems } = readFaults(['fail', 'late=x', 'killl']);

  expect(faults).toHaveLength(1);
  expect(problems).toEqual([
    '--fault late=x: it has the form late[=SECONDS].',
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
