/**
 * An invocation that can be killed. Whatever the provider reaches the world through passes here first; once the
 * invocation is over (killed, timed out or answered), none of that ever settles again, so no further line of it runs.
 */

import type { Clock } from '../sandbox/clock.ts';
import type { InvocationResult } from '../sandbox/lambda/function.ts';

/** A place where an invocation may be killed. */
export interface CrashPoint {
  readonly phase: 'before' | 'after';
  /** The operation that is called, `PUT`, or `sleep of 300 ms`. */
  readonly what: string;
}

/** `hang`: Lambda notices it only when the invocation's time is over. */
export type Kill = 'exit' | 'hang';

/** Decides at each crash point of one invocation, in their order, whether the invocation dies there. */
export type KillSwitch = (point: CrashPoint) => Kill | undefined;

export class Invocation {
  readonly #killSwitch: KillSwitch;
  #isAlive = true;
  #exit: (result: InvocationResult) => void = () => {};
  /** Settles only if the invocation exits before its handler has settled. */
  readonly exit = new Promise<InvocationResult>((resolve) => {
    this.#exit = resolve;
  });

  constructor(killSwitch: KillSwitch = () => undefined) {
    this.#killSwitch = killSwitch;
  }

  /** Does `work` on behalf of the invocation, which may be killed before and after it. */
  async atCrashPoint<T>(what: string, work: () => Promise<T>): Promise<T> {
    await this.#survive({ phase: 'before', what });
    try {
      return await work();
    } finally {
      await this.#survive({ phase: 'after', what });
    }
  }

  end(): void {
    this.#isAlive = false;
  }

  /** `clock` as the invocation sees it: a sleep is a crash point. */
  clock(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: (ms, signal) => this.atCrashPoint(`sleep of ${ms} ms`, () => clock.sleep(ms, signal)),
      timeout: (ms) => clock.timeout(ms),
    };
  }

  async #survive(point: CrashPoint): Promise<void> {
    const kill = this.#isAlive ? this.#killSwitch(point) : undefined;
    if (kill !== undefined) this.#isAlive = false;
    if (kill === 'exit') this.#exit({ outcome: 'exited', errorMessage: 'Runtime exited: killed' });
    if (!this.#isAlive) await new Promise<never>(() => {});
  }
}
