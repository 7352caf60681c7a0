/** A recording by resource: when each resource was changed, and which calls that took. */
import type { StackEvent } from '../../cloudformation/stack.ts';
import type { CallKind, RecordedCall, RecordedInvocation, Recording } from './recording.ts';

/** One resource, or the stack itself, in the order of the first events. */
export interface Lane {
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  /** That of the last event. */
  readonly ResourceStatus: string;
  readonly spans: readonly Span[];
  readonly invocations: readonly RecordedInvocation[];
  readonly calls: readonly RecordedCall[];
}

/** From a status such as CREATE_IN_PROGRESS to the one that ends it, such as CREATE_COMPLETE. */
export interface Span {
  readonly beganAt: number;
  readonly endedAt: number;
  /** Still `…_IN_PROGRESS` if nothing ended it. */
  readonly status: string;
  readonly reason?: string;
}

/** The lanes of the resources. A call that belongs to no resource of the stack is in none of them. */
export function lanesOf(recording: Recording): readonly Lane[] {
  const lanes = new Map<string, StackEvent[]>();
  for (const event of recording.events.filter((each) => !isOfStack(each))) {
    const { LogicalResourceId } = event;
    lanes.set(LogicalResourceId, [...(lanes.get(LogicalResourceId) ?? []), event]);
  }
  return [...lanes].map(([LogicalResourceId, events]) => ({
    LogicalResourceId,
    ResourceType: events.at(-1)?.ResourceType ?? '',
    ResourceStatus: events.at(-1)?.ResourceStatus ?? '',
    spans: spansOf(events, endOf(recording)),
    invocations: recording.invocations.filter((invocation) => invocation.LogicalResourceId === LogicalResourceId),
    calls: recording.calls.filter((call) => isFor(call, LogicalResourceId, events)),
  }));
}

/** The statuses of the stack, each until the next one. */
export function stackSpans({ events }: Recording): readonly Span[] {
  const ofStack = events.filter(isOfStack);
  return ofStack.map((event, index) =>
    spanOf(event.Timestamp, ofStack[index + 1]?.Timestamp ?? event.Timestamp, event),
  );
}

export function endOf({ events, invocations, calls }: Recording): number {
  const ends = [...invocations, ...calls].map(({ beganAt, endedAt }) => endedAt ?? beganAt);
  return Math.max(...events.map(({ Timestamp }) => Timestamp), ...ends);
}

function spansOf(events: readonly StackEvent[], endedAt: number): readonly Span[] {
  const spans: Span[] = [];
  let open: { readonly act: string; readonly beganAt: number } | undefined;
  for (const event of events) {
    const { ResourceStatus, Timestamp } = event;
    const act = ResourceStatus.slice(0, ResourceStatus.indexOf('_'));
    const beganAt = open?.act === act ? open.beganAt : Timestamp;
    const isOpen = ResourceStatus.endsWith('_IN_PROGRESS');
    open = isOpen ? { act, beganAt } : undefined;
    if (!isOpen) spans.push(spanOf(beganAt, Timestamp, event));
  }
  if (open === undefined) return spans;
  return [...spans, { beganAt: open.beganAt, endedAt, status: `${open.act}_IN_PROGRESS` }];
}

function spanOf(beganAt: number, endedAt: number, { ResourceStatus: status, ResourceStatusReason }: StackEvent): Span {
  return { beganAt, endedAt, status, ...(ResourceStatusReason !== undefined && { reason: ResourceStatusReason }) };
}

/** CloudFormation makes the calls for images itself, without a LogicalResourceId. */
function isFor(call: RecordedCall, LogicalResourceId: string, events: readonly StackEvent[]): boolean {
  if (call.LogicalResourceId !== undefined) return call.LogicalResourceId === LogicalResourceId;
  const { ImageName } = call;
  if (ImageName === undefined || !/Image$/.test(call.operation)) return false;
  return events.some(
    ({ ResourceType, PhysicalResourceId }) =>
      ResourceType === 'AWS::SageMaker::Image' &&
      PhysicalResourceId.toLowerCase().endsWith(`:image/${ImageName.toLowerCase()}`),
  );
}

function isOfStack({ PhysicalResourceId, StackId }: StackEvent): boolean {
  return PhysicalResourceId === StackId;
}

/** How long the operations on a resource took, and the number of invocations and calls. */
export function effortIn({ spans, invocations, calls }: Lane) {
  const ofKind = (kind: CallKind) => calls.filter((call) => call.kind === kind).length;
  return {
    tookMs: spans.reduce((sum, { beganAt, endedAt }) => sum + endedAt - beganAt, 0),
    invocations: invocations.length,
    calls: ofKind('call'),
    polls: ofKind('poll'),
    retries: ofKind('retry'),
  };
}
