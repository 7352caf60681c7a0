/** The provider, and the logger that it does without. */
import { Logger } from '@aws-lambda-powertools/logger';

export { handler } from '../../../src/handler.ts';

new Logger({ serviceName: 'sagemaker-image-version' }).debug('Loaded');
