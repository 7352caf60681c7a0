// What the sandbox cannot resolve is reported before anything is created, with its place.
import { type Problem, TemplateError } from '../../../sandbox/template/template.ts';
import { newWorld } from './world.ts';

/** What CreateStack reports about the template, as `line:column message`. Also checks that it creates nothing. */
async function reportOf(templateText: string, parameters: Readonly<Record<string, string>> = {}) {
  const { clock, cloudFormation, requests } = newWorld();
  const source = { templateText, fileName: 'app.yaml', parameters };
  const found = await clock.run(() => cloudFormation.createStack('app', source)).then(() => [], problemsIn);
  if (found.length > 0) expect({ stacks: cloudFormation.listStacks(), requests }).toEqual({ stacks: [], requests: [] });
  return found;
}

function problemsIn(error: unknown): readonly string[] {
  if (!(error instanceof TemplateError)) throw error;
  return error.problems.map(({ line, column, message }: Problem) => `${line}:${column} ${message}`);
}

const token = 'ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:provider';

describe('A value that is not stored', () => {
  test('is reported before anything is created, every place at once', async () => {
    const found = await reportOf(`Parameters:
  Base: {Type: String, Default: '{{resolve:ssm:/base:1}}'}
Mappings:
  Images: {dev: {Name: '{{resolve:ssm:/name:1}}'}}
Resources:
  Domain: {Type: AWS::SageMaker::Domain}
  Role: {Type: AWS::IAM::Role, Properties: {Path: '{{resolve:ssm:/path}}'}}
  Version:
    Type: Custom::Thing
    Properties:
      ${token}
      Secret: '{{resolve:secretsmanager:my-secret:SecretString:key}}'
      Tags: [plain, !Sub '{{resolve:ssm:/\${AWS::StackName}/tag}}-x', !Ref Base]
      Name: !FindInMap [Images, dev, Name]
      Joined: !Join ['', ['{{resolve:ssm-secure:', !Ref Domain, '}}']]
Outputs:
  Size: {Value: '{{resolve:ssm:/size}}{{resolve:ssm:/more}}'}
`);

    const missing = (name: string, option: string) =>
      `Parameters: [${name}] cannot be found. Give the sandbox the value: ${option}`;
    expect(found).toEqual([
      `7:45 ${missing('ssm:/path', "--ssm '/path=VALUE'")}`,
      `12:7 ${missing('secretsmanager:my-secret:SecretString:key', "--secret 'my-secret=VALUE'")}`,
      `13:7 ${missing('ssm:/app/tag', "--ssm '/app/tag=VALUE'")}`,
      `13:7 ${missing('ssm:/base:1', "--ssm '/base:1=VALUE'")}`,
      `14:7 ${missing('ssm:/name:1', "--ssm '/name:1=VALUE'")}`,
      `17:3 ${missing('ssm:/size, ssm:/more', "--ssm '/size=VALUE' --ssm '/more=VALUE'")}`,
    ]);
  });

  test('fails the resource if its name is known only then', async () => {
    const { clock, cloudFormation } = newWorld();
    const templateText = `Resources:
  Domain: {Type: AWS::SageMaker::Domain}
  Version:
    Type: Custom::Thing
    Properties: {${token}, Joined: !Join ['', ['{{resolve:ssm:', !Ref Domain, '}}']]}`;

    const { events, StackStatus } = await clock.run(() =>
      cloudFormation.createStack('app', { templateText, fileName: 'app.yaml', parameters: {} }),
    );

    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    expect(events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')).toMatchObject({
      LogicalResourceId: 'Version',
      ResourceStatusReason: expect.stringMatching(
        /^Parameters: \[ssm:d-\w+\] cannot be found\. .*--ssm 'd-\w+=VALUE'$/,
      ),
    });
  });

  test('is not reported in Metadata, where CloudFormation looks up nothing', async () => {
    const found = await reportOf(
      `Resources:\n  V: {Type: Custom::Thing, Metadata: {Size: '{{resolve:ssm:/size}}'}, Properties: {${token}}}`,
    );

    expect(found).toEqual([]);
  });
});

