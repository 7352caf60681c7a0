/**
 * The port over the AWS SDK. A file of its own in the deployed package, loaded by handler.ts on first need.
 */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Log } from '../log.ts';
import type { Stacks } from './stacks.ts';

/** @param client retries by itself: nothing else waits on what it is asked for */
export function sdkStacks(client: CloudFormationClient, { log }: { readonly log: Log }): Stacks {
  return {
    async currentOperation(StackId) {
      try {
        const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: StackId }));
        const startedAt = stack?.LastUpdatedTime ?? stack?.CreationTime;
        if (!stack?.StackStatus || !startedAt) return undefined;
        return { StackStatus: stack.StackStatus, startedAt: startedAt.getTime() };
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown.name : 'Error';
        log.warn('CloudFormation does not tell what the stack is doing', { StackId, error });
        return undefined;
      }
    },
  };
}

/** The port over a client with Lambda's own Region and credentials. */
export function defaultStacks(log: Log): Stacks {
  return sdkStacks(new CloudFormationClient(), { log });
}
