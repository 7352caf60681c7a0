// The template as ImageVersionProvider puts it into an app of the CDK, for the values of its parameters.
import { type IncludedTemplate, type ParameterValue, resolveTemplate } from '../../cdk/resolve-template.ts';

const text: IncludedTemplate = {
  Parameters: {
    Name: {
      Type: 'String',
      Default: 'studio',
      AllowedPattern: '[a-z]+',
      ConstraintDescription: 'a name in small letters',
    },
    Days: { Type: 'Number', Default: 30, MinValue: 1, MaxValue: 90, ConstraintDescription: 'a number from 1 to 90' },
    Level: { Type: 'String', Default: 'INFO', AllowedValues: ['INFO', 'WARN'] },
    Topic: { Type: 'String', Default: '' },
    Subnets: { Type: 'CommaDelimitedList', Default: '' },
    Groups: { Type: 'List<AWS::EC2::SecurityGroup::Id>', Default: '' },
  },
  Rules: {
    Network: {
      RuleCondition: { 'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': ['', { Ref: 'Subnets' }] }, ''] }] },
      Assertions: [
        {
          Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ 'Fn::Join': ['', { Ref: 'Groups' }] }, ''] }] },
          AssertDescription: 'Subnets need Groups.',
        },
      ],
    },
  },
  Conditions: {
    HasTopic: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Topic' }, ''] }] },
    IsQuiet: { 'Fn::And': [{ 'Fn::Not': [{ Condition: 'HasTopic' }] }, { 'Fn::Equals': [{ Ref: 'Level' }, 'WARN'] }] },
  },
  Resources: {
    Provider: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { Folder: 'provider' },
        FunctionName: { 'Fn::Sub': `\${Name}-\${AWS::Region}-\${Log}-\${Log.Arn}-\${!literal}` },
        Days: { Ref: 'Days' },
        Quiet: { 'Fn::If': ['IsQuiet', true, { Ref: 'AWS::NoValue' }] },
      },
    },
    Alarm: { Type: 'AWS::CloudWatch::Alarm', Condition: 'HasTopic', Properties: { AlarmActions: [{ Ref: 'Topic' }] } },
  },
  Outputs: {
    Alarm: { Condition: 'HasTopic', Value: { Ref: 'Alarm' } },
    Name: { Value: { Ref: 'Provider' }, Export: { Name: { 'Fn::Sub': `\${Name}-Name` } } },
  },
};

const token = `\${Token[TOKEN.1]}`;
const isToken = (value: unknown) => value === token;
const resolve = (given: Readonly<Record<string, ParameterValue>>, source = text) =>
  resolveTemplate(source, new Map(Object.entries(given)), isToken);

test('contains the defaults, and leaves out what the conditions exclude', () => {
  expect(resolve({})).toEqual({
    template: {
      Resources: {
        Provider: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Code: { Folder: 'provider' },
            FunctionName: {
              'Fn::Join': [
                '',
                [
                  'studio-',
                  { Ref: 'AWS::Region' },
                  '-',
                  { Ref: 'Log' },
                  '-',
                  { 'Fn::GetAtt': ['Log', 'Arn'] },
                  `-\${literal}`,
                ],
              ],
            },
            Days: 30,
          },
        },
      },
      Outputs: { Name: { Value: { Ref: 'Provider' }, Export: { Name: 'studio-Name' } } },
    },
    folders: { Provider: 'provider' },
  });
});

test('contains the given values, and what the conditions include', () => {
  const { Provider, Alarm } = resolve({ Level: 'WARN', Days: 7 }).template.Resources;

  expect(Provider).toMatchObject({ Properties: { Days: 7, Quiet: true } });
  expect(Alarm).toBeUndefined();
  expect(resolve({ Topic: 'arn:topic' }).template).toMatchObject({
    Resources: { Alarm: { Properties: { AlarmActions: ['arn:topic'] } } },
    Outputs: { Alarm: { Value: { Ref: 'Alarm' } } },
  });
});

test('takes a token for a value that is there, and does not check it', () => {
  expect(resolve({ Topic: token, Name: token }).template).toMatchObject({
    Resources: { Alarm: { Properties: { AlarmActions: [token] } } },
    Outputs: { Name: { Export: { Name: `${token}-Name` } } },
  });
});

test('is refused with every value that its parameter does not allow', () => {
  expect(() => resolve({ Name: 'Studio', Days: 91, Level: 'LOUD', Groups: ['a'] })).toThrow(
    new Error(
      [
        'Name is "Studio", but it must be a name in small letters.',
        'Days is 91, but it must be a number from 1 to 90.',
        'Level is "LOUD", but it must be one of INFO, WARN.',
      ].join('\n'),
    ),
  );
  expect(() => resolve({}, { ...text, Parameters: { ...text.Parameters, Needed: { Type: 'String' } } })).toThrow(
    new Error('Needed is required.'),
  );
});

test('is refused if the values break a rule', () => {
  expect(() => resolve({ Subnets: ['subnet-1', 'subnet-2'] })).toThrow(new Error('Subnets need Groups.'));
  expect(resolve({ Subnets: ['subnet-1'], Groups: [token] }).folders).toEqual({ Provider: 'provider' });
});
