/**
 * The sandbox's clock when the bundle runs in a process of its own, as in `npm start`: the operating system's time.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { SandboxClock } from './clock.ts';

/** Real time passes by itself, whoever works: `hold` and `standBack` only run the work. */
export const realClock: SandboxClock = {
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
  hold: (work) => work(),
  standBack: (work) => work(),
};
