import { brokenRules } from '../../../sandbox/template/evaluate.ts';
import { parseTemplate } from '../../../sandbox/template/parse.ts';
import { anImage, aScope, problemsOf } from './template-source.ts';

/** The rules that the values break, of a template with the assertion. */
function broken(rule: string, parameters: Readonly<Record<string, string | readonly string[]>> = {}) {
  const names = ['Size: {Type: String}', 'Names: {Type: CommaDelimitedList}'].join(', ');
  const template = parseTemplate(`Parameters: {${names}}\nRules: {R: ${rule}}\n${anImage}`, 'template.yaml');
  return brokenRules(template, aScope({ Size: 'M', Names: ['a', 'b'], ...parameters }));
}

test.each([
  '!Equals [!Ref Size, M]',
  '!Not [!Contains [[S, L], !Ref Size]]',
  '!Contains [!Ref Names, a]',
  '!EachMemberIn [!Ref Names, [a, b, c]]',
  '!EachMemberEquals [[M, M], !Ref Size]',
  '!And [!Equals [!Ref AWS::Region, eu-west-1], !Or [!Equals [a, b], !Contains [[M], !Ref Size]]]',
])('%s holds', (assertion) => {
  expect(broken(`{Assertions: [{Assert: ${assertion}}]}`)).toEqual([]);
});

test.each([
  '!Contains [!Ref Names, c]',
  '!EachMemberIn [!Ref Names, [a]]',
  '!EachMemberEquals [!Ref Names, a]',
  '!Not [!Contains [[M], !Ref Size]]',
])('%s does not hold', (assertion) => {
  expect(broken(`{Assertions: [{Assert: ${assertion}, AssertDescription: Not so.}]}`)).toEqual([
    'Template error: the rule R does not hold: Not so.',
  ]);
});

test('every assertion that is false is named, if the rule applies', () => {
  const assertions =
    '[{Assert: !Equals [a, b]}, {Assert: !Equals [a, a]}, {Assert: !Equals [c, d], AssertDescription: D}]';

  expect(broken(`{RuleCondition: !Equals [!Ref Size, M], Assertions: ${assertions}}`)).toEqual([
    'Template error: the rule R does not hold: an assertion is false.',
    'Template error: the rule R does not hold: D',
  ]);
  expect(broken(`{RuleCondition: !Equals [!Ref Size, L], Assertions: ${assertions}}`)).toEqual([]);
});

test('a rule that reads the account is ignored', () => {
  const rule =
    "{Assertions: [{Assert: !EachMemberIn [!ValueOfAll ['AWS::EC2::Subnet::Id', VpcId], !RefAll 'AWS::EC2::VPC::Id']}]}";

  expect(broken(rule)).toEqual([]);
});

const listed = 'Fn::And, Fn::Or, Fn::Not, Fn::Equals, Fn::Contains, Fn::EachMemberEquals, Fn::EachMemberIn';
test.each([
  ['{Assertion: []}', '1:13 A rule has no "Assertion". Did you mean "Assertions"?'],
  ['{Assertions: {Assert: a}}', '1:25 Assertions must be a list.'],
  ['{Assertions: [{Assrt: a}]}', '1:27 An assertion has no "Assrt". Did you mean "Assert"?'],
  [
    '{Assertions: [{Assert: !Equals [!If [C, a, b], !Sub a]}]}',
    '1:9 Following functions are not supported in the Rules block of the template: [Fn::If, Fn::Sub]',
  ],
  ['{Assertions: [{Assert: {Equals: [a, a]}}]}', `1:36 A rule must be a map whose only key is one of ${listed}.`],
  [
    '{Assertions: [{Assert: !Contains [a]}]}',
    '1:45 Fn::Contains takes a list of two: the list, and the value to look for.',
  ],
  [
    '{RuleCondition: !Equals [!Ref Image, a]}',
    '1:42 "Image" is a resource. CloudFormation evaluates rules before it creates any resource: use parameters.',
  ],
])('the problem of a rule is reported: %s', (rule, expected) => {
  const [first] = problemsOf(`Rules: {R: ${rule}}\n${anImage}`);

  expect(`${first?.line}:${first?.column} ${first?.message}`).toBe(expected);
});
