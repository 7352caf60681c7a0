/**
 * The OnFailure destination of the provider: answers FAILED for requests whose every invocation died without an
 * answer, so that no stack waits for CloudFormation's own timeout. It loads neither the SDK nor the logger: what
 * has killed the provider must not kill it too.
 */
import { type Clock, systemClock } from './clock.ts';
import { deliver, destinationOf } from './cloudformation/deliver.ts';
import { type InvocationRecord, readInvocationRecord } from './cloudformation/invocation-record.ts';
import { type Put, put } from './cloudformation/put.ts';
import type { Request } from './cloudformation/request.ts';
import { responseBody } from './cloudformation/response.ts';
import { asSentence } from './errors.ts';
import { requestHash } from './image-version/ownership.ts';
import { unconfirmedId } from './image-version/physical-resource-id.ts';
import { jsonLog } from './json-log.ts';
import type { Log } from './log.ts';

export interface FailsafeDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly put: Put;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Where the provider's log is, for the Reason. */
  readonly providerLogGroup: string | undefined;
}

/** What Lambda calls: resolves once the request is answered, and rejects where Lambda has to deliver the record again. */
export type FailsafeHandler = (event: unknown) => Promise<void>;

/** A handler over given dependencies; the sandbox passes its own clock. */
export function createFailsafe(dependencies: FailsafeDependencies): FailsafeHandler {
  return async (event) => {
    const record = readInvocationRecord(event);
    const { request, condition, awsRequestId } = record;
    const errorMessage = record.errorMessage === undefined ? undefined : withoutCredential(record.errorMessage);
    const { StackId, LogicalResourceId, RequestId, RequestType } = request;
    const log = dependencies.log.with({ StackId, LogicalResourceId, RequestId, RequestType });
    const PhysicalResourceId = idOf(request);
    const body = responseBody(request, {
      Status: 'FAILED',
      PhysicalResourceId,
      Reason: reason(request, condition, errorMessage),
      where: whereToLook(record, dependencies),
    });
    log.error('No invocation of the provider has answered', {
      condition,
      errorMessage,
      awsRequestId,
      PhysicalResourceId,
    });
    await deliver(destinationOf(request.ResponseURL), body, { ...dependencies, log });
  };
}

/** The Delete, or the reverse Update, that follows removes what the invocations may have left. */
function idOf(request: Request): string {
  return request.RequestType === 'Create' ? unconfirmedId(requestHash(request)) : request.PhysicalResourceId;
}

function whereToLook(
  { condition, awsRequestId }: InvocationRecord,
  { providerLogGroup }: FailsafeDependencies,
): string {
  const log = providerLogGroup === undefined ? '' : ` Log: ${providerLogGroup}`;
  const request = awsRequestId === undefined ? '' : `, Lambda request ${awsRequestId}`;
  return `(Lambda gave the request up: ${condition}.${log}${log && request})`;
}

/** Whatever has died may have quoted what it was given: all or part of ResponseURL. */
function withoutCredential(text: string): string {
  return text.replaceAll(/\S*(?:X-Amz-|Signature=|AWSAccessKeyId=)\S*/g, '(ResponseURL)');
}

function reason({ RequestType }: Request, condition: string, errorMessage: string | undefined): string {
  const [last, advice] =
    errorMessage === undefined
      ? [
          `it was never carried out (${condition})`,
          'See that Lambda has concurrency left for the function, whose metrics are Throttles and AsyncEventAge',
        ]
      : [`the last invocation ended with: ${errorMessage}`, "Read the log of the provider's function"];
  return (
    `The provider could not answer this ${RequestType}: ${asSentence(last)} ${advice}. Then try again, or continue the ` +
    'rollback where the stack is UPDATE_ROLLBACK_FAILED.'
  );
}

export const handler = createFailsafe({
  clock: systemClock,
  log: jsonLog(),
  put,
  random: Math.random,
  providerLogGroup: process.env['PROVIDER_LOG_GROUP'],
});
