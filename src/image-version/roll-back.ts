/**
 * Which version a rollback wants. The protocol never says that a stack rolls back; the version that an Update is about
 * and the one it replaced tell most of it, and where both may be meant, CloudFormation is asked.
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { isRollingBack, type StackOperation } from '../cloudformation/stacks.ts';
import { OutOfTime, ProviderError, Superseded } from '../errors.ts';
import type { LogDetails } from '../log.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { isChanged } from './changes.ts';
import type { StepDependencies } from './dependencies.ts';
import { fence } from './fence.ts';
import { findOwn } from './find-own.ts';
import { giveBackAliases } from './give-back.ts';
import { isSameName, versionOfImage } from './image-version-arn.ts';
import { isOwnAlias, predecessorIn } from './ownership.ts';
import { declaredAliases, type ImageVersionProperties, isImageName } from './properties.ts';
import { remove } from './remove.ts';

/** SageMaker may keep whole seconds. */
const creationTimeResolutionMs = 1000;

/** Whether the version was made since the stack operation began. */
export function isMadeIn({ startedAt }: StackOperation, { CreationTime }: Pick<ImageVersion, 'CreationTime'>): boolean {
  return CreationTime.getTime() >= startedAt - creationTimeResolutionMs;
}

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
  dependencies: StepDependencies,
): Promise<VersionOfImage | undefined> {
  const isOwn = (alias: string) => isOwnAlias(request, alias);
  const { ImageName, BaseImage } = properties;
  const recorded = predecessorIn(aliases.find(isOwn) ?? '');
  const isOtherImage = isChanged('ImageName', request.ResourceProperties, request.OldResourceProperties);
  // A version of another image is not recorded: it is the newest of its image that was there before.
  if (!isOtherImage && recorded === 0) return undefined;
  const isMeant = ({ Version, ImageVersionStatus, BaseImage: actual }: ImageVersion) =>
    ImageVersionStatus === 'CREATED' && actual === BaseImage && (isOtherImage || Version === recorded);
  const candidates = (await findOwn(ImageName, isOwn, dependencies)).filter(isMeant);
  if (candidates.length === 0) return undefined;

  const operation = await dependencies.stacks.currentOperation(request.StackId);
  if (!operation || !isRollingBack(operation)) return undefined;
  const [newest] = candidates
    .filter((version) => !isOtherImage || !isMadeIn(operation, version))
    .sort((one, other) => other.Version - one.Version);
  if (newest === undefined) return undefined;
  const predecessor = { ImageName, Version: newest.Version };
  dependencies.log.info('Returning to the version that was replaced', { current, predecessor });
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
  return operation !== undefined && isRollingBack(operation) && !isMadeIn(operation, version);
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
  const tell = (what: LogDetails) => (thrown: unknown) => {
    if (thrown instanceof OutOfTime || thrown instanceof Superseded) throw thrown;
    const error = ProviderError.from(thrown);
    log.error('What a failed replacement has left could not be removed', { ...what, code: error.code, error });
  };
  try {
    const isLeft = (alias: string) => isOwnAlias(request, alias) && predecessorIn(alias) === predecessor;
    const left = await persist(() => findOwn(ImageName, isLeft, dependencies), dependencies);
    if (left.length === 0) return;
    await fence(request, dependencies);
    const operation = await stacks.currentOperation(request.StackId);
    if (!operation || !isRollingBack(operation)) return;
    for (const made of left.filter((version) => isMadeIn(operation, version))) {
      const version = versionOfImage(made.ImageVersionArn, ImageName);
      if (version) await purge(request, version, dependencies).catch(tell({ ...version }));
    }
  } catch (thrown) {
    tell({ ImageName })(thrown);
  }
}

async function purge(request: UpdateRequest, version: VersionOfImage, dependencies: StepDependencies): Promise<void> {
  dependencies.log.warn('Removing what a failed replacement has left', { ...version });
  const taken = declaredAliases(request.OldResourceProperties);
  await giveBackAliases(request, version, taken, dependencies, { isCertain: true });
  try {
    await remove(version, dependencies);
  } finally {
    // The invocation that made it may have gone on meanwhile, and taken some.
    await giveBackAliases(request, version, taken, dependencies, { isCertain: true });
  }
}
