/**
 * The provider in one process: its functions run over the sandbox's services without a network, and each invocation may
 * be killed wherever it calls, sleeps or delivers. It is the only part of the laws that imports `src`.
 */
import type { Clock, TimeAndChance } from '../sandbox/clock.ts';
import { answerAction } from '../sandbox/cloudformation/server.ts';
import type { KillFault } from '../sandbox/faults/fault.ts';
import type { Json } from '../sandbox/json.ts';
import { deferred } from '../sandbox/lambda/deferred.ts';
import {
  type Executor,
  type FunctionConfiguration,
  type InvocationResult,
  traceIdOf,
} from '../sandbox/lambda/function.ts';
import { createInProcessExecutor, type InProcessHandler } from '../sandbox/lambda/in-process-executor.ts';
import { randomUuid } from '../sandbox/random.ts';
import type { Services } from '../sandbox/sandbox.ts';
import type { Put } from '../src/cloudformation/deliver.ts';
import { sdkStacks } from '../src/cloudformation/sdk-stacks.ts';
import { createFailsafe } from '../src/failsafe.ts';
import { createHandler } from '../src/handler.ts';
import { type Log, type LogDetails, withErrors } from '../src/log.ts';
import { sdkImageVersions } from '../src/sagemaker/sdk-image-versions.ts';
import { type Sdk, unlessAborted } from './sdk.ts';

export interface CrashPoint {
  readonly phase: 'before' | 'after';
  /** The operation that is called, `PUT`, or `sleep of 300 ms`. */
  readonly what: string;
}

/** Decides at each crash point of one invocation, in their order, whether and how the invocation dies there. */
type KillSwitch = (point: CrashPoint) => KillFault['does'] | undefined;

/**
 * An invocation that can be killed. Whatever the provider reaches the world through passes `atCrashPoint` first; once the
 * invocation is over (killed, timed out or answered), none of that ever settles again, so no further line of it runs.
 */
function beginInvocation(killSwitch: KillSwitch = () => undefined) {
  const exit = deferred<InvocationResult>();
  let isAlive = true;
  const survive = async (point: CrashPoint) => {
    const kill = isAlive ? killSwitch(point) : undefined;
    if (kill !== undefined) isAlive = false;
    if (kill === 'exit') exit.resolve({ outcome: 'exited', errorMessage: 'Runtime exited: killed' });
    if (!isAlive) await new Promise<never>(() => {});
  };
  return {
    /** Settles only if the invocation exits before its handler has settled. */
    exit: exit.promise,
    /** Does `work` on behalf of the invocation, which may be killed before and after it. */
    async atCrashPoint<T>(what: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
      await survive({ phase: 'before', what });
      try {
        return await unlessAborted(work(), signal);
      } finally {
        await survive({ phase: 'after', what });
      }
    },
    end(): void {
      isAlive = false;
    },
  };
}

interface ProviderOptions extends TimeAndChance {
  readonly sdk: Sdk;
  /** Called as an invocation begins; decides at each of its crash points whether it dies there. */
  readonly onInvocation?: (LogicalResourceId: string, event: Json, awsRequestId: string) => KillSwitch;
  /** Called with each line that a function logs. */
  readonly onLog?: (line: string) => void;
}

/** Makes executors of the provider's functions, for `createSandbox`. */
export function inProcessProvider({ sdk, clock, random, onInvocation, onLog = () => {} }: ProviderOptions) {
  const log = jsonLines(onLog);
  return (configuration: FunctionConfiguration, { sageMaker, cloudFormation, bucket }: Services): Executor => {
    const { LogicalResourceId, Environment } = configuration;

    function handlerOf({ atCrashPoint }: ReturnType<typeof beginInvocation>, awsRequestId: string): InProcessHandler {
      const put: Put = async ({ href: url }, body, signal) => {
        const headers = { 'content-type': '', 'content-length': String(Buffer.byteLength(body)) };
        const deliver = () => bucket.put(url, headers, body);
        return (await atCrashPoint('PUT', deliver, signal)).status;
      };
      const ofInvocation: Clock = {
        now: () => clock.now(),
        sleep: (ms, signal) => atCrashPoint(`sleep of ${ms} ms`, () => clock.sleep(ms, signal)),
        timeout: (ms) => clock.timeout(ms),
      };
      // The sandbox's bucket has the name of CloudFormation's.
      const dependencies = { clock: ofInvocation, log, put, answerHosts: { https: [], http: undefined }, random };
      if (LogicalResourceId === 'FailsafeFunction') {
        return createFailsafe({ ...dependencies, providerLogGroup: Environment['PROVIDER_LOG_GROUP'] });
      }
      const traceId = traceIdOf(awsRequestId);
      const clients = sdk({
        sageMaker: (operation, body, signal) =>
          atCrashPoint(operation, () => sageMaker.call(operation, JSON.parse(body), traceId), signal),
        cloudFormation: (parameters, signal) => {
          const call = () => answerAction(cloudFormation, parameters, randomUuid(random));
          return atCrashPoint(parameters.get('Action') ?? '', call, signal);
        },
      });
      const handler = createHandler({
        ...dependencies,
        imageVersions: (until) => sdkImageVersions(clients.sageMaker, { clock: ofInvocation, until }),
        stacks: (log, deadlines) => sdkStacks(clients.cloudFormation, { clock: ofInvocation, log, deadlines, random }),
        verifiesRequests: Environment['VERIFY_REQUESTS'] === 'true',
      });
      return (event, context) => Reflect.apply(handler, undefined, [event, context]);
    }

    return {
      invoke: async (event, context) => {
        const { awsRequestId } = context;
        const invocation = beginInvocation(onInvocation?.(LogicalResourceId, event, awsRequestId));
        const handler = handlerOf(invocation, awsRequestId);
        // As Lambda's runtime does.
        const logError = (error: unknown) => {
          log.error('Invoke Error', { error });
          throw error;
        };
        const run: InProcessHandler = (...invoked) => handler(...invoked).catch(logError);
        const executor = createInProcessExecutor(run, configuration, { clock, random });
        const result = await Promise.race([executor.invoke(event, context), invocation.exit]);
        invocation.end();
        return result;
      },
      close: async () => {},
    };
  };
}

function jsonLines(onLog: (line: string) => void, keys: LogDetails = {}): Log {
  const write = (level: string) => (message: string, details?: LogDetails) =>
    onLog(JSON.stringify({ level, message, ...keys, ...details }, withErrors));
  return {
    debug: write('DEBUG'),
    info: write('INFO'),
    warn: write('WARN'),
    error: write('ERROR'),
    with: (more) => jsonLines(onLog, { ...keys, ...more }),
  };
}
