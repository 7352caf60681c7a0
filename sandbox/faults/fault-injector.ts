/** Injects faults: it stands between the services and the provider. Without faults it only passes things on. */
import type { TimeAndChance } from '../clock.ts';
import { CloudFormationError } from '../cloudformation/refusals.ts';
import { type InterceptDelivery, s3Error } from '../cloudformation/response-bucket.ts';
import { isMap } from '../json.ts';
import { awsRequestIdOf, type InvocationResult } from '../lambda/function.ts';
import type { Attempt, AttemptResult, Lambda, LambdaDependencies } from '../lambda/lambda.ts';
import { type ApiAnswer, errorAnswer } from '../sagemaker/api-answer.ts';
import { unreachableBaseImage } from '../sagemaker/container-image.ts';
import type { Interceptor } from '../sagemaker/sagemaker.ts';
import type { SageMakerSettings } from '../sagemaker/settings.ts';
import { type CallFault, type Fault, type Hits, isDenial, type PersonFault, versionOperations } from './fault.ts';
import { personTraceId } from './person.ts';

export interface FaultInjectorDependencies<Asked extends Fault = Fault> extends TimeAndChance {
  /** Makes SageMaker's id of a request that only a fault answers. */
  readonly newRequestId: () => string;
  /** Kills whatever runs this invocation; without it nothing can be killed. */
  readonly kill?: (awsRequestId: string) => Promise<void>;
  /** Does by hand what the fault says; without it nobody does. */
  readonly person?: (fault: PersonFault) => Promise<void>;
  /** Called with each fault as it happens; `what` names its target: an operation, a BaseImage or a PUT. */
  readonly onFault: (fault: Asked, what: string) => void;
}

/** No read is further behind. */
export const longestBehindMs = 60_000;
/** Longer than any client waits. */
const foreverMs = 60_000;
const slowMs = 8_000;

export class FaultInjector<Asked extends Fault = Fault> {
  readonly #dependencies: FaultInjectorDependencies<Asked>;
  #faults: readonly Asked[] = [];
  /** How often each fault has met something that it could hit. */
  readonly #counts = new Map<Asked, number>();
  /** How many attempts for a request are yet to be throttled. */
  readonly #throttlesLeft = new Map<string, number>();
  /** The tokens that each limit of the rate has left, and when they were counted. */
  readonly #tokens = new Map<Asked, { readonly left: number; readonly atMs: number }>();
  /** What happens later: second deliveries, and what people do. */
  readonly #pending = new Set<Promise<unknown>>();
  #begunAt = 0;

  constructor(dependencies: FaultInjectorDependencies<Asked>, faults: readonly Asked[] = []) {
    this.#dependencies = dependencies;
    this.begin(faults);
  }

