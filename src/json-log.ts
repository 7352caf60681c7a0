/**
 * The log of the functions that load no library for it: the failsafe has to start where nothing else does, and the macro
 * has nothing else to load. JSON lines on standard output, with the members by which Lambda itself filters.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
import type { Log, LogDetails } from './log.ts';
import { member } from './member.ts';

/** @param keys written on every line */
export function jsonLog(keys: LogDetails = {}): Log {
  const line =
    (level: string) =>
    (message: string, details: LogDetails = {}): void => {
      const timestamp = new Date().toISOString();
      process.stdout.write(`${JSON.stringify({ timestamp, level, message, ...keys, ...details }, readable)}\n`);
    };
  return {
    debug: () => {},
    info: line('INFO'),
    warn: line('WARN'),
    error: line('ERROR'),
    with: (more) => jsonLog({ ...keys, ...more }),
  };
}

/** For JSON.stringify, which finds nothing in an error. Only these members: an error of a URL carries the URL. */
function readable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, code: member(value, 'code'), $metadata: member(value, '$metadata'), stack, cause };
}
