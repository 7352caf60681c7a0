/** What becomes of operations that nobody continues, because the process of the sandbox was killed. AWS has no such thing. */
import type { CloudFormationSnapshot } from './cloudformation.ts';
import type { ResourceRecord, Stack, StackEvent } from './stack.ts';

const reason = 'The sandbox was stopped during this operation.';
const reasonOfCleanup = 'The sandbox was stopped during the clean-up. What was replaced may be left.';
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
  const resources = Object.entries(stack.resources).map(([id, resource]) => [id, endResource(resource)] as const);
  const { StackId, StackName, events } = stack;
  const StackStatusReason = stack.StackStatus.includes('_CLEANUP_') ? reasonOfCleanup : reason;
  const event = {
    ...{ EventId: `${interruptedId}${events.length}`, StackId, StackName, LogicalResourceId: StackName },
    ...{ PhysicalResourceId: StackId, ResourceType: 'AWS::CloudFormation::Stack', ResourceStatus: ended },
    ...{ ResourceStatusReason: StackStatusReason, Timestamp: events.at(-1)?.Timestamp ?? stack.CreationTime },
  };
  const endedStack = {
    ...{ ...stack, StackStatus: ended, StackStatusReason, events: [...events, event] },
    resources: Object.fromEntries(resources),
  };
  // After a clean-up, there is nothing to return to.
  if (ended.endsWith('_COMPLETE')) delete endedStack.pendingUpdate;
  return endedStack;
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
