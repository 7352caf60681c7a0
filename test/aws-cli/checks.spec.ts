// Whole checks of other providers, in real time and in processes of their own: too long for `npm test`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listenOnLoopback } from '../../sandbox/http-server.ts';
import { newFolder, runInProcess } from '../cli/command-line.ts';

jest.setTimeout(1_200_000);

const { folder, remove } = newFolder();
afterAll(remove);

interface CheckDocument {
  readonly Findings: readonly { readonly Scenario: string; readonly Problems: readonly string[] }[];
}

const files = [
  ['properties', 'reports'],
  ['update-properties', 'reports-longer'],
  ['replacement-properties', 'invoices'],
  ['invalid-properties', 'too-short'],
].flatMap(([option, name]) => [`--${option}`, `examples/foreign-provider/${name}.json`]);

/** On a busy machine, a process can need more than the default of five seconds to start. */
const patient = ['--function-timeout', '60'];

test.concurrent('check finds nothing in the careful provider', async () => {
  const { status, stdout } = await runInProcess([
    'check',
    '--handler',
    'examples/foreign-provider/careful.cjs',
    ...patient,
    ...files,
  ]);

  expect(status).toBe(0);
  expect(stdout).not.toContain('✗');
  expect(stdout).toMatch(/\nNo problems in 16 scenarios\.\n$/);
});

test.concurrent('check finds a physical id that is the name of the log stream', async () => {
  const { stdout } = await runInProcess([
    ...['check', '--handler', 'test/cli/handlers/log-stream.cjs', '--json', ...patient, ...files],
  ]);

  const { Findings }: CheckDocument = JSON.parse(stdout);
  const found = Findings.filter(({ Problems }) => Problems.length > 0);
  const problems = found.flatMap(({ Problems }) => Problems).join('\n');
  // Each execution environment has its own log stream, so each answer has its own id.
  const ids = problems.match(/\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}/g) ?? [];
  expect(new Set(ids).size).toBeGreaterThan(20);
  expect(problems).toContain('CloudFormation treats this as a replacement: its rollback deletes the new id');
  expect(found.map(({ Scenario }) => Scenario)).toEqual([
    'A Create, an Update that changes nothing, a Delete',
    'An Update in place, and its rollback',
    'A replacement, and the Delete of the old resource',
    'A replacement that is rolled back',
    'An Update that fails, and its rollback',
    'A Create with invalid properties, its Delete, and a Create with valid ones',
    'A Create that is delivered twice, one after the other',
    'A Create that is delivered twice at once',
    'A Create whose function is killed while it answers, and that Lambda delivers again',
    'A cancelled Create, whose Delete has an id that CloudFormation made up',
    'A Delete of a resource that the provider never made',
    'A Create after the Delete, and an Update after the second Delete',
    'A Delete that is delivered twice',
    'A Create without any properties, and the Delete that follows',
  ]);
});

test.concurrent('check finds a provider that does not answer when AWS refuses, or does not answer', async () => {
  writeFileSync(
    join(folder, 'caller.mjs'),
    `const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_OURS } = process.env;
export const provide = async (event) => {
  const { StackId, RequestId, LogicalResourceId, ResponseURL, PhysicalResourceId = 'one', RequestType } = event;
  const { status } = await fetch(RequestType === 'Create' ? AWS_ENDPOINT_URL_OURS : AWS_ENDPOINT_URL);
  // An endpoint that the user names works, the default refuses every call.
  if (status !== (RequestType === 'Create' ? 200 : 400)) throw new Error('AWS says ' + status);
  const body = JSON.stringify({ Status: 'SUCCESS', StackId, RequestId, LogicalResourceId, PhysicalResourceId });
  while ((await fetch(ResponseURL, { method: 'PUT', body: Buffer.from(body) })).status === 503);
};
`,
  );
  const aws = await listenOnLoopback(async (_request, response) => {
    response.end();
  });
  const variable = ['--variable', `AWS_ENDPOINT_URL_OURS=${aws.url}`];

  const { status, stdout } = await runInProcess([
    ...['check', '--handler', `${join(folder, 'caller.mjs')}:provide`],
    ...['--function-timeout', '12', '--json', ...variable],
  ]);
  await aws.close();

  const { Findings }: CheckDocument = JSON.parse(stdout);
  const end = 'The stack waits for the ServiceTimeout, one hour by default.';
  expect(status).toBe(1);
  expect(Findings.flatMap(({ Scenario, Problems }) => (Problems.length > 0 ? [[Scenario, ...Problems]] : []))).toEqual([
    [
      'A Create while AWS refuses every call',
      `The Create was never answered: the handler threw Error (AWS says 400). ${end}`,
    ],
    ['A Create while AWS does not answer', `The Create was never answered: the function timed out. ${end}`],
  ]);
});
