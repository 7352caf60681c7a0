/**
 * Deletes what a PhysicalResourceId names: an ARN names a version, and a marker id what its Create may have left. A Delete
 * never fails because of invalid properties, and never deletes a version that this resource did not make.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 */
import { type DeleteRequest, issueTimeResolutionMs } from '../cloudformation/request.ts';
import { isMadeSince } from '../cloudformation/stacks.ts';
import { ProviderError } from '../errors.ts';
import { parseArn } from '../sagemaker/image-version-arn.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { isOwnAlias, isOwnershipOf, ownedVersions, requestPrefix, resourcePrefix } from './ownership.ts';
import { parsePhysicalResourceId } from './physical-resource-id.ts';
import { declaredAliases, isImageName } from './properties.ts';
import { reservedAliasPrefix } from './property-table.ts';
import { firstDeliveryMs, type RequestContext } from './request-context.ts';
import { returnAliases } from './return-aliases.ts';
import { remove, stabilize } from './stabilize.ts';

const lookAgainMs = 5_000;
/** SageMaker may take this long to list an alias of a new version. */
const unlistedMs = 25_000;
/** The clocks of CloudFormation and SageMaker may differ by this much. */
const longestClockSkewMs = 2_000;

/**
 * Resolves when everything that the PhysicalResourceId stands for is gone.
 *
 * @throws ProviderError if SageMaker refuses or fails to delete it
 * @throws Interruption if the invocation has no time left, or CloudFormation no longer waits for the request
 */
export async function deleteImageVersion(context: RequestContext<DeleteRequest>): Promise<void> {
  const { request } = context;
  const id = parsePhysicalResourceId(request.PhysicalResourceId, request.ResourceProperties['ImageName']);
  switch (id.kind) {
    case 'not created':
      return;
    case 'image version':
      return removeOwn(context, id.version, latestCreation(request));
    case 'denied':
    case 'unconfirmed':
      await context.stillWanted();
      if (id.kind === 'denied' && (await isStillDenied(context))) return;
      await removeMade(context, requestPrefix(request, id.requestHash), () => true);
      return;
    case 'invented':
      return removeCancelled(context);
  }
}

/**
 * The latest CreationTime of a version that this Delete can mean. Lambda may deliver a Delete again, long after its version
 * is gone. If somebody creates the image again, the numbers restart, so another version may have the same ARN.
 */
function latestCreation({ issuedAt = Number.POSITIVE_INFINITY }: DeleteRequest): number {
  return issuedAt + issueTimeResolutionMs + longestClockSkewMs;
}

/**
 * Removes the version if this resource made it. In a rollback, it first returns the aliases that the version took.
 *
 * @param createdUntil a version that was created after this instant is another one, and stays
 */
async function removeOwn(
  context: RequestContext<DeleteRequest>,
  version: VersionOfImage,
  createdUntil: number = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { clock, imageVersions, journal, log, request } = context;
  const { ImageName, Version } = version;
  journal.removing = version;
  const until = Math.min(clock.now() + unlistedMs, context.deadline);
  for (;;) {
    const described = await stabilize(context, version);
    if (described === undefined) {
      log.info('The version is already gone', { ...version });
      return;
    }
    if (described.CreationTime.getTime() > createdUntil) {
      log.warn(
        `The provider keeps version ${Version} of image ${ImageName}, because it is newer than this Delete: somebody ` +
          'created the image again. You need not do anything.',
        { ...version, CreationTime: described.CreationTime },
      );
      return;
    }
    const aliases = await imageVersions.listAliases(version);
    if (aliases.some((alias) => isOwnAlias(request, alias))) {
      const present = aliases.filter((alias) => !alias.startsWith(reservedAliasPrefix));
      await returnTaken(context, version, present);
      return remove(context, version);
    }
    if (clock.now() >= until) {
      log.error(
        `The provider keeps version ${Version} of image ${ImageName}, because no alias shows that this resource made it. ` +
          'Find out who made it, and delete it if nobody needs it.',
        { ...version, aliases, needsAttention: true },
      );
      return;
    }
    // SageMaker may not list the aliases of a new version yet.
    await context.wait(lookAgainMs);
  }
}

