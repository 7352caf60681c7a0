/**
 * Finds the version that a rollback returns to, and removes what a failed replacement left.
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { noAnswer, type Rollback } from '../cloudformation/stack-of-request.ts';
import { isMadeSince } from '../cloudformation/stacks.ts';
import { orphansCommand } from '../commands.ts';
import { isSameName, parseArn, tryParseArn } from '../sagemaker/image-version-arn.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import { OwnedVersions } from './find-versions.ts';
import { isOwnAlias, isOwnershipByRequest, predecessorIn } from './ownership.ts';
import { declaredAliases, isImageName } from './properties.ts';
import type { RequestContext } from './request-context.ts';
import { removeReturning } from './return-aliases.ts';
import { lookAgainMs, stabilize, unlistedMs } from './stabilize.ts';

/**
 * The version that the resource had before the operation that is rolled back: after a replacement, CloudFormation may send
 * an Update with the old properties before it deletes the new version.
 *
 * @param ImageName the image to which the resource returns
 * @returns undefined if there was none, if it is of another image, or if it is not CREATED any more
 */
export async function versionBefore(
  context: RequestContext<UpdateRequest>,
  rollback: Rollback,
  ImageName: string,
): Promise<VersionOfImage | undefined> {
  const { imageVersions, log, request } = context;
  const { PhysicalResourceId } = request;
  const before = tryParseArn(rollback.idBefore ?? '', ImageName);
  if (before?.ImageName !== ImageName) return undefined;
  const version = (await imageVersions.describeImageVersion(before)) ?? (await stabilize(context, before));
  // If somebody created the image again, the numbers restarted, and a newer version may have this one.
  if (version?.ImageVersionStatus !== 'CREATED' || isMadeSince(rollback, version)) return undefined;
  log.info('Returning to the version before', { PhysicalResourceId, before });
  return before;
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
  const { OldResourceProperties: old } = context.request;
  const { ImageName = current.ImageName } = old;
  if (!isImageName(ImageName)) return;
  const predecessor = isSameName(ImageName, current.ImageName) ? current.Version : 0;
  await removeUnused(context, { ImageName, predecessor, mayHaveTaken: declaredAliases(old) });
}

/**
 * Removes what an earlier Update of this rollback left in the image to which the rollback returns. That Update created a
 * version because somebody had deleted the current one, and it ended without an answer. The version records no predecessor,
 * because the current version is of another image.
 *
 * @throws Interruption as `removeFailedReplacement` does
 */
export async function removeFailedReturn(context: RequestContext<UpdateRequest>, ImageName: string): Promise<void> {
  const mayHaveTaken = declaredAliases(context.request.ResourceProperties);
  await removeUnused(context, { ImageName, predecessor: 0, mayHaveTaken });
}

/** The versions of one image that this resource created in this stack operation, and that no stack refers to. */
interface Unused {
  readonly ImageName: string;
  /** What their ownership aliases record. */
  readonly predecessor: number;
  readonly mayHaveTaken: readonly string[];
}

async function removeUnused(
  context: RequestContext<UpdateRequest>,
  { ImageName, predecessor, mayHaveTaken }: Unused,
): Promise<void> {
  const { clock, imageVersions, log, request } = context;
  // If somebody has deleted the current version, an earlier delivery of this request may have made a new one.
  const isReplacement = (alias: string) =>
    isOwnAlias(request, alias) && predecessorIn(alias) === predecessor && !isOwnershipByRequest(request, alias);

  await tryRemovingReplacement(context, { ImageName }, async () => {
    const owned = new OwnedVersions(context, ImageName);
    const listed = await owned.find(isReplacement);
    const newest = listed.length > 0 ? undefined : await imageVersions.describeNewestImageVersion({ ImageName });
    if (listed.length === 0 && (newest === undefined || newest.Version === predecessor)) return;
    await context.stillWanted();
    const rollback = await context.stack.rolledBackOperation();
    if (rollback === undefined) {
      if (listed.length > 0 && (await context.stack.mayBeRollingBack())) throw noAnswer();
      return;
    }
    let replacements = listed;
    // SageMaker may not list the aliases of a new version yet.
    while (newest && replacements.length === 0 && isMadeSince(rollback, newest)) {
      if (clock.now() >= Math.min(newest.CreationTime.getTime() + unlistedMs, context.deadline)) break;
      await context.wait(lookAgainMs);
      replacements = await owned.find(isReplacement);
    }
    for (const { ImageVersionArn } of replacements.filter((version) => isMadeSince(rollback, version))) {
      const version = parseArn(ImageVersionArn, ImageName);
      await tryRemovingReplacement(context, version, async () => {
        log.warn(
          `The provider removes version ${version.Version} of image ${ImageName}, which a failed replacement left. ` +
            'You need not do anything.',
          { ...version },
        );
        await removeReturning(context, version, mayHaveTaken);
      });
    }
  });
}

/**
 * Does the work of removing a failed replacement. If that fails, the request goes on. The failure is logged, and raises
 * the alarm.
 */
export function tryRemovingReplacement(
  context: RequestContext,
  left: { readonly ImageName: string; readonly Version?: number },
  work: () => Promise<void>,
): Promise<void> {
  const { ImageName, Version } = left;
  const what = Version === undefined ? `a version of image ${ImageName}` : `version ${Version} of image ${ImageName}`;
  return context.bestEffort(
    work,
    `A failed replacement may have left ${what}, which the provider could not remove. No event of the stack shows it. ` +
      `Delete the version only if this command lists it: ${orphansCommand(context.request)}`,
    { ...left, needsAttention: true },
  );
}
