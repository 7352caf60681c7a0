/**
 * Time that passes only when nobody works: an hour of stack time takes milliseconds, and a seed repeats a run exactly. The
 * sandbox in process, the simulation and the benchmarks wait on it.
 *
 * One timer fires, everything it set off comes to rest, and only then the next one fires. So a run handles one event at
 * a time, and the order of its events does not depend on how fast the machine is. The clock cannot see sockets, files and
 * child processes: nothing that runs on it may wait for them.
 */
import { getEventListeners } from 'node:events';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/**
 * How many turns of the event loop must pass with nothing new before the process counts as at rest. Promise chains,
 * `process.nextTick` and streams in memory are drained before a turn ends. One turn lets code go on that yields by
 * `setImmediate`, and a second one sees that it was the last.
 */
const quietTurnsAtRest = 2;

interface Timer {
  readonly at: number;
  /** Returns whether it may have set anything off. */
  readonly fire: () => boolean;
}

export class VirtualClock implements Clock {
  #now: number;
  /** By instant; timers of the same instant in the order in which they were set. */
  readonly #timers: Timer[] = [];
  #timersFired = 0;
  /** Grows with every timer set or removed. */
  #activity = 0;
  #running = false;
  /** One for all: creating it takes longer than anything else of a timeout. */
  readonly #timeoutReason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');

  /** Starts at `epochMs`, an instant in milliseconds since the Unix epoch. */
  constructor(epochMs: number) {
    this.#now = epochMs;
  }

  now(): number {
    return this.#now;
  }

  /** As `Clock.sleep`; an abort removes the timer. Throws RangeError if `ms` is not finite; less than 0 counts as 0. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const timer = this.#setTimer(ms, () => {
        signal?.removeEventListener('abort', abort);
        resolve();
        return true;
      });
      const abort = () => {
        this.#removeTimer(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /**
   * As `Clock.timeout`. A signal nobody listens to any more changes nothing: timers fire in the order of their instants,
   * and the clock stops as soon as the work it runs has settled.
   */
  timeout(ms: number): AbortSignal {
    const controller = new AbortController();
    const { signal } = controller;
    this.#setTimer(ms, () => {
      const isHeard = getEventListeners(signal, 'abort').length > 0;
      controller.abort(this.#timeoutReason);
      return isHeard;
    });
    return signal;
  }

  /**
   * Lets time pass until `work` has settled, and gives its value or throws its error. Timers that are left then stay set,
   * for the next run. Throws an Error if the work waits for something that no timer will bring.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running) throw new Error('The virtual clock is running already');
    this.#running = true;
    try {
      let isSettled = false;
      const result = work().finally(() => {
        isSettled = true;
      });
      // Its error is thrown at the end of the run.
      result.catch(() => {});
      for (;;) {
        await this.#rest(() => isSettled);
        if (isSettled) return await result;
        while (!this.#fireNext());
      }
    } finally {
      this.#running = false;
    }
  }

  /** Resolves when the event loop has been quiet for long enough, or as soon as `isOver`. */
  async #rest(isOver: () => boolean): Promise<void> {
    let seen = this.#activity;
    for (let quietTurns = 0; !isOver() && quietTurns < quietTurnsAtRest; ) {
      await eventLoopTurn();
      quietTurns = this.#activity === seen ? quietTurns + 1 : 0;
      seen = this.#activity;
    }
  }

  #fireNext(): boolean {
    const timer = this.#timers.shift();
    if (timer === undefined) {
      throw new Error(
        'Virtual time stands still: the work has not settled, but no timer is set. It waits for an event that never ' +
          `comes, or for input and output. It is ${new Date(this.#now).toISOString()}; ` +
          `timers fired so far: ${this.#timersFired}.`,
      );
    }
    this.#now = timer.at;
    this.#timersFired += 1;
    return timer.fire();
  }

  #setTimer(ms: number, fire: () => boolean): Timer {
    if (!Number.isFinite(ms)) throw new RangeError(`Not a number of milliseconds to wait: ${ms}`);
    const timer = { at: this.#now + Math.max(0, ms), fire };
    const earlier = this.#timers.findLastIndex(({ at }) => at <= timer.at);
    this.#timers.splice(earlier + 1, 0, timer);
    this.#activity += 1;
    return timer;
  }

  #removeTimer(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    if (index === -1) return;
    this.#timers.splice(index, 1);
    this.#activity += 1;
  }
}
