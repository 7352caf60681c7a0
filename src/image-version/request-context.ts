/**
 * The context of a request, which is the first argument of every step. It contains the request, its stack, SageMaker
 * and the log, and answers how much time is left and whether CloudFormation still waits.
 */
import type { Clock } from '../clock.ts';
import type { Request } from '../cloudformation/request.ts';
import { askAgainMs, longestStatusLagMs } from '../cloudformation/settled-stacks.ts';
import type { StackOfRequest } from '../cloudformation/stack-of-request.ts';
import { type Deadlines, wait } from '../deadlines.ts';
import { isInterruption, ProviderError, Superseded } from '../errors.ts';
import type { Log, LogDetails } from '../log.ts';
import { retry } from '../retry.ts';
import { type ImageVersions, retryingReads } from '../sagemaker/image-versions.ts';
import { Journal } from './journal.ts';

/** Lambda first retries a failed invocation after 60 s, so no retry of a request is younger than this. */
export const firstDeliveryMs = 50_000;
/** A first delivery usually begins this soon after the issue. A later one may be a duplicate, which Lambda may send. */
const longestDispatchMs = 3_000;
/** A first delivery usually makes its first change within this time. If not, it asks CloudFormation before the change. */
export const firstStepMs = 2_000;

export interface ContextParts<R extends Request> {
  readonly request: R;
  /** The port without retries. */
  readonly imageVersions: ImageVersions;
  readonly stack: StackOfRequest;
  readonly clock: Clock;
  readonly log: Log;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly deadlines: Deadlines;
  /** When this invocation began, in milliseconds since the epoch. */
  readonly begunAt: number;
}

export class RequestContext<R extends Request = Request> {
  readonly request: R;
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
  /** Answers what the stack shows about the request. */
  readonly stack: StackOfRequest;
  /** SageMaker. Reads retry until the request's deadline. */
  readonly imageVersions: ImageVersions;
  readonly #parts: ContextParts<R>;

  constructor(parts: ContextParts<R>, journal: Journal = new Journal()) {
    this.request = parts.request;
    this.clock = parts.clock;
    this.log = parts.log;
    this.journal = journal;
    this.stack = parts.stack;
    this.imageVersions = retryingReads(parts.imageVersions, (call) => this.retry(call));
    this.#parts = parts;
  }

  /** Whether this is the first delivery of the request. If Lambda delivers it twice at once, both count as first. */
  get isFirstDelivery(): boolean {
    const { request, begunAt } = this.#parts;
    return request.issuedAt !== undefined && begunAt - request.issuedAt < longestDispatchMs;
  }

  /** When CloudFormation issued the request, in milliseconds since the epoch. If it does not say, when this invocation began. */
  get issuedAt(): number {
    return this.request.issuedAt ?? this.#parts.begunAt;
  }

  /** The instant at which the request fails, in milliseconds since the epoch. */
  get deadline(): number {
    return this.#parts.deadlines.request;
  }

  /** This context with a later deadline: that of the clean-up, in which the provider removes what it made. */
  cleaningUp(): RequestContext<R> {
    const { deadlines } = this.#parts;
    return this.#until({ ...deadlines, request: deadlines.cleanUp });
  }

  /** This context for a request that gets no answer: it has only the invocation's deadline. */
  unhurried(): RequestContext<R> {
    const never = Number.POSITIVE_INFINITY;
    return this.#until({ ...this.#parts.deadlines, request: never, cleanUp: never });
  }

  /** This context with an earlier deadline, for work that must leave time for the rest. */
  within(ms: number): RequestContext<R> {
    const { deadlines } = this.#parts;
    return this.#until({ ...deadlines, request: Math.min(deadlines.request, this.clock.now() + ms) });
  }

  #until(deadlines: Deadlines): RequestContext<R> {
    return new RequestContext({ ...this.#parts, deadlines }, this.journal);
  }

  /** Runs a plan until it succeeds: see `retry`. */
  retry<T>(plan: () => Promise<T>): Promise<T> {
    return retry(plan, this.#parts);
  }

  /** Waits: see `wait` in deadlines.ts. */
  wait(ms: number, late?: ProviderError): Promise<void> {
    return wait(ms, late, this.#parts);
  }

  /**
   * Runs work whose failure must not fail the request, and logs the failure.
   *
   * @param failure the sentence for the log: what failed, on which image and version, and what to do
   * @throws Interruption as `work` does
   */
  async bestEffort(work: () => Promise<unknown>, failure: string, details: LogDetails): Promise<void> {
    await work().catch((error: unknown) => {
      if (isInterruption(error)) throw error;
      this.log.error(failure, { ...details, error: ProviderError.from(error) });
    });
  }

  /**
   * Whether CloudFormation still waits for this request. Lambda may deliver it late or again, when CloudFormation has
   * ended it: a late Create would make a version that no stack refers to, and a late Update would undo the rollback.
   * A first delivery counts as wanted at its beginning. After that, and for any other delivery, this asks
   * CloudFormation. If CloudFormation gives no answer, the request counts as wanted. So does a Delete of an id that the
   * resource does not have now, because no status shows it.
   *
   * @param trustedMs for how long after its beginning a first delivery does not ask; by default until Lambda may retry
   * @throws OutOfTime if the invocation has no time left to look again
   */
  async isStillWanted(trustedMs: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    const { request, begunAt } = this.#parts;
    const { issuedAt = Number.NEGATIVE_INFINITY } = request;
    const trustedUntil = Math.min(issuedAt + firstDeliveryMs, begunAt + trustedMs);
    if (this.isFirstDelivery && this.clock.now() < trustedUntil) return true;
    const settledAt = Math.min(issuedAt + longestStatusLagMs, this.deadline);
    for (;;) {
      const standing = await this.stack.standing();
      if (standing !== 'behind') return standing === 'wanted';
      if (this.clock.now() >= settledAt) return false;
      await this.wait(askAgainMs);
    }
  }

  /** @throws Superseded unless the request is still wanted: see `isStillWanted` */
  async stillWanted(trustedMs?: number): Promise<void> {
    if (!(await this.isStillWanted(trustedMs))) throw new Superseded();
  }

  /** @throws ProviderError NotStabilized, overdue, after the request's deadline */
  requireTimeLeft(): void {
    if (this.clock.now() <= this.deadline) return;
    const reason = 'The time for the request ended before the provider could create or update the version. Try again.';
    throw new ProviderError('NotStabilized', reason, { overdue: true });
  }
}
