/**
 * Sends requests to a provider as CloudFormation and Lambda do, one at a time, and records the answers. Unlike Lambda, it
 * retries at once. Every attempt has its own execution environment, so that a provider cannot rely on what an earlier
 * invocation left in memory.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
import type { TimeAndChance } from '../clock.ts';
import type { RequestIds } from '../cloudformation/custom-resource.ts';
import {
  createResponseBucket,
  keyOf,
  listenResponseBucket,
  type PutAnswer,
  s3Error,
} from '../cloudformation/response-bucket.ts';
import { setResourceStatus, setStackStatus } from '../cloudformation/run.ts';
import { listenCloudFormation } from '../cloudformation/server.ts';
import { defaultSettings } from '../cloudformation/settings.ts';
import { blankResource, newStack, newStackId, type Stack } from '../cloudformation/stack.ts';
import { listenOnLoopback } from '../http-server.ts';
import type { Json, JsonMap } from '../json.ts';
import { deferred } from '../lambda/deferred.ts';
import type { Executor, FunctionConfiguration, InvocationResult } from '../lambda/function.ts';
import { destinationRecord } from '../lambda/lambda.ts';
import { randomUuid } from '../random.ts';
import { acceptedOf, type Delivery, type Exchange } from './rules.ts';

export interface Circumstances {
  /** S3 answers the first PUT with 503, or the function is killed during the first PUT. */
  readonly firstDelivery?: 'refused' | 'killed';
  /** Environment variables, in addition to the function's own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What DescribeStacks answers meanwhile. The default fits the request: CREATE_IN_PROGRESS for a Create. */
  readonly StackStatus?: string | undefined;
}

export type Session = Awaited<ReturnType<typeof openSession>>;
type Request = JsonMap & Omit<RequestIds, 'RequestId'> & Readonly<Record<'RequestType' | 'ResourceType', string>>;

export interface Provider {
  readonly configuration: FunctionConfiguration;
  /** A new execution environment, with these variables in addition to its own. */
  readonly environment: (variables: Readonly<Record<string, string>>) => Executor;
  /** The OnFailure destination, if there is one. */
  readonly onFailure?: (() => Executor) | undefined;
}

export interface SessionDependencies extends TimeAndChance {
  /** How long the session waits for a response after the handler has returned. */
  readonly graceMs?: number;
  /** Between two operations on a stack. */
  readonly pauseMs?: number;
}

const StackName = 'check';
const attemptsOfLambda = 3;

