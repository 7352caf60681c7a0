/**
 * A Delete: by ARN of this resource's own version, or by what a marker id says there is to look for. It never fails
 * over properties, and never touches a version that this resource has not made.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 */
import { issueTime } from '../cloudformation/issue-time.ts';
import type { DeleteRequest } from '../cloudformation/request.ts';
import { pause } from '../deadlines.ts';
import { ProviderError, Superseded } from '../errors.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import { fence, issueTimeResolutionMs, youngMs } from './fence.ts';
import { findOwn } from './find-own.ts';
import { giveBackAliases } from './give-back.ts';
import { versionOfImage } from './image-version-arn.ts';
import { isOwnAlias, isOwnershipOf, requestPrefix, reservedAliasPrefix, resourcePrefix } from './ownership.ts';
import { parsePhysicalResourceId } from './physical-resource-id.ts';
import { declaredAliases, isImageName } from './properties.ts';
import { remove } from './remove.ts';
import { isMadeIn } from './roll-back.ts';
import { stabilize } from './stabilize.ts';

const lookAgainMs = 5_000;

/**
 * Resolves when what the id stands for is gone.
 *
 * @throws ProviderError if SageMaker refuses, or fails, to delete it
 */
export async function deleteImageVersion(request: DeleteRequest, dependencies: StepDependencies): Promise<void> {
  const { PhysicalResourceId, ResourceProperties } = request;
  const id = parsePhysicalResourceId(PhysicalResourceId, ResourceProperties['ImageName']);
  switch (id.kind) {
    case 'not created':
      return;
    case 'image version':
      return deleteOwn(id.version, request, dependencies);
    case 'denied':
    case 'unconfirmed':
      await fence(request, dependencies);
      if (id.kind === 'denied' && (await isDenied(request, dependencies))) return;
      await deleteMade(request, requestPrefix(request, id.request), () => true, dependencies);
      return;
    case 'invented':
      return deleteCancelled(request, dependencies);
  }
}

async function deleteOwn(
  version: VersionOfImage,
  request: DeleteRequest,
  dependencies: StepDependencies,
): Promise<void> {
  try {
    await deleteIfOwn(version, request, dependencies);
  } catch (thrown) {
    if (!(thrown instanceof ProviderError)) throw thrown;
    throw new ProviderError(thrown.code, `${thrown.message} ${whatIsLeftToDo(version)}`, { cause: thrown });
  }
}

/** CloudFormation asks again where a stack is deleted again; in the clean-up after an update, never after three times. */
function whatIsLeftToDo({ ImageName, Version }: VersionOfImage): string {
  return (
    'Then, if the stack is DELETE_FAILED or ROLLBACK_FAILED, delete it again; else leave the stack as it is, and delete ' +
    `this version alone: aws sagemaker delete-image-version --image-name ${ImageName} --version ${Version}`
  );
}

async function deleteIfOwn(
  version: VersionOfImage,
  request: DeleteRequest,
  dependencies: StepDependencies,
): Promise<void> {
  const { imageVersions, log } = dependencies;
  if ((await stabilize(version, dependencies)) === undefined) {
    log.info('The version is gone already', { ...version });
    return;
  }
  const aliases = await persist(() => imageVersions.listAliases(version), dependencies);
  if (!aliases.some((alias) => isOwnAlias(request, alias))) {
    log.warn("The version is not this resource's own, so it stays", { ...version, aliases });
    return;
  }
  // The declared ones as well: an earlier delivery may have taken one off already.
  const declared = declaredAliases(request.ResourceProperties);
  const borne = aliases.filter((alias) => !alias.startsWith(reservedAliasPrefix));
  await giveBackAliases(request, version, [...new Set([...borne, ...declared])], dependencies);
  await remove(version, dependencies);
}

/**
 * CloudFormation stops waiting for a Create when a sibling fails, and sends a Delete with an id that it makes up. The
 * Create may still be queued, calling or waiting. Only what this stack operation has made is meant: an older version
 * of this resource was retained on purpose. Nor is one that the stack refers to by now.
 */
