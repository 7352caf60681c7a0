/**
 * The provider in the sandbox, in one process, without a network and in virtual time: an hour of stack time takes
 * milliseconds. The calls go straight to the simulated services, without the middleware of the SDK, which would take more
 * than half of the time. `test/laws` shows that the middleware changes nothing.
 */
import { type CrashPoint, inProcessProvider } from '../../laws/provider.ts';
import type { RequestRecord } from '../../laws/run.ts';
import { bareSdk } from '../../laws/sdk.ts';
import { requestIn } from '../../sandbox/cloudformation/custom-resource.ts';
import type { InterceptDelivery } from '../../sandbox/cloudformation/response-bucket.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { createSandbox, readProviderTemplate, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

export const epoch = Date.parse('2026-11-21T00:00:00Z');

export interface Lifecycle {
  readonly sandbox: Sandbox;
  readonly clock: VirtualClock;
  /** Every call that SageMaker got, as `Operation`. */
  readonly calls: string[];
  /** Every request that the provider was invoked with. */
  readonly requests: RequestRecord[];
  /** Everything that was logged, as JSON lines. */
  readonly logLines: string[];
}

/** A call of the provider, or a delivery, before or after which an invocation may be killed. */
export interface Moment extends CrashPoint {
  /** Counted from 1, over the calls and deliveries of all invocations. */
  readonly number: number;
}

export type LifecycleOptions = Partial<
  Pick<SandboxOptions, 'sageMaker' | 'cloudFormation' | 'lambda' | 'bucket' | 'providerParameters'> & {
    readonly seed: number;
    /** Whether the invocation dies at this moment: no further line of it runs. */
    readonly kill: (moment: Moment) => boolean;
    /** How late a delivery of the request comes to the provider, in milliseconds. */
    readonly latenessMs: (request: RequestRecord) => number;
  }
>;

const providerTemplate = readProviderTemplate('template.yaml');
const sdk = bareSdk();

/**
 * Creates a sandbox, and runs `story` in virtual time until Lambda is idle. Fails if the value of a ResponseURL has
 * reached the log, an answer, an error that was thrown or a stack event.
 */
export async function inSandbox<T>(
  story: (lifecycle: Lifecycle) => Promise<T>,
  options: LifecycleOptions = {},
): Promise<T> {
  const clock = new VirtualClock(epoch);
  const random = seededRandom(options.seed ?? 1);
  const calls: string[] = [];
  const requests: RequestRecord[] = [];
  const logLines: string[] = [];
  const written: string[] = [];
  let moments = 0;
  const killed = (point: CrashPoint) => {
    if (point.what.startsWith('sleep')) return undefined;
    moments += 1;
    return options.kill?.({ ...point, number: moments }) ? 'hang' : undefined;
  };
  const late: NonNullable<SandboxOptions['lambda']>['intercept'] = async ({ event, functionArn }, run) => {
    const isForProvider = functionArn === sandbox.functionNamed('ProviderFunction').FunctionArn;
    const request = isForProvider ? requestIn(event) : undefined;
    if (request !== undefined) await clock.sleep(options.latenessMs?.({ at: clock.now(), ...request }) ?? 0);
    return run();
  };
  const recordPut: InterceptDelivery = (delivery, next) => {
    written.push(delivery.body);
    return options.bucket?.intercept(delivery, next) ?? next();
  };
  const sandbox = createSandbox({
    ...options,
    clock,
    random,
    providerTemplate,
    providerParameters: { ImageNamePattern: '*', ...options.providerParameters },
    lambda: { intercept: late, ...options.lambda },
    bucket: { intercept: recordPut },
    executor: inProcessProvider({
      sdk,
      clock,
      random,
      onLog: (line) => logLines.push(line),
      onInvocation: (LogicalResourceId, event) => {
        const request = requestIn(event);
        if (LogicalResourceId === 'ProviderFunction' && request !== undefined) {
          requests.push({ at: clock.now(), ...request });
        }
        return killed;
      },
    }),
  });
  sandbox.sageMaker.onCall((operation) => calls.push(operation));
  sandbox.cloudFormation.onEvent((event) => written.push(JSON.stringify(event)));
  const result = await clock.run(async () => {
    const told = await story({ sandbox, clock, calls, requests, logLines });
    await sandbox.idle();
    return told;
  });
  const secrets = requests.flatMap(({ event }) => secretIn(String(event['ResponseURL'])));
  expect([...logLines, ...written].filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
  return result;
}

/** The part of a ResponseURL that makes it a credential. */
function secretIn(ResponseURL: string): string {
  return new URL(ResponseURL).searchParams.get('X-Amz-Signature') ?? ResponseURL;
}
