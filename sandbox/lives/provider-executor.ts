/**
 * Runs the provider's functions: each invocation over ports of its own, which lead to the sandbox's endpoints without a
 * network and stop answering when the invocation is dead.
 */
import type { ResponseBucket } from '../cloudformation/response-bucket.ts';
import type { Json } from '../json.ts';
import type { Executor, FunctionConfiguration } from '../lambda/function.ts';
import { createInProcessExecutor } from '../lambda/in-process-executor.ts';
import type { Random } from '../random.ts';
import type { SageMaker } from '../sagemaker/sagemaker.ts';
import { settle } from '../sagemaker/settle.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { type Chronicle, requestIn } from './chronicle.ts';
import type { Disturbance } from './disturbance.ts';
import { Invocation, type InvokedFor } from './invocation.ts';
import type { Exchange, Ports, Provider } from './provider.ts';

export interface ProviderSurroundings {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly sageMaker: SageMaker;
  readonly cloudFormationEndpoint: Exchange;
  readonly bucket: ResponseBucket;
  readonly disturbance: Disturbance;
  readonly chronicle: Chronicle;
}

/** Gives the executor of each of the provider's functions. */
export function connectProvider(
  provider: Provider,
  surroundings: ProviderSurroundings,
): (configuration: FunctionConfiguration) => Executor {
  const { clock, random, sageMaker, cloudFormationEndpoint, disturbance, chronicle } = surroundings;
  const invocations = new WeakMap<AbortSignal, Invocation>();
  const callers = new WeakMap<object, InvokedFor>();

  sageMaker.intercept(async (operation, input, next) => {
    const answer = await next();
    chronicle.call(
      typeof input === 'object' && input !== null ? callers.get(input) : undefined,
      operation,
      input,
      answer,
    );
    return answer;
  });
  sageMaker.intercept(disturbance.interceptor);

  const connected = provider.connect({
    sageMaker: abortable(({ headers, body }, signal) => {
      const input: Json = JSON.parse(body);
      const invocation = signal && invocations.get(signal);
      if (invocation && typeof input === 'object' && input !== null) callers.set(input, invocation.request);
      return sageMaker.call(headers['x-amz-target']?.replace(/^SageMaker\./, '') ?? '', input);
    }),
    cloudFormation: abortable(disturbance.cloudFormation(cloudFormationEndpoint)),
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
          through: (what, work) => invocation.through(what, work),
          put: (...put) => invocation.through('PUT', () => deliver(name, put, surroundings)),
          log: (line) => chronicle.log(line),
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

function begin(name: string, event: Json, { clock, disturbance, chronicle }: ProviderSurroundings): Invocation {
  const { LogicalResourceId = '', RequestId = '', RequestType = '' } = requestIn(event, clock.now()) ?? {};
  const what = `${name} ${RequestType} ${LogicalResourceId}`;
  chronicle.say(`${what} begins`);
  return new Invocation({ LogicalResourceId, RequestId }, disturbance.deathOf(name), (point) =>
    chronicle.say(`fault: ${what} dies ${point}`),
  );
}

async function deliver(
  name: string,
  [url, body, signal]: readonly [string, string, AbortSignal],
  { clock, sageMaker, bucket, disturbance, chronicle }: ProviderSurroundings,
): Promise<number> {
  const state = sageMaker.snapshot();
  settle(state, clock.now());
  chronicle.answer(name, body, state.images);
  const put = async () => {
    const headers = { 'content-type': '', 'content-length': String(Buffer.byteLength(body)) };
    const { status } = await bucket.put(url, headers, body);
    return status;
  };
  return unlessAborted(disturbance.put(put), signal);
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
