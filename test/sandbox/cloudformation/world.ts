/** CloudFormation for tests, in virtual time, with a response bucket and a provider that is a function. */
import {
  type CloudFormation,
  type CloudFormationServices,
  type CloudFormationSnapshot,
  createCloudFormation,
  type OperationResult,
} from '../../../sandbox/cloudformation/cloudformation.ts';
import type { SageMakerApi } from '../../../sandbox/cloudformation/native-resource.ts';
import { createResponseBucket, type ResponseBucket } from '../../../sandbox/cloudformation/response-bucket.ts';
import { type CloudFormationSettings, defaultSettings } from '../../../sandbox/cloudformation/settings.ts';
import type { ResourceRecord, StackSource } from '../../../sandbox/cloudformation/stack.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';

export const FUNCTION_ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:provider';

/** The type and properties of a custom resource, for a line `LogicalId! {…}` of `stackSource`. */
export const CUSTOM = `Type: Custom::Thing, Properties: { ServiceToken: ${FUNCTION_ARN} }`;

/** A request to a custom resource, as a provider reads it. */
export interface Request {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ServiceToken: string;
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly ServiceTimeout?: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** The provider's response after `afterMs`, without the ids of the request. `undefined` is no response. */
export interface Answer {
  readonly afterMs?: number;
  readonly Status?: string;
  readonly Reason?: string;
  readonly PhysicalResourceId?: string;
  readonly Data?: unknown;
}

export type Provider = (request: Request) => Answer | undefined;

/** Its physical id is `Name`, so another Name is a replacement. */
export const nameProvider: Provider = ({ RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties }) => {
  const name = typeof ResourceProperties['Name'] === 'string' ? ResourceProperties['Name'] : LogicalResourceId;
  if (RequestType === 'Delete') return { PhysicalResourceId: PhysicalResourceId ?? '' };
  return { PhysicalResourceId: name, Data: { Name: name, Upper: name.toUpperCase() } };
};

/**
 * Answers with `answer` to every request of this type, of one resource or of all, and as usual to any other request. The
 * physical id is by default the logical one.
 */
export function failing(RequestType: string, answer: Answer | undefined, LogicalResourceId?: string): Provider {
  return (request) =>
    request.RequestType === RequestType &&
    request.LogicalResourceId === (LogicalResourceId ?? request.LogicalResourceId)
      ? answer && { PhysicalResourceId: request.LogicalResourceId, ...answer }
      : nameProvider(request);
}

export interface World {
  readonly clock: VirtualClock;
  readonly bucket: ResponseBucket;
  readonly cloudFormation: CloudFormation;
  /** Every request so far, oldest first. */
  readonly requests: readonly Request[];
  /** Answers requests with this provider from now on. */
  provideWith(provider: Provider): void;
  /** `StackName` is `app` by default. */
  create(resources: string, rest?: string, StackName?: string): Promise<OperationResult>;
  update(resources: string, rest?: string): Promise<OperationResult>;
  remove(StackName?: string): Promise<OperationResult | undefined>;
  /** A resource of the stack `app`. */
  resource(LogicalResourceId: string): ResourceRecord | undefined;
}

/** The stack `app`, before it is deployed. */
export function futureStack(source: StackSource) {
  const { partition, region, accountId } = defaultSettings;
  return { source, stack: { StackName: 'app', StackId: 'arn' }, account: { partition, region, accountId } };
}

export const START = Date.UTC(2026, 10, 21, 9);

export function newWorld(
  options: {
    readonly provider?: Provider;
    readonly settings?: Partial<CloudFormationSettings>;
    /** SageMaker on the world's clock; by default every call rejects. */
    readonly images?: (clock: VirtualClock) => SageMakerApi;
    readonly snapshot?: CloudFormationSnapshot;
    readonly macros?: CloudFormationServices['macros'];
  } = {},
): World {
  const clock = new VirtualClock(START);
  const random = seededRandom(1);
  const bucket = createResponseBucket('eu-west-1', { clock, random });
  const requests: Request[] = [];
  let provider = options.provider ?? nameProvider;
  const invokeEvent: CloudFormationServices['invokeEvent'] = (_functionArn, event) => {
    const request: Request = JSON.parse(JSON.stringify(event));
    requests.push(request);
    void respond(request, provider(request), { clock, bucket });
  };
  const images = options.images?.(clock) ?? { call: () => Promise.reject(new Error('No images here')) };
  // Without this pause, the first request has the time of the operation.
  const settings = { pauseBeforeFirstRequestMs: 0, ...options.settings };
  const cloudFormation = createCloudFormation(settings, {
    clock,
    random,
    invokeEvent,
    sageMaker: images,
    bucket,
    ...(options.snapshot !== undefined && { snapshot: options.snapshot }),
    ...(options.macros !== undefined && { macros: options.macros }),
  });
  return {
    clock,
    bucket,
    cloudFormation,
    requests,
    provideWith: (next) => {
      provider = next;
    },
    create: (resources, rest, StackName = 'app') =>
      clock.run(() => cloudFormation.createStack(StackName, stackSource(resources, rest))),
    update: (resources, rest) => clock.run(() => cloudFormation.updateStack('app', stackSource(resources, rest))),
    remove: (StackName = 'app') => clock.run(() => cloudFormation.deleteStack(StackName)),
    resource: (id) => cloudFormation.findStack('app')?.resources[id],
  };
}

/**
 * A template with one line per resource, `LogicalId: {properties}`, each a Custom::Thing; a line `LogicalId! {…}` is a
 * whole resource declaration.
 */
export function stackSource(resources: string, rest = ''): StackSource {
  const lines = resources
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .map((line) => {
      const [id = '', whole = ''] = line.split(/! (.*)/s);
      if (whole !== '') return `  ${id}: ${whole}`;
      const [name = '', properties = ''] = line.split(/: \{(.*)\}$/s);
      const listed = ['ServiceToken: ', FUNCTION_ARN, properties.trim() === '' ? '' : `, ${properties.trim()}`].join(
        '',
      );
      return `  ${name}: { Type: Custom::Thing, Properties: { ${listed} } }`;
    });
  return { templateText: `Resources:\n${lines.join('\n')}\n${rest}`, fileName: 'app.yaml', parameters: {} };
}

async function respond(
  { ResponseURL, StackId, RequestId, LogicalResourceId }: Request,
  answer: Answer | undefined,
  { clock, bucket }: Pick<World, 'clock' | 'bucket'>,
): Promise<void> {
  if (answer === undefined) return;
  const { afterMs = 1000, Status = 'SUCCESS', ...fields } = answer;
  await clock.sleep(afterMs);
  const body = JSON.stringify({ Status, StackId, RequestId, LogicalResourceId, ...fields });
  await bucket.put(ResponseURL, { 'Content-Type': '', 'Content-Length': String(Buffer.byteLength(body)) }, body);
}

/** One line for each request: "Create A", "Delete A a-2". */
export function requestLines(requests: readonly Request[]): readonly string[] {
  return requests.map(({ RequestType, LogicalResourceId, PhysicalResourceId }) =>
    [RequestType, LogicalResourceId, ...(PhysicalResourceId === undefined ? [] : [PhysicalResourceId])].join(' '),
  );
}

/** One line for each event: "A CREATE_FAILED: reason". */
export function eventLines(result: OperationResult | undefined): readonly string[] {
  return (result?.events ?? []).map(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
    [
      `${LogicalResourceId} ${ResourceStatus}`,
      ...(ResourceStatusReason === undefined ? [] : [ResourceStatusReason]),
    ].join(': '),
  );
}
