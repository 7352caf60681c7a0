/**
 * Waits until SageMaker has stopped changing a version, and removes one. AWS documents no consistency of SageMaker's
 * answers, so the times for which they may be out of date are assumptions.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 */
import { usersCommand } from '../commands.ts';
import { asSentence, ProviderError } from '../errors.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import type { Actual } from './changes.ts';
import { adoptionIn, isOfAdoption, isOwnAlias } from './ownership.ts';
import type { RequestContext } from './request-context.ts';
import { whileImageChanges } from './write.ts';

const shortestPollDelayMs = 1_500;
const longestPollDelayMs = 9_000;
/** An answer of SageMaker may be out of date, so the provider looks again after this time before a version counts as gone. */
const secondLookMs = 3_000;
/** SageMaker may take this long to list an alias of a new version. */
export const unlistedMs = 25_000;
/** The time between two searches for something that SageMaker does not list yet. */
export const lookAgainMs = 5_000;
/** For how long SageMaker may refuse a deletion because it is changing the image. */
const deletionRefusalMs = 120_000;

/** A twelfth of the time waited so far, so the delay stays in proportion. docs/performance.md explains the limits. */
export function pollDelayMs(waitedMs: number): number {
  return Math.min(longestPollDelayMs, Math.max(shortestPollDelayMs, Math.round(waitedMs / 12)));
}

const stableStatuses = ['CREATED', 'CREATE_FAILED', 'DELETE_FAILED'];

/** Whether SageMaker is changing the version. This includes a status that this release does not know. */
export function isChanging({ ImageVersionStatus }: { readonly ImageVersionStatus: string }): boolean {
  return !stableStatuses.includes(ImageVersionStatus);
}

/**
 * Polls until the version is CREATED, CREATE_FAILED, DELETE_FAILED or gone.
 *
 * @param unseenMs for how long SageMaker may not yet show a version that it has just created; after that it counts as gone
 * @returns the last description; undefined if the version is gone
 * @throws ProviderError NotStabilized at the request's deadline
 * @throws OutOfTime at the invocation's deadline
 */
export async function stabilize(
  context: RequestContext,
  version: VersionOfImage,
  unseenMs: number = 0,
): Promise<ImageVersion | undefined> {
  const { clock, imageVersions, log } = context;
  const begunAt = clock.now();
  for (;;) {
    const described = await imageVersions.describeImageVersion(version);
    if (described && !isChanging(described)) return described;
    const mustExist = clock.now() - begunAt < unseenMs;
    if (described === undefined && !mustExist && (await isGone(context, version))) return undefined;

    const status = described?.ImageVersionStatus ?? 'missing';
    log.debug('Polling', { ...version, status });
    await context.wait(pollDelayMs(clock.now() - begunAt), stillChanging(version, status));
  }
}

/** As `stabilize`, with the aliases that SageMaker lists for the version. */
export async function readStable(context: RequestContext, version: VersionOfImage): Promise<Actual | undefined> {
  const described = await stabilize(context, version);
  return described && { version: described, aliases: await context.imageVersions.listAliases(version) };
}

/**
 * As `readStable`, when the version is 25 s old: SageMaker may not list all aliases of a younger one yet. It waits for
 * at most a third of the time that is left.
 */
export async function readListed(context: RequestContext, version: VersionOfImage): Promise<Actual | undefined> {
  const actual = await readStable(context, version);
  const listedAt = (actual?.version.CreationTime.getTime() ?? 0) + unlistedMs;
  const now = context.clock.now();
  const waitMs = Math.min(listedAt - now, (context.deadline - now) / 3);
  if (waitMs <= 0) return actual;
  await context.wait(waitMs);
  return readStable(context, version);
}

/**
 * As `readStable`. If no alias shows that this resource made the version, or if the marker of its adoption is missing, it
 * looks again for 25 s: SageMaker may not list all aliases yet, and another delivery may be changing them.
 *
 * @param isOwn whether an alias shows it. By default, each ownership alias of this resource does
 */
export async function stabilizeWithAliases(
  context: RequestContext,
  version: VersionOfImage,
  isOwn = (alias: string) => isOwnAlias(context.request, alias),
): Promise<Actual | undefined> {
  const { clock, request } = context;
  const until = Math.min(clock.now() + unlistedMs, context.deadline);
  for (;;) {
    const actual = await readStable(context, version);
    if (actual === undefined) return undefined;
    const { aliases } = actual;
    const own = aliases.find(isOwn);
    const isWhole = own && (!isOfAdoption(own) || adoptionIn(request, version.Version, aliases));
    if (isWhole || clock.now() >= until) return actual;
    await context.wait(lookAgainMs);
  }
}

/**
 * Whether a version that SageMaker does not describe is gone. Looks again after some seconds, by another call: a version of
 * this provider has its ownership alias until it is gone.
 */
async function isGone(context: RequestContext, version: VersionOfImage): Promise<boolean> {
  await context.wait(secondLookMs);
  return (await context.imageVersions.listAliases(version)).length === 0;
}

function stillChanging({ ImageName, Version }: VersionOfImage, status: string): ProviderError {
  const reason =
    `Version ${Version} of image ${ImageName} was still ${status} when the time for the request ended. ` +
    'If the template sets a short ServiceTimeout, raise it. Then try again.';
  return new ProviderError('NotStabilized', reason);
}

/**
 * Deletes the version and waits until it is gone; a version that is gone already is a success. While SageMaker refuses,
 * because the version is CREATING or its image is being modified or deleted, this tries again.
 *
 * @throws ProviderError NotStabilized, with SageMaker's FailureReason if the deletion fails, or at the request's
 *   deadline; SageMaker's last refusal if it refuses until then, or another try is not worthwhile
 * @throws OutOfTime at the invocation's deadline
 */
export async function remove(context: RequestContext, version: VersionOfImage): Promise<void> {
  const { imageVersions, log } = context;
  const { ImageName, Version } = version;
  const what = `version ${Version} of image ${ImageName}`;
  for (;;) {
    log.info('Deleting the version', { ImageName, Version });
    await context.retry(() => imageVersions.deleteImageVersion(version).catch(whileImageChanges(deletionRefusalMs)));
    const left = await stabilize(context, version);
    if (left === undefined) return;
    if (left.ImageVersionStatus === 'DELETE_FAILED') {
      const cause = asSentence(left.FailureReason ?? 'none given');
      throw new ProviderError(
        'NotStabilized',
        `SageMaker could not delete ${what}. FailureReason: ${cause} ` +
          `Detach it from the domains, spaces and user profiles that use it: ${usersCommand(context.request, version)} lists them.`,
      );
    }
    const reason = `SageMaker still returns ${what} although the provider deleted it. Try again later.`;
    await context.wait(pollDelayMs(0), new ProviderError('NotStabilized', reason));
  }
}
