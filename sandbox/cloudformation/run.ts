/** One stack operation that is running. Only its functions change a status, so that each change has a stack event. */
import type { TimeAndChance } from '../clock.ts';
import { randomUuid } from '../random.ts';
import type { Conduct } from './operation-options.ts';
import type { FindResourceType } from './resource-type.ts';
import type { CloudFormationSettings } from './settings.ts';
import type { ResourceIds, ResourceRecord, Stack, StackEvent } from './stack.ts';

/** What every part of CloudFormation needs, with or without a running operation. */
export interface Surroundings extends TimeAndChance {
  readonly settings: CloudFormationSettings;
}

export interface Run extends Conduct, Surroundings {
  readonly stack: Stack;
  /** Every stack of the account and Region: stacks import each other's exports. */
  readonly stacks: readonly Stack[];
  /** What CloudFormation deletes at once, because it has refused a replacement. */
  readonly refusedReplacements: ResourceRecord[];
  /** Aborts when the operation is cancelled or a request has failed: it then waits for no other request. */
  readonly cancellation: AbortController;
  readonly findResourceType: FindResourceType;
  readonly onEvent: (event: StackEvent) => void;
}

/** What the change of a status needs of a run. */
type Recording = Surroundings & Pick<Run, 'stack' | 'onEvent'>;

export function setStackStatus(run: Recording, StackStatus: string, StackStatusReason?: string): void {
  const { stack, random } = run;
  stack.StackStatus = StackStatus;
  if (StackStatusReason === undefined) delete stack.StackStatusReason;
  else stack.StackStatusReason = StackStatusReason;
  const ids = { LogicalResourceId: stack.StackName, PhysicalResourceId: stack.StackId };
  const event = { EventId: randomUuid(random), ...ids, ResourceType: 'AWS::CloudFormation::Stack' };
  record(run, event, StackStatus, StackStatusReason);
}

/** Makes `resource` the current one of its logical id, in this status, and records the event. */
export function setResourceStatus(run: Recording, resource: ResourceRecord, Status: string, Reason?: string): void {
  const laterMs = Status.endsWith('_IN_PROGRESS') ? run.settings.inProgressAfterIssueMs : 0;
  const { ResourceStatusReason: _, ...rest } = resource;
  run.stack.resources[resource.LogicalResourceId] = {
    ...rest,
    ResourceStatus: Status,
    LastUpdatedTimestamp: run.clock.now() + laterMs,
    ...(Reason !== undefined && { ResourceStatusReason: Reason }),
  };
  announce(run, resource, Status, Reason);
}

/** Only records the event: for a physical resource that its logical id no longer refers to. */
export function announce(run: Recording, resource: ResourceRecord, ResourceStatus: string, Reason?: string): void {
  const { LogicalResourceId, PhysicalResourceId, ResourceType } = resource;
  const EventId = `${LogicalResourceId}-${ResourceStatus}-${new Date(run.clock.now()).toISOString()}`;
  record(run, { EventId, LogicalResourceId, PhysicalResourceId, ResourceType }, ResourceStatus, Reason);
}

function record(run: Recording, ids: ResourceIds & { EventId: string }, ResourceStatus: string, Reason?: string): void {
  const { StackId, StackName, events } = run.stack;
  const event = { StackId, StackName, Timestamp: run.clock.now(), ...ids, ResourceStatus };
  const recorded = { ...event, ...(Reason !== undefined && { ResourceStatusReason: Reason }) };
  events.push(recorded);
  run.onEvent(recorded);
}

/**
 * Calls `act` for a node once it has resolved with true for all that the node waits for, unless `signal` has aborted.
 * Resolves when every call has settled. `waitsFor` must not contain a cycle.
 */
export async function inOrder<Node>(
  nodes: readonly Node[],
  waitsFor: (node: Node) => readonly Node[],
  act: (node: Node) => Promise<boolean>,
  signal?: AbortSignal,
): Promise<void> {
  const started = new Map<Node, Promise<boolean>>();
  const start = (node: Node): Promise<boolean> => {
    const running = started.get(node) ?? actInTurn(node);
    started.set(node, running);
    return running;
  };
  const actInTurn = async (node: Node): Promise<boolean> => {
    const ready = await Promise.all(waitsFor(node).map(start));
    return ready.every(Boolean) && !signal?.aborted && act(node);
  };
  await Promise.all(nodes.map(start));
}

type Dependent = Pick<ResourceRecord, 'LogicalResourceId' | 'dependencies'>;

/** The order of creation: each node waits for what it depends on. */
export function dependenciesAmong<Node extends Dependent>(nodes: readonly Node[]): (node: Node) => readonly Node[] {
  return ({ dependencies }) => nodes.filter(({ LogicalResourceId }) => dependencies.includes(LogicalResourceId));
}

/** The order of deletion: each node waits for what depends on it. */
export function dependentsAmong<Node extends Dependent>(nodes: readonly Node[]): (node: Node) => readonly Node[] {
  return ({ LogicalResourceId }) => nodes.filter(({ dependencies }) => dependencies.includes(LogicalResourceId));
}
