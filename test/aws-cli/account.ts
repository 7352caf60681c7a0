/** An account in the sandbox that AWS's own tools work in, over HTTP and in real time. */
import { spawn } from 'node:child_process';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { lambdaRuntime, quickCloudFormation } from '../../sandbox/cli/provider-sandbox.ts';
import { realClock } from '../../sandbox/clock.ts';
import type { Stack } from '../../sandbox/cloudformation/stack.ts';
import { createProcessExecutor } from '../../sandbox/lambda/process-executor.ts';
import { randomUuid, seededRandom } from '../../sandbox/random.ts';
import { errorAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { type OpenSandbox, openSandbox, readProviderTemplate } from '../../sandbox/sandbox.ts';

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Account extends OpenSandbox {
  /** SageMaker denies every call to the provider while `work` runs. */
  whileDenied<T>(work: () => Promise<T>): Promise<T>;
  /** Versions that are deleted while `work` runs become DELETE_FAILED. */
  whileInUse<T>(work: () => Promise<T>): Promise<T>;
  /** Keeps the provider's next call of this operation back until `release`; `reached` resolves when it is there. */
  hold(operation: string): { readonly reached: Promise<void>; release(): void };
  /** Runs the AWS CLI, then waits for the operation that it has started. Throws what it prints if it fails. */
  aws(words: readonly string[]): Promise<string>;
  /** Runs any program with the account's endpoints in its environment. */
  run(program: string, args: readonly string[]): Promise<Ended>;
  /** Runs the doctor. */
  doctor(...args: readonly string[]): Promise<string>;
}

const quick = [100, 200] as const;

/** An account with the provider. The sandbox creates resources of the types in `stubs` without an effect. */
export async function openAccount(stubs: readonly string[] = []): Promise<Account> {
  const random = seededRandom(1);
  let isDenied = false;
  let isInUse = false;
  const sandbox = await openSandbox({
    clock: realClock,
    random,
    providerTemplate: readProviderTemplate('template.yaml'),
    providerParameters: { ImageNamePattern: '*' },
    sageMaker: {
      durations: { imageCreation: quick, imageDeletion: quick, versionCreation: quick, versionDeletion: quick },
      lockWindowMs: 5,
      failures: { versionDeletion: () => (isInUse ? 'A space uses the version.' : undefined) },
    },
    cloudFormation: { ...quickCloudFormation, stubs },
    executor: (configuration, { sageMaker, cloudFormation }) =>
      createProcessExecutor(
        configuration,
        {
          ...lambdaRuntime(resolve('sandbox/dist')),
          extraVariables: { AWS_ENDPOINT_URL_SAGEMAKER: sageMaker, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation },
        },
        { clock: realClock, random, onLog: () => {} },
      ),
  });
  sandbox.sageMaker.intercept(async (operation, _input, next) =>
    isDenied ? errorAnswer('AccessDeniedException', `You may not call ${operation}.`, randomUuid(random)) : next(),
  );
  const environment = {
    ...{ PATH: process.env['PATH'] ?? '', COLUMNS: '120' },
    ...{
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
    },
    ...{ AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull, AWS_PAGER: '' },
    AWS_ENDPOINT_URL_SAGEMAKER: sandbox.endpoints.sageMaker,
    AWS_ENDPOINT_URL_CLOUDFORMATION: sandbox.endpoints.cloudFormation,
    AWS_ENDPOINT_URL_S3: sandbox.endpoints.cloudFormation,
    SAM_CLI_TELEMETRY: '0',
    SAM_CLI_POLL_DELAY: '1',
  };

  return {
    ...sandbox,
    async whileDenied(work) {
      isDenied = true;
      return work().finally(() => {
        isDenied = false;
      });
    },
    async whileInUse(work) {
      isInUse = true;
      return work().finally(() => {
        isInUse = false;
      });
    },
    async aws(words) {
      const { status, stdout, stderr } = await run('aws', words, environment);
      if (status !== 0) throw new Error(`aws ${words.join(' ')}: status ${status}: ${stderr}`);
      while (sandbox.cloudFormation.listStacks().some(isChanging)) await realClock.sleep(50);
      return stdout;
    },
    run: (program, args) => run(program, args, environment),
    hold(operation) {
      let reach = () => {};
      let release = () => {};
      const reached = new Promise<void>((resolve) => {
        reach = resolve;
      });
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const stop = sandbox.sageMaker.intercept(async (called, _input, next) => {
        if (called !== operation) return next();
        reach();
        await released;
        return next();
      });
      return {
        reached,
        release() {
          release();
          stop();
        },
      };
    },
    async doctor(...args) {
      return (await run(process.execPath, ['dist/doctor/main.cjs', ...args], environment)).stdout;
    },
  };
}

function isChanging({ StackStatus }: Stack): boolean {
  return StackStatus.endsWith('_IN_PROGRESS') && StackStatus !== 'REVIEW_IN_PROGRESS';
}

async function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(program, args, { env });
  const status = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, stdout, stderr };
}