function returnTaken(
  context: RequestContext<DeleteRequest>,
  version: VersionOfImage,
  present: readonly string[] = [],
): Promise<void> {
  // An earlier delivery may have removed a declared alias from the version already.
  const aliases = new Set([...present, ...declaredAliases(context.request.ResourceProperties)]);
  return returnAliases(context, version, [...aliases], () => context.mayBeRollingBack());
}

/**
 * Removes what a cancelled Create made. CloudFormation stops waiting for a Create when a sibling fails, and sends a Delete
 * with an id that it invents. The Create may still be queued or running. This removes only versions of this operation
 * that the stack does not refer to: somebody retained an older one on purpose.
 */
async function removeCancelled(context: RequestContext<DeleteRequest>): Promise<void> {
  const { clock, request } = context;
  // No image has such a name, so the Create made nothing.
  if (!isImageName(request.ResourceProperties['ImageName'])) return;
  await context.stillWanted();
  const create = await context.cancelledCreate();
  if (create === undefined) return refuseToGuess(context);
  const { issuedAt = clock.now() } = request;
  const resource = await context.resource();
  const current = resource === 'gone' ? undefined : resource?.PhysicalResourceId;
  const live = current === request.PhysicalResourceId ? undefined : current;
  const isMeant = (version: ImageVersion) => isMadeSince(create, version) && version.ImageVersionArn !== live;

  // After this instant, a Create that has not called SageMaker yet first asks CloudFormation, and stops. A short
  // ServiceTimeout ends the search earlier, so that the Delete can succeed.
  const until = Math.min(issuedAt + firstDeliveryMs, context.deadline);
  while (!(await removeMade(context, resourcePrefix(request), isMeant)) && clock.now() < until) {
    await context.wait(lookAgainMs);
  }
}

/** @throws ProviderError if this resource has versions: this operation may have made any of them, or none */
async function refuseToGuess(context: RequestContext<DeleteRequest>): Promise<void> {
  const { request } = context;
  const ImageName = String(request.ResourceProperties['ImageName']);
  const found = await ownedVersions(context, ImageName, (alias) => isOwnAlias(request, alias));
  if (found.length === 0) return;
  const numbers = found.map(({ Version }) => Version).join(', ');
  throw new ProviderError(
    'GeneralServiceException',
    'CloudFormation did not answer, so the provider does not know when this stack operation began, and which of the ' +
      `versions ${numbers} of image ${ImageName} the cancelled Create made. ` +
      "Check that the provider's role may call cloudformation:DescribeStackEvents, then try again.",
  );
}

/**
 * Whether SageMaker still denies access to the image, as it did to the Create. Then no version exists: only a role with
 * access can have created one. Without this, a mistake in ImageNamePattern would keep the stack from rolling back.
 */
async function isStillDenied({ imageVersions, log, request }: RequestContext<DeleteRequest>): Promise<boolean> {
  const { ImageName } = request.ResourceProperties;
  if (!isImageName(ImageName)) return false;
  const denial = await imageVersions.listAliases({ ImageName }).then(
    () => undefined,
    (thrown: unknown) => {
      const error = ProviderError.from(thrown);
      if (error.code === 'AccessDenied') return error;
      throw thrown;
    },
  );
  if (denial === undefined) return false;
  log.warn(
    `SageMaker denies access to image ${ImageName}, as it did to the Create, so the Create made no version. Check ` +
      'ImageName and the ImageNamePattern of the provider.',
    { ImageName, error: denial },
  );
  return true;
}

/** Removes the versions with this prefix of the ownership alias for which `isMeant` is true. Resolves with whether any is. */
async function removeMade(
  context: RequestContext<DeleteRequest>,
  prefix: string,
  isMeant: (version: ImageVersion) => boolean,
): Promise<boolean> {
  const { ImageName } = context.request.ResourceProperties;
  if (!isImageName(ImageName)) return false;
  const found = await ownedVersions(context, ImageName, (alias) => isOwnershipOf(prefix, alias));
  const meant = found.filter(isMeant);
  for (const { ImageVersionArn } of meant) {
    const version = parseArn(ImageVersionArn, ImageName);
    context.log.info('Found a version that this resource made', { ...version });
    await removeOwn(context, version);
    // The version is gone, so the Reason of a later failure must not ask you to delete it.
    context.journal.removing = undefined;
    // The invocation that created it may still run, and take aliases again.
    await returnTaken(context, version);
  }
  return meant.length > 0;
}
