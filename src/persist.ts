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
 * @throws ProviderError at once if it is not retryable; when the request's deadline has come, the last one, with how
 *   often it was tried.
 * @throws OutOfTime when the invocation's deadline has come.
 */
export async function persist<T>(attempt: () => Promise<T>, dependencies: PersistDependencies): Promise<T> {
  const { clock, deadlines, log, random } = dependencies;
  let last: ProviderError | undefined;
  for (let retry = 0; ; retry += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof ProviderError)) throw thrown;
      if (thrown.overdue && last !== undefined) throw last;
      if (!thrown.retryable) throw thrown;
      const { code, message } = thrown;
      const tried = retry === 0 ? 'once' : `${retry + 1} times`;
      last = new ProviderError(code, `${message} It was tried ${tried}.`, { cause: thrown });
      const retryDelayMs = Math.round(random() * retryCeilingMs(retry));
      const timeLeftMs = Math.max(0, deadlines.request - clock.now());
      log.warn('Retrying', { code, error: message, attempt: retry + 1, retryDelayMs, timeLeftMs });
      await pause(retryDelayMs, last, dependencies);
    }
  }
}
