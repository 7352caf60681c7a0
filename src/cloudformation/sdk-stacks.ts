/**
 * The port over the AWS SDK. A file of its own in the deployed package, loaded by handler.ts on first need.
 */
import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import type { Log } from '../log.ts';
import type { Stacks } from './stacks.ts';

/** @param client retries by itself: nothing else waits on what it is asked for */
export function sdkStacks(client: CloudFormationClient, { log }: { readonly log: Log }): Stacks {
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
        const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: StackId }));
        const startedAt = stack?.LastUpdatedTime ?? stack?.CreationTime;
        return stack?.StackStatus && startedAt
          ? { StackStatus: stack.StackStatus, startedAt: startedAt.getTime() }
          : undefined;
      }),

    currentResource: (StackId, LogicalResourceId) =>
      ask('what the resource is doing', async () => {
        const command = new DescribeStackResourceCommand({ StackName: StackId, LogicalResourceId });
        const { StackResourceDetail: resource } = await client.send(command);
        return resource?.ResourceStatus && resource.LastUpdatedTimestamp
          ? { ResourceStatus: resource.ResourceStatus, lastUpdatedAt: resource.LastUpdatedTimestamp.getTime() }
          : undefined;
      }),
  };
}

/** The port over a client with Lambda's own Region and credentials. */
export function defaultStacks(log: Log): Stacks {
  return sdkStacks(new CloudFormationClient(), { log });
}
