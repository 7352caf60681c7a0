/**
 * Finds the version that a rollback returns to, and removes what a failed replacement left. A request does not show whether
 * the stack rolls back. If the versions do not show it either, the provider asks CloudFormation's API.
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { isMadeSince } from '../cloudformation/stacks.ts';
import { isSameName, parseArn } from '../sagemaker/image-version-arn.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { isChanged } from './changes.ts';
import { isOwnAlias, OwnedVersions, predecessorIn } from './ownership.ts';
import { declaredAliases, type ImageVersionProperties, isImageName } from './properties.ts';
import type { RequestContext } from './request-context.ts';
import { returnAliases } from './return-aliases.ts';
import { remove } from './stabilize.ts';

/**
 * The version that the current one replaced, if the stack rolls back to it: after a replacement, CloudFormation may send
 * an Update with the old properties before it deletes the new version.
 *
 * @param aliases all aliases of the current version
 * @returns undefined if the stack does not roll back, or this resource has no such version with these properties
 */
export async function predecessorToReturnTo(
  context: RequestContext<UpdateRequest>,
  { ImageName, BaseImage }: ImageVersionProperties,
  current: VersionOfImage,
  aliases: readonly string[],
): Promise<VersionOfImage | undefined> {
  const { log, request } = context;
  const recorded = predecessorIn(aliases.find((alias) => isOwnAlias(request, alias)) ?? '');
  const isOtherImage = isChanged('ImageName', request.ResourceProperties, request.OldResourceProperties);
  // An alias records no version of another image: its predecessor there is the newest one from before the operation.
  if (!isOtherImage && recorded === 0) return undefined;
  const found = isOtherImage
    ? await newestBeforeRollback(context, { ImageName, BaseImage })
    : await recordedPredecessor(context, { ImageName, Version: recorded }, BaseImage);
  if (found === undefined) return undefined;
  const predecessor = { ImageName, Version: found.Version };
  log.info('Returning to the version that was replaced', { current, predecessor });
  return predecessor;
}

function isReturnable({ ImageVersionStatus, BaseImage: actual }: ImageVersion, BaseImage: string): boolean {
  return ImageVersionStatus === 'CREATED' && actual === BaseImage;
}

/** The version that the current one records as its predecessor, however many versions of the image a Retain policy kept. */
async function recordedPredecessor(
  context: RequestContext<UpdateRequest>,
  recorded: VersionOfImage,
  BaseImage: string,
): Promise<ImageVersion | undefined> {
  const { imageVersions, request } = context;
  const version = await imageVersions.describeImageVersion(recorded);
  if (version === undefined || !isReturnable(version, BaseImage) || !(await context.rollback())) return undefined;
  const aliases = await imageVersions.listAliases(recorded);
  return aliases.some((alias) => isOwnAlias(request, alias)) ? version : undefined;
}

async function newestBeforeRollback(
  context: RequestContext<UpdateRequest>,
  { ImageName, BaseImage }: Pick<ImageVersionProperties, 'ImageName' | 'BaseImage'>,
): Promise<ImageVersion | undefined> {
  const isOwn = (alias: string) => isOwnAlias(context.request, alias);
  if (!(await context.imageVersions.listAliases({ ImageName })).some(isOwn)) return undefined;
  const rollback = await context.rollback();
  if (rollback === undefined) return undefined;
  const candidates = await new OwnedVersions(context, ImageName).find(isOwn);
  return candidates
    .filter((version) => isReturnable(version, BaseImage) && !isMadeSince(rollback, version))
    .toSorted((one, other) => other.Version - one.Version)
    .at(0);
}

/**
 * Whether an Update that changes Revision, but not ImageName or BaseImage, rolls back a replacement that failed. A version
 * does not show its Revision, so this asks CloudFormation: in a rollback, the version that stays is older than the operation.
 */
export async function undoesRevision(context: RequestContext<UpdateRequest>, version: ImageVersion): Promise<boolean> {
  const { ResourceProperties, OldResourceProperties } = context.request;
  const changed = (name: string) => isChanged(name, ResourceProperties, OldResourceProperties);
  if (changed('ImageName') || changed('BaseImage') || !changed('Revision')) return false;
  const rollback = await context.rollback();
  return rollback !== undefined && !isMadeSince(rollback, version);
}

/**
 * Removes the versions that this resource created in this stack operation to replace the current one. Their invocations
 * were killed, or still run. A removal that fails does not fail the rollback: it is logged, and raises the alarm.
 *
 * @throws Interruption if the invocation has no time left, or CloudFormation no longer waits for the request
 */
export async function removeFailedReplacement(
  context: RequestContext<UpdateRequest>,
  current: VersionOfImage,
): Promise<void> {
  const { log, request } = context;
  const { ImageName = current.ImageName } = request.OldResourceProperties;
  if (!isImageName(ImageName)) return;
  const predecessor = isSameName(ImageName, current.ImageName) ? current.Version : 0;
  const isReplacement = (alias: string) => isOwnAlias(request, alias) && predecessorIn(alias) === predecessor;
  const mayHaveTaken = declaredAliases(request.OldResourceProperties);

  await tryRemoving(context, { ImageName }, async () => {
    const replacements = await new OwnedVersions(context, ImageName).find(isReplacement);
    if (replacements.length === 0) return;
    await context.stillWanted();
    const rollback = await context.rollback();
    if (rollback === undefined) return;
    for (const { ImageVersionArn } of replacements.filter((version) => isMadeSince(rollback, version))) {
      const version = parseArn(ImageVersionArn, ImageName);
      await tryRemoving(context, version, async () => {
        log.warn(
          `The provider removes version ${version.Version} of image ${ImageName}, which a failed replacement left. ` +
            'You need not do anything.',
          { ...version },
        );
        await returnAliases(context, version, mayHaveTaken);
        try {
          await remove(context, version);
        } finally {
          // The invocation that created it may still run, and may have taken aliases again.
          await returnAliases(context, version, mayHaveTaken);
        }
      });
    }
  });
}

function tryRemoving(
  context: RequestContext,
  left: { readonly ImageName: string; readonly Version?: number },
  work: () => Promise<void>,
): Promise<void> {
  const { ImageName, Version } = left;
  const what = Version === undefined ? `a version of image ${ImageName}` : `version ${Version} of image ${ImageName}`;
  return context.bestEffort(
    work,
    `A failed replacement may have left ${what}, which the provider could not remove. No event of the stack shows it. ` +
      'Run the orphans command, and delete the version.',
    { ...left, needsAttention: true },
  );
}
