/**
 * Which version a rollback wants. The protocol never says that a stack rolls back; the version that an Update is about
 * and the one it replaced tell most of it, and where both may be meant, CloudFormation is asked.
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { isRollingBack } from '../cloudformation/stacks.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import { isSameName } from './image-version-arn.ts';
import { isOwnershipOf, predecessorIn, resourcePrefix } from './ownership.ts';
import type { ImageVersionProperties } from './properties.ts';

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
  const same = (name: string) => String(ResourceProperties[name]) === String(OldResourceProperties[name]);
  if (!same('ImageName') || !same('BaseImage') || same('Revision')) return false;
  const operation = await stacks.currentOperation(StackId);
  return operation !== undefined && isRollingBack(operation) && version.CreationTime.getTime() < operation.startedAt;
}
