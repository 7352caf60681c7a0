/** A stack as JSON for scripts, in AWS's own names: what `show`, `events` and the operations give with `--json`. */
import type { Stack, StackEvent } from '../cloudformation/stack.ts';
import type { ImageVersionView } from './image-versions.ts';

export function stackAsJson(stack: Stack, ImageVersions: readonly ImageVersionView[]) {
  const { StackName, StackId, StackStatus, StackStatusReason, outputs: Outputs } = stack;
  const StackResources = Object.values(stack.resources).map(
    ({ LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus }) => ({
      LogicalResourceId,
      ResourceType,
      PhysicalResourceId,
      ResourceStatus,
    }),
  );
  return { StackName, StackId, StackStatus, StackStatusReason, StackResources, Outputs, ImageVersions };
}

export function eventsAsJson(events: readonly StackEvent[]) {
  return events.map((event) => ({ ...event, Timestamp: new Date(event.Timestamp).toISOString() }));
}
