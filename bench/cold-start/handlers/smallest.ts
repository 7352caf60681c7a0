/** The least that a handler over the SDK could be: one client, the five commands, one line of log, one Describe. */
import { Logger } from '@aws-lambda-powertools/logger';
import {
  CreateImageVersionCommand,
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
  ListAliasesCommand,
  SageMakerClient,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';

const client = new SageMakerClient({ maxAttempts: 1 });
const logger = new Logger();

export const commands = [
  CreateImageVersionCommand,
  DeleteImageVersionCommand,
  ListAliasesCommand,
  UpdateImageVersionCommand,
];

export async function handler(): Promise<void> {
  const { ImageVersionStatus } = await client.send(
    new DescribeImageVersionCommand({ ImageName: 'my-image', Version: 1 }),
  );
  logger.info('Described', { ImageVersionStatus });
}
