/** What becomes of operations that nobody continues, because the process of the sandbox was killed. AWS has no such thing. */
import type { CloudFormationSnapshot } from './cloudformation.ts';
import type { ResourceRecord, Stack, StackEvent } from './stack.ts';

const reason = 'The sandbox was stopped during this operation.';
const reasonOfCleanup = 'The sandbox was stopped during the clean-up. What was replaced or removed may still exist.';
const interruptedId = 'interrupted-';

/** Whether the operation with these events was not carried out to its end. */
export function isInterrupted(events: readonly StackEvent[]): boolean {
  return events.some(({ EventId }) => EventId.startsWith(interruptedId));
}

/** Every interrupted operation has failed, so that the stack can be updated, rolled back or deleted. */
export function endInterrupted({ stacks, changeSets = [] }: CloudFormationSnapshot): CloudFormationSnapshot {
  const ended = (ExecutionStatus: string) => ExecutionStatus.replace(/^EXECUTE_IN_PROGRESS$/, 'EXECUTE_FAILED');
  return {
    stacks: stacks.map(endStack),
    changeSets: changeSets.map((each) => ({ ...each, ExecutionStatus: ended(each.ExecutionStatus) })),
  };
}

function endStack(stack: Stack): Stack {
  const ended = endedStatus(stack.StackStatus);
  if (ended === stack.StackStatus) return stack;
  const endedResources = Object.entries(stack.resources).map(([id, resource]) => [id, endResource(resource)]);
  const resources: Stack['resources'] = Object.fromEntries(endedResources);
  const { StackId, StackName, events, source, pendingUpdate } = stack;
  const StackStatusReason = stack.StackStatus.includes('_CLEANUP_') ? reasonOfCleanup : reason;
  const event = {
    ...{ EventId: `${interruptedId}${events.length}`, StackId, StackName, LogicalResourceId: StackName },
    ...{ PhysicalResourceId: StackId, ResourceType: 'AWS::CloudFormation::Stack', ResourceStatus: ended },
    ...{ ResourceStatusReason: StackStatusReason, Timestamp: events.at(-1)?.Timestamp ?? stack.CreationTime },
  };
  const endedStack = { ...stack, StackStatus: ended, StackStatusReason, events: [...events, event], resources };
  if (pendingUpdate === undefined || !ended.endsWith('_COMPLETE')) return endedStack;
  // In a clean-up, the update or its rollback has reached the state to which a later operation returns.
  return { ...endedStack, pendingUpdate: { source, resources, replaced: pendingUpdate.replaced } };
}

function endResource(resource: ResourceRecord): ResourceRecord {
  const ResourceStatus = endedStatus(resource.ResourceStatus);
  const isInterrupted = ResourceStatus !== resource.ResourceStatus;
  return isInterrupted ? { ...resource, ResourceStatus, ResourceStatusReason: reason } : resource;
}

function endedStatus(status: string): string {
  if (status === 'REVIEW_IN_PROGRESS') return status;
  return status.replace(/_CLEANUP_IN_PROGRESS$/, '').replace(/_IN_PROGRESS$/, '_FAILED');
}
