/** What the command line says no to. */

/** A wrong or impossible wish; the message is one sentence for the person who made it. */
export class Refusal extends Error {
  /** 1: cannot be done now. 2: was asked for wrongly. */
  readonly exitStatus: 1 | 2;
  /** Lines to be read before the message: what there is to wish for. */
  readonly instead: readonly string[];

  constructor(message: string, exitStatus: 1 | 2, instead: readonly string[] = []) {
    super(message);
    this.instead = instead;
    this.name = 'Refusal';
    this.exitStatus = exitStatus;
  }
}

/** The person has had enough: Ctrl-C, or the like from another program. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}
