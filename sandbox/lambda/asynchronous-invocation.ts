/**
 * Lambda's asynchronous invocation: a queue that delivers each event, retries after errors, and sends a record to the
 * OnFailure destination when it gives up. CloudFormation invokes the functions of custom resources this way.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */

import { type Clock, newCancellation } from '../clock.ts';
import type { Json } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';
import {
  type DeployedFunction,
  findFunction,
  type InvocationResult,
  type InvokedFunction,
  type InvokeEvent,
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

export interface LambdaDependencies {
  readonly clock: Clock;
  readonly random: Random;
  /**
   * Wraps each attempt to inject faults. `run` delivers the event: two calls are a duplicate delivery, and no call with
   * another result is a kill or a throttle.
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

export interface Lambda {
  readonly invokeEvent: InvokeEvent;
  /** Resolves when no event is queued or running, including those for destinations. */
  idle(): Promise<void>;
  /** The next or present attempt for each event that is queued or running, oldest event first. */
  queue(): readonly QueuedEvent[];
  /** Drops the queued events and ends every environment. */
  close(): Promise<void>;
}

/** The longest time from the acceptance of an event to its first attempt. */
const LONGEST_DELIVERY_MS = 50;
/** Lambda waits one minute before the first retry after an error and two before the second. */
const RETRY_DELAY_MS = 60_000;
const FIRST_THROTTLE_DELAY_MS = 1000;
const LONGEST_THROTTLE_DELAY_MS = 300_000;

/** Throws an Error if an OnFailure destination is not one of `functions`, as Lambda does at deployment. */
export function createLambda(functions: readonly DeployedFunction[], dependencies: LambdaDependencies): Lambda {
  const { clock, random } = dependencies;
  const closing = newCancellation();
  const underWay = new Set<Promise<void>>();
  const queue = new Map<string, QueuedEvent>();

  for (const { configuration } of functions) {
    const { OnFailure } = configuration.EventInvokeConfig;
    if (OnFailure !== undefined) findFunction(functions, OnFailure);
  }

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
    const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = invoked.EventInvokeConfig;
    const expiresAt = clock.now() + MaximumEventAgeInSeconds * 1000;
    let failures = 0;
    let throttles = 0;
    let lastFailure: Failure | undefined;
    let delayMs = Math.floor(random() * LONGEST_DELIVERY_MS);

    const nextAttempt = () => {
      const number = failures + throttles + 1;
      const attempt = { functionArn: invoked.functionArn, event, awsRequestId, number };
      queue.set(awsRequestId, { ...attempt, beginsAt: clock.now() + delayMs });
      return attempt;
    };
    let attempt = nextAttempt();
    // Each attempt starts from its own timer, so that the virtual clock handles one event at a time.
    while (await slept(delayMs)) {
      const result = await run(invoked, attempt);
      const ended = attempt;
      const report = (next?: NextStep) => dependencies.onAttempt?.(ended, result, next);
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
        report({ does: 'give up', destination: invoked.EventInvokeConfig.OnFailure });
        return giveUp(isExhausted ? 'RetriesExhausted' : 'EventAgeExceeded');
      }
      report({ does: 'retry', afterMs: delayMs });
      attempt = nextAttempt();
    }

    function giveUp(condition: GivenUpEvent['condition']): void {
      const { OnFailure } = invoked.EventInvokeConfig;
      if (OnFailure === undefined) return;
      const { FunctionArn: functionArn, Timeout } = invoked.configuration;
      const call = { event, awsRequestId, functionArn, qualifier: invoked.qualifier, Timeout, lastFailure };
      invokeEvent(OnFailure, destinationRecord({ ...call, condition, approximateInvokeCount: failures }, clock.now()));
    }
  }

  async function run({ configuration, executor }: InvokedFunction, attempt: Attempt): Promise<AttemptResult> {
    const { event, awsRequestId, functionArn: invokedFunctionArn } = attempt;
    const invoke = () => {
      const deadlineMs = clock.now() + configuration.Timeout * 1000;
      return executor.invoke(event, { awsRequestId, invokedFunctionArn, deadlineMs });
    };
    return dependencies.intercept ? dependencies.intercept(attempt, invoke) : invoke();
  }

  async function slept(ms: number): Promise<boolean> {
    try {
      await clock.sleep(ms, closing.signal);
      return true;
    } catch (error) {
      if (closing.signal.aborted) return false;
      throw error;
    }
  }

  return {
    invokeEvent,
    queue: () => [...queue.values()],
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: async () => {
      closing.abort();
      await Promise.all(functions.map(({ executor }) => executor.close()));
    },
  };
}

interface GivenUpEvent {
  readonly event: Json;
  readonly awsRequestId: string;
  readonly functionArn: string;
  readonly qualifier: string;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly approximateInvokeCount: number;
  /** The function's timeout, in seconds. */
  readonly Timeout: number;
  /** The failure of the last invocation; undefined if the function was never invoked. */
  readonly lastFailure: Failure | undefined;
}

export type Failure = Exclude<InvocationResult, { outcome: 'returned' }>;

/** The record in version 1.0. If the function was never invoked, it has no response. */
export function destinationRecord(givenUp: GivenUpEvent, now: number): Json {
  const { event, awsRequestId: requestId, qualifier, condition, approximateInvokeCount, lastFailure } = givenUp;
  const functionArn = `${givenUp.functionArn}:${qualifier}`;
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

function errorPayload(failure: Failure, { awsRequestId, Timeout }: GivenUpEvent): Json {
  switch (failure.outcome) {
    case 'threw':
      return { errorType: failure.errorType, errorMessage: failure.errorMessage };
    case 'timed out':
      return {
        errorType: 'Sandbox.Timedout',
        errorMessage: `RequestId: ${awsRequestId} Error: Task timed out after ${Timeout.toFixed(2)} seconds`,
      };
    case 'exited':
      return { errorType: 'Runtime.ExitError', errorMessage: failure.errorMessage };
  }
}
