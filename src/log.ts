/**
 * Structured logging: one JSON line for each event, with the request it belongs to. Only named details are ever
 * logged, never a whole request: its ResponseURL is a credential.
 */
import { Logger } from '@aws-lambda-powertools/logger';

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

/** A log over Powertools Logger, which takes level and format from Lambda's own environment variables. */
export function powertoolsLog(logger: Logger = new Logger({ serviceName: 'sagemaker-image-version' })): Log {
  return {
    debug: (message, details = {}) => logger.debug(message, details),
    info: (message, details = {}) => logger.info(message, details),
    warn: (message, details = {}) => logger.warn(message, details),
    error: (message, details = {}) => logger.error(message, details),
    with: (keys) => powertoolsLog(logger.createChild({ persistentKeys: keys })),
  };
}
