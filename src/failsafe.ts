/**
 * The OnFailure destination of the provider. It answers FAILED to a request whose invocations all ended without an answer,
 * so that no stack waits for CloudFormation's timeout. It loads neither the SDK nor the logger: whatever ended the
 * provider must not end the failsafe too.
 */
import { type Clock, systemClock } from './clock.ts';
import { withoutCredential } from './cloudformation/credential.ts';
import { deliver, type Put, put } from './cloudformation/deliver.ts';
import { type AnswerHosts, answerHosts, destinationOf } from './cloudformation/destination.ts';
import { type InvocationRecord, readInvocationRecord } from './cloudformation/invocation-record.ts';
import type { Request } from './cloudformation/request.ts';
import { responseBody } from './cloudformation/response.ts';
import { afterFailedDelete, orphansCommand } from './commands.ts';
import { asSentence } from './errors.ts';
import { requestHash } from './image-version/ownership.ts';
import { unconfirmedId } from './image-version/physical-resource-id.ts';
import { jsonLog, type Log } from './log.ts';
import { tryParseArn } from './sagemaker/image-version-arn.ts';

export interface FailsafeDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly put: Put;
  readonly answerHosts: AnswerHosts;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** The provider's log group, for the Reason. */
  readonly providerLogGroup: string | undefined;
}

/** The function that Lambda calls. Resolves when the request is answered; rejects if Lambda has to deliver the record again. */
export type FailsafeHandler = (event: unknown) => Promise<void>;

/** Makes a handler from the given dependencies. */
export function createFailsafe(dependencies: FailsafeDependencies): FailsafeHandler {
  return async (event) => {
    const record = readInvocationRecord(event);
    const { request, condition, awsRequestId } = record;
    // The error may quote the event.
    const errorMessage =
      record.errorMessage === undefined ? undefined : withoutCredential(record.errorMessage, request.ResponseURL);
    const { StackId, LogicalResourceId, RequestId, RequestType } = request;
    const log = dependencies.log.with({ StackId, LogicalResourceId, RequestId, RequestType });
    const PhysicalResourceId = idOf(request);
    const Reason = reason(request, condition, errorMessage);
    const body = responseBody(
      request,
      { Status: 'FAILED', PhysicalResourceId, Reason },
      whereToLook(record, dependencies),
    );
    const { ImageName } = request.ResourceProperties;
    log.error(`The failsafe answers FAILED: ${Reason}`, {
      ImageName,
      PhysicalResourceId,
      condition,
      errorMessage,
      awsRequestId,
    });
    await deliver(destinationOf(request, dependencies.answerHosts), body, { ...dependencies, log });
  };
}

/** The id lets the Delete or the rollback that follows remove what the invocations may have left. */
function idOf(request: Request): string {
  if (request.RequestType === 'Delete') return request.PhysicalResourceId;
  // An Update of a placeholder id creates a version too.
  const isVersion = request.RequestType === 'Update' && tryParseArn(request.PhysicalResourceId) !== undefined;
  return isVersion ? request.PhysicalResourceId : unconfirmedId(requestHash(request));
}

function whereToLook(
  { condition, awsRequestId }: InvocationRecord,
  { providerLogGroup }: FailsafeDependencies,
): string {
  const log = providerLogGroup === undefined ? '' : ` Log: ${providerLogGroup}`;
  const request = awsRequestId === undefined ? '' : `, Lambda request ${awsRequestId}`;
  return `(Lambda stopped: ${condition}.${log}${log && request})`;
}

function reason(request: Request, condition: string, errorMessage: string | undefined): string {
  const [last, advice] =
    errorMessage === undefined
      ? [
          `Lambda reports no error of the function, so it probably did not invoke it (${condition})`,
          'Check that the function has concurrency left: its metrics are Throttles and AsyncEventAge',
        ]
      : [`the last invocation ended with: ${errorMessage}`, "Read the log of the provider's function"];
  const next =
    request.RequestType === 'Delete'
      ? afterFailedDelete(`look for versions that are left: ${orphansCommand(request)}`)
      : 'Then try again. If the stack is UPDATE_ROLLBACK_FAILED, continue its rollback.';
  return `The provider could not answer this ${request.RequestType}: ${asSentence(last)} ${advice}. ${next}`;
}

export const handler = createFailsafe({
  clock: systemClock,
  log: jsonLog(),
  put,
  answerHosts: answerHosts(process.env),
  random: Math.random,
  providerLogGroup: process.env['PROVIDER_LOG_GROUP'],
});
