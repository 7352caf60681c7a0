/**
 * The lifecycle of a request: read it, carry it out, answer it. A step that fails throws, and this file catches the
 * error: it undoes a failed request and answers FAILED. It does not answer an interrupted request. If the invocation has no time left,
 * Lambda delivers the request again, and after the last delivery `failsafe.ts` answers. If the request is superseded, nobody
 * answers.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
import type { Clock } from './clock.ts';
import { deliver, type Put } from './cloudformation/deliver.ts';
import { type AnswerHosts, destinationOf } from './cloudformation/destination.ts';
import { type Request, readRequest, type UpdateRequest } from './cloudformation/request.ts';
import { requestDeadlines } from './cloudformation/request-deadlines.ts';
import { type Outcome, responseBody } from './cloudformation/response.ts';
import { settledStacks } from './cloudformation/settled-stacks.ts';
import { StackOfRequest } from './cloudformation/stack-of-request.ts';
import type { Stacks } from './cloudformation/stacks.ts';
import type { Deadlines } from './deadlines.ts';
import { isChanged } from './image-version/changes.ts';
import { createImageVersion } from './image-version/create.ts';
import { deleteImageVersion } from './image-version/delete.ts';
import { Journal } from './image-version/journal.ts';
import { requestHash } from './image-version/ownership.ts';
import {
  deniedId,
  notCreatedId,
  parsePhysicalResourceId,
  unconfirmedId,
} from './image-version/physical-resource-id.ts';
import { type ImageVersionProperties, readProperties } from './image-version/properties.ts';
import type { AttributeName } from './image-version/property-table.ts';
import { type ContextParts, RequestContext } from './image-version/request-context.ts';
import { type Left, type Undone, undo } from './image-version/undo.ts';
import { updateImageVersion } from './image-version/update.ts';
import { isInProgress, requiringAnswers } from './image-version/verify.ts';
import type { Log } from './log.ts';
import type { ImageVersion, ImageVersions } from './sagemaker/image-versions.ts';

/** What the provider uses from outside. */
export interface ProviderDependencies {
  /** SageMaker. A call that hangs fails at the instant `until`, in milliseconds since the epoch. */
  readonly imageVersions: (until: number) => ImageVersions;
  /** CloudFormation's API, for a request with these deadlines. */
  readonly stacks: (log: Log, deadlines: Deadlines) => Stacks;
  readonly clock: Clock;
  readonly log: Log;
  readonly put: Put;
  readonly answerHosts: AnswerHosts;
  /** Whether the provider asks CloudFormation about each request before it does anything else. */
  readonly verifiesRequests?: boolean;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** The invocation, from Lambda's context and the function's environment. */
export interface Invocation {
  /** How long Lambda lets the invocation run, read when it begins. */
  readonly remainingTimeMs: number;
  /** Lambda's id of the request, which is on the log lines that Lambda writes. */
  readonly awsRequestId: string;
  /** The release of the provider; undefined if it is not deployed. */
  readonly providerVersion: string | undefined;
  /** Where this invocation logs, for the Reason. */
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/**
 * Carries out one request of CloudFormation and delivers the answer, if CloudFormation still waits for it. If this
 * throws, Lambda delivers the event again.
 *
 * @throws OutOfTime, without an answer; the next delivery continues
 * @throws ProviderError NetworkFailure if the answer was not delivered; GeneralServiceException if the provider could
 *   not verify the request; InvalidRequest, before it does anything, if ResponseURL is not CloudFormation's
 * @throws Error, before it does anything, if the event is no request of CloudFormation
 */
export async function provide(
  event: unknown,
  invocation: Invocation,
  dependencies: ProviderDependencies,
): Promise<void> {
  const { clock, random } = dependencies;
  const request = readRequest(event);
  const destination = destinationOf(request, dependencies.answerHosts);
  const { StackId, LogicalResourceId, RequestId, RequestType, ResourceProperties, issuedAt } = request;
  const log = dependencies.log.with({ StackId, LogicalResourceId, RequestId, RequestType });
  const begunAt = clock.now();
  const deadlines = requestDeadlines(request, invocation.remainingTimeMs, begunAt);
  const imageVersions = dependencies.imageVersions(deadlines.cleanUp);
  const stacks = settledStacks(dependencies.stacks(log, deadlines), request, { clock, deadlines });
  const stack = new StackOfRequest(request, stacks);
  const { awsRequestId, providerVersion, logGroupName, logStreamName } = invocation;
  const latenessMs = issuedAt === undefined ? undefined : begunAt - issuedAt;
  log.info('Received', { awsRequestId, providerVersion, latenessMs, ResourceProperties });

  const parts = { imageVersions, stack, clock, log, random, deadlines, begunAt };
  if (dependencies.verifiesRequests) {
    const verified = { ...parts, request, stack: new StackOfRequest(request, requiringAnswers(stacks)) };
    if (!(await isInProgress(new RequestContext(verified)))) {
      const { ImageName } = ResourceProperties;
      log.warn(
        `CloudFormation does not wait for this request for image ${ImageName}, so the provider does nothing. If the stack ` +
          'has no operation in progress, find out who invoked the function.',
        { ImageName, latenessMs },
      );
      return;
    }
  }
  const outcome = await carryOut(request, parts);
  if (outcome === 'superseded') {
    const { ImageName } = ResourceProperties;
    const tookMs = clock.now() - begunAt;
    log.warn(
      `CloudFormation no longer waits for this request for image ${ImageName}, so the provider does not answer it. Act ` +
        'only on an error that is logged before this, or if the stack timed out on this resource.',
      { ImageName, latenessMs, tookMs },
    );
    return;
  }
  const whereToLook = `(Log: ${logGroupName}, stream ${logStreamName})`;
  await deliver(destination, responseBody(request, outcome, whereToLook), { ...dependencies, log });
  log.info('Answered', { Status: outcome.Status, PhysicalResourceId: outcome.PhysicalResourceId });
}

async function carryOut(
  request: Request,
  parts: Omit<ContextParts<Request>, 'request'>,
): Promise<Outcome | 'superseded'> {
  const journal = new Journal();
  const contextOf = <R extends Request>(typed: R) => new RequestContext({ ...parts, request: typed }, journal);
  try {
    switch (request.RequestType) {
      case 'Create':
        return await create(contextOf(request), readProperties(request.ResourceProperties));
      case 'Update':
        return await update(contextOf(request), readProperties(request.ResourceProperties));
      case 'Delete':
        await deleteImageVersion(contextOf(request));
        return { Status: 'SUCCESS', PhysicalResourceId: request.PhysicalResourceId };
    }
  } catch (thrown) {
    const undone = await undo(contextOf(request), thrown);
    return undone === 'superseded' ? undone : failed(request, undone);
  }
}

async function create(context: RequestContext, properties: ImageVersionProperties): Promise<Outcome> {
  const desired = { properties, predecessor: 0, adopted: properties.Adopt };
  return succeeded(await createImageVersion(context, desired), properties);
}

async function update(context: RequestContext<UpdateRequest>, properties: ImageVersionProperties): Promise<Outcome> {
  const { PhysicalResourceId, ResourceProperties, OldResourceProperties } = context.request;
  // The ARN may name the image of the old template. The result has the spelling of the template: see `tryParseArn`.
  const names = isChanged('ImageName', ResourceProperties, OldResourceProperties)
    ? [OldResourceProperties['ImageName'], properties.ImageName]
    : [properties.ImageName];
  const id = parsePhysicalResourceId(PhysicalResourceId, ...names);
  // A placeholder id names no version that could be updated.
  if (id.kind !== 'image version') return create(context, properties);
  return succeeded(await updateImageVersion(context, properties, id.version), properties);
}

/**
 * Each SUCCESS answer to a Create or an Update contains every attribute for Fn::GetAtt, because CloudFormation keeps
 * only those of the last answer. It converts the strings where a template uses them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-imageversion.html
 */
function succeeded(version: ImageVersion, { ImageName, BaseImage }: ImageVersionProperties): Outcome {
  const { ImageVersionArn, Version, ImageArn, ContainerImage = BaseImage } = version;
  const Data = {
    ImageVersionArn,
    Version: String(Version),
    ImageArn,
    ImageName,
    BaseImage,
    ContainerImage,
  } satisfies Record<AttributeName, string>;
  return { Status: 'SUCCESS', PhysicalResourceId: ImageVersionArn, Data };
}

function failed(request: Request, { error, left }: Undone): Outcome {
  return { Status: 'FAILED', PhysicalResourceId: idAfterFailure(request, left), Reason: error.message };
}

/**
 * The id of a FAILED answer. A Delete keeps its id. An Update of a version keeps it too: with a new id, CloudFormation
 * would delete what the new id names in the rollback. An Update of a placeholder id keeps it only if nothing is left.
 * Otherwise the id stands for what is left.
 */
function idAfterFailure(request: Request, left: Left): string {
  if (request.RequestType !== 'Create') {
    const isVersion = parsePhysicalResourceId(request.PhysicalResourceId).kind === 'image version';
    if (isVersion || left === 'nothing') return request.PhysicalResourceId;
  }
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
