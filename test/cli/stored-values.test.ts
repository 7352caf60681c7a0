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
