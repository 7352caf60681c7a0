/** Records one stack operation: its events, faults, invocations of the provider, and calls of SageMaker with their callers. */
import type { Clock } from '../../clock.ts';
import { type CustomResourceRequest, requestIn } from '../../cloudformation/custom-resource.ts';
import type { StackEvent } from '../../cloudformation/stack.ts';
import { isMap, type JsonMap } from '../../json.ts';
import { awsRequestIdOf, type InvocationResult } from '../../lambda/function.ts';
import type { Attempt } from '../../lambda/lambda.ts';
import type { ApiAnswer } from '../../sagemaker/api-answer.ts';
import type { Interceptor } from '../../sagemaker/sagemaker.ts';

/** Instants are milliseconds since the Unix epoch. `endedAt` is undefined until something has ended. */
export interface Recording {
  readonly events: readonly StackEvent[];
  readonly invocations: readonly RecordedInvocation[];
  readonly calls: readonly RecordedCall[];
  /** The faults that `--fault` has caused; `given` is the value of the option. */
  readonly faults: readonly { readonly given: string; readonly description: string; readonly at: number }[];
}

export interface RecordedInvocation {
  readonly LogicalResourceId: string;
  readonly RequestType: string;
  readonly beganAt: number;
  endedAt?: number;
  outcome?: InvocationResult['outcome'];
}

/** `poll`: the same Describe or List has succeeded before. `retry`: the same call has failed before. */
export type CallKind = 'call' | 'poll' | 'retry';

export interface RecordedCall {
  readonly operation: string;
  readonly kind: CallKind;
  /** The resource of the request; undefined for calls that CloudFormation makes itself. */
  readonly LogicalResourceId: string | undefined;
  readonly ImageName: string | undefined;
  readonly beganAt: number;
  endedAt?: number;
  /** The code of the error, or `no answer`; undefined if the call succeeded or has found nothing. */
  error?: string;
  /** The code of the answer, if SageMaker has answered a Describe or List that there is no such thing. */
  foundNothing?: string;
}

export type Recorder = ReturnType<typeof createRecorder>;

export function createRecorder({ clock }: { readonly clock: Clock }) {
  const events: StackEvent[] = [];
  const invocations: RecordedInvocation[] = [];
  const calls: RecordedCall[] = [];
  const faults: Recording['faults'][number][] = [];
  const recording: Recording = { events, invocations, calls, faults };
  /** By Lambda's request id. */
  const requests = new Map<string, CustomResourceRequest>();
  const hasFailed = new Map<string, boolean>();
  const ownAnswers = new WeakSet<ApiAnswer>();
  /** Must come after all other interceptors: it records the answers that do not come from a fault. */
  const ownAnswerInterceptor: Interceptor = async (_operation, _input, next) => {
    const answer = await next();
    ownAnswers.add(answer);
    return answer;
  };
  /** Must come before all other interceptors, so that it records what the caller sees. */
  const interceptor: Interceptor = async (operation, input, next, traceId = '') => {
    const { LogicalResourceId, RequestId } = requests.get(awsRequestIdOf(traceId) ?? '') ?? {};
    const same = `${RequestId} ${operation} ${JSON.stringify(input)}`;
    const { ImageName } = isMap(input) ? input : {};
    const recorded: RecordedCall = {
      operation,
      kind: kindOf(operation, hasFailed.get(same)),
      LogicalResourceId,
      ImageName: typeof ImageName === 'string' ? ImageName : undefined,
      beganAt: clock.now(),
    };
    calls.push(recorded);
    try {
      const answer = await next();
      if (answer.status < 300) return answer;
      const { __type }: JsonMap = JSON.parse(answer.body);
      const code = typeof __type === 'string' ? __type : `status ${answer.status}`;
      if (ownAnswers.has(answer) && isLookUp(operation) && notFoundCodes.includes(code)) recorded.foundNothing = code;
      else recorded.error = code;
      return answer;
    } catch (error) {
      recorded.error = 'no answer';
      throw error;
    } finally {
      recorded.endedAt = clock.now();
      hasFailed.set(same, recorded.error !== undefined);
    }
  };

  return {
    recording,
    event: (event: StackEvent) => void events.push(event),
    fault: (given: string, description: string) => void faults.push({ given, description, at: clock.now() }),
    async invocation({ event, awsRequestId }: Attempt, run: () => Promise<InvocationResult>) {
      const request = requestIn(event);
      if (request === undefined) return run();
      requests.set(awsRequestId, request);
      const { LogicalResourceId, RequestType } = request;
      const recorded: RecordedInvocation = { LogicalResourceId, RequestType, beganAt: clock.now() };
      invocations.push(recorded);
      const result = await run();
      recorded.endedAt = clock.now();
      recorded.outcome = result.outcome;
      return result;
    },
    interceptor,
    ownAnswerInterceptor,
  };
}

