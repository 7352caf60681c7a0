/**
 * Runs the provider's functions: each invocation over ports of its own, which lead to the sandbox's endpoints without a
 * network and stop answering when the invocation is dead.
 */
import type { ResponseBucket } from '../sandbox/cloudformation/response-bucket.ts';
import type { Json } from '../sandbox/json.ts';
import type { Executor, FunctionConfiguration } from '../sandbox/lambda/function.ts';
import { createInProcessExecutor } from '../sandbox/lambda/in-process-executor.ts';
import type { Random } from '../sandbox/random.ts';
import type { SageMaker } from '../sandbox/sagemaker/sagemaker.ts';
import { settle } from '../sandbox/sagemaker/transitions.ts';
import type { VirtualClock } from '../sandbox/virtual-clock.ts';
import type { FaultInjector } from './fault-injector.ts';
import { Invocation, type InvokedFor } from './invocation.ts';
import type { Exchange, Ports, Provider } from './ports.ts';
import { requestIn, type Trace } from './trace.ts';

export interface ProviderSurroundings {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly sageMaker: SageMaker;
  readonly cloudFormationEndpoint: Exchange;
  readonly bucket: ResponseBucket;
  readonly faultInjector: FaultInjector;
  readonly trace: Trace;
}

/** Gives the executor of each of the provider's functions. */
export function connectProvider(
  provider: Provider,
  surroundings: ProviderSurroundings,
): (configuration: FunctionConfiguration) => Executor {
  const { clock, random, sageMaker, cloudFormationEndpoint, faultInjector, trace } = surroundings;
  const invocations = new WeakMap<AbortSignal, Invocation>();
  const callers = new WeakMap<object, InvokedFor>();

  sageMaker.intercept(async (operation, input, next) => {
    const answer = await next();
    trace.call(typeof input === 'object' && input !== null ? callers.get(input) : undefined, operation, input, answer);
    return answer;
  });
  sageMaker.intercept(faultInjector.interceptor);

  const connected = provider.connect({
    sageMaker: abortable(({ headers, body }, signal) => {
      const input: Json = JSON.parse(body);
      const invocation = signal && invocations.get(signal);
      if (invocation && typeof input === 'object' && input !== null) callers.set(input, invocation.request);
      return sageMaker.call(headers['x-amz-target']?.replace(/^SageMaker\./, '') ?? '', input);
    }),
    cloudFormation: abortable(faultInjector.cloudFormation(cloudFormationEndpoint)),
  });

  return (configuration) => {
    const name = configuration.LogicalResourceId;
    return {
      invoke: async (event, context) => {
        const invocation = begin(name, event, surroundings);
        const clockOfInvocation = invocation.clock(clock, (signal) => invocations.set(signal, invocation));
        const ports: Ports = {
          clock: clockOfInvocation,
          random,
          atCrashPoint: (what, work) => invocation.atCrashPoint(what, work),
          put: (...put) => invocation.atCrashPoint('PUT', () => deliver(name, put, surroundings)),
          log: (line) => trace.log(line),
        };
        const handler = connected.handlerFor(name, ports);
        const executor = createInProcessExecutor(handler, configuration, { clock, random });
        const result = await Promise.race([executor.invoke(event, context), invocation.exit]);
        invocation.end();
        return result;
      },
      close: async () => {},
    };
  };
}

function begin(name: string, event: Json, { clock, faultInjector, trace }: ProviderSurroundings): Invocation {
  const { LogicalResourceId = '', RequestId = '', RequestType = '' } = requestIn(event, clock.now()) ?? {};
  const what = `${name} ${RequestType} ${LogicalResourceId}`;
  trace.say(`${what} begins`);
  return new Invocation({ LogicalResourceId, RequestId }, faultInjector.killOf(name), (point) =>
    trace.say(`fault: ${what} dies ${point}`),
  );
}

async function deliver(
  name: string,
  [url, body, signal]: readonly [string, string, AbortSignal],
  { clock, sageMaker, bucket, faultInjector, trace }: ProviderSurroundings,
): Promise<number> {
  const state = sageMaker.snapshot();
  settle(state, clock.now());
  trace.answer(name, body, state.images);
  const put = async () => {
    const headers = { 'content-type': '', 'content-length': String(Buffer.byteLength(body)) };
    const { status } = await bucket.put(url, headers, body);
    return status;
  };
  return unlessAborted(faultInjector.put(put), signal);
}

function abortable(exchange: Exchange): Exchange {
  return (request, signal) => unlessAborted(exchange(request, signal), signal);
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
