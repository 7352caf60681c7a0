/**
 * The clock that every part of the sandbox waits on: real when the bundle runs in a process of its own, virtual when
 * the provider runs in process.
 */
import type { Clock } from '../src/clock.ts';

/** A clock that can be told of work it cannot see, so that virtual time stands still until that work is done. */
export interface SandboxClock extends Clock {
  /** Runs `work` (an HTTP exchange, say); virtual time does not advance before it has settled. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Inside somebody else's `hold`: takes that one hold back while `work` runs, because it waits on purpose (a server
   * that answers late), and time must be able to pass.
   */
  standBack<T>(work: () => Promise<T>): Promise<T>;
}