describe('A stored value', () => {
  const template = (size: string) => `Parameters:
  Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /image}
Resources:
  Version:
    Type: Custom::Thing
    Properties: {${token}, Image: !Ref Image, Size: '${size}', User: '{{resolve:secretsmanager:db:SecretString:user}}'}
Outputs:
  Size: {Value: !Sub 'size {{resolve:ssm:/size}}'}`;
  const stored = { 'ssm:/image': 'my-image', 'ssm:/size': '7', 'secretsmanager:db': '{"user": "me"}' };

  test('reaches the provider and the outputs, also in the next update without it', async () => {
    const { clock, cloudFormation, requests } = newWorld({ settings: { storedValues: stored } });
    const source = (size: string) => ({ templateText: template(size), fileName: 'app.yaml', parameters: {} });

    await clock.run(() => cloudFormation.createStack('app', source('{{resolve:ssm:/size}}')));
    const next = newWorld({ snapshot: cloudFormation.snapshot() });
    await next.clock.run(() => next.cloudFormation.updateStack('app', source('{{resolve:ssm-secure:/size:2}}-x')));

    expect(requests[0]?.ResourceProperties).toMatchObject({ Image: 'my-image', Size: '7', User: 'me' });
    expect(next.requests[0]?.ResourceProperties).toMatchObject({ Image: 'my-image', Size: '7-x', User: 'me' });
    expect(next.cloudFormation.findStack('app')?.outputs).toMatchObject([{ OutputValue: 'size 7' }]);
  });

  test('that has changed is an update, and the rollback returns to the old value', async () => {
    const source = { templateText: template('{{resolve:ssm:/size}}'), fileName: 'app.yaml', parameters: {} };
    const { clock, cloudFormation } = newWorld({ settings: { storedValues: stored } });
    await clock.run(() => cloudFormation.createStack('app', source));
    const next = newWorld({
      snapshot: cloudFormation.snapshot(),
      settings: { storedValues: { 'ssm:/image': 'other' } },
      provider: ({ ResourceProperties: { Image } }) => ({
        PhysicalResourceId: 'Version',
        Status: Image === 'other' ? 'FAILED' : 'SUCCESS',
      }),
    });

    const { StackStatus } = await next.clock.run(() => next.cloudFormation.updateStack('app', source));

    expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(next.requests.map(({ ResourceProperties: { Image, Size } }) => [Image, Size])).toEqual([
      ['other', '7'],
      ['my-image', '7'],
    ]);
  });
});

describe('What is not simulated', () => {
  const conditional = `Parameters:
  InSandbox: {Type: String, Default: 'false'}
  Base: {Type: String, Default: '{{resolve:ssm:/base:1}}'}
Conditions:
  InSandbox: !Equals [!Ref InSandbox, 'true']
  OnAws: !Not [!Condition InSandbox]
Resources:
  Domain: {Type: AWS::SageMaker::Domain}
  Version:
    Type: Custom::Thing
    Properties:
      ${token}
      Base: !Ref Base
      Url: !If [InSandbox, 'https://example.com', !GetAtt Domain.Url]
  OnlyOnAws:
    Type: Custom::Thing
    Condition: OnAws
    Properties: {${token}, Size: '{{resolve:ssm:/size}}'}
Outputs:
  Url: {Condition: OnAws, Value: !GetAtt Domain.Url}
`;

  test('is not reported where a condition or a parameter takes its place', async () => {
    const found = await reportOf(conditional, { InSandbox: 'true', Base: 'my-image:1.4' });

    expect(found).toEqual([]);
  });

  test('is reported where the condition selects it', async () => {
    const found = await reportOf(conditional, { InSandbox: 'false', Base: 'my-image:1.4' });

    const problem =
      'The attribute Url of AWS::SageMaker::Domain is not simulated here. Simulated are: DomainId, DomainArn. ' +
      'Add --stub AWS::SageMaker::Domain to let any attribute stand in.';
    expect(found).toEqual([
      `14:7 ${problem}`,
      expect.stringContaining('18:89 Parameters: [ssm:/size]'),
      `20:3 ${problem}`,
    ]);
  });
});

