/**
 * One stack operation under way: the stack it works on, what it works with, and the only functions that change a status,
 * so that no status changes without its stack event.
 */

import type { Clock } from '../../src/clock.ts';
import { type Random, randomUuid } from '../random.ts';
import type { FindResourceType } from './resource-type.ts';
import type { CloudFormationSettings } from './settings.ts';
import type { ResourceRecord, Stack, StackEvent } from './stack.ts';

export interface Run {
  readonly stack: Stack;
  /** Every stack of the account and Region, for exports and imports. */
  readonly stacks: readonly Stack[];
  /** Names of the exports that this operation has used so far. */
  readonly imports: Set<string>;
  /** Aborts when requests under way are no longer waited for: the operation was cancelled, or one of them has failed. */
  readonly cancellation: AbortController;
  readonly settings: CloudFormationSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly findResourceType: FindResourceType;
  readonly onEvent: (event: StackEvent) => void;
}

/** Gives the stack another status, and says so. */
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

/** A resource in another status, now; the reason of the last status does not stay. */
export function withStatus(
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

/** Makes `resource` the one that its logical id stands for, in this status, and says so. */
export function setResourceStatus(run: Run, resource: ResourceRecord, ResourceStatus: string, Reason?: string): void {
  const laterMs = ResourceStatus.endsWith('_IN_PROGRESS') ? run.settings.inProgressAfterIssueMs : 0;
  const updatedAt = run.clock.now() + laterMs;
  run.stack.resources[resource.LogicalResourceId] = withStatus(resource, ResourceStatus, updatedAt, Reason);
  announce(run, resource, ResourceStatus, Reason);
}

/** Only says it: of a physical resource that the logical id no longer stands for. */
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

/** "The following resource(s) failed to create: [A, B]." for each status among `failedStatuses` that a resource has. */
export function failedResources(stack: Stack, ...failedStatuses: ('CREATE' | 'UPDATE' | 'DELETE')[]): string {
  return failedStatuses
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
