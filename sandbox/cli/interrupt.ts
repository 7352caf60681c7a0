/** Ctrl-C and similar signals as a promise, so that a command can close its child processes before it ends. */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The user, or another program, has ended the command. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`Interrupted by ${signal}.`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}

export interface InterruptListener {
  /** Resolves with the first of the signals; the next one ends the process at once. */
  readonly signal: Promise<NodeJS.Signals>;
  /** Settles as `work` does, or rejects with Interrupted as soon as there is a signal. */
  race<T>(work: Promise<T>): Promise<T>;
  stop(): void;
}

export function listenForInterrupt(): InterruptListener {
  let stop = () => {};
  const signal = new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (name: NodeJS.Signals) => {
      stop();
      resolve(name);
    };
    for (const name of signals) process.on(name, onSignal);
    stop = () => {
      for (const name of signals) process.off(name, onSignal);
    };
  });
  const interrupted = () =>
    signal.then((name) => {
      throw new Interrupted(name);
    });
  return { signal, race: (work) => Promise.race([work, interrupted()]), stop: () => stop() };
}
