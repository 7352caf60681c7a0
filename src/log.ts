/**
 * Structured logging: one JSON line for each event, with the request it belongs to. A line contains named details only,
 * never a whole request, because its ResponseURL is a credential.
 */
import { getProperty } from './errors.ts';

/** Plain data. `error` is always an error object: a log writes its name, message, code, stack and causes. */
export type LogDetails = Readonly<Record<string, unknown>>;

/** The attention alarm counts lines with `needsAttention: true`, and ERROR lines whose `error.code` is AccessDenied. */
export interface Log {
  debug(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  warn(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
  /** A log that writes `keys` on every line. */
  with(keys: LogDetails): Log;
}

/**
 * A log without a library, for functions that load none: the failsafe must start even if the provider cannot. It writes
 * JSON lines to standard output, with the members by which Lambda filters. Debug lines are not written.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 *
 * @param keys written on every line
 */
export function jsonLog(keys: LogDetails = {}): Log {
  const line =
    (level: string) =>
    (message: string, details: LogDetails = {}): void => {
      const timestamp = new Date().toISOString();
      process.stdout.write(`${JSON.stringify({ timestamp, level, message, ...keys, ...details }, withErrors)}\n`);
    };
  return {
    debug: () => {},
    info: line('INFO'),
    warn: line('WARN'),
    error: line('ERROR'),
    with: (more) => jsonLog({ ...keys, ...more }),
  };
}

/** The replacer for JSON.stringify, which would write an error as {}. */
export function withErrors(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  // No other member: one may be a credential, such as `input` of the error that `new URL` throws.
  const { name, message, stack, cause } = value;
  const code = getProperty(value, 'code');
  return { name, message, code, $metadata: getProperty(value, '$metadata'), stack, cause };
}
