// A custom resource whose ServiceToken is a function of the same template, with the code on this machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { flat, newFolder, runInProcess } from './command-line.ts';

const { folder, remove } = newFolder();
afterAll(remove);

/** Answers with a part of its environment. */
const code = `exports.handler = async ({ StackId, RequestId, LogicalResourceId, ResponseURL, ResourceProperties }) => {
  const Data = { Greeting: process.env.GREETING + ' ' + ResourceProperties.Name };
  const ids = { StackId, RequestId, LogicalResourceId, PhysicalResourceId: 'one' };
  await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(JSON.stringify({ Status: 'SUCCESS', ...ids, Data })) });
};
`;

/** As `sam build` writes it. */
const serverless = `Transform: AWS::Serverless-2016-10-31
Parameters: {Greeting: {Type: String, Default: Hello}}
Globals: {Function: {Runtime: nodejs24.x, Timeout: 30, Environment: {Variables: {GREETING: !Ref Greeting}}}}
Resources:
  Provider:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: Provider, Handler: src/index.handler, MemorySize: 256}
  Greeted:
    Type: Custom::Greeted
    Properties: {ServiceToken: !GetAtt Provider.Arn, ServiceTimeout: 30, Name: !Ref Greeting}
Outputs: {Said: {Value: !GetAtt Greeted.Greeting}}
`;

/** As `cdk synth` writes it. */
const synthesized = {
  Parameters: { Greeting: { Type: 'String', Default: 'Hello' } },
  Resources: {
    Provider: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'cdk-assets', S3Key: '0123.zip' },
        Handler: 'src/index.handler',
        Runtime: 'nodejs22.x',
        Environment: { Variables: { GREETING: { Ref: 'Greeting' } } },
      },
      Metadata: { 'aws:asset:path': 'Provider', 'aws:asset:is-bundled': false, 'aws:asset:property': 'Code' },
    },
    Greeted: {
      Type: 'Custom::Greeted',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] },
        ServiceTimeout: 30,
        Name: { Ref: 'Greeting' },
      },
    },
  },
  Outputs: { Said: { Value: { 'Fn::GetAtt': ['Greeted', 'Greeting'] } } },
};

test.concurrent.each([
  ['sam build', 'sam/template.yaml', serverless],
  ['cdk synth', 'cdk.out/Stack.template.json', JSON.stringify(synthesized)],
])('the function in the output of %s runs as it is', async (_what, file, text) => {
  const template = join(folder, file);
  const source = join(dirname(template), 'Provider/src');
  mkdirSync(source, { recursive: true });
  writeFileSync(template, text);
  writeFileSync(join(source, 'index.js'), code);
  const call = ['--stack-name', 'greeted', '--state', join(folder, 'state', file)];
  const deploy = ['deploy', '--template', template, ...call];

  const created = await runInProcess(deploy);
  const updated = await runInProcess([...deploy, '--parameter', 'Greeting=Bye']);
  const removed = await runInProcess(['delete', ...call]);

  expect([created, updated, removed]).toEqual(Array(3).fill(expect.objectContaining({ status: 0, stderr: '' })));
  expect(flat(created.stdout)).toContain(' Said Hello Hello ');
  expect(flat(updated.stdout)).toContain(' Said Bye Bye ');
});

test('a function whose code is not on this machine is not found', async () => {
  const template = join(folder, 'packaged.json');
  const { Provider, Greeted } = synthesized.Resources;
  const Resources = { Provider: { ...Provider, Metadata: {} }, Greeted };
  writeFileSync(template, JSON.stringify({ ...synthesized, Resources }));

  const { status, stdout } = await runInProcess([
    ...['deploy', '--template', template, '--stack-name', 'packaged', '--state', join(folder, 'packaged')],
  ]);

  expect(status).toBe(1);
  expect(flat(stdout)).toContain('Function not found: arn:aws:lambda:');
});
