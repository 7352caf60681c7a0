/**
 * What can go wrong with one call of SageMaker, on the way there, in it, or on the way back. The command line's faults
 * and those of simulated lives are made of these.
 */
import type { SandboxClock } from '../clock.ts';
import { type ApiAnswer, errorAnswer } from './api-answer.ts';

/** The operations that a provider of versions calls. */
export const versionOperations = [
  'CreateImageVersion',
  'DescribeImageVersion',
  'UpdateImageVersion',
  'DeleteImageVersion',
  'ListAliases',
] as const;
export type VersionOperation = (typeof versionOperations)[number];

export type CallDisturbance =
  | 'throttle'
  | 'fail'
  | 'in use'
  | 'access denied'
  | 'reset before'
  | 'reset after'
  | 'hang after'
  | 'slow request'
  | 'slow answer';

/** Longer than any client waits. */
export const foreverMs = 60_000;
const slowMs = 8_000;

export interface DisturbedCallDependencies {
  readonly clock: SandboxClock;
  /** SageMaker's id of a request that it only answers. */
  readonly newRequestId: () => string;
}

/** Carries the call out with `next`, or does not; rejects where the connection breaks. */
export async function disturbedCall(
  does: CallDisturbance,
  operation: string,
  next: () => Promise<ApiAnswer>,
  { clock, newRequestId }: DisturbedCallDependencies,
): Promise<ApiAnswer> {
  switch (does) {
    case 'throttle':
      return errorAnswer('ThrottlingException', 'Rate exceeded', newRequestId());
    case 'fail':
      return errorAnswer('InternalFailure', 'The request processing has failed.', newRequestId(), { status: 500 });
    case 'in use':
      return errorAnswer('ResourceInUse', 'Resource was modified concurrently', newRequestId(), {
        messageMember: 'Message',
      });
    case 'access denied':
      return errorAnswer(
        'AccessDeniedException',
        `User is not authorized to perform: sagemaker:${operation} because no identity-based policy allows the sagemaker:${operation} action`,
        newRequestId(),
      );
    case 'reset before':
      return brokenConnection();
    case 'reset after':
      return next().then(brokenConnection);
    case 'hang after':
      await next();
      return clock.sleep(foreverMs).then(brokenConnection);
    case 'slow request':
      return clock.sleep(slowMs).then(next);
    case 'slow answer': {
      const answer = await next();
      await clock.sleep(slowMs);
      return answer;
    }
    default:
      return does satisfies never;
  }
}

/** What a client sees when the other side is suddenly gone. */
export function brokenConnection(): never {
  throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
