/**
 * The provider in the sandbox, in one process and in virtual time: the real SDK talks HTTP to the simulated services,
 * and an hour of stack time takes moments.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { createInProcessExecutor } from '../../sandbox/lambda/in-process-executor.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { type Put, put } from '../../src/cloudformation/put.ts';
import { sdkStacks } from '../../src/cloudformation/sdk-stacks.ts';
import { pause } from '../../src/deadlines.ts';
import { createFailsafe } from '../../src/failsafe.ts';
import { createHandler } from '../../src/handler.ts';
import type { Log, LogDetails } from '../../src/log.ts';
import { sdkImageVersions } from '../../src/sagemaker/sdk-image-versions.ts';

export const epoch = Date.parse('2026-11-21T00:00:00Z');

export interface Life {
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  /** Every call that SageMaker got, as `Operation`. */
  readonly calls: string[];
  /** Every request that the provider was invoked with. */
  readonly requests: CloudFormationCustomResourceEvent[];
  /** Everything that was logged, as JSON lines. */
  readonly logLines: string[];
}

/** A moment at which an invocation may die: around a call that the provider makes, or a delivery. */
export interface Moment {
  /** Counted from 1, over everything that all invocations do. */
  readonly number: number;
  readonly phase: 'before' | 'after';
  /** The operation, or `PUT`. */
  readonly what: string;
}

export type LifeOptions = Partial<
  Pick<SandboxOptions, 'sageMaker' | 'cloudFormation' | 'lambda' | 'bucket'> & {
    readonly seed: number;
    /** Whether the invocation dies at this moment: no further line of it runs. */
    readonly kill: (moment: Moment) => boolean;
    /** How late a delivery of the request comes to the provider, in milliseconds. */
    readonly latenessMs: (request: CloudFormationCustomResourceEvent) => number;
  }
>;

/**
 * Opens a sandbox, runs `story` in virtual time until Lambda is idle, and closes it. Fails if the value of a ResponseURL
 * has reached the log, an answer, an error that was thrown or a stack event.
 */
export async function live<T>(story: (life: Life) => Promise<T>, options: LifeOptions = {}): Promise<T> {
  const clock = new VirtualClock(epoch);
  const random = seededRandom(options.seed ?? 1);
  const calls: string[] = [];
  const requests: CloudFormationCustomResourceEvent[] = [];
  const logLines: string[] = [];
  const said: string[] = [];
  const clients: { destroy(): void }[] = [];
  let moments = 0;
  const survive = async (phase: Moment['phase'], what: string): Promise<void> => {
    moments += 1;
    // A promise that is never settled: whoever waits for it has died.
    if (options.kill?.({ number: moments, phase, what })) await new Promise(() => {});
  };
  // The clock cannot see sockets: whatever waits for one is held.
  const exchange = async <Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> => {
    await survive('before', what);
    const answer = await clock.hold(work);
    await survive('after', what);
    return answer;
  };
  const sandbox = await openSandbox({
    ...options,
    clock,
    random,
    providerTemplate: 'template.yaml',
    providerParameters: { ImageNamePattern: '*' },
    executor: (configuration, endpoints) => {
      const common = {
        region: 'eu-west-1',
        credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
        maxAttempts: 1,
      };
      const sageMaker = new SageMakerClient({ ...common, endpoint: endpoints.sageMaker });
      const cloudFormation = new CloudFormationClient({ ...common, endpoint: endpoints.cloudFormation });
      clients.push(sageMaker, cloudFormation);
      for (const { middlewareStack } of [sageMaker, cloudFormation]) {
        middlewareStack.add(
          (next, { commandName = '' }) =>
            (input) =>
              exchange(commandName.replace(/Command$/, ''), () => next(input)),
          { step: 'initialize', priority: 'high' },
        );
      }
      const heldPut: Put = (url, body, signal) => {
        said.push(body);
        return exchange('PUT', () => put(url, body, signal));
      };
      const log = linesLog(logLines);
      if (configuration.LogicalResourceId === 'FailsafeFunction') {
        const providerLogGroup = configuration.Environment['PROVIDER_LOG_GROUP'];
        const failsafe = createFailsafe({ clock, log, put: heldPut, random, providerLogGroup });
        return createInProcessExecutor(failsafe, configuration, { clock, random });
      }
      const handler = createHandler({
        imageVersions: (until) => sdkImageVersions(sageMaker, { clock, until }),
        stacks: (log, deadlines) => sdkStacks(cloudFormation, { clock, log, deadlines, pause }),
        clock,
        log,
        put: heldPut,
        random,
      });
      return createInProcessExecutor(
        async (event: CloudFormationCustomResourceEvent, context) => {
          await clock.sleep(options.latenessMs?.(event) ?? 0);
          requests.push(event);
          return handler(event, context).catch((error: unknown) => {
            said.push(JSON.stringify({ error }, errorsToo));
            throw error;
          });
        },
        configuration,
        { clock, random },
      );
    },
  });
  sandbox.sageMaker.onCall((operation) => calls.push(operation));
  sandbox.cloudFormation.onEvent((event) => said.push(JSON.stringify(event)));
  try {
    return await clock.run(async () => {
      const result = await story({ sandbox, clock, calls, requests, logLines });
      await sandbox.idle();
      return result;
    });
  } finally {
    for (const client of clients) client.destroy();
    await sandbox.close();
    for (const { ResponseURL } of requests) {
      const secret = new URL(ResponseURL).searchParams.get('X-Amz-Signature') ?? ResponseURL;
      expect([...logLines, ...said].filter((line) => line.includes(secret))).toEqual([]);
    }
  }
}

function linesLog(lines: string[], keys: LogDetails = {}): Log {
  const write = (level: string) => (message: string, details?: LogDetails) =>
    void lines.push(JSON.stringify({ level, message, ...keys, ...details }, errorsToo));
  return {
    debug: write('DEBUG'),
    info: write('INFO'),
    warn: write('WARN'),
    error: write('ERROR'),
    with: (more) => linesLog(lines, { ...keys, ...more }),
  };
}

function errorsToo(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
}
