/**
 * The simulated Lambda. An asynchronous invocation, as CloudFormation invokes the functions of custom resources, has a queue
 * that delivers each event, retries after errors, and sends a record to the OnFailure destination when it gives up. A
 * synchronous one, as CloudFormation invokes macros, is one attempt, whose result the caller gets.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html
 */
import { isDeepStrictEqual } from 'node:util';
import { newCancellation, type TimeAndChance } from '../clock.ts';
import type { Json } from '../json.ts';
import { randomUuid } from '../random.ts';
import {
  DEFAULT_EVENT_INVOKE_CONFIG,
  type Executor,
  type FunctionConfiguration,
  type InvocationResult,
} from './function.ts';

/** One delivery of one event. Every attempt of an event has the same `awsRequestId`. */
export interface Attempt {
  readonly functionArn: string;
  readonly event: Json;
  readonly awsRequestId: string;
  /** The number of this attempt, from 1. Throttled attempts count too. */
  readonly number: number;
}

export type AttemptResult = InvocationResult | { readonly outcome: 'throttled' };

export interface LambdaDependencies extends TimeAndChance {
  /** What runs a function that is deployed. */
  readonly executor: (configuration: FunctionConfiguration) => Executor;
  /**
   * Wraps each attempt of an asynchronous invocation to inject faults. `run` delivers the event: call it twice for a duplicate
   * delivery, or return another result without a call for a kill or a throttle.
   */
  readonly intercept?: (attempt: Attempt, run: () => Promise<InvocationResult>) => Promise<AttemptResult>;
  /** `next` is what Lambda does with the event then; undefined if the attempt has returned. */
  readonly onAttempt?: (attempt: Attempt, result: AttemptResult, next: NextStep | undefined) => void;
}

/** After a failed attempt. Without an OnFailure destination, Lambda drops the event. */
export type NextStep =
  | { readonly does: 'retry'; readonly afterMs: number }
  | { readonly does: 'give up'; readonly destination: string | undefined };

/** An event that Lambda has not finished yet. */
export interface QueuedEvent extends Pick<Attempt, 'functionArn' | 'event' | 'number'> {
  /** When this attempt begins, or began, in milliseconds since the Unix epoch. */
  readonly beginsAt: number;
}

export type Lambda = ReturnType<typeof createLambda>;

/** The longest time from the acceptance of an event to its first attempt. */
const LONGEST_DELIVERY_MS = 50;
/** Lambda waits one minute before the first retry after an error and two before the second. */
const RETRY_DELAY_MS = 60_000;
const FIRST_THROTTLE_DELAY_MS = 1000;
const LONGEST_THROTTLE_DELAY_MS = 300_000;

export function createLambda(dependencies: LambdaDependencies) {
  const { clock, random, executor: newExecutor, onAttempt, intercept = (_attempt, run) => run() } = dependencies;
  const functions: DeployedFunction[] = [];
  const closing = newCancellation();
  const underWay = new Set<Promise<void>>();
  const queue = new Map<string, QueuedEvent>();

  function invokeEvent(functionArn: string, event: Json): void {
    const invoked = findFunction(functions, functionArn);
    const awsRequestId = randomUuid(random);
    const delivery = deliver(invoked, event, awsRequestId).finally(() => {
      queue.delete(awsRequestId);
      underWay.delete(delivery);
    });
    underWay.add(delivery);
  }

  async function deliver(invoked: InvokedFunction, event: Json, awsRequestId: string): Promise<void> {
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds, OnFailure } = invoked.EventInvokeConfig;
    const expiresAt = clock.now() + MaximumEventAgeInSeconds * 1000;
    let failures = 0;
    let throttles = 0;
    let lastFailure: Failure | undefined;
    let delayMs = Math.floor(random() * LONGEST_DELIVERY_MS);

    for (;;) {
      const attempt = { functionArn: invoked.functionArn, event, awsRequestId, number: failures + throttles + 1 };
      queue.set(awsRequestId, { ...attempt, beginsAt: clock.now() + delayMs });
      // Each attempt starts from its own timer, so that the virtual clock handles one event at a time.
      await clock.sleep(delayMs, closing.signal).catch(() => {});
      if (closing.signal.aborted) return;
      const result = await intercept(attempt, () => start(invoked, event, awsRequestId));
      const report = (next?: NextStep) => onAttempt?.(attempt, result, next);
      if (result.outcome === 'returned') return report();
      if (closing.signal.aborted) return;
      if (result.outcome === 'throttled') {
        delayMs = Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** throttles, LONGEST_THROTTLE_DELAY_MS);
        throttles += 1;
      } else {
        lastFailure = result;
        failures += 1;
        delayMs = failures * RETRY_DELAY_MS;
      }
      const isExhausted = failures > MaximumRetryAttempts;
      if (isExhausted || clock.now() + delayMs > expiresAt) {
        report({ does: 'give up', destination: OnFailure });
        if (OnFailure === undefined) return;
        const condition = isExhausted ? 'RetriesExhausted' : 'EventAgeExceeded';
        const call = { invoked, event, awsRequestId, approximateInvokeCount: failures, lastFailure };
        return invokeEvent(OnFailure, destinationRecord({ ...call, condition }, clock.now()));
      }
      report({ does: 'retry', afterMs: delayMs });
    }
  }

  function start({ configuration, executor, functionArn }: InvokedFunction, event: Json, awsRequestId: string) {
    const deadlineMs = clock.now() + configuration.Timeout * 1000;
    return executor.invoke(event, { awsRequestId, invokedFunctionArn: functionArn, deadlineMs });
  }

  return {
    /** Deploys the functions that are new or changed. Throws an Error if the destination of one is not there. */
    deploy(configurations: readonly FunctionConfiguration[]): void {
      const added = configurations.filter((added) => {
        const there = functions.find(({ configuration }) => configuration.FunctionArn === added.FunctionArn);
        return !isDeepStrictEqual(there?.configuration, added);
      });
      // The first one counts. The others have invocations to finish.
      functions.unshift(...added.map((configuration) => ({ configuration, executor: newExecutor(configuration) })));
      for (const { OnFailure } of added.map(({ EventInvokeConfig }) => EventInvokeConfig)) {
        if (OnFailure !== undefined) findFunction(functions, OnFailure);
      }
    },
    /** Queues an asynchronous invocation and returns at once. Throws an Error named ResourceNotFound. */
    invokeEvent,
    /** Invokes a function synchronously. Rejects with an Error named ResourceNotFound if there is no such function. */
    invoke: async (functionArn: string, event: Json) =>
      start(findFunction(functions, functionArn), event, randomUuid(random)),
    /** The next or present attempt for each event that is queued or running, oldest event first. */
    queue: (): readonly QueuedEvent[] => [...queue.values()],
    /** Resolves when no event is queued or running, including those for destinations. */
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    /** Drops the queued events and ends every environment. */
    close: async () => {
      closing.abort();
      await Promise.all(functions.map(({ executor }) => executor.close()));
    },
  };
}

