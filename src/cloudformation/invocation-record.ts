/**
 * What Lambda sends to an OnFailure destination when it gives an asynchronous event up: the event itself, and what it
 * knows of why.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
import { member } from '../member.ts';
import { type Request, readRequest } from './request.ts';

export interface InvocationRecord {
  readonly request: Request;
  /** `RetriesExhausted`, `EventAgeExceeded`. */
  readonly condition: string;
  /** Lambda's own id of the request, which is on the lines that Lambda itself writes to the log. */
  readonly awsRequestId: string | undefined;
  /** How the last invocation ended; undefined where there was none, or Lambda does not tell. */
  readonly errorMessage: string | undefined;
}

/**
 * The record in `event`.
 *
 * @throws Error if the event holds no custom resource request
 */
export function readInvocationRecord(event: unknown): InvocationRecord {
  const context = member(event, 'requestContext');
  const condition = member(context, 'condition');
  const awsRequestId = member(context, 'requestId');
  const payload = member(event, 'responsePayload');
  const errorMessage = member(payload, 'errorMessage');
  return {
    request: readRequest(member(event, 'requestPayload')),
    condition: typeof condition === 'string' ? condition : 'unknown condition',
    awsRequestId: typeof awsRequestId === 'string' ? awsRequestId : undefined,
    errorMessage: typeof errorMessage === 'string' ? errorMessage : undefined,
  };
}
