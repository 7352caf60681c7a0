/**
 * The life of a request, told once: read, carry out, answer. Called by handler.ts for each invocation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
import type { Clock } from './clock.ts';
import { deliver, destinationOf } from './cloudformation/deliver.ts';
import { issueTime } from './cloudformation/issue-time.ts';
import type { Put } from './cloudformation/put.ts';
import { type Request, readRequest, type UpdateRequest } from './cloudformation/request.ts';
import { requestDeadlines } from './cloudformation/request-deadlines.ts';
import { type Outcome, responseBody } from './cloudformation/response.ts';
import type { Stacks } from './cloudformation/stacks.ts';
import type { Deadlines } from './deadlines.ts';
import { OutOfTime, ProviderError, Superseded } from './errors.ts';
import { attributes } from './image-version/attributes.ts';
import { isChanged } from './image-version/changes.ts';
import type { LeftBehind } from './image-version/clean-up.ts';
import { createImageVersion } from './image-version/create.ts';
import { deleteImageVersion } from './image-version/delete.ts';
import type { StepDependencies } from './image-version/dependencies.ts';
import { requestHash } from './image-version/ownership.ts';
import {
  deniedId,
  notCreatedId,
  parsePhysicalResourceId,
  unconfirmedId,
} from './image-version/physical-resource-id.ts';
import { type ImageVersionProperties, readProperties } from './image-version/properties.ts';
import { updateImageVersion } from './image-version/update.ts';
import type { Log } from './log.ts';
import type { ImageVersion, ImageVersions } from './sagemaker/image-versions.ts';

/** Everything the provider reaches the world through. */
export interface ProviderDependencies {
  /** SageMaker; its calls should be over at the instant `until`, in milliseconds since the epoch. */
  readonly imageVersions: (until: number) => ImageVersions;
  /** What CloudFormation tells in time for the answer, and what it does not tell on the given log. */
  readonly stacks: (log: Log, deadlines: Deadlines) => Stacks;
  readonly clock: Clock;
  readonly log: Log;
  readonly put: Put;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** The invocation, as Lambda's context tells it. */
export interface Invocation {
  readonly remainingTimeMs: number;
  /** Lambda's own id of the request, which is on the lines that Lambda itself writes to the log. */
  readonly awsRequestId: string;
  /** Which release of the provider this is; undefined where it was not deployed. */
  readonly providerVersion: string | undefined;
  /** Where the log of this invocation is, for the Reason. */
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/**
 * Carries out one request of CloudFormation and delivers the answer, if CloudFormation still waits for it.
 *
 * @throws OutOfTime, without having answered, when Lambda has to deliver the request again
 * @throws ProviderError if the answer could not be delivered, so that Lambda delivers the request again
 * @throws Error if the event is no request of CloudFormation, or could not be answered; nothing is done then
 */
export async function provide(
  event: unknown,
  invocation: Invocation,
  dependencies: ProviderDependencies,
): Promise<void> {
  const { clock } = dependencies;
  const request = readRequest(event);
  const destination = destinationOf(request.ResponseURL);
  const { StackId, LogicalResourceId, RequestId, RequestType } = request;
  const log = dependencies.log.with({ StackId, LogicalResourceId, RequestId, RequestType });
  const begunAt = clock.now();
  const deadlines = requestDeadlines(request, invocation.remainingTimeMs, begunAt);
  const stacks = dependencies.stacks(log, deadlines);
  const imageVersions = dependencies.imageVersions(deadlines.cleanUp);

  const steps = { ...dependencies, imageVersions, stacks, log, deadlines, begunAt };
  const outcome = await carryOut(request, invocation, steps);
  if (outcome === 'superseded') return;
  await deliver(destination, responseBody(request, outcome), { ...dependencies, log });
  log.info('Answered', { Status: outcome.Status, PhysicalResourceId: outcome.PhysicalResourceId });
}

/** What to answer. Every failure becomes a FAILED answer; only the lack of time does not. */
async function carryOut(
  request: Request,
  invocation: Invocation,
  dependencies: StepDependencies,
): Promise<Outcome | 'superseded'> {
  const { begunAt, clock, log } = dependencies;
  const where = `(Log: ${invocation.logGroupName}, stream ${invocation.logStreamName})`;
  const { ResourceProperties } = request;
  const issuedAt = issueTime(request.ResponseURL);
  const latenessMs = issuedAt === undefined ? undefined : begunAt - issuedAt;
  const { awsRequestId, providerVersion } = invocation;
  log.info('Received', { awsRequestId, providerVersion, latenessMs, ResourceProperties });
  try {
    const result = await byRequestType(request, dependencies);
    if (!('error' in result)) return { Status: 'SUCCESS', ...result };
    return { Status: 'FAILED', PhysicalResourceId: result.PhysicalResourceId, Reason: result.error.message, where };
  } catch (thrown) {
    if (thrown instanceof OutOfTime) {
      log.info(thrown.message);
      throw thrown;
    }
    if (thrown instanceof Superseded) {
      log.warn(thrown.message, { latenessMs, tookMs: clock.now() - begunAt });
      return 'superseded';
    }
    const error = ProviderError.from(thrown);
    log.error('The request failed', { code: error.code, error });
    // A Create that throws has called nothing yet; whatever happens to an Update or Delete, the id stays.
    const PhysicalResourceId =
      request.RequestType === 'Create' ? notCreatedId(requestHash(request)) : request.PhysicalResourceId;
    return { Status: 'FAILED', PhysicalResourceId, Reason: error.message, where };
  }
}

type Result =
  | { readonly PhysicalResourceId: string; readonly Data?: Readonly<Record<string, string>> }
  | { readonly PhysicalResourceId: string; readonly error: ProviderError };

async function byRequestType(request: Request, dependencies: StepDependencies): Promise<Result> {
  switch (request.RequestType) {
    case 'Create':
      return create(request, readProperties(request.ResourceProperties), dependencies);
    case 'Update':
      return update(request, readProperties(request.ResourceProperties), dependencies);
    case 'Delete':
      await deleteImageVersion(request, dependencies);
      return { PhysicalResourceId: request.PhysicalResourceId };
  }
}

async function create(
  request: Request,
  properties: ImageVersionProperties,
  dependencies: StepDependencies,
): Promise<Result> {
  const creation = await createImageVersion(request, { properties, predecessor: 0 }, dependencies);
  if (creation.outcome === 'created') return succeeded(creation.version, properties);
  return { PhysicalResourceId: idOfFailedCreate(request, creation.left), error: creation.error };
}

async function update(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  dependencies: StepDependencies,
): Promise<Result> {
  // The version may still be of the image that the template named before.
  const before = request.OldResourceProperties['ImageName'];
  const names = isChanged('ImageName', request.ResourceProperties, request.OldResourceProperties)
    ? [before, properties.ImageName]
    : [properties.ImageName];
  const id = parsePhysicalResourceId(request.PhysicalResourceId, ...names);
  if (id.kind !== 'image version') {
    const result = await create(request, properties, dependencies);
    // Another id makes CloudFormation delete, in the rollback, what it names: only where there may be something.
    const hasLeftNothing =
      'error' in result && parsePhysicalResourceId(result.PhysicalResourceId).kind === 'not created';
    return hasLeftNothing ? { ...result, PhysicalResourceId: request.PhysicalResourceId } : result;
  }
  return succeeded(await updateImageVersion(request, properties, id.version, dependencies), properties);
}

function succeeded(version: ImageVersion, properties: ImageVersionProperties): Result {
  return { PhysicalResourceId: version.ImageVersionArn, Data: attributes(version, properties) };
}

function idOfFailedCreate(request: Request, left: LeftBehind): string {
  switch (left) {
    case 'nothing':
      return notCreatedId(requestHash(request));
    case 'denied':
      return deniedId(requestHash(request));
    case 'unconfirmed':
      return unconfirmedId(requestHash(request));
    default:
      return left.ImageVersionArn;
  }
}
