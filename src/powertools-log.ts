/**
 * The provider's log, over Powertools Logger.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from './log.ts';

/** A log over a Logger, which takes its level and format from Lambda's environment variables. */
export function powertoolsLog(logger: Logger = new Logger({ serviceName: 'sagemaker-image-version' })): Log {
  return {
    debug: (message, details = {}) => logger.debug(message, details),
    info: (message, details = {}) => logger.info(message, details),
    warn: (message, details = {}) => logger.warn(message, details),
    error: (message, details = {}) => logger.error(message, details),
    with: (keys) => powertoolsLog(logger.createChild({ persistentKeys: keys })),
  };
}
