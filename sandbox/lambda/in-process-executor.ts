/** Runs a handler in this process, on the sandbox's clock. Invocations share module state, as in a warm environment. */
import type { Context } from 'aws-lambda';
import type { TimeAndChance } from '../clock.ts';
import type { Json } from '../json.ts';
import { type Executor, type FunctionConfiguration, type InvocationResult, newLogStreamName } from './function.ts';

/** As in Lambda, nothing checks that an event has the form that the handler declares. */
export type InProcessHandler<Event = unknown> = (event: Event, context: Context) => Promise<unknown>;

/**
 * Each invocation gets its own copy of the event. An invocation that runs past its deadline has timed out, and its
 * promise is abandoned: the handler must see to it that no further line has an effect.
 */
export function createInProcessExecutor<Event>(
  handler: InProcessHandler<Event>,
  configuration: FunctionConfiguration,
  { clock, random }: TimeAndChance,
): Executor {
  const logStreamName = newLogStreamName({ clock, random });
  return {
    invoke: async (event, { awsRequestId, invokedFunctionArn, deadlineMs }) => {
      const ended = new AbortController();
      const deadline = clock
        .sleep(deadlineMs - clock.now(), ended.signal)
        .then((): InvocationResult => ({ outcome: 'timed out' }));
      const context: Context = {
        awsRequestId,
        invokedFunctionArn,
        functionName: configuration.FunctionName,
        functionVersion: '$LATEST',
        memoryLimitInMB: String(configuration.MemorySize),
        logGroupName: configuration.LogGroupName,
        logStreamName,
        callbackWaitsForEmptyEventLoop: true,
        getRemainingTimeInMillis: () => deadlineMs - clock.now(),
        done: retired,
        fail: retired,
        succeed: retired,
      };
      const result = await Promise.race([run(handler, event, context), deadline]);
      ended.abort();
      return result;
    },
    close: async () => {},
  };
}

async function run<Event>(handler: InProcessHandler<Event>, event: Json, context: Context): Promise<InvocationResult> {
  try {
    const returned = await handler(JSON.parse(JSON.stringify(event)), context);
    return { outcome: 'returned', payload: returned === undefined ? null : JSON.parse(JSON.stringify(returned)) };
  } catch (error) {
    if (error instanceof Error) return { outcome: 'threw', errorType: error.name, errorMessage: error.message };
    return { outcome: 'threw', errorType: typeof error, errorMessage: String(error) };
  }
}

function retired(): never {
  throw new Error('context.done, fail and succeed belong to Node.js runtimes that Lambda no longer offers');
}
