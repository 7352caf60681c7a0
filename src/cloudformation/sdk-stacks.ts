/**
 * The port over the AWS SDK. A file of its own in the deployed package, loaded by handler.ts on first need.
 */
import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Stacks } from './stacks.ts';

/** CloudFormation that has not answered by then does not tell. */
const askTimeoutMs = 5_000;

export interface StacksDependencies {
  readonly clock: Clock;
  readonly log: Log;
}

/** @param client retries by itself, within the time that there is for an answer */
export function sdkStacks(client: CloudFormationClient, { clock, log }: StacksDependencies): Stacks {
  const options = () => ({ abortSignal: clock.timeout(askTimeoutMs) });

  const ask = async <T>(what: string, question: () => Promise<T | undefined>): Promise<T | undefined> => {
    try {
      return await question();
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.name : 'Error';
      log.warn(`CloudFormation does not tell ${what}`, { error });
      return undefined;
    }
  };

  return {
    currentOperation: (StackId) =>
      ask('what the stack is doing', async () => {
        const { Stacks: [stack] = [] } = await client.send(
          new DescribeStacksCommand({ StackName: StackId }),
          options(),
        );
        const startedAt = stack?.LastUpdatedTime ?? stack?.CreationTime;
        return stack?.StackStatus && startedAt
          ? { StackStatus: stack.StackStatus, startedAt: startedAt.getTime() }
          : undefined;
      }),

    currentResource: (StackId, LogicalResourceId) =>
      ask('what the resource is doing', async () => {
        const command = new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId });
        const { StackResourceDetail: resource } = await client.send(command, options());
        if (!resource?.ResourceStatus || !resource.LastUpdatedTimestamp) return undefined;
        const { ResourceStatus, PhysicalResourceId, LastUpdatedTimestamp } = resource;
        return { ResourceStatus, PhysicalResourceId, lastUpdatedAt: LastUpdatedTimestamp.getTime() };
      }),
  };
}

/** The port over one client with Lambda's own Region and credentials, for each log that is given. */
export function stacksOfLambda(clock: Clock): (log: Log) => Stacks {
  const client = new CloudFormationClient();
  return (log) => sdkStacks(client, { clock, log });
}