export async function openSession(
  provider: Provider,
  { clock, random, graceMs = 1000, pauseMs = 1100 }: SessionDependencies,
) {
  const bucket = createResponseBucket(defaultSettings.region, { clock, random });
  /** By the key of the response object: two deliveries of one event have the same key. */
  const recorders = new Map<string, Recorder>();
  const server = await listenResponseBucket({
    ...bucket,
    put: (url, headers, body) => {
      const store = () => bucket.put(url, headers, body);
      return recorders.get(keyOf(url))?.put(body, store) ?? store();
    },
  });

  const stacks = new Map<string, Stack>();
  const readable = { findStack: (nameOrId: string) => stacks.get(nameOrId), listStacks: () => [...stacks.values()] };
  const api = await listenCloudFormation(readable, random);

  /** Invokes the provider as Lambda does, until an attempt returns, and then its OnFailure destination if none has. */
  async function deliver(event: Exchange['event'], recorder: Recorder, variables: Circumstances['variables'] = {}) {
    const { FunctionArn, Timeout } = provider.configuration;
    const awsRequestId = randomUuid(random);
    const attempts: InvocationResult[] = [];
    const invoke = async (executor: Executor, payload: Json) => {
      const deadlineMs = clock.now() + Timeout * 1000;
      recorder.running += 1;
      const invocation = executor.invoke(payload, { awsRequestId, invokedFunctionArn: FunctionArn, deadlineMs });
      const result = await (attempts.length === 0 ? Promise.race([invocation, recorder.kill]) : invocation);
      recorder.running -= 1;
      if (result.outcome === 'returned' && !recorder.isAnswered()) await clock.sleep(graceMs);
      await executor.close();
      return result;
    };

    while (attempts.length < attemptsOfLambda && attempts.at(-1)?.outcome !== 'returned') {
      const environment = provider.environment({ AWS_ENDPOINT_URL_CLOUDFORMATION: api.url, ...variables });
      attempts.push(await invoke(environment, event));
      recorder.attemptsEnded += 1;
    }
    const lastFailure = attempts.at(-1);
    if (provider.onFailure !== undefined && lastFailure !== undefined && lastFailure.outcome !== 'returned') {
      const invoked = { configuration: provider.configuration, qualifier: '$LATEST' };
      const call = { invoked, event, awsRequestId: randomUuid(random), lastFailure };
      const end = { condition: 'RetriesExhausted', approximateInvokeCount: attemptsOfLambda } as const;
      await invoke(provider.onFailure(), destinationRecord({ ...call, ...end }, clock.now()));
    }
    return attempts;
  }

  /** Puts the stack in `StackStatus`, which the provider may ask for, and resolves with the event of the request. */
  async function begin(request: Request, StackStatus = inProgress(request)): Promise<Exchange['event']> {
    const { StackId, LogicalResourceId, ResourceType, PhysicalResourceId = '' } = request;
    const existing = stacks.get(StackId);
    // The dates of requests have no milliseconds, and CloudFormation pauses for several seconds before it rolls back.
    if (existing !== undefined && existing.StackStatus !== StackStatus) await clock.sleep(pauseMs);
    const templateText = JSON.stringify({ Resources: { [LogicalResourceId]: { Type: ResourceType } } });
    const source = { templateText, fileName: 'check.json', parameters: {} };
    const stack = existing ?? newStack(StackName, StackId, source, clock.now());
    stacks.set(StackId, stack);
    const run = { stack, settings: defaultSettings, clock, random, onEvent: () => {} };
    const isUpdate = existing !== undefined && StackStatus === 'UPDATE_IN_PROGRESS';
    // An update begins when the operation before it is complete.
    if (isUpdate) setStackStatus(run, stack.StackStatus.replace(/(_COMPLETE_CLEANUP)?_IN_PROGRESS$/, '_COMPLETE'));
    if (stack.StackStatus !== StackStatus) setStackStatus(run, StackStatus);
    if (StackStatus === 'UPDATE_IN_PROGRESS') stack.LastUpdatedTime = clock.now();
    const named = { LogicalResourceId, ResourceType, PhysicalResourceId: String(PhysicalResourceId) };
    setResourceStatus(run, blankResource(named), inProgress(request));
    const ids = { ...request, RequestId: randomUuid(random) };
    const { ResponseURL } = bucket.presign(keyFor(ids));
    return { ServiceToken: provider.configuration.FunctionArn, ResponseURL, ...ids };
  }

  async function exchange(name: string, event: Exchange['event'], given: Circumstances = {}): Promise<Exchange> {
    const recorder = newRecorder(given.firstDelivery);
    recorders.set(keyFor(event), recorder);
    const attempts = await deliver(event, recorder, given.variables);
    return { name, event, attempts, deliveries: recorder.deliveries };
  }

  return {
    newResource() {
      return { StackId: newStackId(StackName, defaultSettings, clock.now(), random), LogicalResourceId: 'Checked' };
    },
    /** Sends one request, retries it as Lambda does, and resolves after the last attempt. */
    ask: async (name: string, request: Request, circumstances: Circumstances = {}) =>
      exchange(name, await begin(request, circumstances.StackStatus), circumstances),
    repeat: (name: string, { event }: Pick<Exchange, 'event'>) => exchange(name, event),
    /** Delivers one event twice at the same time. */
    async askTwiceAtOnce(request: Request): Promise<readonly [Exchange, Exchange]> {
      const event = await begin(request);
      const recorder = newRecorder();
      const { deliveries } = recorder;
      recorders.set(keyFor(event), recorder);
      const [one, other] = await Promise.all([deliver(event, recorder), deliver(event, recorder)]);
      // Nothing shows which of the two answered first, and it does not matter.
      return [
        { name: 'one of the two Creates', event, attempts: one, deliveries: deliveries.slice(0, 1) },
        { name: 'the other of the two Creates', event, attempts: other, deliveries: deliveries.slice(1) },
      ];
    },
    close: () => Promise.all([server.close(), api.close()]),
  };
}

function keyFor({ StackId, LogicalResourceId, RequestId }: RequestIds): string {
  return `${StackId}|${LogicalResourceId}|${RequestId}`;
}

type Recorder = ReturnType<typeof newRecorder>;

/** Records what the provider sends in answer to one event. */
function newRecorder(firstDelivery?: Circumstances['firstDelivery']) {
  const deliveries: Delivery[] = [];
  const kill = deferred<InvocationResult>();
  const recorder = {
    deliveries,
    /** The number of invocations that are running. */
    running: 0,
    attemptsEnded: 0,
    /** Resolves when the first invocation must be killed, if at all. */
    kill: kill.promise,
    isAnswered: () => acceptedOf({ deliveries }) !== undefined,
    async put(body: string, store: () => Promise<PutAnswer>): Promise<PutAnswer> {
      const { attemptsEnded } = recorder;
      const isLate = recorder.running === 0;
      const isFirst = deliveries.length === 0;
      if (isFirst && firstDelivery === 'killed') {
        deliveries.push({ body, answer: undefined, isLate, attemptsEnded });
        kill.resolve({ outcome: 'exited', errorMessage: 'the check killed it' });
        return new Promise(() => {});
      }
      const refused = isFirst && firstDelivery === 'refused';
      const answer = refused ? s3Error(503, 'SlowDown', 'Please reduce your request rate.') : await store();
      deliveries.push({ body, answer, isLate, attemptsEnded });
      return answer;
    },
  };
  return recorder;
}

function inProgress({ RequestType }: Request): string {
  return `${RequestType.toUpperCase()}_IN_PROGRESS`;
}

/**
 * An endpoint for all AWS services (AWS_ENDPOINT_URL) that refuses every call, or never answers, and counts the calls.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function listenUnavailableAws(manner: 'refuses' | 'hangs') {
  let calls = 0;
  const server = await listenOnLoopback(async (request, response) => {
    calls += 1;
    request.resume();
    if (manner === 'hangs') return;
    const code = 'AccessDeniedException';
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code })
      .end(JSON.stringify({ __type: code, message: 'The check refuses every call to AWS.' }));
  });
  return { ...server, calls: () => calls };
}
