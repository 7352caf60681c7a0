import { writeFileSync } from 'node:fs';
import { workWithTemplate } from './command-line.ts';

const { run, stack } = workWithTemplate();

test('--ssm and --secret give the values that a template looks up, and a missing one is named with its option', async () => {
  writeFileSync(
    'stored.yaml',
    `Parameters: {Tag: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /tag}}
Resources:
  Image: {Type: AWS::SageMaker::Image, Properties: {ImageName: !Ref Tag, ImageRoleArn: 'arn:aws:iam::111122223333:role/r'}}
  Role: {Type: AWS::IAM::Role, Properties: {Path: '{{resolve:secretsmanager:db:SecretString:path}}'}}`,
  );
  const plan = `deploy --template stored.yaml ${stack} --no-execute-changeset`;

  const without = await run(plan);
  const halfway = await run(plan, '--ssm', '/tag=mine');
  const { status, stderr } = await run(plan, '--ssm', '/tag=mine', '--secret', 'db={"path": "/"}');

  expect(without.status).toBe(2);
  expect(without.stderr).toContain(
    "[/tag] from parameter store for this account. Give the sandbox the value: --ssm '/tag=VALUE'",
  );
  expect(halfway.status).toBe(2);
  expect(halfway.stderr).toContain(
    'stored.yaml:4:45: Parameters: [secretsmanager:db:SecretString:path] cannot be found.',
  );
  expect(halfway.stderr).toContain("--secret 'db=VALUE'");
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test("the account is bootstrapped for the CDK's default synthesizer, with the version that --ssm gives", async () => {
  writeFileSync(
    'cdk.yaml',
    `Parameters: {BootstrapVersion: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /cdk-bootstrap/hnb659fds/version}}
Rules:
  CheckBootstrapVersion:
    Assertions: [{Assert: !Not [!Contains [['1', '2', '3', '4', '5'], !Ref BootstrapVersion]], AssertDescription: too old}]
Resources: {CDKMetadata: {Type: AWS::CDK::Metadata}}`,
  );
  const plan = `deploy --template cdk.yaml ${stack} --no-execute-changeset`;

  const { status, stderr } = await run(plan);
  const tooOld = await run(plan, '--ssm', '/cdk-bootstrap/hnb659fds/version=5');

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(tooOld.status).toBe(2);
  expect(tooOld.stderr).toContain('the rule CheckBootstrapVersion does not hold: too old');
});
