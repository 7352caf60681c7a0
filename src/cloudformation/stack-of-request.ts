/**
 * Answers the questions that the steps have about the stack of their request. A request does not show whether
 * CloudFormation still waits for it, whether the stack rolls back, or when the stack operation began: the stack's status
 * and its events show it.
 */
import { ProviderError, Superseded } from '../errors.ts';
import { issueTimeResolutionMs, type Request } from './request.ts';
import {
  beginsOperation,
  type Period,
  type StackEvent,
  type StackOperation,
  type StackResource,
  type Stacks,
  type Start,
} from './stacks.ts';

/**
 * CloudFormation may date the resource's status this much later than the request's issue time. This is an assumption: AWS
 * documents no limit.
 */
const longestDateDifferenceMs = 2_000;

/** The status of the resource while a request is in progress. */
export const statusInProgress = {
  Create: 'CREATE_IN_PROGRESS',
  Update: 'UPDATE_IN_PROGRESS',
  Delete: 'DELETE_IN_PROGRESS',
} as const;

/**
 * `wanted`: CloudFormation waits for the request. `superseded`: it does not. `behind`: it may still show an older state
 * of the resource, so the caller asks again later.
 */
export type Standing = 'wanted' | 'superseded' | 'behind';

/** Operations of a stack, and what has happened since the first one began. */
export interface Operations extends Start {
  /** Newest first. */
  readonly events: readonly StackEvent[];
}

/** The operation that is rolled back. Where rollback is disabled, this includes the failed ones before it. */
export interface Rollback extends Start {
  /** The PhysicalResourceId that the resource had when its first Update began; undefined if there was no Update. */
  readonly idBefore: string | undefined;
}

export class StackOfRequest {
  readonly #request: Request;
  readonly #stacks: Stacks;
  /** The request belongs to this rollback, even if the stack begins another operation during a retry. */
  #rollback: Rollback | undefined;
  #isRollingBack = false;
  /** Whether the whole stack rolls back, and not only this resource. */
  #isOfWholeStack = false;
  #operation: StackOperation | undefined;
  /** The last answer about the resource. */
  lastResource: StackResource | 'gone' | undefined;

  constructor(request: Request, stacks: Stacks) {
    this.#request = request;
    this.#stacks = stacks;
  }

  /** The stack's operation when this request first asked about it; undefined if CloudFormation gives no answer. */
  async operation(): Promise<StackOperation | undefined> {
    return this.#operation ?? this.#presentOperation();
  }

