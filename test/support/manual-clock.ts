/**
 * A clock that stands still until a test moves it.
 */
import type { Clock } from '../../sandbox/clock.ts';

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

/** Time passes only by `advance`. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  /** Starts at `epochMs`, in milliseconds since the Unix epoch. */
  constructor(epochMs: number = Date.parse('2026-01-01T00:00:00.000Z')) {
    this.#now = epochMs;
  }

  now(): number {
    return this.#now;
  }

  /** Lets `ms` milliseconds pass and wakes, in the order of their instants, all who slept until then. */
  advance(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter(({ atMs }) => atMs <= this.#now).toSorted((a, b) => a.atMs - b.atMs);
    for (const timer of due) {
      this.#timers.delete(timer);
      timer.fire();
    }
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = () => {
        this.#timers.delete(timer);
        reject(signal?.reason);
      };
      const timer = this.#set(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      });
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    this.#set(ms, () => controller.abort(new DOMException('The operation timed out', 'TimeoutError')));
    return controller.signal;
  }

  #set(ms: number, fire: () => void): Timer {
    const timer = { atMs: this.#now + ms, fire };
    this.#timers.add(timer);
    return timer;
  }
}
