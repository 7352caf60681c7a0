/**
 * An invocation that can die. Whatever the provider reaches the world through asks here first; once the invocation is
 * dead (killed, timed out, or simply over) none of that ever answers it again, so no further line of it runs.
 */
import type { Clock } from '../../src/clock.ts';
import type { InvocationResult } from '../lambda/function.ts';

/** Where an invocation is to die: at the nth point where it calls, sleeps or delivers. */
export interface Death {
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
  readonly #death: Death | undefined;
  readonly #onDeath: (point: string) => void;
  #isAlive = true;
  #points = 0;
  #exit: (result: InvocationResult) => void = () => {};
  /** Settles only if the invocation exits before its handler has settled. */
  readonly exit = new Promise<InvocationResult>((resolve) => {
    this.#exit = resolve;
  });

  constructor(request: InvokedFor, death: Death | undefined, onDeath: (point: string) => void) {
    this.request = request;
    this.#death = death;
    this.#onDeath = onDeath;
  }

  /** Does `work` on behalf of the invocation, which may die before and after it. */
  async through<T>(what: string, work: () => Promise<T>): Promise<T> {
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
      sleep: (ms, signal) => this.through(`sleep of ${ms} ms`, () => clock.sleep(ms, signal)),
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
      this.#onDeath(point);
      if (this.#death.does === 'exit') this.#exit({ outcome: 'exited', errorMessage: 'Runtime exited: killed' });
    }
    if (!this.#isAlive) await new Promise<never>(() => {});
  }
}