  /** From now on these faults happen, and no others. Second deliveries and acts of people that are due later still come. */
  begin(faults: readonly Asked[]): void {
    const { clock, person, onFault } = this.#dependencies;
    this.#faults = faults;
    this.#counts.clear();
    this.#throttlesLeft.clear();
    this.#tokens.clear();
    this.#begunAt = clock.now();
    for (const fault of this.#on('person')) {
      this.#later(fault.afterMs, async () => {
        onFault(fault, fault.ImageName);
        await person?.(fault);
      });
    }
  }

  /** Resolves when Lambda is idle, no second delivery is left, and nobody is to do anything any more. */
  async idle(lambda: Pick<Lambda, 'idle'>): Promise<void> {
    await lambda.idle();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    await lambda.idle();
  }

  /** Stands in front of SageMaker. The first fault is the outermost one, but permissions are asked for last. */
  readonly interceptor: Interceptor = (operation, _input, next, traceId = '') => {
    if (traceId === personTraceId) return next();
    const overRate = this.#on('rate').find((fault) => !this.#takesToken(fault, operation));
    if (overRate !== undefined) {
      this.#dependencies.onFault(overRate, operation);
      return this.#injectIntoCall('throttle', operation, next, traceId);
    }
    const chain = this.#on('call')
      .filter(({ operations }) => isAmong(operations, operation))
      .toSorted((one, other) => Number(isDenial(one)) - Number(isDenial(other)))
      .reduceRight(
        (inner, fault) => async () =>
          this.#hit([fault], operation) ? this.#injectIntoCall(fault.does, operation, inner, traceId) : inner(),
        next,
      );
    return chain();
  };

  readonly failures: Pick<SageMakerSettings['failures'], 'versionCreation' | 'versionDeletion'> = {
    versionCreation: ({ BaseImage }) => unreachableBaseImage(BaseImage) ?? this.#failure('creation', BaseImage),
    versionDeletion: ({ BaseImage }) => this.#failure('deletion', BaseImage),
  };

  /** Stands in front of the bucket. */
  readonly interceptDelivery: InterceptDelivery = async (_delivery, next) => {
    switch (this.#hit(this.#on('delivery'), 'PUT')?.does) {
      case undefined:
        return next();
      case 'status 503':
        return s3Error(503, 'SlowDown', 'Please reduce your request rate.');
      case 'status 403':
        return s3Error(403, 'AccessDenied', 'Access Denied');
      case 'hang':
        return this.#dependencies.clock.sleep(foreverMs).then(brokenConnection);
      case 'reset':
        return brokenConnection();
      case 'lost-answer':
        return next().then(brokenConnection);
    }
  };

  /** For SageMaker's setting of the same name. */
  readonly staleness: SageMakerSettings['staleness'] = {
    behindMs: (operation) => {
      const sinceMs = this.#dependencies.clock.now() - this.#begunAt;
      const fault = this.#on('reads')
        .filter(({ operations }) => isAmong(operations, operation))
        .find(({ afterMs, ms }) => sinceMs >= afterMs && sinceMs < afterMs + ms);
      if (fault !== undefined) this.#dependencies.onFault(fault, operation);
      return fault?.behindMs ?? 0;
    },
    longestMs: longestBehindMs,
  };

  /** The instant whose state an operation of CloudFormation's API shows; undefined for the present one. */
  readonly shownAt = (operation: string): number | undefined => {
    const behindMs = this.staleness.behindMs(operation);
    return behindMs === 0 ? undefined : this.#dependencies.clock.now() - behindMs;
  };

  /** Stands in front of CloudFormation's API. Throws what the caller of the operation gets instead of an answer. */
  readonly refuseQuery = (operation: string): void => {
    const faults = this.#on('CloudFormation').filter(({ operations = [operation] }) => isAmong(operations, operation));
    switch (this.#hit(faults, 'CloudFormation')?.does) {
      case undefined:
        return;
      case 'throttle':
        throw new CloudFormationError('Throttling', 'Rate exceeded');
      case 'fail':
        throw new CloudFormationError('InternalFailure', 'The request processing has failed.');
      case 'access-denied':
        throw new CloudFormationError(
          'AccessDenied',
          `User is not authorized to perform: cloudformation:${operation} with an explicit deny in a service control policy`,
        );
      case 'reset':
        brokenConnection();
    }
  };

  /** Stands around each delivery of a request. The failsafe's own events are left alone. */
  readonly intercept: NonNullable<LambdaDependencies['intercept']> = async (attempt, run) => {
    if (!isRequest(attempt)) return run();
    const throttlesLeft = this.#throttlesLeft.get(attempt.awsRequestId) ?? 0;
    if (throttlesLeft > 0) {
      this.#throttlesLeft.set(attempt.awsRequestId, throttlesLeft - 1);
      return { outcome: 'throttled' };
    }
    const order: readonly Extract<Asked, { on: 'attempt' }>['does'][] = ['throttle', 'late', 'duplicate'];
    const chain = this.#on('attempt')
      .filter(({ isFirstOnly }) => attempt.number === 1 || !isFirstOnly)
      // A throttled request never gets far enough to be late.
      .toSorted((one, other) => order.indexOf(one.does) - order.indexOf(other.does))
      .reduceRight<() => Promise<AttemptResult>>(
        (inner, fault) => async () => (this.#hits(fault) ? this.#injectIntoAttempt(fault, attempt, inner) : inner()),
        run,
      );
    return chain();
  };

  /** Stands around each invocation that comes of a delivery. */
  async invoke(attempt: Attempt, run: () => Promise<InvocationResult>): Promise<InvocationResult> {
    const [fault] = this.#on('provider');
    if (fault === undefined || !isRequest(attempt)) return run();
    this.#dependencies.onFault(fault, 'invocation');
    return { outcome: 'exited', errorMessage: 'Error: injected by --fault break' };
  }

  /** Where the invocation of this function that begins now is to be killed. */
  killOf(functionName: string) {
    const ofFunction = this.#on('invocation').filter((fault) => fault.function === functionName);
    // Each of them counts this invocation.
    return ofFunction.filter((fault) => this.#count(fault) === fault.nth)[0];
  }

  async #injectIntoCall(does: CallFault['does'], operation: string, next: () => Promise<ApiAnswer>, traceId: string) {
    const { clock, newRequestId, kill } = this.#dependencies;
    const refusal = (code: string, message: string, status = 400) =>
      errorAnswer(code, message, newRequestId(), { status });
    switch (does) {
      case 'throttle':
        return refusal('ThrottlingException', 'Rate exceeded');
      case 'fail':
        return refusal('InternalFailure', 'The request processing has failed.', 500);
      case 'in-use':
        return refusal('ResourceInUse', 'Resource was modified concurrently');
      case 'access-denied':
        return refusal(
          'AccessDeniedException',
          `User is not authorized to perform: sagemaker:${operation} because no identity-based policy allows the sagemaker:${operation} action`,
        );
      case 'reset':
        return brokenConnection();
      case 'lost-answer':
        return next().then(brokenConnection);
      case 'hang':
        await next();
        return clock.sleep(foreverMs).then(brokenConnection);
      case 'slow-request':
        return clock.sleep(slowMs).then(next);
      case 'slow': {
        const answer = await next();
        await clock.sleep(slowMs);
        return answer;
      }
      case 'kill':
        await next();
        await kill?.(awsRequestIdOf(traceId) ?? '');
        return brokenConnection();
    }
  }

  async #injectIntoAttempt(
    fault: Extract<Asked, { on: 'attempt' }>,
    { awsRequestId }: Attempt,
    next: () => Promise<AttemptResult>,
  ): Promise<AttemptResult> {
    const { clock, onFault } = this.#dependencies;
    if (fault.does === 'duplicate') {
      this.#later(fault.ms, () => {
        onFault(fault, 'delivery by Lambda');
        return this.#untilReturned(next);
      });
      return next();
    }
    onFault(fault, 'delivery by Lambda');
    if (fault.does !== 'throttle') return clock.sleep(fault.ms).then(next);
    this.#throttlesLeft.set(awsRequestId, fault.times - 1);
    return { outcome: 'throttled' };
  }

  #later(ms: number, work: () => Promise<void>): void {
    const pending = this.#dependencies.clock
      .sleep(ms)
      .then(work)
      .finally(() => this.#pending.delete(pending));
    this.#pending.add(pending);
  }

  #takesToken(fault: Extract<Asked, { on: 'rate' }>, operation: string): boolean {
    if (!isAmong(versionOperations, operation)) return true;
    const atMs = this.#dependencies.clock.now();
    const last = this.#tokens.get(fault) ?? { left: fault.capacity, atMs };
    const filled = Math.min(fault.capacity, last.left + ((atMs - last.atMs) * fault.perSecond) / 1000);
    const isTaken = filled >= 1;
    this.#tokens.set(fault, { left: isTaken ? filled - 1 : filled, atMs });
    return isTaken;
  }

  /** Retries as Lambda does; no OnFailure destination follows. */
  async #untilReturned(next: () => Promise<AttemptResult>): Promise<void> {
    for (const delayMs of [60_000, 120_000, 0]) {
      const { outcome } = await next();
      if (outcome === 'returned') return;
      await this.#dependencies.clock.sleep(delayMs);
    }
  }

  #failure(on: 'creation' | 'deletion', BaseImage: string): string | undefined {
    const hit = this.#on(on).filter((fault) => BaseImage.includes(fault.text ?? '') && this.#hits(fault));
    // All of them have happened: none may be reported as missed.
    for (const fault of hit) this.#dependencies.onFault(fault, BaseImage);
    return hit.length === 0 ? undefined : `Injected by --fault ${on === 'creation' ? 'create' : 'delete'}-failed.`;
  }

  /** The first of the faults that happens now to `what`. */
  #hit<Each extends Asked & Hits>(faults: readonly Each[], what: string): Each | undefined {
    const fault = faults.find((each) => this.#hits(each));
    if (fault !== undefined) this.#dependencies.onFault(fault, what);
    return fault;
  }

  #hits(fault: Asked & Hits): boolean {
    const counted = this.#count(fault);
    if (counted < fault.nth || counted >= fault.nth + fault.count) return false;
    return fault.share === undefined || this.#dependencies.random() < fault.share;
  }

  #count(fault: Asked): number {
    const count = (this.#counts.get(fault) ?? 0) + 1;
    this.#counts.set(fault, count);
    return count;
  }

  #on<On extends Fault['on']>(on: On): readonly Extract<Asked, { on: On }>[] {
    const isOn = (fault: Asked): fault is Extract<Asked, { on: On }> => fault.on === on;
    return this.#faults.filter(isOn);
  }
}

function isAmong(operations: readonly string[], operation: string): boolean {
  return operations.includes(operation);
}

/** Whether CloudFormation has sent the event. */
function isRequest({ event }: Attempt): boolean {
  return isMap(event) && event['RequestType'] !== undefined;
}

/** What a client sees when the other side is suddenly gone. */
export function brokenConnection(): never {
  throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
