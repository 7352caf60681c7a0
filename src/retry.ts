/**
 * The retry policy for SageMaker: full jitter, on the injected clock, up to the deadline. The SDK makes one attempt for
 * each call.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
import type { Clock } from './clock.ts';
import { type Deadlines, wait } from './deadlines.ts';
import { ProviderError } from './errors.ts';
import type { Log } from './log.ts';

const firstRetryDelayMs = 250;
const longestRetryDelayMs = 10_000;

/** The upper bound of the delay before retry number `retry` (from 0); the delay is drawn between 0 and this. */
export function longestDelayMs(retry: number): number {
  return Math.min(longestRetryDelayMs, firstRetryDelayMs * 2 ** retry);
}

export interface RetryDependencies {
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly log: Log;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * Runs `attempt` until it succeeds. An attempt is one call that is safe to repeat, or a plan: it reads the present
 * state and acts on it, so a second run is right whatever the first has done.
 *
 * @throws ProviderError at once if another try is no longer worthwhile, or never was; at the request's deadline the last
 *   failure, with the number of tries
 * @throws OutOfTime at the invocation's deadline
 */
export async function retry<T>(attempt: () => Promise<T>, dependencies: RetryDependencies): Promise<T> {
  const { clock, deadlines, log, random } = dependencies;
  const begunAt = clock.now();
  let last: ProviderError | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof ProviderError)) throw thrown;
      if (thrown.overdue && last !== undefined) throw last;
      if (clock.now() - begunAt >= thrown.worthwhileMs) throw thrown;
      const { code, message } = thrown;
      last = new ProviderError(code, `${message} The provider tried ${times(tries)}.`, { cause: thrown });
      const retryDelayMs = Math.round(random() * longestDelayMs(tries - 1));
      const timeLeftMs = Math.max(0, deadlines.request - clock.now());
      log.warn(`The provider retries. Act on this only if the request fails: ${message}`, {
        error: thrown,
        tries,
        retryDelayMs,
        timeLeftMs,
      });
      await wait(retryDelayMs, last, dependencies);
    }
  }
}

function times(tries: number): string {
  return tries === 1 ? 'once' : `${tries} times`;
}
