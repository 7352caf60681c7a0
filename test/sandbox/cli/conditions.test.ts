import { readSwitches, switchLines } from '../../../sandbox/cli/conditions.ts';

test('reads switches of SageMaker and of CloudFormation; the last word counts', () => {
  const given = ['ClientToken=remembered', 'ClientToken=forgotten', 'cleanupDeleteProperties=new'];

  expect(readSwitches(given)).toEqual({
    switches: { sageMaker: { ClientToken: 'forgotten' }, cloudFormation: { cleanupDeleteProperties: 'new' } },
    problems: [],
  });
});

test('reports all problems together, with suggestions', () => {
  const { problems } = readSwitches(['ClientTokn=forgotten', 'caseOfArns=lower', 'ClientToken', 'constructor=x']);

  expect(problems).toEqual([
    '--switch ClientTokn=forgotten: there is no switch "ClientTokn" here. Did you mean "ClientToken"?',
    '--switch caseOfArns=lower: caseOfArns is kept or lowered. Did you mean "lowered"?',
    '--switch ClientToken: ClientToken is remembered or forgotten.',
    '--switch constructor=x: there is no switch "constructor" here.',
  ]);
});

test('lists every switch, its default first', () => {
  expect(switchLines()).toContain('  updateWhileCreating=ResourceInUse|accepted|ValidationException');
  expect(switchLines()).toContain('  rollbackAfterReplacement=delete-only|update-first');
});
