// Somebody else's provider, in processes of its own: the examples do what docs/testing-other-providers.md says.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, resolve } from 'node:path';
import { closeServer, listenOnLoopback } from '../../sandbox/http-server.ts';
import { eventLines, flat, newFolder, runCommand } from './command-line.ts';

// In real time, and other tests may keep the machine busy.
jest.setTimeout(120_000);

const { folder, remove } = newFolder();
afterAll(remove);

const page = readFileSync('docs/testing-other-providers.md', 'utf8');
/** The code block of the page that begins so. */
const blockOf = (beginning: string) =>
  [...page.matchAll(/^```\w*\n(.*?)^```$/gms)].map(([, text = '']) => text).find((text) => text.startsWith(beginning));
const commandIn = (text: string) => (/npm run sandbox -- (.*)/s.exec(text)?.[1] ?? '').trim().split(/[\s\\]+/);
const withoutChance = (text: string) => text.replace(/\b(reports|invoices)-[0-9a-f]+/g, '$1-…').replace(/\s+/g, ' ');

test('check finds in the naive provider what the page shows', async () => {
  const { status, stdout, stderr } = await runCommand(commandIn(blockOf('npm run sandbox -- check') ?? ''));

  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(withoutChance(stdout)).toBe(withoutChance(blockOf('✗ Create, an Update') ?? ''));
});

test('check finds nothing in the careful one', async () => {
  const command = commandIn(blockOf('npm run sandbox -- check') ?? '').map((word) => word.replace('naive', 'careful'));

  const { status, stdout } = await runCommand(command);

  expect(status).toBe(0);
  expect(stdout).not.toContain('✗');
  expect(stdout).toMatch(/\nNothing wrong in 12 scenarios\.\n$/);
});

test('check says once that a provider may lack properties', async () => {
  const { status, stdout } = await runCommand(['check', '--handler', 'examples/foreign-provider/naive.cjs']);

  expect(status).toBe(1);
  expect(flat(stdout).split('The Create was never answered: the handler threw TypeError')).toHaveLength(2);
  expect(flat(stdout)).toContain(
    '✗ A Create that is delivered twice, one after the other As above: The Create was never answered. ✗ ',
  );
  expect(flat(stdout)).toMatch(
    / Something is wrong in 11 of 11 scenarios\. Each Create has failed in the same way: this looks as if the provider could not create anything with these properties \(none are given\)\. Name a file with some that it can create something with: --properties FILE\. $/,
  );
});