test('The resources and attributes that SAM generates are stubs', async () => {
  const templateText = `Transform: [AWS::Serverless-2016-10-31]
Globals: {Function: {Runtime: nodejs24.x, AutoPublishAlias: live}}
Conditions: {Always: !Equals [a, a]}
Resources:
  Fn: {Type: AWS::Serverless::Function, Condition: Always, Properties: {Handler: index.handler}}
  Other: {Type: AWS::Serverless::Function, Properties: {Handler: index.handler, Role: arn:aws:iam::1:role/r}}
  Version:
    Type: Custom::Thing
    DependsOn: FnEventPermission
    Properties:
      ServiceToken: !Ref Fn.Alias
      Role: !Sub '\${FnRole.Arn}'
      Version: !Sub '\${Fn.Version}'
      Name: !Ref FnRole
`;
  const { clock, cloudFormation, requests } = newWorld();

  const { StackStatus } = await clock.run(() =>
    cloudFormation.createStack('app', { templateText, fileName: 'app.yaml', parameters: {} }),
  );

  const name = requests[0]?.ResourceProperties['Name'];
  expect(StackStatus).toBe('CREATE_COMPLETE');
  expect(Object.keys(cloudFormation.findStack('app')?.resources ?? {}).sort()).toEqual([
    'Fn',
    'FnEventPermission',
    'FnRole',
    'Other',
    'Version',
  ]);
  expect(requests[0]?.ResourceProperties).toEqual({
    ServiceToken: expect.stringMatching(/^arn:aws:lambda:eu-west-1:111122223333:function:app-Fn-\w+:live$/),
    Role: `arn:aws:iam::111122223333:role/${name}`,
    Version: expect.stringMatching(/^arn:aws:lambda:eu-west-1:111122223333:function:app-Fn-\w+:1$/),
    Name: expect.stringMatching(/^app-FnRole-\w+$/),
  });
});

test("The rule on the bootstrap stack in a template of the CDK is evaluated with the parameter's stored value", async () => {
  const templateText = `Parameters:
  BootstrapVersion: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /cdk-bootstrap/hnb659fds/version}
Rules:
  CheckBootstrapVersion:
    Assertions:
      - Assert: !Not [!Contains [['1', '2', '3'], !Ref BootstrapVersion]]
        AssertDescription: CDK bootstrap stack version 4 required.
Resources:
  CDKMetadata: {Type: AWS::CDK::Metadata, Properties: {Analytics: v2}}`;
  const create = (storedValues: Readonly<Record<string, string>>) => {
    const { clock, cloudFormation } = newWorld({ settings: { storedValues } });
    const source = { templateText, fileName: 'app.yaml', parameters: {} };
    return clock.run(() => cloudFormation.createStack('app', source)).then(({ StackStatus }) => StackStatus);
  };
  const name = 'ssm:/cdk-bootstrap/hnb659fds/version';

  await expect(create({ [name]: '21' })).resolves.toBe('CREATE_COMPLETE');
  await expect(create({ [name]: '3' })).rejects.toThrow(
    new Error('Template error: the rule CheckBootstrapVersion does not hold: CDK bootstrap stack version 4 required.'),
  );
  await expect(create({})).rejects.toThrow(
    new Error(
      'Unable to fetch parameters [/cdk-bootstrap/hnb659fds/version] from parameter store for this account. ' +
        "Give the sandbox the value: --ssm '/cdk-bootstrap/hnb659fds/version=VALUE'",
    ),
  );
});
