/** Stacks, their events and the operations on them as JSON for scripts, with AWS's own names. */
import type { ResourceChange } from '../cloudformation/change-set.ts';
import type { Stack, StackEvent } from '../cloudformation/stack.ts';
import type { ImageVersionView } from './image-versions.ts';
import type { Recording } from './timeline/recording.ts';
import { effortIn, lanesOf } from './timeline/spans.ts';

export function stackAsJson(stack: Stack, ImageVersions: readonly ImageVersionView[]) {
  const { StackName, StackId, StackStatus, StackStatusReason, outputs: Outputs } = stack;
  const StackResources = Object.values(stack.resources).map((resource) => {
    const { LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus } = resource;
    return { LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus };
  });
  return { StackName, StackId, StackStatus, StackStatusReason, StackResources, Outputs, ImageVersions };
}

export function eventsAsJson(events: readonly StackEvent[]) {
  return events.map((event) => ({ ...event, Timestamp: new Date(event.Timestamp).toISOString() }));
}

interface Operation {
  readonly stackName: string;
  /** In milliseconds since the epoch. */
  readonly begunAt: number;
  readonly changes: readonly ResourceChange[];
  readonly warnings: readonly string[];
  readonly recording: Recording;
  /** A sentence for each fault that did not happen. */
  readonly missedFaults: readonly string[];
  readonly logFolder: string;
}

/** @param stack undefined if there is none, before or after the operation */
export function operationAsJson(
  stack: Stack | undefined,
  versions: readonly ImageVersionView[],
  { stackName, begunAt, changes, warnings, recording, missedFaults, logFolder }: Operation,
) {
  // CloudFormation's own calls have no LogicalResourceId.
  const ofProvider = recording.calls.filter(({ LogicalResourceId }) => LogicalResourceId !== undefined);
  const counts: Record<string, number> = {};
  for (const operation of ofProvider.map((call) => call.operation).toSorted()) {
    counts[operation] = (counts[operation] ?? 0) + 1;
  }
  return {
    ...(stack === undefined ? { StackName: stackName } : stackAsJson(stack, versions)),
    // As DescribeChangeSet answers.
    Changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
    Warnings: warnings,
    StackEvents: eventsAsJson(recording.events),
    Resources: lanesOf(recording).map((lane) => {
      const { tookMs, invocations: Invocations, calls: Calls, polls: Polls, retries: Retries } = effortIn(lane);
      const { LogicalResourceId } = lane;
      return { LogicalResourceId, Seconds: tookMs / 1000, Invocations, Calls, Polls, Retries };
    }),
    SageMakerCalls: counts,
    Faults: recording.faults.map(({ given, description, at }) => ({
      Asked: given,
      Happened: description,
      Seconds: (at - begunAt) / 1000,
    })),
    MissedFaults: missedFaults,
    LogFolder: logFolder,
  };
}
