/**
 * An invocation that can die. Whatever the provider reaches the harness through asks here first; once the invocation is
 * dead (killed, timed out, or simply over) none of that ever answers it again, so no further line of it runs.
 */

import type { InvocationResult } from '../sandbox/lambda/function.ts';
import type { Clock } from '../src/clock.ts';

/** Where an invocation is to die: at the nth point where it calls, sleeps or delivers. */
export interface Kill {
  readonly point: number;
  /** `hang`: Lambda sees it only when the invocation's time is over. */
  readonly does: 'exit' | 'hang';
}

/** The request that it is about. */
export interface InvokedFor {
  readonly LogicalResourceId: string;
  readonly RequestId: string;
}

export class Invocation {
  readonly request: InvokedFor;
  readonly #death: Kill | undefined;
  readonly #onKill: (point: string) => void;
  #isAlive = true;
  #points = 0;
  #exit: (result: InvocationResult) => void = () => {};
  /** Settles only if the invocation exits before its handler has settled. */
  readonly exit = new Promise<InvocationResult>((resolve) => {
    this.#exit = resolve;
  });

  constructor(request: InvokedFor, death: Kill | undefined, onKill: (point: string) => void) {
    this.request = request;
    this.#death = death;
    this.#onKill = onKill;
  }

  /** Does `work` on behalf of the invocation, which may die before and after it. */
  async atCrashPoint<T>(what: string, work: () => Promise<T>): Promise<T> {
    await this.#pass(`before ${what}`);
    const settled = await work().then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    await this.#pass(`after ${what}`);
    return settled();
  }

  end(): void {
    this.#isAlive = false;
  }

  /** `clock` as the invocation sees it. `onTimeout` hears of every signal that it asks for. */
  clock(clock: Clock, onTimeout: (signal: AbortSignal) => void): Clock {
    return {
      now: () => clock.now(),
      sleep: (ms, signal) => this.atCrashPoint(`sleep of ${ms} ms`, () => clock.sleep(ms, signal)),
      timeout: (ms) => {
        const signal = clock.timeout(ms);
        onTimeout(signal);
        return signal;
      },
    };
  }

  async #pass(point: string): Promise<void> {
    if (this.#isAlive) this.#points += 1;
    if (this.#isAlive && this.#death?.point === this.#points) {
      this.#isAlive = false;
      this.#onKill(point);
      if (this.#death.does === 'exit') this.#exit({ outcome: 'exited', errorMessage: 'Runtime exited: killed' });
    }
    if (!this.#isAlive) await new Promise<never>(() => {});
  }
}
