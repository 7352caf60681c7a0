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
  const ids = new Set(recording.events.filter((event) => !isOfStack(event)).map((event) => event.LogicalResourceId));
  return [...ids].map((LogicalResourceId) => {
    const events = recording.events.filter(
      (event) => !isOfStack(event) && event.LogicalResourceId === LogicalResourceId,
    );
    const last = events.at(-1);
    return {
      LogicalResourceId,
      ResourceType: last?.ResourceType ?? '',
      ResourceStatus: last?.ResourceStatus ?? '',
      spans: spansOf(events, endOf(recording)),
      invocations: recording.invocations.filter((invocation) => invocation.LogicalResourceId === LogicalResourceId),
      calls: recording.calls.filter((call) => isFor(call, LogicalResourceId, events)),
    };
  });
}

/** The statuses of the stack, each until the next one. */
export function stackSpans(recording: Recording): readonly Span[] {
  const events = recording.events.filter(isOfStack);
  return events.map(({ Timestamp, ResourceStatus, ResourceStatusReason }, index) => ({
    beganAt: Timestamp,
    endedAt: events[index + 1]?.Timestamp ?? Timestamp,
    status: ResourceStatus,
    ...(ResourceStatusReason !== undefined && { reason: ResourceStatusReason }),
  }));
}

export function beginningOf({ events }: Recording): number {
  return events[0]?.Timestamp ?? 0;
}

export function endOf({ events, invocations, calls }: Recording): number {
  const ends = [...invocations, ...calls].map(({ beganAt, endedAt }) => endedAt ?? beganAt);
  return Math.max(...events.map(({ Timestamp }) => Timestamp), ...ends);
}

function spansOf(events: readonly StackEvent[], endedAt: number): readonly Span[] {
  const spans: Span[] = [];
  let open: { readonly act: string; readonly beganAt: number } | undefined;
  for (const { ResourceStatus: status, Timestamp, ResourceStatusReason } of events) {
    const act = status.slice(0, status.indexOf('_'));
    if (status.endsWith('_IN_PROGRESS')) {
      if (open?.act !== act) open = { act, beganAt: Timestamp };
      continue;
    }
    spans.push({
      beganAt: open?.act === act ? open.beganAt : Timestamp,
      endedAt: Timestamp,
      status,
      ...(ResourceStatusReason !== undefined && { reason: ResourceStatusReason }),
    });
    open = undefined;
  }
  if (open === undefined) return spans;
  return [...spans, { beganAt: open.beganAt, endedAt, status: `${open.act}_IN_PROGRESS` }];
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
