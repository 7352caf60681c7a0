/**
 * Makes the faults of an operation happen. It stands between all parts of the sandbox; without faults it only passes
 * things on.
 */
import type { SandboxClock } from '../sandbox/clock.ts';
import { type PutAnswer, s3Error } from '../sandbox/cloudformation/response-bucket.ts';
import type { AttemptResult, LambdaDependencies } from '../sandbox/lambda/asynchronous-invocation.ts';
import type { ApiAnswer } from '../sandbox/sagemaker/api-answer.ts';
import { unreachableBaseImage } from '../sandbox/sagemaker/container-image.ts';
import { brokenConnection, disturbedCall, foreverMs, versionOperations } from '../sandbox/sagemaker/disturbed-call.ts';
import type { Interceptor } from '../sandbox/sagemaker/sagemaker.ts';
import type { SageMakerSettings } from '../sandbox/sagemaker/settings.ts';
import type { CallFault, Fault, KillFault, PermissionFault } from './fault.ts';
import type { Exchange } from './sdk.ts';

/** Of every answer that a fault has made: the same in each scenario, so that its trace tells only what differs. */
const faultRequestId = '00000000-0000-4000-8000-00000000000f';
const newRequestId = () => faultRequestId;

export class FaultInjector {
  readonly #clock: SandboxClock;
  readonly #say: (line: string) => void;
  #faults: readonly Fault[] = [];
  readonly #counts = new Map<string, number>();
  readonly #throttlesLeft = new Map<string, number>();
  readonly #duplicates = new Set<Promise<unknown>>();

  constructor(clock: SandboxClock, say: (line: string) => void) {
    this.#clock = clock;
    this.#say = say;
  }

  /** From now on these faults happen, and no others. */
  begin(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#counts.clear();
  }

  /** Resolves when no second delivery is left. */
  async idle(): Promise<void> {
    while (this.#duplicates.size > 0) await Promise.all(this.#duplicates);
  }

  readonly interceptor: Interceptor = async (operation, _input, next) => {
    const nth = this.#count(operation);
    const fault = this.#find('call', ({ operation: hit, ...each }) => hit === operation && isHit(each, nth));
    const permitted = this.#isDenied(operation, nth) ? () => this.#deny(operation) : next;
    return fault === undefined ? permitted() : this.#disturbCall(fault, permitted);
  };

  readonly failures: Pick<SageMakerSettings['failures'], 'versionCreation' | 'versionDeletion'> = {
    versionCreation: ({ BaseImage }) => unreachableBaseImage(BaseImage) ?? this.#failure('creation'),
    versionDeletion: () => this.#failure('deletion'),
  };

  /** Stands in the way of a PUT. */
  async put(deliver: () => Promise<PutAnswer>): Promise<PutAnswer> {
    const nth = this.#count('delivery');
    const fault = this.#find('delivery', (each) => isHit(each, nth));
    if (fault === undefined) return deliver();
    this.#say(`  fault: ${fault.does} (PUT)`);
    switch (fault.does) {
      case 'status 503':
        return s3Error(503, 'SlowDown', 'Please reduce your request rate.');
      case 'status 403':
        return s3Error(403, 'AccessDenied', 'Access Denied');
      case 'hang':
        return this.#clock.sleep(foreverMs).then(brokenConnection);
      case 'reset before':
        return brokenConnection();
      case 'reset after':
        return deliver().then(brokenConnection);
    }
  }

  /** Stands in the way of each call of CloudFormation's API. */
  cloudFormation(exchange: Exchange): Exchange {
    return async (request, signal) => {
      const nth = this.#count('CloudFormation');
      if (this.#find('CloudFormation', (each) => isHit(each, nth)) === undefined) return exchange(request, signal);
      this.#say('fault: CloudFormation throttles');
      return { status: 400, headers: {}, body: throttlingDocument };
    };
  }

  /** Stands in the way of each delivery of a request to the provider. */
  readonly intercept: NonNullable<LambdaDependencies['intercept']> = async ({ awsRequestId }, run) => {
    if (this.#find('provider', () => true)) return { outcome: 'exited', errorMessage: 'Error: cannot load the bundle' };

    const throttlesLeft = this.#throttlesLeft.get(awsRequestId) ?? 0;
    if (throttlesLeft > 0) {
      this.#throttlesLeft.set(awsRequestId, throttlesLeft - 1);
      return { outcome: 'throttled' };
    }
    const nth = this.#count('attempt');
    const fault = this.#find('attempt', (each) => each.nth === nth);
    if (fault === undefined) return run();
    this.#say(`fault: ${fault.does} (delivery by Lambda)`);
    switch (fault.does) {
      case 'throttle':
        this.#throttlesLeft.set(awsRequestId, fault.count - 1);
        return { outcome: 'throttled' };
      case 'late':
        await this.#clock.sleep(fault.ms);
        return run();
      case 'duplicate': {
        const duplicate = this.#clock
          .sleep(fault.ms)
          .then(() => this.#untilReturned(run))
          .finally(() => this.#duplicates.delete(duplicate));
        this.#duplicates.add(duplicate);
        return run();
      }
    }
  };

  /** As Lambda retries whatever it delivers. Nobody hears what becomes of it. */
  async #untilReturned(run: () => Promise<AttemptResult>): Promise<void> {
    for (const delayMs of [60_000, 120_000, 0]) {
      const { outcome } = await run();
      if (outcome === 'returned') return;
      await this.#clock.sleep(delayMs);
    }
  }

  /** Where the invocation that begins now is to die. */
  killOf(functionName: string): KillFault | undefined {
    const nth = this.#count(`invocation of ${functionName}`);
    return this.#find('invocation', (each) => each.function === functionName && each.nth === nth);
  }

  #disturbCall({ does, operation }: CallFault, next: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
    this.#say(`  fault: ${does} (${operation})`);
    return disturbedCall(does, operation, next, { clock: this.#clock, newRequestId });
  }

  #isDenied(operation: string, nth: number): boolean {
    const isAboutVersions = versionOperations.some((each) => each === operation);
    const nthOfAll = isAboutVersions ? this.#count('call about versions') : 0;
    const isMeant = ({ denied, nth: first }: PermissionFault) =>
      denied === 'everything' ? nthOfAll >= first : denied === operation && nth >= first;
    return this.#find('permissions', isMeant) !== undefined;
  }

  #deny(operation: string): Promise<ApiAnswer> {
    this.#say(`  fault: access denied (${operation})`);
    return disturbedCall('access denied', operation, brokenConnection, { clock: this.#clock, newRequestId });
  }

  #failure(on: 'creation' | 'deletion'): string | undefined {
    const nth = this.#count(on);
    const fault = this.#find(on, (each) => isHit(each, nth));
    return fault && `The ${on} fails (made up).`;
  }

  #count(what: string): number {
    const count = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, count);
    return count;
  }

  #find<On extends Fault['on']>(
    on: On,
    isMeant: (fault: Extract<Fault, { on: On }>) => boolean,
  ): Extract<Fault, { on: On }> | undefined {
    const isOfKind = (fault: Fault): fault is Extract<Fault, { on: On }> => fault.on === on;
    return this.#faults.filter(isOfKind).find(isMeant);
  }
}

function isHit({ nth, count }: { readonly nth: number; readonly count: number }, counted: number): boolean {
  return counted >= nth && counted < nth + count;
}

const throttlingDocument =
  '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>' +
  `<Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>${faultRequestId}</RequestId></ErrorResponse>`;
