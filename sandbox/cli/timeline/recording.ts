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
  readonly faults: readonly RecordedFault[];
}

/** A fault that `--fault` has caused. */
export interface RecordedFault {
  /** The value of the option. */
  readonly given: string;
  /** What happened. */
  readonly description: string;
  readonly at: number;
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

export interface Recorder {
  readonly recording: Recording;
  event(event: StackEvent): void;
  fault(given: string, description: string): void;
  /** Runs an invocation and records it. */
  invocation(attempt: Attempt, run: () => Promise<InvocationResult>): Promise<InvocationResult>;
  /** Must come before all other interceptors, so that it records what the caller sees. */
  readonly interceptor: Interceptor;
}

export function createRecorder({ clock }: { readonly clock: Clock }): Recorder {
  const events: StackEvent[] = [];
  const invocations: RecordedInvocation[] = [];
  const calls: RecordedCall[] = [];
  const faults: RecordedFault[] = [];
  /** By Lambda's request id. */
  const requests = new Map<string, CustomResourceRequest>();
  /** Whether the last such call failed. */
  const hasFailed = new Map<string, boolean>();

  return {
    recording: { events, invocations, calls, faults },
    event: (event) => {
      events.push(event);
    },
    fault: (given, description) => {
      faults.push({ given, description, at: clock.now() });
    },
    async invocation({ event, awsRequestId }, run) {
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
    interceptor: async (operation, input, next, traceId = '') => {
      const { LogicalResourceId, RequestId } = requests.get(awsRequestIdOf(traceId) ?? '') ?? {};
      const same = `${RequestId} ${operation} ${JSON.stringify(input)}`;
      const recorded: RecordedCall = {
        operation,
        kind: kindOf(operation, hasFailed.get(same)),
        LogicalResourceId,
        ImageName: imageNameIn(input),
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
    },
  };
}

function kindOf(operation: string, hasFailedBefore: boolean | undefined): CallKind {
  if (hasFailedBefore === undefined) return 'call';
  if (hasFailedBefore) return 'retry';
  return /^(Describe|List)/.test(operation) ? 'poll' : 'call';
}

export interface CustomResourceRequest {
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

function imageNameIn(input: Json): string | undefined {
  const { ImageName } = isMap(input) ? input : {};
  return typeof ImageName === 'string' ? ImageName : undefined;
}

function codeOf({ status, body }: ApiAnswer): string {
  const { __type }: JsonMap = JSON.parse(body);
  return typeof __type === 'string' ? __type : `status ${status}`;
}
