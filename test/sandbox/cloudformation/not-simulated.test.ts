// What the sandbox does not simulate is reported before anything is created, with its place.
import { type Problem, TemplateError } from '../../../sandbox/template/template.ts';
import { newWorld } from './world.ts';

const advice = 'To deploy the template in the sandbox, use a parameter in its place, or another value with Fn::If.';

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

describe('What is not simulated', () => {
  test('is reported before anything is created, every place at once', async () => {
    const found = await reportOf(`Transform: AWS::Serverless-2016-10-31
Parameters:
  Base: {Type: String, Default: '{{resolve:ssm:/base:1}}'}
Mappings:
  Images: {dev: {Name: '{{resolve:ssm:/name:1}}'}}
Resources:
  Domain: {Type: AWS::SageMaker::Domain}
  Fn: {Type: AWS::Serverless::Function}
  Version:
    Type: Custom::Thing
    Properties:
      ${token}
      Secret: '{{resolve:secretsmanager:my-secret:SecretString:key}}'
      Tags: [plain, !Sub '{{resolve:ssm:/\${AWS::StackName}/tag}}-x']
      Joined: !Join ['', ['{{resolve:ssm-secure:', !Ref Domain, '}}']]
      Url: !GetAtt Domain.Url
      Role: !Sub '\${FnRole.Arn}'
      Alias: !Ref Fn.Version
Outputs:
  Size: {Value: '{{resolve:ssm:/size}}'}
  Id: {Value: !GetAtt Domain.DomainID}
`);

    expect(found).toEqual([
      `3:33 The dynamic reference {{resolve:ssm:/base:1}} is not simulated here. ${advice}`,
      `5:24 The dynamic reference {{resolve:ssm:/name:1}} is not simulated here. ${advice}`,
      `13:15 The dynamic reference {{resolve:secretsmanager:my-secret:SecretString:key}} is not simulated here. ${advice}`,
      `14:26 The dynamic reference {{resolve:ssm:/\${AWS::StackName}/tag}} is not simulated here. ${advice}`,
      `15:27 The dynamic reference {{resolve:ssm-secure: is not simulated here. ${advice}`,
      '16:20 The attribute Url of AWS::SageMaker::Domain is not simulated here. Simulated are: DomainId, DomainArn. ' +
        advice,
      `17:19 FnRole, which SAM creates on AWS, is not simulated here. ${advice}`,
      `18:19 Fn.Version, which SAM creates on AWS, is not simulated here. ${advice}`,
      `20:17 The dynamic reference {{resolve:ssm:/size}} is not simulated here. ${advice}`,
      '21:23 The attribute DomainID of AWS::SageMaker::Domain is not simulated here. Did you mean "DomainId"? ' +
        advice,
    ]);
  });

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

    expect(found.map((each) => each.slice(0, each.indexOf(' is not')))).toEqual([
      '14:59 The attribute Url of AWS::SageMaker::Domain',
      '18:95 The dynamic reference {{resolve:ssm:/size}}',
      '20:42 The attribute Url of AWS::SageMaker::Domain',
    ]);
  });

  test('is reported as the value of a parameter, too', async () => {
    const found = reportOf(conditional, { InSandbox: 'true', Base: '{{resolve:ssm:/base:1}}' });

    await expect(found).rejects.toThrow(
      "Parameter 'Base' contains a dynamic reference. Dynamic references are not simulated here: give the value itself.",
    );
  });

  test.each([
    ['a property that a stub ignores', "Role: {Type: AWS::IAM::Role, Properties: {Path: '{{resolve:ssm:/path}}'}}"],
    ['Metadata', `V: {Type: Custom::Thing, Metadata: {Size: '{{resolve:ssm:/size}}'}, Properties: {${token}}}`],
  ])('is not reported in %s, because it changes nothing there', async (_where, resource) => {
    expect(await reportOf(`Resources:\n  ${resource}`)).toEqual([]);
  });

  test('is reported in the name of a stub, which Ref returns', async () => {
    const found = await reportOf(`Resources:
  Role: {Type: AWS::IAM::Role, Properties: {RoleName: '{{resolve:ssm:/role}}'}}`);

    expect(found).toEqual([`2:45 The dynamic reference {{resolve:ssm:/role}} is not simulated here. ${advice}`]);
  });
});