async function deleteCancelled(request: DeleteRequest, dependencies: StepDependencies): Promise<void> {
  const { clock, stacks } = dependencies;
  const { StackId, LogicalResourceId, PhysicalResourceId, ResourceProperties } = request;
  // No image has such a name, so nothing can have been made.
  if (!isImageName(ResourceProperties['ImageName'])) return;
  await fence(request, dependencies);
  const operation = await stacks.currentOperation(StackId);
  if (operation === undefined) return refuseToGuess(request, dependencies);
  // What it was sent for is over, and this operation's versions are none of its business.
  const issuedAt = issueTime(request.ResponseURL);
  if (issuedAt !== undefined && operation.startedAt > issuedAt + issueTimeResolutionMs) throw new Superseded();
  const resource = await stacks.currentResource(StackId, LogicalResourceId);
  const current = resource === 'gone' ? undefined : resource?.PhysicalResourceId;
  const live = current === PhysicalResourceId ? undefined : current;
  const isMeant = (version: ImageVersion) => isMadeIn(operation, version) && version.ImageVersionArn !== live;

  // A Create that has not called SageMaker by then asks before it does. A short ServiceTimeout must not keep the stack
  // from ever being deleted.
  const lookedEnough = (issuedAt ?? clock.now()) + youngMs;
  const until = Math.min(lookedEnough, dependencies.deadlines.request);
  while (!(await deleteMade(request, resourcePrefix(request), isMeant, dependencies)) && clock.now() < until) {
    await pause(lookAgainMs, undefined, dependencies);
  }
}

/** @throws ProviderError if there are versions of which nobody knows whether this stack operation has made them */
async function refuseToGuess(request: DeleteRequest, dependencies: StepDependencies): Promise<void> {
  const ImageName = String(request.ResourceProperties['ImageName']);
  const isOwn = (alias: string) => isOwnAlias(request, alias);
  const found = await persist(() => findOwn(ImageName, isOwn, dependencies), dependencies);
  if (found.length === 0) return;
  const numbers = found.map(({ Version }) => Version).join(', ');
  throw new ProviderError(
    'GeneralServiceException',
    `CloudFormation did not tell the provider since when this stack operation runs, so it cannot know which of the ` +
      `versions ${numbers} of image ${ImageName} the cancelled Create has made. See that the provider's role may call ` +
      'cloudformation:DescribeStacks, and try again.',
  );
}

/**
 * Whether SageMaker still denies what it has denied to the Create: a version can only have been made by a role that may
 * look for it. Without this a mistake in ImageNamePattern would keep the stack from ever being rolled back.
 */
async function isDenied({ ResourceProperties }: DeleteRequest, dependencies: StepDependencies): Promise<boolean> {
  const { imageVersions, log } = dependencies;
  const { ImageName } = ResourceProperties;
  if (!isImageName(ImageName)) return false;
  try {
    await persist(() => imageVersions.listAliases({ ImageName }), dependencies);
    return false;
  } catch (thrown) {
    const error = ProviderError.from(thrown);
    if (error.code !== 'AccessDenied') throw thrown;
    log.warn('SageMaker denies access to the image, as it did to the Create: nothing was made', { error });
    return true;
  }
}

/** Deletes the versions whose ownership alias begins with `prefix`, if they are meant; tells whether there were any. */
async function deleteMade(
  request: DeleteRequest,
  prefix: string,
  isMeant: (version: ImageVersion) => boolean,
  dependencies: StepDependencies,
): Promise<boolean> {
  const { ImageName } = request.ResourceProperties;
  if (!isImageName(ImageName)) return false;
  const isOwn = (alias: string) => isOwnershipOf(prefix, alias);
  const found = await persist(() => findOwn(ImageName, isOwn, dependencies), dependencies);
  const meant = found.filter(isMeant);
  for (const { ImageVersionArn } of meant) {
    const version = versionOfImage(ImageVersionArn, ImageName);
    if (version === undefined) continue;
    dependencies.log.info('Found a version that this resource has made', { ...version });
    await deleteOwn(version, request, dependencies);
    // The invocation that made it may have gone on meanwhile, and taken aliases.
    await giveBackAliases(request, version, declaredAliases(request.ResourceProperties), dependencies);
  }
  return meant.length > 0;
}
