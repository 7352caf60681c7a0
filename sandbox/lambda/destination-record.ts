/**
 * The record that Lambda sends to the OnFailure destination of a function when it gives up on an event.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import type { Json } from '../json.ts';
import type { InvocationResult } from './function.ts';

export type GivenUpBecause = 'RetriesExhausted' | 'EventAgeExceeded';

export interface GivenUpEvent {
  readonly event: Json;
  readonly awsRequestId: string;
  readonly functionArn: string;
  /** The invoked alias, or `$LATEST`. */
  readonly qualifier: string;
  readonly condition: GivenUpBecause;
  readonly approximateInvokeCount: number;
  /** The function's timeout, in seconds. */
  readonly Timeout: number;
  /** The failure of the last invocation; absent if the function was never invoked. */
  readonly lastFailure?: Failure;
}

export type Failure = Exclude<InvocationResult, { outcome: 'returned' }>;

/** The record in version 1.0. If the function was never invoked, it has no response. */
export function destinationRecord(givenUp: GivenUpEvent, now: number): Json {
  const { lastFailure, qualifier } = givenUp;
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: givenUp.awsRequestId,
      functionArn: `${givenUp.functionArn}:${qualifier}`,
      condition: givenUp.condition,
      approximateInvokeCount: givenUp.approximateInvokeCount,
    },
    requestPayload: givenUp.event,
    ...(lastFailure !== undefined && {
      responseContext: {
        statusCode: 200,
        executedVersion: qualifier === '$LATEST' ? '$LATEST' : '1',
        functionError: 'Unhandled',
      },
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
