// Other providers, in processes of their own: the examples do what docs/testing-other-providers.md says.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventLines, flat, newFolder, runCommand, runInProcess } from './command-line.ts';

const { folder, remove } = newFolder();
afterAll(remove);

const page = readFileSync('docs/testing-other-providers.md', 'utf8');
/** The code block of the page that begins like this. */
const blockOf = (beginning: string) =>
  [...page.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, text = '']) => text).find((text) => text.startsWith(beginning));
const commandIn = (text: string) => (/npm run sandbox -- (.*)/s.exec(text)?.[1] ?? '').trim().split(/[\s\\]+/);
const withoutChance = (text: string) => text.replace(/\b(reports|invoices)-[0-9a-f]+/g, '$1-…').replace(/\s+/g, ' ');

test.concurrent('check finds in the naive provider what the page shows', async () => {
  const command = commandIn(blockOf('npm run sandbox -- check') ?? '');

  // On a busy machine, a process can need more than the default of five seconds to start. This provider always returns.
  const { status, stdout, stderr } = await runCommand([...command, '--function-timeout', '60']);

  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(withoutChance(stdout)).toBe(withoutChance(blockOf('✗ A Create, an Update') ?? ''));
});

test.concurrent('a template with its own function is deployed, changed and deleted with the file instead', async () => {
  const [deploy = [], change = [], removal = []] = (blockOf('npm run sandbox -- deploy') ?? '')
    .trim()
    .split('\n')
    .map(commandIn);
  const state = ['--state', join(folder, 'state')];

  const created = await runInProcess([...deploy, ...state]);
  const replaced = await runInProcess([...change, ...state]);
  const removed = await runInProcess([...removal, ...state]);

  expect(created).toMatchObject({ status: 0, stderr: '' });
  expect(flat(created.stdout)).toMatch(/ Name reports-[0-9a-f]{8} /);
  expect(flat(replaced.stdout)).toMatch(/ Name invoices-[0-9a-f]{8} /);
  expect(eventLines(replaced.stdout).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'names UPDATE_IN_PROGRESS',
    'Unique UPDATE_IN_PROGRESS',
    'Unique UPDATE_IN_PROGRESS',
    'Unique UPDATE_COMPLETE',
    'names UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    'Unique DELETE_IN_PROGRESS',
    'Unique DELETE_COMPLETE',
    'names UPDATE_COMPLETE',
  ]);
  expect(eventLines(removed.stdout).at(-1)).toBe('names DELETE_COMPLETE');
});

test('a function gets the request as the message of an SNS topic if the ServiceToken is its ARN', async () => {
  const Topic = 'arn:aws:sns:eu-west-1:111122223333:requests';
  const Resources = {
    Written: { Type: 'Custom::Written', Properties: { ServiceToken: Topic, Prefix: 'Reports', Length: 8 } },
  };
  writeFileSync(
    join(folder, 'topic.json'),
    JSON.stringify({ Resources, Outputs: { Name: { Value: { 'Fn::GetAtt': 'Written.Name' } } } }),
  );
  writeFileSync(
    join(folder, 'subscriber.cjs'),
    `const { handler } = require(${JSON.stringify(resolve('examples/foreign-provider/careful.cjs'))});
exports.handler = async ({ Records: [{ EventSource, Sns: { TopicArn, Message } }] }) => {
  if (EventSource === 'aws:sns' && TopicArn === ${JSON.stringify(Topic)}) await handler(JSON.parse(Message));
};
`,
  );
  const call = ['--stack-name', 'topic', '--handler', join(folder, 'subscriber.cjs'), '--state', join(folder, 'topic')];

  const created = await runInProcess(['deploy', '--template', join(folder, 'topic.json'), ...call]);
  const removed = await runInProcess(['delete', ...call]);

  expect(created).toMatchObject({ status: 0, stderr: '' });
  expect(flat(created.stdout)).toMatch(/ Name reports-[0-9a-f]{8} /);
  expect(removed).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  [
    'without the runtime client',
    'exit 1',
    "A Python function runs under AWS's own runtime client, which FOLDER/python does not have. Install it with:\n" +
      '  FOLDER/python -m pip install awslambdaric\n',
  ],
  [
    'that cannot be run',
    undefined,
    'A Python function needs Python, but FOLDER/python cannot be run. Install it, or name another one: LAMBDA_PYTHON=PATH.\n',
  ],
])('a Python %s is reported', async (_what, script, message) => {
  const python = join(folder, 'python');
  rmSync(python, { force: true });
  if (script !== undefined) writeFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'handler.py'), '');
  process.env['LAMBDA_PYTHON'] = python;

  const { status, stderr } = await runInProcess(['check', '--handler', join(folder, 'handler.py')]);
  delete process.env['LAMBDA_PYTHON'];

  expect({ status, stderr: stderr.replaceAll(folder, 'FOLDER') }).toEqual({ status: 2, stderr: message });
});