test('a template with a function of its own is deployed, changed and deleted with the file in its stead', async () => {
  const [deploy = [], change = [], removal = []] = (blockOf('npm run sandbox -- deploy') ?? '')
    .trim()
    .split('\n')
    .map(commandIn);
  const state = ['--state', join(folder, 'state')];

  const created = await runCommand([...deploy, ...state]);
  const replaced = await runCommand([...change, ...state]);
  const removed = await runCommand([...removal, ...state]);

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

test('a resource of another provider may have the name of ours, and properties of its own', async () => {
  const template = join(folder, 'theirs.yaml');
  const properties = `ServiceToken: !Sub "arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:x", Colour: red`;
  writeFileSync(template, `Resources: {A: {Type: Custom::SageMakerImageVersion, Properties: {${properties}}}}\n`);
  const call = ['deploy', '--template', template, '--stack-name', 'theirs', '--no-execute-changeset'];

  const { status, stderr } = await runCommand(
    [...call, '--handler', resolve('examples/foreign-provider/careful.cjs')],
    folder,
  );

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('with another provider beside it, a token that is only known later says nothing of whose a resource is', async () => {
  const template = join(folder, 'later.yaml');
  writeFileSync(
    template,
    `Parameters: {Token: {Type: String}}
Resources: {A: {Type: Custom::SageMakerImageVersion, Properties: {ServiceToken: !Ref Token, Colour: red}}}
`,
  );
  const call = ['deploy', '--template', template, '--stack-name', 'later', '--no-execute-changeset'];
  const parameter = ['--parameter', 'Token=arn:aws:lambda:eu-west-1:111122223333:function:x'];

  const alone = await runCommand([...call, ...parameter], folder);
  const beside = await runCommand(
    [...call, ...parameter, '--handler', resolve('examples/foreign-provider/careful.cjs')],
    folder,
  );

  expect(alone.status).toBe(2);
  expect(alone.stderr).toContain('has no property "Colour"');
  expect({ status: beside.status, stderr: beside.stderr }).toEqual({ status: 0, stderr: '' });
});

describe('a provider that makes calls to AWS', () => {
  beforeAll(() =>
    writeFileSync(
      join(folder, 'caller.mjs'),
      `const endpoint = process.env.AWS_ENDPOINT_URL_OURS ?? process.env.AWS_ENDPOINT_URL;
export const provide = async (event) => {
  const { StackId, RequestId, LogicalResourceId, ResponseURL, PhysicalResourceId = 'one', RequestType } = event;
  if (RequestType === 'Create') {
    const { status } = await fetch(endpoint);
    if (status !== 200) throw new Error('AWS says ' + status);
  }
  const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId });
  while ((await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(body) })).status === 503);
};
`,
    ),
  );
  const check = (...args: readonly string[]) =>
    runCommand(['check', '--handler', 'caller.mjs:provide', '--function-timeout', '1', '--json', ...args], folder);
  const problemsIn = (stdout: string): Readonly<Record<string, readonly string[]>> => {
    const { Findings }: { Findings: readonly { Scenario: string; Problems: readonly string[] }[] } = JSON.parse(stdout);
    return Object.fromEntries(Findings.map(({ Scenario, Problems }) => [Scenario, Problems]));
  };

  test('is found out where it answers nothing while AWS refuses, or does not answer', async () => {
    const { status, stdout } = await check();

    const problems = problemsIn(stdout);
    const tail = 'The stack waits until the ServiceTimeout is over: an hour unless told otherwise.';
    expect(status).toBe(1);
    expect(problems['A Create while AWS refuses every call']).toEqual([
      `The Create was never answered: the handler threw Error (AWS says 400). ${tail}`,
    ]);
    expect(problems['A Create while AWS does not answer']).toEqual([
      `The Create was never answered: the function's time was over. ${tail}`,
    ]);
  });

  test('is told where its AWS is, and loses it for a while all the same', async () => {
    const aws = createServer((_request, response) => response.end());
    const url = await listenOnLoopback(aws);

    const { stdout } = await check('--variable', `AWS_ENDPOINT_URL_OURS=${url}`);
    await closeServer(aws);

    const bad = Object.entries(problemsIn(stdout)).filter(([, problems]) => problems.length > 0);
    expect(bad.map(([scenario]) => scenario)).toEqual([
      'A Create while AWS refuses every call',
      'A Create while AWS does not answer',
    ]);
  });
});

test.each([
  [
    'an export that is not there',
    ['--handler', 'good.cjs:foo'],
    '--handler good.cjs:foo: the file exports no function "foo"; name one that it does, as FILE:EXPORT.\n',
  ],
  [
    'an OnFailure destination without the usual export',
    ['--handler', 'good.cjs:failing', '--on-failure', 'good.cjs'],
    '--on-failure good.cjs: the file exports no function "handler"; name one that it does, as FILE:EXPORT.\n',
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
    'provider.ts is no JavaScript: --handler takes a .js, .cjs or .mjs file. Build it first, as you would for Lambda.\n',
  ],
  [
    'a name that Lambda cannot load',
    ['--handler', 'my.provider.cjs'],
    'Lambda takes what follows the first dot of my.provider.cjs for an export: rename the file.\n',
  ],
  [
    'properties that are none',
    ['--handler', resolve('examples/foreign-provider/naive.cjs'), '--properties', 'list.json'],
    'list.json must contain a JSON object: ResourceProperties without ServiceToken.\n',
  ],
])('%s is refused', async (_what, args, told) => {
  for (const file of ['provider.ts', 'my.provider.cjs']) writeFileSync(join(folder, file), '');
  writeFileSync(join(folder, 'list.json'), '[]');
  writeFileSync(join(folder, 'good.cjs'), "exports.failing = async () => { throw new Error('Never'); };\n");
  writeFileSync(join(folder, 'bad.cjs'), '= 1\n');

  const { status, stdout, stderr } = await runCommand(['check', ...args], folder);

  expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: told });
});
