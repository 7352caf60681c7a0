/** Records one stack operation: its events, faults, invocations of the provider, and calls of SageMaker with their callers. */
import type { Clock } from '../../clock.ts';
import type { StackEvent } from '../../cloudformation/stack.ts';
import { isMap, type Json, type JsonMap } from '../../json.ts';
import type { Attempt } from '../../lambda/asynchronous-invocation.ts';
import { awsRequestIdOf, type InvocationResult } from '../../lambda/function.ts';
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
  /** The code of the error, or `no answer`; undefined if the call succeeded. */
  error?: string;
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
  /** Whether the last such call failed. */
  const hasFailed = new Map<string, boolean>();
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
      if (answer.status >= 300) recorded.error = codeOf(answer);
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
    /** Runs an invocation and records it. */
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
  };
}

function kindOf(operation: string, hasFailedBefore: boolean | undefined): CallKind {
  if (hasFailedBefore === undefined) return 'call';
  if (hasFailedBefore) return 'retry';
  return /^(Describe|List)/.test(operation) ? 'poll' : 'call';
}

interface CustomResourceRequest {
  readonly LogicalResourceId: string;
  readonly RequestId: string;
  readonly RequestType: string;
}

/** The request in an event, or in a record for an OnFailure destination. */
export function requestIn(event: Json): CustomResourceRequest | undefined {
  if (!isMap(event)) return undefined;
  const { LogicalResourceId, RequestId, RequestType, requestPayload } = event;
  if (typeof RequestType === 'string' && typeof LogicalResourceId === 'string' && typeof RequestId === 'string') {
    return { LogicalResourceId, RequestId, RequestType };
  }
  return requestPayload === undefined ? undefined : requestIn(requestPayload);
}

function codeOf({ status, body }: ApiAnswer): string {
  const { __type }: JsonMap = JSON.parse(body);
  return typeof __type === 'string' ? __type : `status ${status}`;
}
