/**
 * Which version a rollback wants. The protocol never says that a stack rolls back; the version that an Update is about
 * and the one it replaced tell most of it, and where both may be meant, CloudFormation is asked.
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { isRollingBack } from '../cloudformation/stacks.ts';
import { OutOfTime, ProviderError } from '../errors.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { isChanged } from './changes.ts';
import type { StepDependencies } from './dependencies.ts';
import { findOwn } from './find-own.ts';
import { giveBackAliases } from './hand-over.ts';
import { isSameName, versionOfImage } from './image-version-arn.ts';
import { isOwnershipOf, predecessorIn, resourcePrefix } from './ownership.ts';
import { declaredAliases, type ImageVersionProperties, isImageName } from './properties.ts';
import { remove } from './remove.ts';

/** SageMaker may keep whole seconds. */
export const creationTimeResolutionMs = 1000;

/**
 * The version that the current one has replaced, if the stack rolls back to it: after a replacement, CloudFormation
 * may send an Update back to the old properties before it deletes the new version.
 *
 * @param aliases what the current version bears
 * @returns undefined if the stack does not roll back, or there is no such version that is this resource's own and fits
 */
export async function predecessorToReturnTo(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  aliases: readonly string[],
  { imageVersions, log, stacks }: StepDependencies,
): Promise<VersionOfImage | undefined> {
  const prefix = resourcePrefix(request);
  const Version = predecessorIn(aliases.find((alias) => isOwnershipOf(prefix, alias)) ?? '');
  if (Version === 0 || !isSameName(current.ImageName, properties.ImageName)) return undefined;

  const predecessor = { ImageName: current.ImageName, Version };
  const described = await imageVersions.describeImageVersion(predecessor);
  if (described?.ImageVersionStatus !== 'CREATED' || described.BaseImage !== properties.BaseImage) return undefined;
  if (!(await imageVersions.listAliases(predecessor)).some((alias) => isOwnershipOf(prefix, alias))) return undefined;

  const operation = await stacks.currentOperation(request.StackId);
  if (!operation || !isRollingBack(operation)) return undefined;
  log.info('Returning to the version that was replaced', { current, predecessor });
  return predecessor;
}

/**
 * Whether an Update that changes nothing but Revision undoes a replacement that failed: SageMaker does not know a
 * version's Revision, so only CloudFormation can tell. A version made before the stack operation began is the old one.
 */
export async function undoesRevision(
  { StackId, ResourceProperties, OldResourceProperties }: UpdateRequest,
  version: ImageVersion,
  { stacks }: StepDependencies,
): Promise<boolean> {
  const changed = (name: string) => isChanged(name, ResourceProperties, OldResourceProperties);
  if (changed('ImageName') || changed('BaseImage') || !changed('Revision')) return false;
  const operation = await stacks.currentOperation(StackId);
  return operation !== undefined && isRollingBack(operation) && version.CreationTime.getTime() < operation.startedAt;
}

/**
 * Removes what a replacement that failed has left, because its invocations died or are still at work: versions that
 * this resource has made in this stack operation to replace the current one. Best effort: a rollback never fails over
 * what it rolls back from.
 */
export async function purgeFailedReplacement(
  request: UpdateRequest,
  current: VersionOfImage,
  dependencies: StepDependencies,
): Promise<void> {
  const { log, stacks } = dependencies;
  const { ImageName = current.ImageName } = request.OldResourceProperties;
  if (!isImageName(ImageName)) return;
  const predecessor = isSameName(ImageName, current.ImageName) ? current.Version : 0;
  try {
    const isLeft = (alias: string) =>
      isOwnershipOf(resourcePrefix(request), alias) && predecessorIn(alias) === predecessor;
    const left = await persist(() => findOwn(ImageName, isLeft, dependencies), dependencies);
    if (left.length === 0) return;
    const operation = await stacks.currentOperation(request.StackId);
    if (!operation || !isRollingBack(operation)) return;
    for (const { ImageVersionArn, CreationTime } of left) {
      const version = versionOfImage(ImageVersionArn, ImageName);
      if (!version || CreationTime.getTime() < operation.startedAt - creationTimeResolutionMs) continue;
      log.warn('Removing what a failed replacement has left', { ...version });
      const taken = declaredAliases(request.OldResourceProperties);
      await giveBackAliases(request, version, taken, dependencies, { isCertain: true });
      await remove(version, dependencies);
    }
  } catch (thrown) {
    if (thrown instanceof OutOfTime) throw thrown;
    const error = ProviderError.from(thrown);
    log.error('What a failed replacement has left could not be removed', { ImageName, code: error.code, error });
  }
}