/** SageMaker denies the access to a version by an alias that does not exist. */
const notFoundCodes = ['ResourceNotFound', 'AccessDeniedException'];

function isLookUp(operation: string): boolean {
  return /^(Describe|List)/.test(operation);
}

/** @param hasFailed whether the last such call failed; undefined if there was none */
function kindOf(operation: string, hasFailed: boolean | undefined): CallKind {
  if (hasFailed) return 'retry';
  return hasFailed === false && isLookUp(operation) ? 'poll' : 'call';
}

/** How often the provider has called each operation. CloudFormation's own calls have no LogicalResourceId. */
export function countCalls(calls: readonly RecordedCall[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { operation, LogicalResourceId } of calls) {
    if (LogicalResourceId !== undefined) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }
  return counts;
}

export type Lane = ReturnType<typeof lanesOf>[number];

/**
 * From a status such as CREATE_IN_PROGRESS to the one that ends it, such as CREATE_COMPLETE. The status is still
 * `…_IN_PROGRESS` if nothing ended it.
 */
export type Span = Readonly<ReturnType<typeof spanOf>>;

/** A lane for each resource, in the order of the first events. A call that belongs to no resource of the stack is in none. */
export function lanesOf(recording: Recording) {
  const ofResources = recording.events.filter((each) => !isOfStack(each));
  const ids = new Set(ofResources.map(({ LogicalResourceId }) => LogicalResourceId));
  return [...ids].map((LogicalResourceId) => {
    const events = ofResources.filter((each) => each.LogicalResourceId === LogicalResourceId);
    const spans = spansOf(events, endOf(recording));
    const calls = recording.calls.filter((call) => isFor(call, LogicalResourceId, events));
    return {
      LogicalResourceId,
      ResourceType: events.at(-1)?.ResourceType ?? '',
      ResourceStatus: events.at(-1)?.ResourceStatus ?? '',
      spans,
      tookMs: spans.reduce((sum, { beganAt, endedAt }) => sum + endedAt - beganAt, 0),
      invocations: recording.invocations.filter((invocation) => invocation.LogicalResourceId === LogicalResourceId),
      calls,
      numberOf: (kind: CallKind) => calls.filter((call) => call.kind === kind).length,
    };
  });
}

/** The statuses of the stack, each until the next one. */
export function stackSpans({ events }: Recording): readonly Span[] {
  const ofStack = events.filter(isOfStack);
  return ofStack.map((event, index) => spanOf(event.Timestamp, (ofStack[index + 1] ?? event).Timestamp, event));
}

export function endOf({ events, invocations, calls }: Recording): number {
  const ends = [...invocations, ...calls].map(({ beganAt, endedAt }) => endedAt ?? beganAt);
  return Math.max(...events.map(({ Timestamp }) => Timestamp), ...ends);
}

function spansOf(events: readonly StackEvent[], endedAt: number): readonly Span[] {
  const spans: Span[] = [];
  let open: Span | undefined;
  for (const event of events) {
    const { ResourceStatus, Timestamp } = event;
    const status = ResourceStatus.replace(/_.*/, '_IN_PROGRESS');
    const beganAt = open?.status === status ? open.beganAt : Timestamp;
    open = ResourceStatus.endsWith('_IN_PROGRESS') ? { beganAt, endedAt, status } : undefined;
    if (open === undefined) spans.push(spanOf(beganAt, Timestamp, event));
  }
  return open === undefined ? spans : [...spans, open];
}

function spanOf(beganAt: number, endedAt: number, { ResourceStatus: status, ResourceStatusReason }: StackEvent) {
  return { beganAt, endedAt, status, ...(ResourceStatusReason !== undefined && { reason: ResourceStatusReason }) };
}

/** CloudFormation makes the calls for images itself, without a LogicalResourceId. */
function isFor(call: RecordedCall, LogicalResourceId: string, events: readonly StackEvent[]): boolean {
  if (call.LogicalResourceId !== undefined) return call.LogicalResourceId === LogicalResourceId;
  if (call.ImageName === undefined || !/Image$/.test(call.operation)) return false;
  const end = `:image/${call.ImageName}`.toLowerCase();
  const images = events.filter(({ ResourceType }) => ResourceType === 'AWS::SageMaker::Image');
  return images.some(({ PhysicalResourceId }) => PhysicalResourceId.toLowerCase().endsWith(end));
}

/** Whether the event is about the stack itself, and not about a resource. */
export function isOfStack({ PhysicalResourceId, StackId }: StackEvent): boolean {
  return PhysicalResourceId === StackId;
}
