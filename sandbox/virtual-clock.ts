/**
 * Time that passes only when nobody works: an hour of stack time takes moments, and a seed repeats a run exactly. The
 * in-process sandbox, the laws and the benchmarks wait on it.
 *
 * One timer fires, everything it set off comes to rest, and only then the next one fires. So a run handles one event at
 * a time, and the order of its events does not depend on how fast the machine is. What the clock cannot see (sockets,
 * files, child processes) must be wrapped in `hold`.
 */
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import type { SandboxClock } from './clock.ts';

/**
 * How many turns of the event loop must pass with nothing new before the process counts as at rest.
 *
 * A promise chain and `process.nextTick` need none: both are drained before a turn ends, however long they are, and a
 * stream in memory is read to its end by them alone. One turn lets code go on that yields by `setImmediate`, and a second
 * one sees that it was the last.
 */
const QUIET_TURNS = 2;

/**
 * The same where something was held since the last rest. A held exchange that has just ended leaves its socket behind: its
 * end and its close arrive in a turn each, on either side. That makes six; the rest is margin, at some microseconds a turn.
 */
const QUIET_TURNS_AFTER_HOLD = 8;

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

type Settlement<T> = { readonly value: T } | { readonly error: unknown };

export class VirtualClock implements SandboxClock {
  #now: number;
  /** By instant; timers of the same instant in the order in which they were set. */
  readonly #timers: Timer[] = [];
  #timersFired = 0;
  /** Holds that are open. */
  #held = 0;
  /** How many of them stand back. */
  #standingBack = 0;
  /** Stand-backs that go on although the hold they took back has ended: their caller gave up. */
  #orphans = 0;
  /** Whether anything was held since the process was last at rest. */
  #heldSinceRest = false;
  /** Grows with every timer set or removed and every hold opened or released. */
  #activity = 0;
  #running = false;
  #wake: () => void = () => {};

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
    this.#setTimer(ms, () =>
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
    );
    return controller.signal;
  }

  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#held += 1;
    this.#heldSinceRest = true;
    this.#changed();
    try {
      return await work();
    } finally {
      this.#held -= 1;
      this.#heldSinceRest = true;
      if (this.#standingBack > this.#held) {
        this.#standingBack -= 1;
        this.#orphans += 1;
      }
      this.#changed();
    }
  }

  /** As `SandboxClock.standBack`. Throws if no hold is open that could be taken back. */
  async standBack<T>(work: () => Promise<T>): Promise<T> {
    if (this.#held === this.#standingBack) throw new Error('standBack outside a hold: nobody waits for this work');
    this.#standingBack += 1;
    this.#changed();
    try {
      return await work();
    } finally {
      if (this.#orphans > 0) this.#orphans -= 1;
      else this.#standingBack -= 1;
      this.#changed();
    }
  }

  /**
   * Lets time pass until `work` has settled, and gives its value or throws its error. Timers that are left then stay set,
   * for the next run. Throws an Error if the work waits for something that no timer and no hold will bring.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running) throw new Error('The virtual clock is running already');
    this.#running = true;
    try {
      let settlement: Settlement<T> | undefined;
      const settle = (how: Settlement<T>) => {
        settlement = how;
        this.#changed();
      };
      work().then(
        (value) => settle({ value }),
        (error: unknown) => settle({ error }),
      );
      for (;;) {
        await this.#rest(() => settlement !== undefined);
        if (settlement !== undefined) break;
        this.#fireNext();
      }
      if ('error' in settlement) throw settlement.error;
      return settlement.value;
    } finally {
      this.#running = false;
    }
  }

  /** Resolves when nothing is held and the event loop has been quiet for long enough, or as soon as `isOver`. */
  async #rest(isOver: () => boolean): Promise<void> {
    let seen = this.#activity;
    let quietTurns = 0;
    const turns = () => (this.#heldSinceRest ? QUIET_TURNS_AFTER_HOLD : QUIET_TURNS);
    while (!isOver() && quietTurns < turns()) {
      if (this.#held > this.#standingBack) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else {
        await eventLoopTurn();
      }
      quietTurns = this.#activity === seen ? quietTurns + 1 : 0;
      seen = this.#activity;
    }
    this.#heldSinceRest = this.#held > 0;
  }

  #fireNext(): void {
    const timer = this.#timers.shift();
    if (timer === undefined) {
      throw new Error(
        'Virtual time stands still: the work has not settled, but no timer is set and nothing is held. ' +
          'It waits for an event that never comes, or for input and output outside a hold. ' +
          `It is ${new Date(this.#now).toISOString()}; timers fired so far: ${this.#timersFired}; ` +
          `holds open and standing back: ${this.#held}.`,
      );
    }
    this.#now = timer.at;
    this.#timersFired += 1;
    timer.fire();
  }

  #setTimer(ms: number, fire: () => void): Timer {
    if (!Number.isFinite(ms)) throw new RangeError(`Not a number of milliseconds to wait: ${ms}`);
    const timer = { at: this.#now + Math.max(0, ms), fire };
    const later = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(later === -1 ? this.#timers.length : later, 0, timer);
    this.#changed();
    return timer;
  }

  #removeTimer(timer: Timer): void {
    const index = this.#timers.indexOf(timer);
    if (index === -1) return;
    this.#timers.splice(index, 1);
    this.#changed();
  }

  #changed(): void {
    this.#activity += 1;
    this.#wake();
  }
}
