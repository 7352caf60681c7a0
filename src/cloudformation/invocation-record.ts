/**
 * The record that Lambda sends to an OnFailure destination when it stops retrying an event. It contains the event and
 * the cause.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { getProperty, getString } from '../errors.ts';
import { type Request, readRequest } from './request.ts';

export interface InvocationRecord {
  readonly request: Request;
  /** `RetriesExhausted` or `EventAgeExceeded`. */
  readonly condition: string;
  /** Lambda's id of the request, which is on the log lines that Lambda writes. */
  readonly awsRequestId: string | undefined;
  /** How the last invocation ended; undefined if there was none, or if the record does not have it. */
  readonly errorMessage: string | undefined;
}

/**
 * The record in `event`.
 *
 * @throws Error if the event contains no custom resource request
 */
export function readInvocationRecord(event: unknown): InvocationRecord {
  const context = getProperty(event, 'requestContext');
  return {
    request: readRequest(getProperty(event, 'requestPayload')),
    condition: getString(context, 'condition') ?? 'unknown condition',
    awsRequestId: getString(context, 'requestId'),
    errorMessage: getString(getProperty(event, 'responsePayload'), 'errorMessage'),
  };
}
