/**
 * A clock on which nobody waits: sleeping moves it at once.
 */
import type { Clock } from '../../../src/clock.ts';
import { issuedAt } from './builders.ts';

export interface FakeClock extends Clock {
  /** How long each sleep was, in milliseconds. */
  readonly slept: readonly number[];
  /** The duration of each timeout that was asked for, in milliseconds. */
  readonly timeouts: readonly number[];
  /** Lets time pass while somebody else is at work; timeouts that fall due abort. */
  advance(ms: number): void;
}

/** Nobody gets a turn while a loop waits on this clock, not even jest's own timeout: so one without an end ends here. */
const mostSleeps = 2_000;

/** @param start milliseconds since the epoch */
export function fakeClock(start: number = issuedAt): FakeClock {
  let now = start;
  const slept: number[] = [];
  const timeouts: number[] = [];
  const pending: { readonly at: number; readonly controller: AbortController }[] = [];

  const advance = (ms: number) => {
    now += ms;
    for (const { at, controller } of pending) {
      if (at <= now) controller.abort(timeoutError());
    }
  };

  return {
    slept,
    timeouts,
    advance,
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      if (slept.push(ms) > mostSleeps) throw new Error('Nothing ends this waiting.');
      advance(ms);
    },
    timeout: (ms) => {
      timeouts.push(ms);
      const controller = new AbortController();
      pending.push({ at: now + ms, controller });
      return controller.signal;
    },
  };
}

function timeoutError(): Error {
  return Object.assign(new Error('The operation timed out'), { name: 'TimeoutError' });
}
