// The command runs in its own process. Its AWS is a sandbox in this process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import { realClock } from '../../sandbox/clock.ts';
import { listenCloudFormation } from '../../sandbox/cloudformation/server.ts';
import type { Stack } from '../../sandbox/cloudformation/stack.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSageMaker } from '../../sandbox/sagemaker/sagemaker.ts';
import { listenSageMaker } from '../../sandbox/sagemaker/server.ts';
import { sageMakerSettings } from '../../sandbox/sagemaker/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'fidelity-'));
const main = join(folder, 'main.cjs');
const closers: (() => Promise<void>)[] = [];

beforeAll(() => {
  buildSync({
    entryPoints: ['fidelity/main.ts'],
    outfile: main,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
  });
});
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const allOptions = [
  ...['--account', '111122223333', '--region', 'eu-west-1'],
  ...['--role-arn', 'arn:aws:iam::111122223333:role/fidelity'],
  ...['--base-image', '111122223333.dkr.ecr.eu-west-1.amazonaws.com/any:1'],
];

const anyCredentials = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };

function start(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env['PATH'] ?? '', COLUMNS: '120', ...variables };
  const child = spawn(process.execPath, [main, ...args], { env });
  const status = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ended = Promise.all([status, text(child.stdout), text(child.stderr)]).then(([code, stdout, stderr]) => ({
    status: code,
    stdout,
    stderr,
  }));
  return { child, ended };
}

/** An empty account, which the process uses as AWS. */
async function openAws(AccountId = '111122223333') {
  const quick = [50, 50] as const;
  const durations = { imageCreation: quick, imageDeletion: quick, versionCreation: quick };
  const sageMaker = createSageMaker(sageMakerSettings({ AccountId, durations, lockWindowMs: 0 }), {
    clock: realClock,
    random: seededRandom(1),
  });
  const calls: string[] = [];
  sageMaker.onCall((operation) => calls.push(operation));
  const { url, close } = await listenSageMaker(sageMaker);
  closers.push(close);
  const variables = {
    SAGEMAKER: 'live',
    AWS_ENDPOINT_URL_SAGEMAKER: url,
    ...anyCredentials,
  };
  return { sageMaker, calls, variables };
}

test('without SAGEMAKER=live, it asks the sandbox, which agrees with itself', async () => {
  const { status, stdout, stderr } = await start([]).ended;

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(
    /\n17 questions answered, 0 of them differently from what the sandbox assumes\.\nNothing is left behind\.\n$/,
  );
});

test('does not call an account that was not named', async () => {
  const { calls, variables } = await openAws();

  const { status, stderr } = await start(['--region', 'eu-west-1'], variables).ended;

  expect(status).toBe(2);
  expect(stderr).toBe(
    `--account must be the twelve digits of an account.
--role-arn: the ARN of a role that SageMaker can assume and that can read ECR
--base-image: the URI of a container image in ECR
`,
  );
  expect(calls).toEqual([]);
});

test('makes nothing before the plan is printed and --yes is given', async () => {
  const { calls, variables } = await openAws();

  const { status, stdout } = await start(allOptions, variables).ended;

  expect(status).toBe(0);
  expect(stdout.replace(/probe-[0-9a-f]{8}/g, 'probe-0')).toBe(
    `In account 111122223333, Region eu-west-1, this command creates

  the image fidelity-probe-0-shared
  the image fidelity-probe-0-again
  the image fidelity-probe-0-Mixed-Case
  about 15 versions of them, from 111122223333.dkr.ecr.eu-west-1.amazonaws.com/any:1
  with the role arn:aws:iam::111122223333:role/fidelity

It takes some minutes and deletes all of it at the end, also after an error or Ctrl-C. If anything is left behind, its
name begins with fidelity-probe-0. Add --yes to start.

`,
  );
  expect(calls).toEqual(['ListImages']);
});

test('credentials of another account are refused', async () => {
  const { sageMaker, calls, variables } = await openAws('444455556666');
  await sageMaker.call('CreateImage', { ImageName: 'theirs', RoleArn: 'arn:aws:iam::444455556666:role/theirs' });

  const { status, stderr } = await start([...allOptions, '--yes'], variables).ended;

  expect(status).toBe(2);
  expect(stderr).toBe('The credentials belong to account 444455556666, not to 111122223333. Nothing was made.\n');
  expect(calls).toEqual(['CreateImage', 'ListImages']);
});

test('Ctrl-C ends the questions, and what was made is deleted', async () => {
  const { sageMaker, calls, variables } = await openAws();
  const { child, ended } = start([...allOptions, '--yes', '--poll', '0.05'], variables);
  // A second SIGINT would end the clean-up, too.
  const stopListening = sageMaker.onCall((operation) => {
    if (operation !== 'CreateImageVersion') return;
    stopListening();
    child.kill('SIGINT');
  });

  const { status, stdout } = await ended;

  expect(status).toBe(1);
  expect(stdout).toContain('Interrupted by SIGINT');
  expect(stdout).toMatch(/Nothing is left behind\.\n$/);
  expect(calls).toContain('DeleteImage');
  expect(Object.keys(sageMaker.snapshot().images)).toEqual([]);
});

describe('--stack', () => {
  test('without SAGEMAKER=live, it asks the sandbox, which agrees with itself', async () => {
    const { status, stdout, stderr } = await start(['--stack']).ended;

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /\n6 questions answered, 0 of them differently from what the sandbox assumes\.\nNothing is left behind\.\n$/,
    );
  });

  test('needs an account and a Region', async () => {
    const { status, stderr } = await start(['--stack'], { SAGEMAKER: 'live' }).ended;

    expect(status).toBe(2);
    expect(stderr).toBe(
      '--account must be the twelve digits of an account.\n--region must be a Region, for example eu-west-1.\n',
    );
  });

  test.each([
    ['111122223333', 0, ''],
    ['444455556666', 2, 'The credentials belong to account 111122223333, not to 444455556666. Nothing was made.\n'],
  ])('makes nothing in account %s before the plan is printed and --yes is given', async (account, status, stderr) => {
    const { url, stacks } = await openStacks();
    const variables = { SAGEMAKER: 'live', AWS_ENDPOINT_URL_CLOUDFORMATION: url, ...anyCredentials };

    const ended = await start(['--stack', '--account', account, '--region', 'eu-west-1'], variables).ended;

    expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status, stderr });
    expect(ended.stdout.includes('Add --yes to start.')).toBe(status === 0);
    expect(stacks.map(({ StackName }) => StackName)).toEqual(['existing']);
  });

  /** An account with one stack, whose other stacks would be added to `stacks`. */
  async function openStacks() {
    const stack: Stack = {
      StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/existing/1',
      ...{ StackName: 'existing', CreationTime: 0, StackStatus: 'CREATE_COMPLETE' },
      source: { templateText: '{"Resources":{}}', fileName: 'existing.json', parameters: {} },
      ...{ resources: {}, outputs: [], imports: [], events: [] },
    };
    const stacks = [stack];
    const reader = { listStacks: () => stacks, findStack: () => stack };
    const { url, close } = await listenCloudFormation(reader, seededRandom(1));
    closers.push(close);
    return { url, stacks };
  }
});
