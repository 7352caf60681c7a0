/**
 * Ctrl-C and its like, as a promise: whoever works can end in good order, with no child process left.
 */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interruption {
  /** Resolves with the first of these signals; the next one ends the process at once. */
  readonly signal: Promise<NodeJS.Signals>;
  /** Listens no longer. */
  forget(): void;
}

export function awaitInterruption(): Interruption {
  let forget = () => {};
  const signal = new Promise<NodeJS.Signals>((resolve) => {
    const hear = (name: NodeJS.Signals) => {
      forget();
      resolve(name);
    };
    for (const name of signals) process.on(name, hear);
    forget = () => {
      for (const name of signals) process.off(name, hear);
    };
  });
  return { signal, forget: () => forget() };
}
