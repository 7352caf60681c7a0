/**
 * Why a call is refused although its input is valid: the status of what it would change, an alias, or a service quota.
 */
import { throwApiError } from './api-answer.ts';
import { holderOf, refuseMissingAlias } from './lookup.ts';
import type { SageMakerSides } from './settings.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';

/** Throws unless the status of the image allows to change it, or to add a version. */
export function refuseUnlessUsable(
  { ImageName, ImageStatus }: ImageRecord,
  { imageInTransition }: SageMakerSides,
): void {
  if (ImageStatus === 'CREATED') return;
  if (['CREATING', 'UPDATING', 'DELETING'].includes(ImageStatus) && imageInTransition === 'ResourceInUse') {
    throwApiError('ResourceInUse', `Image ${ImageName} is in use: its status is ${ImageStatus}.`);
  }
  throwApiError('ValidationException', `Image ${ImageName} is in an invalid state.`);
}

/** Throws unless UpdateImageVersion accepts the version's status. */
export function refuseUnlessUpdatable(version: ImageVersionRecord, { updateWhileCreating }: SageMakerSides): void {
  const { ImageVersionArn, ImageVersionStatus } = version;
  refuseWhile('DELETING', version);
  if (ImageVersionStatus === 'CREATED') return;
  if (ImageVersionStatus === 'CREATING' && updateWhileCreating === 'accepted') return;
  if (updateWhileCreating === 'ResourceInUse') refuseWhile('CREATING', version);
  throwApiError('ValidationException', `ImageVersion ${ImageVersionArn} is in an invalid state.`);
}

/** Throws unless DeleteImageVersion accepts the version's status. */
export function refuseUnlessDeletable(version: ImageVersionRecord, { deleteWhileCreating }: SageMakerSides): void {
  refuseWhile('DELETING', version);
  if (deleteWhileCreating === 'ResourceInUse') refuseWhile('CREATING', version);
}

function refuseWhile(
  status: 'CREATING' | 'DELETING',
  { ImageVersionArn, ImageVersionStatus }: ImageVersionRecord,
): void {
  if (ImageVersionStatus !== status) return;
  const what = status === 'CREATING' ? 'created' : 'deleted';
  throwApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being ${what}`);
}

/** Throws ResourceLimitExceeded if one more exceeds the quota. AWS publishes no numbers, so the default is no limit. */
export function refuseBeyondQuota(what: string, used: number, quota: number): void {
  if (used < quota) return;
  throwApiError(
    'ResourceLimitExceeded',
    `The account-level service limit '${what}' is ${quota} ${what}, with current utilization of ${used} ${what} and a ` +
      `request delta of 1 ${what}. Please contact AWS support to request an increase for this limit.`,
  );
}

/** Throws ResourceInUse if a version other than `taker` holds an alias; a version to be created is undefined. */
export function refuseAliasesOfOthers(
  image: ImageRecord,
  taker: ImageVersionRecord | undefined,
  aliases: readonly string[],
  { aliasOfAnotherVersion }: SageMakerSides,
): void {
  if (aliasOfAnotherVersion === 'moves') return;
  for (const alias of aliases) {
    const holder = holderOf(image, alias);
    if (holder !== undefined && holder !== taker) refuseUsedAlias(alias, holder);
  }
}

/** Throws if the switches forbid to add an alias that the version already has, or to delete one that it does not have. */
export function refusePointlessChanges(
  image: ImageRecord,
  version: ImageVersionRecord,
  { toAdd, toDelete }: { toAdd: readonly string[]; toDelete: readonly string[] },
  { aliasAddedTwice, absentAliasDeleted }: SageMakerSides,
): void {
  const absent = toDelete.find((alias) => !version.Aliases.includes(alias));
  if (absent !== undefined && absentAliasDeleted === 'ResourceNotFound') refuseMissingAlias(image, absent);
  const present = toAdd.find((alias) => version.Aliases.includes(alias) && !toDelete.includes(alias));
  if (present !== undefined && aliasAddedTwice === 'ResourceInUse') refuseUsedAlias(present, version);
}

function refuseUsedAlias(alias: string, { ImageVersionArn }: ImageVersionRecord): never {
  throwApiError('ResourceInUse', `Alias ${alias} is already used by ImageVersion ${ImageVersionArn}`);
}
