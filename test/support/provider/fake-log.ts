/**
 * A log that keeps its lines, and lets no credential pass: neither in a message nor in a detail, an error's stack or
 * its causes.
 */
import type { Log, LogDetails } from '../../../src/log.ts';
import { requireNoCredential } from './invariants.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** The details, and the keys of the log that wrote the line. */
  readonly details: LogDetails;
}

export interface FakeLog extends Log {
  /** Every line of this log and of those that `with` has made. */
  readonly lines: readonly LogLine[];
  messages(level: LogLine['level']): readonly string[];
}

export function fakeLog(): FakeLog {
  const lines: LogLine[] = [];
  return {
    lines,
    messages: (level) => lines.filter((line) => line.level === level).map(({ message }) => message),
    ...logInto(lines, {}),
  };
}

function logInto(lines: LogLine[], keys: LogDetails): Log {
  const write = (level: LogLine['level']) => (message: string, details?: LogDetails) => {
    const line = { level, message, details: { ...keys, ...details } };
    requireNoCredential(JSON.stringify(line, errorsToo), 'A log line');
    lines.push(line);
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (more) => logInto(lines, { ...keys, ...more }),
  };
}

function errorsToo(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { ...value, message: value.message, stack: value.stack, cause: value.cause };
}
