/** The clock of the whole sandbox: real if the bundle runs in a process of its own, virtual if it runs in process. */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from './random.ts';

export interface Clock {
  /** The present instant, in milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts with a `TimeoutError` after `ms` milliseconds. */
  timeout(ms: number): AbortSignal;
}

/** What every service takes its time and its chance from, so that a virtual clock and a seed repeat a run exactly. */
export interface TimeAndChance {
  readonly clock: Clock;
  readonly random: Random;
}

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    delay(ms, undefined, signal && { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    }),
  timeout: (ms) => AbortSignal.timeout(ms),
};

/** A controller whose signal any number may wait for: Node.js warns of a leak after ten listeners. */
export function newCancellation(): AbortController {
  const cancellation = new AbortController();
  setMaxListeners(0, cancellation.signal);
  return cancellation;
}
