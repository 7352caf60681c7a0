/**
 * One stack operation that is running: its stack, its dependencies, and the only functions that change a status, so that
 * no status changes without a stack event.
 */
import type { Clock } from '../clock.ts';
import { type Random, randomUuid } from '../random.ts';
import type { FindResourceType } from './resource-type.ts';
import type { CloudFormationSettings } from './settings.ts';
import type { ResourceRecord, Stack, StackEvent } from './stack.ts';

export interface Run {
  readonly stack: Stack;
  /** Every stack of the account and Region: stacks import each other's exports. */
  readonly stacks: readonly Stack[];
  /** The names of the exports that this operation has used so far. */
  readonly imports: Set<string>;
  /** Aborts when the operation is cancelled or a request has failed: it then waits for no other request. */
  readonly cancellation: AbortController;
  readonly settings: CloudFormationSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly findResourceType: FindResourceType;
  readonly onEvent: (event: StackEvent) => void;
}

/** Changes the status of the stack and records the event. */
export function setStackStatus(run: Run, StackStatus: string, StackStatusReason?: string): void {
  const { stack, random } = run;
  stack.StackStatus = StackStatus;
  if (StackStatusReason === undefined) delete stack.StackStatusReason;
  else stack.StackStatusReason = StackStatusReason;
  record(run, {
    EventId: randomUuid(random),
    LogicalResourceId: stack.StackName,
    PhysicalResourceId: stack.StackId,
    ResourceType: 'AWS::CloudFormation::Stack',
    ResourceStatus: StackStatus,
    ...(StackStatusReason !== undefined && { ResourceStatusReason: StackStatusReason }),
  });
}

/** The resource in another status. The reason of the previous status is removed. */
function withStatus(
  resource: ResourceRecord,
  ResourceStatus: string,
  LastUpdatedTimestamp: number,
  ResourceStatusReason?: string,
): ResourceRecord {
  const { ResourceStatusReason: _, ...rest } = resource;
  return {
    ...rest,
    ResourceStatus,
    LastUpdatedTimestamp,
    ...(ResourceStatusReason !== undefined && { ResourceStatusReason }),
  };
}

/** Makes `resource` the current one of its logical id, in this status, and records the event. */
export function setResourceStatus(run: Run, resource: ResourceRecord, ResourceStatus: string, Reason?: string): void {
  const laterMs = ResourceStatus.endsWith('_IN_PROGRESS') ? run.settings.inProgressAfterIssueMs : 0;
  const updatedAt = run.clock.now() + laterMs;
  run.stack.resources[resource.LogicalResourceId] = withStatus(resource, ResourceStatus, updatedAt, Reason);
  announce(run, resource, ResourceStatus, Reason);
}

/** Only records the event: for a physical resource that its logical id no longer refers to. */
export function announce(run: Run, resource: ResourceRecord, ResourceStatus: string, Reason?: string): void {
  const { LogicalResourceId, PhysicalResourceId, ResourceType } = resource;
  record(run, {
    EventId: `${LogicalResourceId}-${ResourceStatus}-${new Date(run.clock.now()).toISOString()}`,
    LogicalResourceId,
    PhysicalResourceId,
    ResourceType,
    ResourceStatus,
    ...(Reason !== undefined && { ResourceStatusReason: Reason }),
  });
}

function record(run: Run, event: Omit<StackEvent, 'StackId' | 'StackName' | 'Timestamp'>): void {
  const { StackId, StackName, events } = run.stack;
  const recorded = { StackId, StackName, Timestamp: run.clock.now(), ...event };
  events.push(recorded);
  run.onEvent(recorded);
}

/** "The following resource(s) failed to create: [A, B]." for each of `acts` that has failed for a resource. */
export function failedResources(stack: Stack, ...acts: ('CREATE' | 'UPDATE' | 'DELETE')[]): string {
  return acts
    .map((act) => ({
      act: act.toLowerCase(),
      ids: Object.values(stack.resources)
        .filter(({ ResourceStatus }) => ResourceStatus === `${act}_FAILED`)
        .map(({ LogicalResourceId }) => LogicalResourceId),
    }))
    .filter(({ ids }) => ids.length > 0)
    .map(({ act, ids }) => `The following resource(s) failed to ${act}: [${ids.join(', ')}].`)
    .join(' ');
}
