/**
 * An account in the sandbox that the real AWS CLI works in, over HTTP and in real time. `serve` of the command line only
 * reads stacks; this also updates, continues, rolls back and deletes them.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { devNull } from 'node:os';
import { text } from 'node:stream/consumers';
import { lambdaRuntime, quickCloudFormation } from '../../sandbox/cli/provider-sandbox.ts';
import { realClock } from '../../sandbox/clock.ts';
import type { CloudFormation, OperationResult } from '../../sandbox/cloudformation/cloudformation.ts';
import { CloudFormationError } from '../../sandbox/cloudformation/refusals.ts';
import { answerRequest } from '../../sandbox/cloudformation/server.ts';
import { closeServer, listenOnLoopback } from '../../sandbox/http-server.ts';
import { createProcessExecutor } from '../../sandbox/lambda/process-executor.ts';
import { randomUuid, seededRandom } from '../../sandbox/random.ts';
import { errorAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { type OpenSandbox, openSandbox, readProviderTemplate } from '../../sandbox/sandbox.ts';

export interface Account extends OpenSandbox {
  /** SageMaker denies every call to the provider while `work` runs. */
  whileDenied<T>(work: () => Promise<T>): Promise<T>;
  /** Versions that are deleted while `work` runs become DELETE_FAILED. */
  whileInUse<T>(work: () => Promise<T>): Promise<T>;
  /** Runs the AWS CLI, then waits for the operation that it has started. Throws what it prints if it fails. */
  aws(words: readonly string[]): Promise<string>;
  /** Runs the doctor. */
  doctor(...args: readonly string[]): Promise<string>;
}

const quick = [100, 200] as const;

export async function openAccount(): Promise<Account> {
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
    cloudFormation: quickCloudFormation,
    executor: (configuration, { sageMaker, cloudFormation }) =>
      createProcessExecutor(
        configuration,
        {
          ...lambdaRuntime(process.cwd()),
          extraVariables: { AWS_ENDPOINT_URL_SAGEMAKER: sageMaker, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation },
        },
        { clock: realClock, random, onLog: () => {} },
      ),
  });
  const { cloudFormation } = sandbox;
  sandbox.sageMaker.intercept(async (operation, _input, next) =>
    isDenied ? errorAnswer('AccessDeniedException', `You may not call ${operation}.`, randomUuid(random)) : next(),
  );
  const started: Promise<unknown>[] = [];
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const { status, document } =
        (await answerWrite(cloudFormation, new URLSearchParams(body), started).catch(refusal)) ??
        (await answerRequest(cloudFormation, body, randomUuid(random)));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(document);
    });
  });
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
    AWS_ENDPOINT_URL_CLOUDFORMATION: await listenOnLoopback(server),
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
      await Promise.all(started.splice(0));
      return stdout;
    },
    async doctor(...args) {
      return (await run(process.execPath, ['dist/doctor/main.cjs', ...args], environment)).stdout;
    },
    async close() {
      await closeServer(server);
      await sandbox.close();
    },
  };
}

async function run(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(program, args, { env });
  const status = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, stdout, stderr };
}

/**
 * Starts an operation that changes a stack, and adds its end to `started`. CloudFormation answers as soon as it has begun.
 * Resolves with undefined for an operation that only reads.
 */
async function answerWrite(
  cloudFormation: CloudFormation,
  parameters: URLSearchParams,
  started: Promise<unknown>[],
): Promise<{ readonly status: number; readonly document: string } | undefined> {
  const action = parameters.get('Action') ?? '';
  const StackName = parameters.get('StackName') ?? '';
  const members = (name: string) =>
    [...parameters].flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [value] : []));
  const operations: Readonly<Record<string, () => Promise<OperationResult | undefined>>> = {
    ContinueUpdateRollback: () =>
      cloudFormation.continueUpdateRollback(StackName, { ResourcesToSkip: members('ResourcesToSkip') }),
    DeleteStack: () => cloudFormation.deleteStack(StackName, { RetainResources: members('RetainResources') }),
    RollbackStack: () => cloudFormation.rollbackStack(StackName),
    UpdateStack: () => {
      const templateText = parameters.get('TemplateBody') ?? '';
      const DisableRollback = parameters.get('DisableRollback') === 'true';
      return cloudFormation.updateStack(
        StackName,
        { templateText, fileName: 'template.json', parameters: {} },
        { DisableRollback },
      );
    },
  };
  const operation = operations[action]?.();
  if (operation === undefined) return undefined;
  started.push(operation.catch(() => {}));
  // A refusal comes at once.
  await Promise.race([operation, realClock.sleep(50)]);
  return { status: 200, document: `<${action}Response><${action}Result/></${action}Response>` };
}

function refusal(error: unknown): { readonly status: number; readonly document: string } {
  if (!(error instanceof CloudFormationError)) throw error;
  const { code, message } = error;
  const document = `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
  return { status: 400, document };
}
