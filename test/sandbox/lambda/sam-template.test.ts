import { readFunctions } from '../../../sandbox/lambda/sam-template.ts';
import { parseTemplate } from '../../../sandbox/template/parse.ts';

const deployment = {
  Region: 'eu-west-1',
  AccountId: '111122223333',
  partition: 'aws',
  StackName: 'provider',
  baseFolder: '/project',
};

function read(text: string, parameterValues: Record<string, string> = {}, where = deployment) {
  return readFunctions(parseTemplate(text, 'template.yaml'), parameterValues, where);
}

/** A template of SAM with the function Plain, which has only the required properties. */
const withPlain = (rest = '') => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Plain:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: ., Handler: index.handler, Runtime: nodejs24.x }
${rest}`;

const template = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Retries: { Type: Number, Default: 1 }
  ExportPrefix: { Type: String, Default: images }
Globals:
  Function:
    Runtime: nodejs24.x
    Timeout: 60
    Environment:
      Variables: { LOG_LEVEL: INFO, STAGE: global }
Resources:
  ProviderFunction:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub '\${ExportPrefix}-provider'
      CodeUri: dist/provider
      Handler: index.handler
      Timeout: 900
      MemorySize: 256
      LoggingConfig: { LogGroup: provider-log, ApplicationLogLevel: WARN }
      Environment:
        Variables: { STAGE: own, ROLE: !GetAtt ProviderFunctionRole.Arn, COUNT: 3 }
      EventInvokeConfig:
        MaximumRetryAttempts: !Ref Retries
        MaximumEventAgeInSeconds: 2400
        DestinationConfig:
          OnFailure: { Type: Lambda, Destination: !GetAtt FailsafeFunction.Arn }
  FailsafeFunction:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: dist/failsafe, Handler: index.handler, Role: !GetAtt FailsafeRole.Arn }
  FailsafeRole:
    Type: AWS::IAM::Role
    Properties: { AssumeRolePolicyDocument: {} }
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Sub '/aws/lambda/\${ProviderFunction}' }
Outputs:
  ServiceToken:
    Value: !GetAtt ProviderFunction.Arn
    Export: { Name: !Sub '\${ExportPrefix}-ServiceToken' }
  LogGroup: { Value: !GetAtt Logs.Arn }
  Role: { Value: !GetAtt FailsafeRole.Arn }
`;

test('the properties of a function override the globals, and are evaluated', () => {
  const { functions } = read(template);

  expect(functions[0]).toEqual({
    LogicalResourceId: 'ProviderFunction',
    FunctionName: 'images-provider',
    FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:images-provider',
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    codePath: '/project/dist/provider',
    Timeout: 900,
    MemorySize: 256,
    Environment: {
      LOG_LEVEL: 'INFO',
      STAGE: 'own',
      ROLE: 'arn:aws:iam::111122223333:role/provider-ProviderFunctionRole',
      COUNT: '3',
    },
    LogGroupName: 'provider-log',
    ApplicationLogLevel: 'WARN',
    EventInvokeConfig: {
      MaximumRetryAttempts: 1,
      MaximumEventAgeInSeconds: 2400,
      OnFailure: 'arn:aws:lambda:eu-west-1:111122223333:function:provider-FailsafeFunction',
    },
  });
});

test('parameters that break a rule are refused', () => {
  const rules = `
Parameters:
  Subnets: { Type: String, Default: '' }
  Groups: { Type: String, Default: '' }
Rules:
  SubnetsNeedGroups:
    RuleCondition: !Not [!Equals [!Ref Subnets, '']]
    Assertions:
      - Assert: !Not [!Equals [!Ref Groups, '']]
        AssertDescription: Subnets needs Groups.
`;

  expect(() => read(withPlain(rules), { Subnets: 'one' })).toThrow(
    /^Template error: the rule SubnetsNeedGroups does not hold: Subnets needs Groups\.$/,
  );
  expect(read(withPlain(rules), { Subnets: 'one', Groups: 'two' }).functions).toHaveLength(1);
});

test('a function without settings has the defaults of Lambda', () => {
  const { functions } = read(withPlain());

  expect(functions).toEqual([
    {
      LogicalResourceId: 'Plain',
      FunctionName: 'provider-Plain',
      FunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:provider-Plain',
      Handler: 'index.handler',
      Runtime: 'nodejs24.x',
      codePath: '/project',
      Timeout: 3,
      MemorySize: 128,
      Environment: {},
      LogGroupName: '/aws/lambda/provider-Plain',
      EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21600 },
    },
  ]);
});

