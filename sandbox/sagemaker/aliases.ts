/**
 * The rules for adding and removing aliases. An alias belongs to at most one version of its image.
 */
import { ApiError } from './api-answer.ts';
import { holderOf, missingAlias } from './lookup.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';
import type { Switches } from './switches.ts';

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

/** Removes the aliases from whichever version holds them. */
export function releaseAliases(image: ImageRecord, aliases: readonly string[]): void {
  for (const version of image.versions) {
    version.Aliases = version.Aliases.filter((alias) => !aliases.includes(alias));
  }
}
