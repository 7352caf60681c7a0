/**
 * Why a call is refused although its input is valid: the status of what it would change, an alias, or a service quota.
 */
import { ApiError } from './api-answer.ts';
import { holderOf, missingAlias } from './lookup.ts';
import type { Switches } from './settings.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';

/** Throws unless CreateImageVersion and UpdateImage accept the image's status. */
export function refuseUnlessUsable(image: ImageRecord, { imageInTransition }: Switches): void {
  const { ImageName, ImageStatus } = image;
  if (ImageStatus === 'CREATED') return;
  const isInTransition = ImageStatus === 'CREATING' || ImageStatus === 'UPDATING' || ImageStatus === 'DELETING';
  if (isInTransition && imageInTransition === 'ResourceInUse') {
    throw new ApiError('ResourceInUse', `Image ${ImageName} is in use: its status is ${ImageStatus}.`);
  }
  throw new ApiError('ValidationException', `Image ${ImageName} is in an invalid state.`);
}

/** Throws unless UpdateImageVersion accepts the version's status. */
export function refuseUnlessUpdatable(version: ImageVersionRecord, { updateWhileCreating }: Switches): void {
  const { ImageVersionArn, ImageVersionStatus } = version;
  refuseWhileDeleting(version);
  if (ImageVersionStatus === 'CREATED') return;
  if (ImageVersionStatus === 'CREATING') {
    if (updateWhileCreating === 'accepted') return;
    if (updateWhileCreating === 'ResourceInUse') throw beingCreated(version);
  }
  throw new ApiError('ValidationException', `ImageVersion ${ImageVersionArn} is in an invalid state.`);
}

/** Throws unless DeleteImageVersion accepts the version's status. */
export function refuseUnlessDeletable(version: ImageVersionRecord, { deleteWhileCreating }: Switches): void {
  refuseWhileDeleting(version);
  if (version.ImageVersionStatus === 'CREATING' && deleteWhileCreating === 'ResourceInUse') throw beingCreated(version);
}

/** Throws ResourceLimitExceeded if one more exceeds the quota. AWS publishes no numbers, so the default is no limit. */
export function refuseBeyondQuota(what: string, used: number, quota: number): void {
  if (used < quota) return;
  throw new ApiError(
    'ResourceLimitExceeded',
    `The account-level service limit '${what}' is ${quota} ${what}, with current utilization of ${used} ${what} and a ` +
      `request delta of 1 ${what}. Please contact AWS support to request an increase for this limit.`,
  );
}

function refuseWhileDeleting({ ImageVersionArn, ImageVersionStatus }: ImageVersionRecord): void {
  if (ImageVersionStatus !== 'DELETING') return;
  throw new ApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being deleted`);
}

function beingCreated({ ImageVersionArn }: ImageVersionRecord): ApiError {
  return new ApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being created`);
}

/**
 * Throws ResourceInUse if a version other than `taker` holds one of the aliases. `taker` is undefined for a version that
 * is about to be created.
 */
export function refuseAliasesOfOthers(
  image: ImageRecord,
  taker: ImageVersionRecord | undefined,
  aliases: readonly string[],
  { aliasOfAnotherVersion }: Switches,
): void {
  if (aliasOfAnotherVersion === 'moves') return;
  for (const alias of aliases) {
    const holder = holderOf(image, alias);
    if (holder === undefined || holder === taker) continue;
    throw new ApiError('ResourceInUse', `Alias ${alias} is already used by ImageVersion ${holder.ImageVersionArn}`);
  }
}

/**
 * Throws if the switches make it an error to add an alias that the version already has, or to delete one that it does
 * not have.
 */
export function refusePointlessChanges(
  image: ImageRecord,
  version: ImageVersionRecord,
  { toAdd, toDelete }: { toAdd: readonly string[]; toDelete: readonly string[] },
  { aliasAddedTwice, absentAliasDeleted }: Switches,
): void {
  const absent = toDelete.find((alias) => !version.Aliases.includes(alias));
  if (absent !== undefined && absentAliasDeleted === 'ResourceNotFound') throw missingAlias(image, absent);
  const present = toAdd.find((alias) => version.Aliases.includes(alias) && !toDelete.includes(alias));
  if (present !== undefined && aliasAddedTwice === 'ResourceInUse') {
    throw new ApiError('ResourceInUse', `Alias ${present} is already used by ImageVersion ${version.ImageVersionArn}`);
  }
}