  async #presentOperation(): Promise<StackOperation | undefined> {
    const operation = await this.#stacks.currentOperation(this.#request.StackId);
    this.#operation ??= operation;
    return operation;
  }

  /** The request's resource; undefined if CloudFormation gives no answer. */
  async resource(): Promise<StackResource | 'gone' | undefined> {
    this.lastResource = await this.#stacks.currentResource(this.#request.StackId, this.#request.LogicalResourceId);
    return this.lastResource;
  }

  /** The PhysicalResourceId that the resource has now; empty if it has none, or CloudFormation gives no answer. */
  async currentId(): Promise<string> {
    const resource = await this.resource();
    return (resource !== 'gone' && resource?.PhysicalResourceId) || '';
  }

  /**
   * Whether CloudFormation waits for this request, as far as its resource shows. If CloudFormation gives no answer, the
   * request counts as wanted.
   */
  async standing(): Promise<Standing> {
    const { RequestType, issuedAt } = this.#request;
    const resource = await this.resource();
    if (resource === undefined) return 'wanted';
    if (resource === 'gone') return 'behind';
    if (this.#isCleanUp(resource)) return 'wanted';
    const laterMs = issuedAt === undefined ? undefined : resource.lastUpdatedAt - issuedAt;
    if (resource.ResourceStatus !== statusInProgress[RequestType]) {
      return laterMs === undefined || laterMs >= issueTimeResolutionMs ? 'superseded' : 'behind';
    }
    if (laterMs === undefined || laterMs < issueTimeResolutionMs) return 'wanted';
    if (laterMs > issueTimeResolutionMs + longestDateDifferenceMs) return 'superseded';
    // If this request has ended, the status belongs to the next request of the resource. CloudFormation sends that at
    // least a second after the end of this one. This is an assumption: AWS documents no limit.
    const hasEnded = RequestType === 'Update' && (await this.#eventsSinceIssue()).some(isEnd);
    return hasEnded ? 'superseded' : 'wanted';
  }

  /**
   * Whether the request deletes something other than the resource as it is now: a replaced version, or what a cancelled
   * Create left. The status of the resource does not show such a Delete.
   */
  #isCleanUp({ PhysicalResourceId }: StackResource): boolean {
    return this.#request.RequestType === 'Delete' && PhysicalResourceId !== this.#request.PhysicalResourceId;
  }

  /**
   * Whether this request has ended, and no event of the resource since then has the id of what it made, or shows that a
   * policy retained something without an ARN: such an id is a placeholder, or CloudFormation invented it, and may stand for
   * what the request made. Then no stack refers to that.
   *
   * @param isItsId whether a PhysicalResourceId is the id of what the request made
   */
  async hasEndedWithout(isItsId: (PhysicalResourceId: string) => boolean): Promise<boolean> {
    const events = await this.#eventsSinceIssue();
    const hasEnded = events.some((event) => isEnd(event) && !this.#isNoLaterThanIssue(event));
    const mayBeKept = ({ PhysicalResourceId: id = '', ResourceStatus }: StackEvent) =>
      isItsId(id) || (ResourceStatus === 'DELETE_SKIPPED' && !id.startsWith('arn:'));
    return hasEnded && !events.some(mayBeKept);
  }

  /** The events of the resource since the issue of this request; none if CloudFormation does not answer. */
  async #eventsSinceIssue(): Promise<readonly StackEvent[]> {
    const { issuedAt = Number.POSITIVE_INFINITY } = this.#request;
    const events = await this.#stacks.events(this.#request.StackId, ({ happenedAt }) => happenedAt <= issuedAt);
    return (events ?? []).filter((event) => this.#isOfResource(event) && event.happenedAt > issuedAt);
  }

  /**
   * The operation that is rolled back; undefined if the request belongs to no rollback, or CloudFormation does not answer.
   * Where rollback is disabled, CloudFormation still restores a failed resource: see `isRestoration`.
   */
  async rolledBackOperation(): Promise<Rollback | undefined> {
    if (this.#rollback) return this.#rollback;
    if (!(await this.#belongsToRollback())) return undefined;
    const undone = this.#isOfWholeStack ? await this.#undoneTogether() : await this.#lastOperation();
    if (undone === undefined) return undefined;
    const first = undone.events.findLast(
      (event) => this.#isOfResource(event) && event.ResourceStatus === 'UPDATE_IN_PROGRESS',
    );
    this.#rollback = { startedAt: undone.startedAt, idBefore: first?.PhysicalResourceId };
    return this.#rollback;
  }

  /**
   * The last operation and, where rollback is disabled, the failed ones before it: a rollback then undoes all of them.
   * Undefined if CloudFormation does not answer.
   */
  #undoneTogether(): Promise<Operations | undefined> {
    return this.#operations((event) => this.#isOfStack(event) && event.ResourceStatus.endsWith('_COMPLETE'));
  }

  /** The operation that is carried out or rolled back; undefined if CloudFormation does not answer. */
  #lastOperation(): Promise<Operations | undefined> {
    return this.#operations(() => true);
  }

  /** The events of the last operation, and those before it until `isLast` is true for one of them. */
  async #operations(isLast: (event: StackEvent) => boolean): Promise<Operations | undefined> {
    const { StackId } = this.#request;
    let start: StackEvent | undefined;
    const events = await this.#stacks.events(StackId, (event) => {
      if (beginsOperation(StackId, event)) start = event;
      return start !== undefined && isLast(event);
    });
    return events && start && { startedAt: start.happenedAt, events };
  }

  /**
   * The operations that this Delete may undo; undefined in three cases: the operation has succeeded and only cleans up;
   * CloudFormation does not show its status; or the events do not show this Delete, so other events may be missing too.
   *
   * @throws ProviderError GeneralServiceException if CloudFormation shows only the status
   */
  async failedOperations(): Promise<Operations | undefined> {
    const operation = await this.operation();
    if (operation === undefined || operation.StackStatus.startsWith('UPDATE_COMPLETE')) return undefined;
    const failed = await this.#undoneTogether();
    if (failed === undefined) throw noAnswer();
    const request = { PhysicalResourceId: '', ...this.#request };
    const isOfRequest = (event: StackEvent) =>
      event.ResourceStatus === 'DELETE_IN_PROGRESS' &&
      this.#isOfResource(event) &&
      event.PhysicalResourceId === request.PhysicalResourceId;
    return failed.events.some(isOfRequest) ? failed : undefined;
  }

  /**
   * Whether the request belongs to a rollback: see `rolledBackOperation`. Also true if CloudFormation does not answer,
   * because an alias on an older version does less harm than an alias on no version.
   */
  async mayBeRollingBack(): Promise<boolean> {
    return (await this.#belongsToRollback()) !== false;
  }

  /**
   * For the Delete of a Create that CloudFormation cancelled: resolves with the time in which that Create ran; undefined
   * if CloudFormation does not answer, or shows no such Create.
   *
   * Where rollback is disabled, the Create belongs to an earlier operation than its Delete, and the stack may have
   * created the resource again before the Delete, and may have cancelled that Create too. AWS does not document whether
   * the event of the cancellation has the id that CloudFormation invents for the Delete. If no event has this id, the
   * newest cancelled Create counts.
   *
   * @throws Superseded if the stack creates the resource again after the Delete
   */
  async cancelledCreate(): Promise<Period | undefined> {
    const { StackId } = this.#request;
    const id = 'PhysicalResourceId' in this.#request ? this.#request.PhysicalResourceId : undefined;
    // A custom resource has a second event with this status, and with its id, just before it is complete.
    const isCreate = ({ ResourceStatus, PhysicalResourceId }: StackEvent) =>
      ResourceStatus === 'CREATE_IN_PROGRESS' && PhysicalResourceId === undefined;
    const events: StackEvent[] = [];
    let isAnswered = false;
    let cancelledId: string | undefined;
    let cancelled: StackEvent | undefined;
    const isCreateOfRequest = (event: StackEvent) => {
      if (!this.#isOfResource(event)) return false;
      events.push(event);
      if (!this.#isNoLaterThanIssue(event)) return false;
      if (answersCreate(event)) isAnswered = true;
      if (event.ResourceStatus === 'CREATE_FAILED') cancelledId = event.PhysicalResourceId;
      if (!isCreate(event)) return false;
      const isOfRequest = !isAnswered && (cancelledId === undefined || cancelledId === id);
      if (isOfRequest || !isAnswered) cancelled = isOfRequest ? event : (cancelled ?? event);
      isAnswered = false;
      cancelledId = undefined;
      return isOfRequest;
    };
    // A stack may have more events than the provider reads: then what it has read counts.
    await this.#stacks.events(StackId, isCreateOfRequest);
    if (cancelled === undefined) return undefined;
    const later = events
      .slice(0, events.indexOf(cancelled))
      .filter((event) => isCreate(event) || event.ResourceStatus === 'UPDATE_IN_PROGRESS');
    if (later.some((event) => isCreate(event) && !this.#isNoLaterThanIssue(event))) throw new Superseded();
    // The event may have a later date than the request, whose first delivery may have made the version at once.
    return { startedAt: cancelled.happenedAt - longestDateDifferenceMs, endedAt: later.at(-1)?.happenedAt };
  }

  /**
   * Whether the stack has completed a creation or an update since then, so that no rollback undoes what it did before.
   * The operation whose clean-up sends this request does not count. If another stack contains this one, the outermost
   * one counts. CloudFormation lists events for 90 days: also true if it no longer lists those of that time. False if
   * CloudFormation does not answer, or there are too many events.
   *
   * @param since the issue time of a request, in milliseconds since the epoch
   */
  async hasCompletedSince(since: number): Promise<boolean> {
    const operation = await this.operation();
    if (operation === undefined) return false;
    const StackId = operation.RootId ?? this.#request.StackId;
    const completes = ({ PhysicalResourceId, ResourceStatus }: StackEvent) =>
      PhysicalResourceId === StackId && /^(CREATE|UPDATE)_COMPLETE$/.test(ResourceStatus);
    const isBefore = ({ happenedAt }: StackEvent) => happenedAt < since + issueTimeResolutionMs;
    const last = (await this.#stacks.events(StackId, (event) => isBefore(event) || completes(event)))?.at(-1);
    return last !== undefined && !isBefore(last);
  }

  /** Whether the whole stack is being deleted. */
  async isBeingDeleted(): Promise<boolean> {
    const events = await this.#stacks.events(this.#request.StackId, (event) => this.#isOfStack(event));
    const status = events ? events.at(-1)?.ResourceStatus : (await this.operation())?.StackStatus;
    return status === 'DELETE_IN_PROGRESS';
  }

  /**
   * Whether a rollback of the stack undoes this request: one that began after CloudFormation issued the request. Also
   * true if CloudFormation does not answer: see `mayBeRollingBack`.
   */
  async mayBeUndone(): Promise<boolean> {
    const { events = [] } = (await this.#lastOperation()) ?? {};
    const own = this.#placeIn(events);
    if (own < 0) return this.mayBeRollingBack();
    const begun = this.#beginOfRollback(events);
    if (begun) return !this.#isIssuedAfter(begun, events);
    // The request has failed, but the stack does not show its rollback yet, or rollback is disabled.
    return events.slice(0, own).some((event) => this.#isOfResource(event) && isFailure(event));
  }

  async #belongsToRollback(): Promise<boolean | undefined> {
    if (this.#isRollingBack) return true;
    const operation = await this.#presentOperation();
    if (operation === undefined) return undefined;
    if (!/ROLLBACK|^(CREATE|UPDATE)_(IN_PROGRESS|FAILED)$/.test(operation.StackStatus)) return false;
    // DescribeStacks may still show the status of some seconds ago, also that of the operation before.
    const { events = [] } = (await this.#lastOperation()) ?? {};
    const newest = events.find((event) => this.#isOfStack(event)) ?? { ResourceStatus: operation.StackStatus };
    const begun = this.#beginOfRollback(events);
    // A request that a rollback has cancelled may go on, but is no part of the rollback.
    this.#isOfWholeStack = isRollback(newest) && (begun === undefined || this.#isIssuedAfter(begun, events));
    this.#isRollingBack = this.#isOfWholeStack || this.#isRestoration(events);
    return this.#isRollingBack;
  }

  #beginOfRollback(events: readonly StackEvent[]): StackEvent | undefined {
    return events.findLast((event) => this.#isOfStack(event) && isRollback(event));
  }

  /** Whether CloudFormation issued this request after the event. */
  #isIssuedAfter(event: StackEvent, events: readonly StackEvent[]): boolean {
    const own = this.#placeIn(events);
    return own < 0 ? this.#isNoLaterThanIssue(event) : own < events.indexOf(event);
  }

  /**
   * The place of the event with which CloudFormation issued this request: one of its status, in the second of the
   * issue. Negative if there is none, also if CloudFormation dated it later: then dates or statuses decide.
   */
  #placeIn(events: readonly StackEvent[]): number {
    const { issuedAt = Number.NaN, RequestType } = this.#request;
    const isOwn = (event: StackEvent) =>
      event.ResourceStatus === statusInProgress[RequestType] &&
      event.happenedAt >= issuedAt &&
      this.#isNoLaterThanIssue(event);
    return events.findIndex((event) => this.#isOfResource(event) && isOwn(event));
  }

  /**
   * Whether the request restores its resource after a failure in the same operation, as CloudFormation does where rollback
   * is disabled. Then no status of the stack shows it.
   */
  #isRestoration(events: readonly StackEvent[]): boolean {
    const own = events.filter((event) => this.#isOfResource(event));
    const failure = own.findIndex((event) => isFailure(event) && this.#isIssuedAfter(event, events));
    return own.slice(0, Math.max(0, failure)).some(({ ResourceStatus }) => ResourceStatus.endsWith('_IN_PROGRESS'));
  }

  #isOfStack({ PhysicalResourceId }: StackEvent): boolean {
    return PhysicalResourceId === this.#request.StackId;
  }

  /** Whether it is an event of the request's resource. The stack's own events have its name, which may be the same. */
  #isOfResource(event: StackEvent): boolean {
    return event.LogicalResourceId === this.#request.LogicalResourceId && !this.#isOfStack(event);
  }

  /** Whether the event happened before the request, or in the second of its issue: the issue time has whole seconds. */
  #isNoLaterThanIssue({ happenedAt }: StackEvent): boolean {
    const { issuedAt = Number.POSITIVE_INFINITY } = this.#request;
    return happenedAt < issuedAt + issueTimeResolutionMs;
  }
}

/** CloudFormation did not show what a step needs. The log of the call has the cause. */
export function noAnswer(): ProviderError {
  return new ProviderError('GeneralServiceException', 'CloudFormation did not answer.');
}

function isRollback({ ResourceStatus }: Pick<StackEvent, 'ResourceStatus'>): boolean {
  return ResourceStatus.includes('ROLLBACK');
}

function isFailure({ ResourceStatus }: StackEvent): boolean {
  return /^(CREATE|UPDATE)_FAILED$/.test(ResourceStatus);
}

function isEnd({ ResourceStatus }: StackEvent): boolean {
  return !ResourceStatus.endsWith('_IN_PROGRESS');
}

/**
 * Whether the provider answered the Create. Then its Delete has the id of that answer, not one that CloudFormation
 * invents.
 */
function answersCreate({ ResourceStatus, PhysicalResourceId = '' }: StackEvent): boolean {
  // Every id in an answer has a slash or a colon. An id that CloudFormation invents has neither.
  return (
    ResourceStatus === 'CREATE_COMPLETE' || (ResourceStatus === 'CREATE_FAILED' && /[/:]/.test(PhysicalResourceId))
  );
}
