// The built doctor, with the sandbox as AWS.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { shellLinesIn } from '../docs/markdown.ts';
import { runInProcess } from './command-line.ts';
import { doctorsPlace } from './doctor.ts';

const { folder, serve, runDoctor } = doctorsPlace();

const image = `
  Image:
    Type: AWS::SageMaker::Image
    DeletionPolicy: Retain
    Properties: { ImageName: studio, ImageRoleArn: 'arn:aws:iam::111122223333:role/StudioImages' }`;
const version = (LogicalResourceId: string, { tag, after }: { tag: string; after?: string }) => `
  ${LogicalResourceId}:
    Type: Custom::SageMakerImageVersion
    ${after === undefined ? '' : `DependsOn: ${after}`}
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken
      ImageName: studio
      BaseImage: 111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:${tag}
      Alias: ${LogicalResourceId}`;

test('the doctor lists what updates, deletions and stacks have left behind, and deletes the named versions', async () => {
  const removed = version('Removed', { tag: '1', after: 'Image' });
  await deploy('lives', image, removed, version('Live', { tag: '1', after: 'Removed' }));
  await deploy('dies', version('Left', { tag: '1' }));
  await deploy('lives', image, version('Live', { tag: '2', after: 'Image' }));
  await sandbox(['delete', '--stack-name', 'dies']);
  const served = await serve();

  const listed = await doctor(['--json'], served.variables);
  const refused = await doctor(['--delete', 'studio/1', '--delete', 'studio/4'], served.variables);
  const whose = await runDoctor(
    ['whose', '--region', 'eu-west-1', 'studio/1', 'studio/4', 'studio/9'],
    served.variables,
  );
  const deleted = await doctor(
    ['--delete', 'studio/1', '--delete', 'studio/2', '--delete', 'studio/3'],
    served.variables,
  );
  const after = await whenDeleted(served.variables);
  await served.stop();

  const found: { readonly Orphans: readonly Record<string, unknown>[] } = JSON.parse(listed.stdout);
  expect(listed).toMatchObject({ status: 1, stderr: '' });
  expect(found).toMatchObject({ Region: 'eu-west-1', Images: 1, Versions: 4, InUse: 1, Undecided: [] });
  expect(
    found.Orphans.map(({ Version, Aliases, Cause, StackName }) => ({ Version, Aliases, Cause, StackName })),
  ).toEqual([
    { Version: 1, Aliases: ['Removed'], Cause: 'ResourceGone', StackName: 'lives' },
    { Version: 2, Aliases: [], Cause: 'NotThePhysicalResource', StackName: 'lives' },
    { Version: 3, Aliases: ['Left'], Cause: 'StackGone', StackName: 'dies' },
  ]);
  expect(refused).toEqual({
    status: 2,
    stdout: '',
    stderr: 'studio/4 is in use: it is resource Live of stack lives.\nNothing was deleted.\n',
  });
  expect(whose).toEqual({
    status: 0,
    stdout:
      'studio/1 belongs to no resource: Stack lives no longer has the resource that made it.\n' +
      'studio/4 is resource Live of stack lives.\nstudio/9 was not made by this provider, or does not exist.\n',
    stderr: '',
  });
  expect(deleted).toEqual({
    status: 0,
    stdout: [1, 2, 3].map((number) => `SageMaker is deleting studio/${number}.\n`).join(''),
    stderr: '',
  });
  expect(after).toEqual({
    status: 0,
    stdout: 'eu-west-1: 1 image, 1 version made by the provider: 1 in use, 0 undecided, 0 orphans.\n',
    stderr: '',
  });
});

test('the doctor prints what docs/orphans.md shows after the commands of the example', async () => {
  const page = readFileSync('docs/orphans.md', 'utf8');
  const [list = '', remove = '', whose = ''] = shellLinesIn(page).flatMap(
    (line) => /^npx --no sagemaker-image-version-provider (.*)$/.exec(line)?.[1] ?? [],
  );
  const [listed, belongs] = [...page.matchAll(/^```text\n(.*?)^```$/gms)].map(([, block]) => block);
  const state = ['--state', join(folder, 'documented')];
  const deployment = ['deploy', '--template', 'examples/fixed-alias.yaml', '--stack-name', 'fixed'];
  await runInProcess([...deployment, ...state]);
  await runInProcess([...deployment, '--parameter', 'Tag=1.5', ...state]);
  const served = await serve(state);
  const run = (command: string) => runDoctor(command.split(' '), served.variables);

  const results = [await run(list), await run(whose), await run(remove)];
  await served.stop();

  expect(results.map(({ stdout }) => stdout)).toEqual([listed, belongs, 'SageMaker is deleting fixed-alias/1.\n']);
  expect(results.map(({ status, stderr }) => ({ status, stderr }))).toEqual(
    [1, 0, 0].map((status) => ({ status, stderr: '' })),
  );
});

test.each([
  [['orphans'], 'No Region is given: name one with --region, or set AWS_REGION.\n'],
  [
    ['orphans', '--region', 'eu-west-1', '--delete', 'studio'],
    "error: option '--delete <IMAGE/VERSION>' argument 'studio' is invalid. Write it as IMAGE/VERSION, such as " +
      'data-science/3.\n(See --help.)\n',
  ],
  [['whose'], "error: missing required argument 'IMAGE/VERSION'\n(See --help.)\n"],
  [
    ['whose', 'studio'],
    "error: command-argument value 'studio' is invalid for argument 'IMAGE/VERSION'. Write it as IMAGE/VERSION, " +
      'such as data-science/3.\n(See --help.)\n',
  ],
])('the doctor refuses %j and prints the problem', async (args, stderr) => {
  expect(await runDoctor(args, {})).toEqual({ status: 2, stdout: '', stderr });
});

test('the doctor reports that AWS does not answer', async () => {
  const { status, stdout, stderr } = await doctor([], { AWS_ENDPOINT_URL_SAGEMAKER: 'http://127.0.0.1:1' });

  expect({ status, stdout, stderr }).toEqual({
    status: 3,
    stdout: '',
    stderr:
      'sagemaker:ListImages got no answer from eu-west-1. ECONNREFUSED: connect ECONNREFUSED 127.0.0.1:1. ' +
      'Check that this Region exists and that you can reach it.\n',
  });
});

async function sandbox(args: readonly string[]): Promise<void> {
  const { status, stdout } = await runInProcess([...args, '--state', join(folder, '.sandbox')]);
  if (status !== 0) throw new Error(stdout);
}

function deploy(StackName: string, ...resources: readonly string[]): Promise<void> {
  const template = join(folder, 'template.yaml');
  writeFileSync(template, `Resources:${resources.join('')}\n`);
  return sandbox(['deploy', '--template', template, '--stack-name', StackName]);
}

function doctor(args: readonly string[], variables: Readonly<Record<string, string>>) {
  return runDoctor(['orphans', '--region', 'eu-west-1', ...args], variables);
}

async function whenDeleted(variables: Readonly<Record<string, string>>) {
  for (;;) {
    const found = await doctor([], variables);
    if (!found.stdout.includes('DELETING')) return found;
    await sleep(200);
  }
}
