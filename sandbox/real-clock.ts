/**
 * The sandbox's clock when the bundle runs in a process of its own, as in `npm start`: the operating system's time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './clock.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
  timeout: (ms) => AbortSignal.timeout(ms),
};
