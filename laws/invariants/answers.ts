/** Laws about the answers of one request: they agree with each other, with the harness, and with who gives them. */
import type { StackEvent } from '../../sandbox/cloudformation/stack.ts';
import { type Fault, isDenial } from '../../sandbox/faults/fault.ts';
import type { AnswerRecord, RequestRecord, Run } from '../run.ts';
import type { Invariant } from './invariant.ts';

/**
 * Once the provider has said SUCCESS it says nothing else, however often it is asked. The failsafe may; and so may a
 * provider that SageMaker no longer lets see what it has done.
 */
export const anAnswerStays: Invariant = (_run, { added, operation }) => {
  if (operation.faults.some(isDenial)) return [];
  return added.requests.flatMap(({ RequestId, LogicalResourceId, RequestType }) => {
    // Nobody reads what is said about a request that was cancelled.
    if (wasCancelled({ LogicalResourceId }, added.events)) return [];
    const given = added.answers.filter((answer) => answer.RequestId === RequestId && isByProvider(answer));
    const first = given.find(({ Status }) => Status === 'SUCCESS');
    const later = first ? given.slice(given.indexOf(first)) : [];
    return later
      .filter((answer) => answer.Status !== 'SUCCESS' || answer.PhysicalResourceId !== first?.PhysicalResourceId)
      .map(({ Status, PhysicalResourceId }) => {
        return `${RequestType} ${LogicalResourceId}: SUCCESS ${first?.PhysicalResourceId}, then ${Status} ${PhysicalResourceId}`;
      });
  });
};

/** When a resource is complete, its version is CREATED, or gone: not on the way there. */
export const successWaits: Invariant = (run, { added }) =>
  added.answers.flatMap((answer) => {
    const request = requestOf(run, answer);
    const completed = added.events.find(
      ({ LogicalResourceId, ResourceStatus, Timestamp }) =>
        LogicalResourceId === request?.LogicalResourceId &&
        ResourceStatus.endsWith('_COMPLETE') &&
        Timestamp === answer.at &&
        answer.Status === 'SUCCESS',
    );
    const made = run.history.made.find(({ ImageVersionArn }) => ImageVersionArn === answer.PhysicalResourceId);
    const expected = request?.RequestType === 'Delete' ? undefined : 'CREATED';
    // A Delete leaves alone what is not the resource's own.
    if (completed === undefined || made?.LogicalResourceId !== request?.LogicalResourceId) return [];
    if (answer.versionStatus === expected) return [];
    return [
      `${completed.LogicalResourceId} ${completed.ResourceStatus}: ${answer.PhysicalResourceId} is ${answer.versionStatus}`,
    ];
  });

/**
 * The failsafe answers only where something has kept every invocation from it. Or where nobody reads that any more: what
 * a cancelled request has made may take longer to go than Lambda retries.
 */
export const givenUpWithCause: Invariant = (run, { added, operation }) => {
  if (operation.faults.some(isFatal) || run.scenario.providerTimeoutSeconds !== undefined) return [];
  if (run.steps.at(-2)?.operation.faults.some(isFatal)) return [];
  return added.answers
    .filter((answer) => !isByProvider(answer) && !wasCancelled(requestOf(run, answer), added.events))
    .map(
      (answer) => `${requestOf(run, answer)?.RequestType} ${requestOf(run, answer)?.LogicalResourceId} was given up`,
    );
};

/**
 * A Create says that it does not know what it has left only where something has kept it from knowing: else the version
 * that it could have removed stays until a Delete looks for it.
 */
export const unconfirmedWithCause: Invariant = (run, { added }) => {
  const faults = run.steps.slice(-2).flatMap(({ operation }) => operation.faults);
  if (faults.some(isBlinding) || run.scenario.providerTimeoutSeconds !== undefined) return [];
  return added.answers
    .filter((answer) => isByProvider(answer) && answer.PhysicalResourceId.startsWith('unconfirmed/'))
    .map((answer) => ({ ...answer, request: requestOf(run, answer) }))
    .filter(({ request }) => request?.RequestType === 'Create')
    .map(
      ({ request, PhysicalResourceId }) =>
        `Create ${request?.LogicalResourceId} was answered with ${PhysicalResourceId}`,
    );
};

/** Whether it can hide from a request what that has made: by a lost answer, a refusal or a death. */
function isBlinding(fault: Fault): boolean {
  return isFatal(fault) || (fault.on === 'call' && fault.does !== 'in-use');
}

function isByProvider({ by }: AnswerRecord): boolean {
  return by === 'ProviderFunction';
}

function requestOf({ history }: Run, { RequestId }: AnswerRecord): RequestRecord | undefined {
  return history.requests.find((request) => request.RequestId === RequestId);
}

/** Whether it can leave a request without an answer of the provider itself. */
function isFatal({ on }: Fault): boolean {
  return on === 'invocation' || on === 'provider' || on === 'attempt' || on === 'delivery';
}

/** Whether CloudFormation no longer waits for what it has asked of the resource. */
export function wasCancelled(
  resource: Pick<RequestRecord, 'LogicalResourceId'> | undefined,
  events: readonly StackEvent[],
): boolean {
  return events.some(
    ({ LogicalResourceId, ResourceStatusReason = '' }) =>
      LogicalResourceId === resource?.LogicalResourceId && ResourceStatusReason.endsWith('cancelled'),
  );
}
