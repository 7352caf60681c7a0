/**
 * The one retry policy: full jitter on the injected clock, up to the deadline. The SDK itself makes one attempt, so
 * that nothing retries behind this loop's back.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
import type { Clock } from './clock.ts';
import { type Deadlines, pause } from './deadlines.ts';
import { ProviderError } from './errors.ts';
import type { Log } from './log.ts';

const firstRetryDelayMs = 250;
const longestRetryDelayMs = 10_000;

/** How long to wait before retry number `retry` (from 0), at most: the wait itself is drawn between 0 and this. */
export function retryCeilingMs(retry: number): number {
  return Math.min(longestRetryDelayMs, firstRetryDelayMs * 2 ** retry);
}

export interface PersistDependencies {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly log: Log;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * Runs `attempt` until it succeeds. An attempt reads what is there and acts on it, so that running it again is right
 * whatever the failed one has left.
 *
 * @throws ProviderError at once if it is not retryable, and the last one when the request's deadline has come.
 * @throws OutOfTime when the invocation's deadline has come.
 */
export async function persist<T>(attempt: () => Promise<T>, dependencies: PersistDependencies): Promise<T> {
  const { log, random } = dependencies;
  let reason = '';
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof ProviderError)) throw thrown;
      if (thrown.overdue && retry > 0) throw new ProviderError('NotStabilized', reason, { cause: thrown });
      if (!thrown.retryable) throw thrown;
      const tried = retry === 0 ? 'once' : `${retry + 1} times`;
      reason = `${thrown.message} It was tried ${tried}.`;
      const retryDelayMs = Math.round(random() * retryCeilingMs(retry));
      log.warn('Retrying', { code: thrown.code, error: thrown.message, retryDelayMs });
      await pause(retryDelayMs, reason, dependencies);
    }
  }
}
