import { type Foreknowledge, foreseeableProblems } from '../../../sandbox/cloudformation/foreknowledge.ts';
import { parseTemplate } from '../../../sandbox/cloudformation/template/parse.ts';

const foreknowledge: Foreknowledge = {
  types: { 'Custom::Thing': { required: ['Name'], optional: ['ServiceToken', 'Size'], attributes: ['Arn', 'Name'] } },
  insteadOf: {},
};

const problems = (text: string) =>
  foreseeableProblems(parseTemplate(text, 'thing.yaml'), foreknowledge).map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );

test('names every property that is missing, unknown or an attribute, where it stands', () => {
  const found = problems(`Resources:
  A:
    Type: Custom::Thing
    Properties:
      Sise: 1
      Arn: x
      Depth: 2
`);

  expect(found).toEqual([
    '2:1 Resource A: a Custom::Thing needs the property Name.',
    '5:1 Resource A: a Custom::Thing has no property "Sise". Did you mean "Size"?',
    '6:1 Resource A: Arn is an attribute, read with Fn::GetAtt, and cannot be set.',
    '7:1 Resource A: a Custom::Thing has no property "Depth". There are: Name, ServiceToken, Size.',
  ]);
});

test('takes a property that has an attribute of the same name', () => {
  expect(problems('Resources: {A: {Type: Custom::Thing, Properties: {Name: x}}}')).toEqual([]);
});

test('names every attribute that there is not, wherever it is asked for', () => {
  const found = problems(`Resources:
  A: {Type: Custom::Thing, Properties: {Name: x}}
  B:
    Type: Custom::Other
    Properties:
      One: !GetAtt A.Arm
      Two: {Fn::GetAtt: [A, Arn]}
      Three: !Sub ['\${A.Name} \${A.Nam} \${Own.Arn}', {Own.Arn: !GetAtt B2.Anything}]
  B2: {Type: Custom::Other}
Outputs:
  Out: {Value: !Join ['', [!GetAtt A.Length]]}
`);

  expect(found).toEqual([
    '6:20 A is a Custom::Thing, which has no attribute "Arm". Did you mean "Arn"?',
    '8:31 A is a Custom::Thing, which has no attribute "Nam". Did you mean "Name"?',
    '11:36 A is a Custom::Thing, which has no attribute "Length". There are: Arn, Name.',
  ]);
});

test('says nothing of what is only known later', () => {
  const found = problems(`Parameters: {Which: {Type: String}}
Resources:
  A: {Type: Custom::Thing, Properties: {Name: x}}
  B:
    Type: Custom::Other
    Properties: {One: !GetAtt [A, !Ref Which]}
`);

  expect(found).toEqual([]);
});

test('says nothing of other types, custom ones or not', () => {
  expect(problems('Resources: {A: {Type: Custom::Other}, B: {Type: AWS::SageMaker::Image}}')).toEqual([]);
});
