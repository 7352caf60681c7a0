/** Invariants about answers: each request gets some, which agree with each other and with SageMaker, and tell no secret. */
import type { StackEvent } from '../../sandbox/cloudformation/stack.ts';
import { type Fault, isDenial, isSilence } from '../../sandbox/faults/fault.ts';
import { type AnswerRecord, about, type Invariant, type RequestRecord, type Run } from '../run.ts';

/** CloudFormation's reasons for a request without an answer, or with one that it does not accept. */
const unanswered =
  /did not receive a response|Response is not (a )?valid|Invalid (Status|PhysicalResourceId|StackId|RequestId|LogicalResourceId)|too long/i;

/** An event shows where CloudFormation waited for a whole ServiceTimeout in vain. */
export const everyRequestIsAnswered: Invariant = (_run, { added }) =>
  added.events
    .filter(({ ResourceStatusReason = '' }) => unanswered.test(ResourceStatusReason))
    .map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}: ${event.ResourceStatusReason}`);

/** The signature is what makes ResponseURL a credential. */
export const noSecretIsWritten: Invariant = ({ history }, { added }) => {
  const secrets = history.requests.flatMap(
    ({ event }) => /[?&]X-Amz-Signature=([^&]+)/.exec(String(event['ResponseURL']))?.[1] ?? [],
  );
  const written = [...added.logLines, ...added.events.map(({ ResourceStatusReason = '' }) => ResourceStatusReason)];
  return written.filter((line) => secrets.some((secret) => line.includes(secret)));
};

/**
 * After SUCCESS the provider gives no other answer, however often the request is delivered. Exempted are the failsafe,
 * operations in which SageMaker or CloudFormation denies the provider calls (then it cannot find out what became of its
 * version), and everything since a person first changed an image.
 */
export const anAnswerStays: Invariant = ({ history }, { added, operation }) => {
  if (operation.faults.some((fault) => isDenial(fault) || isSilence(fault)) || history.byHand.length > 0) return [];
  return added.requests.flatMap(({ RequestId, LogicalResourceId, RequestType }) => {
    const given = added.answers.filter((answer) => answer.RequestId === RequestId && isByProvider(answer));
    const first = given.find(({ Status }) => Status === 'SUCCESS');
    // CloudFormation reads no answer to a request that it cancelled.
    if (first === undefined || wasCancelled(LogicalResourceId, added.events)) return [];
    const success = `SUCCESS ${first.PhysicalResourceId}`;
    return given
      .slice(given.indexOf(first))
      .map(({ Status, PhysicalResourceId }) => `${Status} ${PhysicalResourceId}`)
      .filter((later) => later !== success)
      .map((later) => `${RequestType} ${LogicalResourceId}: ${success}, then ${later}`);
  });
};

/** When a resource is complete, its version is CREATED or gone, not in transition. */
export const successWaits: Invariant = (run, { added }) =>
  added.answers.flatMap((answer) => {
    const { PhysicalResourceId: arn, versionStatus } = answer;
    const { LogicalResourceId: id, RequestType } = requestOf(run, answer) ?? {};
    const completed = added.events
      .filter(({ ResourceStatus, Timestamp }) => ResourceStatus.endsWith('_COMPLETE') && Timestamp === answer.at)
      .find(about(id));
    const made = run.history.made.find(({ ImageVersionArn }) => ImageVersionArn === arn);
    // A Delete does not touch a version that the resource did not make.
    if (answer.Status !== 'SUCCESS' || completed === undefined || made?.LogicalResourceId !== id) return [];
    // A Delete lets a version go that its stack has adopted in vain.
    const isLetGo = versionStatus === undefined || (made?.isAdopted && versionStatus === 'CREATED');
    const isSettled = RequestType === 'Delete' ? isLetGo : versionStatus === 'CREATED';
    if (isSettled || run.history.byHand.some(({ removed }) => removed.includes(arn))) return [];
    return [`${id} ${completed.ResourceStatus}: ${arn} is ${versionStatus}`];
  });

/**
 * The failsafe answers only where a fault kept every invocation from answering. Exempted are cancelled requests: to remove
 * what they made may take longer than Lambda retries.
 */
export const givenUpWithCause: Invariant = (run, { added, operation }) => {
  if (operation.faults.some(isFatal) || run.scenario.providerTimeoutSeconds !== undefined) return [];
  if (run.steps.at(-2)?.operation.faults.some(isFatal)) return [];
  return added.answers
    .filter((answer) => !isByProvider(answer))
    .map((answer) => requestOf(run, answer))
    .filter((request) => !wasCancelled(request?.LogicalResourceId, added.events))
    .map((request) => `${request?.RequestType} ${request?.LogicalResourceId} was given up`);
};

/**
 * A Create answers `unconfirmed` only where a fault hid from it what it has left: else it should have removed it. Exempted are
 * functions with a short Timeout, and everything since a person first changed an image. So is a Create whose second delivery
 * made a version while the first one removed its own, and one that gave up an adoption while SageMaker's reads are behind: a
 * version that was let go still exists, so its aliases may be listed.
 */
export const unconfirmedWithCause: Invariant = (run, { added }) => {
  const faults = run.steps.slice(-2).flatMap(({ operation }) => operation.faults);
  if (faults.some(isBlinding) || run.history.byHand.length > 0 || run.scenario.providerTimeoutSeconds !== undefined)
    return [];
  const isBehind = faults.some(({ on }) => on === 'reads');
  return added.answers
    .filter((answer) => isByProvider(answer) && answer.PhysicalResourceId.startsWith('unconfirmed/'))
    .map((answer) => ({ ...answer, request: requestOf(run, answer) }))
    .filter(({ request }) => request?.RequestType === 'Create')
    .filter(({ request }) => {
      const made = added.made.filter(about(request?.LogicalResourceId));
      return made.length < 2 && !(isBehind && made.some(({ isAdopted }) => isAdopted));
    })
    .map(({ request, PhysicalResourceId: id }) => `Create ${request?.LogicalResourceId} was answered with ${id}`);
};

/** Whether the fault can hide from a request what the request made: by a lost answer, a refusal or a kill. */
const isBlinding = (fault: Fault) =>
  isFatal(fault) || isSilence(fault) || fault.on === 'rate' || (fault.on === 'call' && fault.does !== 'in-use');

/** Whether the fault can keep the provider itself from answering. */
const isFatal = (fault: Fault) =>
  ['invocation', 'provider', 'delivery'].includes(fault.on) || (fault.on === 'attempt' && fault.does !== 'duplicate');

const isByProvider = ({ by }: AnswerRecord) => by === 'ProviderFunction';

function requestOf({ history }: Run, { RequestId }: AnswerRecord): RequestRecord | undefined {
  return history.requests.find((request) => request.RequestId === RequestId);
}

/** Whether CloudFormation cancelled its request about the resource. */
export function wasCancelled(id: string | undefined, events: readonly StackEvent[]): boolean {
  return events.filter(about(id)).some(({ ResourceStatusReason }) => ResourceStatusReason?.endsWith('cancelled'));
}