test('a resource of another provider can have the type name of ours, and other properties', async () => {
  writeFileSync(
    join(folder, 'theirs.yaml'),
    `Parameters: {Token: {Type: String, Default: 'arn:aws:lambda:eu-west-1:111122223333:function:x'}}
Resources:
  Written:
    Type: Custom::SageMakerImageVersion
    Properties: {ServiceToken: !Sub 'arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:x', Colour: red}
  KnownLater: {Type: Custom::SageMakerImageVersion, Properties: {ServiceToken: !Ref Token, Colour: red}}
`,
  );
  const deploy = [
    'deploy',
    '--template',
    join(folder, 'theirs.yaml'),
    '--stack-name',
    'theirs',
    '--no-execute-changeset',
  ];
  const call = [...deploy, '--state', join(folder, 'theirs')];

  const without = await runInProcess(call);
  const beside = await runInProcess([...call, '--handler', resolve('examples/foreign-provider/careful.cjs')]);

  expect(without.status).toBe(2);
  // Without --handler there is no other provider that a token known only later could belong to.
  expect(without.stderr.match(/Resource \w+: a \S+ has no property "Colour"/g)).toEqual([
    'Resource KnownLater: a Custom::SageMakerImageVersion has no property "Colour"',
  ]);
  expect(beside).toMatchObject({ status: 0, stderr: '' });
});

test.each([
  [
    'an export that is not there',
    ['--handler', 'good.cjs:foo'],
    '--handler good.cjs:foo: the file exports no function "foo". Name one that it exports, as FILE:EXPORT.\n',
  ],
  [
    'an OnFailure destination without the usual export',
    ['--handler', 'good.cjs:failing', '--on-failure', 'good.cjs'],
    '--on-failure good.cjs: the file exports no function "handler". Name one that it exports, as FILE:EXPORT.\n',
  ],
  [
    'a file that Node.js cannot read',
    ['--handler', 'bad.cjs'],
    "--handler bad.cjs: the file cannot be loaded. SyntaxError: Unexpected token '='\n",
  ],
  ['no file', ['--handler', 'absent.cjs'], 'There is no file absent.cjs for --handler.\n'],
  [
    'a file that was not built',
    ['--handler', 'provider.ts'],
    'provider.ts is neither JavaScript nor Python: --handler takes a .js, .cjs, .mjs or .py file. Build it first, as you would for Lambda.\n',
  ],
  [
    'a name that Lambda cannot load',
    ['--handler', 'my.provider.cjs'],
    'Lambda reads the part of my.provider.cjs after the first dot as an export. Rename the file.\n',
  ],
  [
    'properties that are none',
    ['--handler', resolve('examples/foreign-provider/naive.cjs'), '--properties', 'list.json'],
    'list.json must contain a JSON object: ResourceProperties without ServiceToken.\n',
  ],
])('%s is refused', async (_what, args, message) => {
  for (const file of ['provider.ts', 'my.provider.cjs']) writeFileSync(join(folder, file), '');
  writeFileSync(join(folder, 'list.json'), '[]');
  writeFileSync(join(folder, 'good.cjs'), "exports.failing = async () => { throw new Error('Never'); };\n");
  writeFileSync(join(folder, 'bad.cjs'), '= 1\n');
  const inFolder = args.map((word) => word.replace(/^(?=\w+\.)/, `${folder}/`));

  const { status, stdout, stderr } = await runInProcess(['check', ...inFolder]);

  expect({ status, stdout, stderr: stderr.replaceAll(`${folder}/`, '') }).toEqual({
    status: 2,
    stdout: '',
    stderr: message,
  });
});
