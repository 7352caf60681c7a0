/**
 * The provider's log. A file of its own in the deployed package: handler.ts has it loaded while the first request to
 * SageMaker is on its way.
 * https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from './log.ts';

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
