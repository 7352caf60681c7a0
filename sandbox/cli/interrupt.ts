/** Ctrl-C and similar signals as a promise, so that a command can close its child processes before it ends. */
import { deferred } from '../lambda/deferred.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals, consequence = 'Nothing of this operation is saved.') {
    super(`Interrupted by ${signal}. ${consequence}`);
    this.signal = signal;
  }
}

/**
 * `signal` resolves with the first of the signals; the next one ends the process at once. `race` settles as `work` does,
 * or rejects with Interrupted as soon as there is a signal.
 */
export function listenForInterrupt() {
  const { promise: signal, resolve } = deferred<NodeJS.Signals>();
  const onSignal = (name: NodeJS.Signals) => {
    stop();
    resolve(name);
  };
  const stop = () => {
    for (const name of signals) process.off(name, onSignal);
  };
  for (const name of signals) process.on(name, onSignal);
  const interrupted = async () => {
    throw new Interrupted(await signal);
  };
  return { signal, race: <T>(work: Promise<T>) => Promise.race([work, interrupted()]), stop };
}
