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
  /** How the last invocation ended; undefined where there was none, or Lambda does not tell. */
  readonly errorMessage: string | undefined;
}

/**
 * The record in `event`.
 *
 * @throws Error if the event holds no custom resource request
 */
export function readInvocationRecord(event: unknown): InvocationRecord {
  const condition = member(member(event, 'requestContext'), 'condition');
  const payload = member(event, 'responsePayload');
  const errorMessage = member(payload, 'errorMessage');
  return {
    request: readRequest(member(event, 'requestPayload')),
    condition: typeof condition === 'string' ? condition : 'unknown condition',
    errorMessage: typeof errorMessage === 'string' ? errorMessage : undefined,
  };
}
