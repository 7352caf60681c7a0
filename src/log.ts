/**
 * Structured logging: one JSON line for each event, with the request it belongs to. Only named details are ever
 * logged, never a whole request: its ResponseURL is a credential.
 */

/** Details are plain data; an `error` is written with its stack and causes. */
export type LogDetails = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  warn(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
  /** A log that writes `keys` on every line. */
  with(keys: LogDetails): Log;
}
