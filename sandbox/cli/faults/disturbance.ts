/** Makes the faults of one command happen: it stands between SageMaker, Lambda, the bucket and the provider. */
import type { SandboxClock } from '../../clock.ts';
import { type InterceptDelivery, s3Error } from '../../cloudformation/response-bucket.ts';
import type { Attempt, AttemptResult, LambdaDependencies } from '../../lambda/asynchronous-invocation.ts';
import { awsRequestIdOf, type InvocationResult } from '../../lambda/function.ts';
import { type Random, randomUuid } from '../../random.ts';
import type { ApiAnswer } from '../../sagemaker/api-answer.ts';
import { unreachableBaseImage } from '../../sagemaker/container-image.ts';
import { brokenConnection, type CallDisturbance, disturbedCall } from '../../sagemaker/disturbed-call.ts';
import type { Interceptor } from '../../sagemaker/sagemaker.ts';
import type { SageMakerSettings } from '../../sagemaker/settings.ts';
import type { AskedFault, CallFault, ChangeFault } from './fault.ts';

export interface DisturbanceDependencies {
  readonly clock: SandboxClock;
  readonly random: Random;
  /** Kills whatever runs this request; without it nothing can be killed. */
  readonly kill?: (awsRequestId: string) => Promise<void>;
  /** Hears of every fault when it happens. */
  readonly onFault: (fault: AskedFault, told: string) => void;
}

export interface Disturbance {
  readonly interceptor: Interceptor;
  readonly failures: Pick<SageMakerSettings['failures'], 'versionCreation' | 'versionDeletion'>;
  /** Stands around each delivery of an event. */
  readonly intercept: NonNullable<LambdaDependencies['intercept']>;
  /** Stands around each invocation that comes of it. */
  readonly invoke: (attempt: Attempt, run: () => Promise<InvocationResult>) => Promise<InvocationResult>;
  readonly interceptDelivery: InterceptDelivery;
  /** Resolves when no second delivery is left. */
  idle(): Promise<void>;
}

const disturbances: Readonly<Record<Exclude<CallFault['name'], 'kill'>, CallDisturbance>> = {
  throttle: 'throttle',
  fail: 'fail',
  'in-use': 'in use',
  'access-denied': 'access denied',
  reset: 'reset before',
  'lost-answer': 'reset after',
  slow: 'slow answer',
  hang: 'hang after',
};

export function createDisturbance(
  faults: readonly AskedFault[],
  { clock, random, kill, onFault }: DisturbanceDependencies,
): Disturbance {
  const counts = new Map<AskedFault, number>();
  const duplicates = new Set<Promise<unknown>>();

  const count = (fault: AskedFault) => {
    const counted = (counts.get(fault) ?? 0) + 1;
    counts.set(fault, counted);
    return counted;
  };
  const named = <Name extends AskedFault['name']>(name: Name) => {
    const isNamed = (fault: AskedFault): fault is Extract<AskedFault, { name: Name }> => fault.name === name;
    return faults.find(isNamed);
  };
  const hits = (fault: AskedFault & CallFault) =>
    'share' in fault.hits ? random() < fault.hits.share : count(fault) <= fault.hits.first;
  const failure = (name: ChangeFault['name'], BaseImage: string) => {
    const isMeant = (fault: AskedFault): fault is AskedFault & ChangeFault =>
      fault.name === name && 'text' in fault && BaseImage.includes(fault.text);
    const meant = faults.filter(isMeant);
    // Each of them has happened: none may be told to be missed.
    for (const fault of meant) onFault(fault, `${name} (${BaseImage})`);
    return meant.length === 0 ? undefined : `The fault ${name} was asked for.`;
  };

  async function disturb({ name }: CallFault, operation: string, next: () => Promise<ApiAnswer>, traceId: string) {
    const newRequestId = () => randomUuid(random);
    if (name !== 'kill') return disturbedCall(disturbances[name], operation, next, { clock, newRequestId });
    await next();
    await kill?.(awsRequestIdOf(traceId) ?? '');
    return brokenConnection();
  }

  return {
    interceptor: async (operation, _input, next, traceId = '') => {
      const isMeant = (fault: AskedFault): fault is AskedFault & CallFault =>
        'operations' in fault && fault.operations.some((each) => each === operation);
      const fault = faults.filter(isMeant).find(hits);
      if (fault === undefined) return next();
      onFault(fault, `${fault.name} (${operation})`);
      return disturb(fault, operation, next, traceId);
    },
    failures: {
      versionCreation: ({ BaseImage }) => unreachableBaseImage(BaseImage) ?? failure('create-failed', BaseImage),
      versionDeletion: ({ BaseImage }) => failure('delete-failed', BaseImage),
    },
    intercept: async ({ event, number }, run): Promise<AttemptResult> => {
      // The failsafe's own event is left alone.
      if (!isRequest(event)) return run();
      const throttle = named('lambda-throttle');
      if (throttle !== undefined && count(throttle) <= throttle.first) {
        onFault(throttle, 'lambda-throttle');
        return { outcome: 'throttled' };
      }
      if (number > 1) return run();
      const late = named('late');
      if (late !== undefined) {
        onFault(late, `late (by ${late.ms / 1000} s)`);
        await clock.sleep(late.ms);
      }
      const duplicate = named('duplicate');
      if (duplicate !== undefined) {
        const second = clock
          .sleep(duplicate.ms)
          .then(() => {
            onFault(duplicate, 'duplicate');
            return run();
          })
          .finally(() => duplicates.delete(second));
        duplicates.add(second);
      }
      return run();
    },
    invoke: async ({ event }, run) => {
      const broken = named('break');
      if (!isRequest(event) || broken === undefined) return run();
      onFault(broken, 'break');
      return { outcome: 'exited', errorMessage: 'Error: the fault break was asked for' };
    },
    interceptDelivery: async (_delivery, next) => {
      const fault = named('bucket-refuses');
      if (fault === undefined || count(fault) > fault.first) return next();
      onFault(fault, 'bucket-refuses');
      return s3Error(503, 'SlowDown', 'Please reduce your request rate.');
    },
    idle: async () => {
      while (duplicates.size > 0) await Promise.all(duplicates);
    },
  };
}

/** Whether CloudFormation has sent the event. */
function isRequest(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'RequestType' in event;
}
