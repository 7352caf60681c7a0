// The provider of this project, and handlers that use the common libraries for custom resources in the plainest way: `check` finds
// in them what the page says.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateImageCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { quickSageMaker } from '../../sandbox/cli/provider-sandbox.ts';
import { realClock } from '../../sandbox/clock.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSageMaker } from '../../sandbox/sagemaker/sagemaker.ts';
import { listenSageMaker } from '../../sandbox/sagemaker/server.ts';
import { flat, newFolder, runInProcess } from '../cli/command-line.ts';

// In real time: each column takes some ninety processes. They mostly wait, so they run beside each other.
jest.setTimeout(1_200_000);

const { folder, remove } = newFolder();
afterAll(remove);

const page = readFileSync('docs/testing-other-providers.md', 'utf8');
const [[, ...columns] = [], , ...rows] = [...page.matchAll(/^\|(.*)\|$/gm)]
  .map(([, cells = '']) => cells.split('|').map((cell) => cell.trim()))
  .slice(page.slice(0, page.indexOf('| Scenario |')).match(/^\|.*\|$/gm)?.length ?? 0);

/** The marks in the column of the page, by scenario. */
function documented(library: string): Readonly<Record<string, string | undefined>> {
  const at = columns.findIndex((column) => column.startsWith(library));
  return Object.fromEntries(rows.map(([scenario = '', ...marks]) => [scenario, marks[at]]));
}

interface CheckDocument {
  readonly Findings: readonly {
    readonly Scenario: string;
    readonly Problems: readonly string[];
    readonly NotTried?: string;
  }[];
}

test.concurrent.each([
  ['cfn-response', 'with-cfn-response.cjs'],
  ['cfnresponse', 'with_cfnresponse.py'],
  ['crhelper', 'with_crhelper.py'],
])('check finds in a handler with %s what the page says', async (library, handler) => {
  const properties = (name: string) => `examples/foreign-provider/${name}.json`;

  const { stdout } = await runInProcess([
    ...['check', '--handler', `test/aws-cli/handlers/${handler}`, '--function-timeout', '20', '--json'],
    ...['--properties', properties('reports'), '--update-properties', properties('reports-longer')],
    ...['--replacement-properties', properties('invoices'), '--invalid-properties', properties('too-short')],
  ]);

  const { Findings }: CheckDocument = JSON.parse(stdout);
  const mark = ({ Problems, NotTried }: CheckDocument['Findings'][number]) => {
    if (Problems.length > 0) return '✗';
    return NotTried === undefined ? '✓' : '–';
  };
  expect(Object.fromEntries(Findings.map((finding) => [finding.Scenario, mark(finding)]))).toEqual(documented(library));
});

test.concurrent('a template is deployed with a function in Python', async () => {
  const call = ['--stack-name', 'python', '--state', join(folder, 'state')];
  const handler = ['--handler', 'test/aws-cli/handlers/with_crhelper.py'];
  const template = 'examples/foreign-provider/unique-name.yaml';

  const created = await runInProcess(['deploy', '--template', template, ...handler, ...call]);
  const removed = await runInProcess(['delete', ...handler, ...call]);

  expect(created).toMatchObject({ status: 0, stderr: '' });
  expect(flat(created.stdout)).toContain(' Name reports ');
  expect(removed).toMatchObject({ status: 0, stderr: '' });
});

test.concurrent('check finds nothing in the provider of this project', async () => {
  const services = { clock: realClock, random: seededRandom(1) };
  const server = await listenSageMaker(createSageMaker(quickSageMaker, services));
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SageMakerClient({ endpoint: server.url, region: quickSageMaker.Region, credentials });
  await client.send(new CreateImageCommand({ ImageName: 'mine', RoleArn: 'arn:aws:iam::111122223333:role/mine' }));
  const base = { ImageName: 'mine', BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:1', Alias: 'latest' };
  const files = Object.entries({
    properties: base,
    'update-properties': { ...base, ReleaseNotes: 'New' },
    'replacement-properties': { ...base, BaseImage: base.BaseImage.replace(':1', ':2') },
    'invalid-properties': { ...base, BaseImage: 'not an image' },
  }).flatMap(([option, properties]) => {
    writeFileSync(join(folder, `${option}.json`), JSON.stringify(properties));
    return [`--${option}`, join(folder, `${option}.json`)];
  });

  const { stdout } = await runInProcess([
    ...['check', '--handler', 'dist/provider/index.cjs', '--on-failure', 'dist/failsafe/index.cjs'],
    ...['--function-timeout', '30', '--variable', `AWS_ENDPOINT_URL_SAGEMAKER=${server.url}`, ...files],
  ]);
  await server.close();

  expect(stdout).not.toMatch(/[✗–]/);
  expect(stdout).toContain('\nNo problems in 18 scenarios.');
});