interface DeployedFunction {
  readonly configuration: FunctionConfiguration;
  readonly executor: Executor;
}

type InvokedFunction = ReturnType<typeof findFunction>;

/** `functionArn` may have a qualifier. Throws an Error named ResourceNotFound if there is no such function or qualifier. */
function findFunction(functions: readonly DeployedFunction[], functionArn: string) {
  for (const deployed of functions) {
    const { FunctionArn, AutoPublishAlias, EventInvokeConfig } = deployed.configuration;
    if (!`${functionArn}:`.startsWith(`${FunctionArn}:`)) continue;
    const qualifier = functionArn === FunctionArn ? '$LATEST' : functionArn.slice(FunctionArn.length + 1);
    const isConfigured = qualifier === (AutoPublishAlias ?? '$LATEST');
    if (!isConfigured && qualifier !== '$LATEST') continue;
    const config: typeof EventInvokeConfig = isConfigured ? EventInvokeConfig : DEFAULT_EVENT_INVOKE_CONFIG;
    return { ...deployed, functionArn, qualifier, EventInvokeConfig: config };
  }
  throw Object.assign(new Error(`Function not found: ${functionArn}`), { name: 'ResourceNotFound' });
}

interface GivenUpEvent extends Pick<Attempt, 'event' | 'awsRequestId'> {
  readonly invoked: Pick<InvokedFunction, 'configuration' | 'qualifier'>;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly approximateInvokeCount: number;
  /** The failure of the last invocation; undefined if the function was never invoked. */
  readonly lastFailure: Failure | undefined;
}

type Failure = Exclude<InvocationResult, { outcome: 'returned' }>;

/** The record in version 1.0. If the function was never invoked, it has no response. */
export function destinationRecord(givenUp: GivenUpEvent, now: number): Json {
  const { invoked, event, awsRequestId: requestId, condition, approximateInvokeCount, lastFailure } = givenUp;
  const { configuration, qualifier } = invoked;
  const functionArn = `${configuration.FunctionArn}:${qualifier}`;
  const executedVersion = qualifier === '$LATEST' ? '$LATEST' : '1';
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: { requestId, functionArn, condition, approximateInvokeCount },
    requestPayload: event,
    ...(lastFailure !== undefined && {
      responseContext: { statusCode: 200, executedVersion, functionError: 'Unhandled' },
      responsePayload: errorPayload(lastFailure, givenUp),
    }),
  };
}

function errorPayload(failure: Failure, { awsRequestId, invoked }: GivenUpEvent): Json {
  switch (failure.outcome) {
    case 'threw':
      return { errorType: failure.errorType, errorMessage: failure.errorMessage };
    case 'timed out': {
      const problem = `Task timed out after ${invoked.configuration.Timeout.toFixed(2)} seconds`;
      return { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${awsRequestId} Error: ${problem}` };
    }
    case 'exited':
      return { errorType: 'Runtime.ExitError', errorMessage: failure.errorMessage };
  }
}