test('exports are evaluated with the values of parameters, in every partition', () => {
  const { exports } = read(
    template,
    { ExportPrefix: 'other' },
    { ...deployment, partition: 'aws-cn', Region: 'cn-north-1' },
  );

  const ServiceToken = 'arn:aws-cn:lambda:cn-north-1:111122223333:function:other-provider';
  expect(exports).toEqual({ 'other-ServiceToken': ServiceToken });
});

test('the alias that SAM publishes can be exported', () => {
  const { functions, exports } = read(`
    Transform: AWS::Serverless-2016-10-31
    Globals: { Function: { AutoPublishAlias: live, Runtime: nodejs24.x } }
    Resources:
      Provider:
        Type: AWS::Serverless::Function
        Properties: { CodeUri: ., Handler: index.handler }
    Outputs:
      ServiceToken: { Value: !Ref Provider.Alias, Export: { Name: token } }
      Version: { Value: !Sub '\${Provider.Version}', Export: { Name: version } }
  `);

  expect(functions[0]).toMatchObject({ AutoPublishAlias: 'live' });
  expect(exports).toEqual({
    token: 'arn:aws:lambda:eu-west-1:111122223333:function:provider-Provider:live',
    version: 'arn:aws:lambda:eu-west-1:111122223333:function:provider-Provider:1',
  });
});

test('a function and an output with a false condition are not deployed', () => {
  const { functions, exports } = read(`
    Transform: AWS::Serverless-2016-10-31
    Conditions: { Never: !Equals [a, b] }
    Resources:
      Optional:
        Type: AWS::Serverless::Function
        Condition: Never
        Properties: { CodeUri: ., Handler: index.handler, Runtime: nodejs24.x }
    Outputs:
      Arn: { Condition: Never, Value: !GetAtt Optional.Arn, Export: { Name: optional } }
  `);

  expect(functions).toEqual([]);
  expect(exports).toEqual({});
});

test('all problems of a function are reported at once, with the place in the template', () => {
  const text = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Broken:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: { Bucket: b, Key: k }
      Runtime: nodejs24.x
      Timeout: soon
      Environment: { Variables: [A] }
`;

  expect(() => read(text)).toThrow(
    [
      'template.yaml:4:1: Resource [Broken]: Handler is missing',
      'template.yaml:4:1: Resource [Broken]: CodeUri must be a string',
      'template.yaml:4:1: Resource [Broken]: Timeout must be a whole number',
      'template.yaml:4:1: Resource [Broken]: Environment.Variables must be a map',
    ].join('\n'),
  );
});

test('AWS::NoValue gives the default of Lambda, also through a parameter', () => {
  const text = `
    Transform: AWS::Serverless-2016-10-31
    Parameters:
      Boundary: { Type: String, Default: '' }
      Runtime: { Type: String, Default: nodejs24.x }
    Conditions: { IsBounded: !Not [!Equals [!Ref Boundary, '']] }
    Globals: { Function: { Runtime: !Ref Runtime } }
    Resources:
      Provider:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: .
          Handler: index.handler
          Timeout: !If [IsBounded, 60, !Ref 'AWS::NoValue']
          LoggingConfig: !If [IsBounded, { LogGroup: bounded }, !Ref 'AWS::NoValue']
          EventInvokeConfig:
            MaximumRetryAttempts: !If [IsBounded, 0, !Ref 'AWS::NoValue']
            DestinationConfig: !If [IsBounded, { OnFailure: { Destination: failsafe } }, !Ref 'AWS::NoValue']
  `;

  expect(read(text).functions).toEqual([
    expect.objectContaining({
      Runtime: 'nodejs24.x',
      Timeout: 3,
      LogGroupName: '/aws/lambda/provider-Provider',
      EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21600 },
    }),
  ]);
  expect(read(text, { Boundary: 'some', Runtime: 'nodejs22.x' }).functions[0]).toMatchObject({
    Runtime: 'nodejs22.x',
    Timeout: 60,
    LogGroupName: 'bounded',
    EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 21600, OnFailure: 'failsafe' },
  });
});

test('a macro has the function that it names, unless its condition is false', () => {
  const { macros } = read(
    withPlain(`
  Mine:
    Type: AWS::CloudFormation::Macro
    Properties: { Name: Mine, FunctionName: !GetAtt Plain.Arn }
  Other:
    Type: AWS::CloudFormation::Macro
    Condition: Never
    Properties: { Name: Other, FunctionName: !GetAtt Plain.Arn }
Conditions: { Never: !Equals [a, b] }`),
  );

  expect(macros).toEqual({ Mine: 'arn:aws:lambda:eu-west-1:111122223333:function:provider-Plain' });
});
