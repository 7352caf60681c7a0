/**
 * A log whose library is loaded late: a cold start is waited for, and what the library costs need not be part of it.
 * Lines are kept until it is there, and then written in their order.
 */
import type { Log } from './log.ts';

export interface LateLog extends Log {
  /** Resolves, without fail, when every line so far has been written. Whoever ends an invocation waits for it: Lambda freezes what is left. */
  written(): Promise<void>;
}

/**
 * @param load gives the log that writes; called once, after the first line. Where it fails, nothing is ever written
 * @param defer runs what it is given when there is nothing better to do
 */
export function lateLog(load: () => Promise<Log>, defer: (work: () => void) => void): LateLog {
  const kept: ((log: Log) => void)[] = [];
  let loaded: Log | undefined;
  let loading: Promise<void> | undefined;

  const arrived = (log: Log) => {
    loaded = log;
    for (const line of kept.splice(0)) {
      try {
        line(log);
      } catch {
        // The request goes on, and what is answered stays answered, whatever becomes of a line.
      }
    }
  };
  const write = (line: (log: Log) => void) => {
    if (loaded) return line(loaded);
    kept.push(line);
    loading ??= new Promise<void>((resolve) => defer(resolve)).then(load).then(arrived, () => {});
  };
  const under = (narrow: (log: Log) => Log): Log => ({
    debug: (...line) => write((log) => narrow(log).debug(...line)),
    info: (...line) => write((log) => narrow(log).info(...line)),
    warn: (...line) => write((log) => narrow(log).warn(...line)),
    error: (...line) => write((log) => narrow(log).error(...line)),
    with: (keys) => under(once((log) => narrow(log).with(keys))),
  });
  return { ...under((log) => log), written: async () => loading };
}

/** There is one log behind it, so what is made of it is made once. */
function once(narrow: (log: Log) => Log): (log: Log) => Log {
  let narrowed: Log | undefined;
  return (log) => {
    narrowed ??= narrow(log);
    return narrowed;
  };
}
