/**
 * Adopts a version that somebody made without this resource: from then on it is the resource's own, as if the resource
 * had made it. If the operation that adopted it is rolled back, the provider lets the version go: it removes its own
 * aliases from it, and does not delete it.
 * docs/decisions/0018-a-create-can-adopt.md
 */
import { removeAliasesCommand } from '../commands.ts';
import { ProviderError } from '../errors.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import { type Actual, changesInPlace } from './changes.ts';
import type { DesiredVersion } from './journal.ts';
import {
  adoptionIn,
  adoptionMarker,
  isOwnAlias,
  isOwnershipOf,
  ownershipAlias,
  recordOf,
  reservedAliasPrefix,
} from './ownership.ts';
import { declaredAliases, type ImageVersionProperties } from './properties.ts';
import { metadataNames } from './property-table.ts';
import type { RequestContext } from './request-context.ts';
import { lookAgainMs, type readStable, stabilizeWithAliases } from './stabilize.ts';
import { write } from './write.ts';

/**
 * The version, if the resource can adopt it: it is CREATED, has the declared BaseImage, and belongs to no resource. A
 * version that an earlier Create of this resource adopted counts as one that belongs to none: that Create failed, or a
 * Retain policy kept the version.
 *
 * @param read reads the version; `stabilizeWithAliases` when this Create has adopted it
 * @throws ProviderError InvalidRequest that names every obstacle
 */
export async function requireAdoptable(
  context: RequestContext,
  { ImageName, BaseImage, Adopt: Version = 0 }: ImageVersionProperties,
  read: typeof readStable,
): Promise<Actual> {
  const { request } = context;
  const { version, aliases = [] } = (await read(context, { ImageName, Version })) ?? {};
  const obstacles: string[] = [];
  if (version && version.ImageVersionStatus !== 'CREATED') obstacles.push(`it is ${version.ImageVersionStatus}`);
  if (version && version.BaseImage !== BaseImage) obstacles.push(`it was made from ${version.BaseImage}`);
  const isAdoptedBefore = adoptionIn(request, Version, aliases) !== undefined;
  const owners = aliases
    .filter((alias) => isOwnershipOf(reservedAliasPrefix, alias))
    .filter((alias) => !(isAdoptedBefore && isOwnAlias(request, alias)));
  if (owners.length > 0) {
    obstacles.push(
      'it belongs to another resource, or to an earlier one with this logical id. If no resource uses the version now, run ' +
        removeAliasesCommand(request, { ImageName, Version }, owners),
    );
  }
  if (version && obstacles.length === 0) return { version, aliases };
  const what = version ? obstacles.join('; ') : 'it does not exist';
  const reason = `The resource cannot adopt version ${Version} of image ${ImageName}: ${what}`;
  throw new ProviderError('InvalidRequest', reason);
}

/**
 * Makes the version this resource's own, with one call: it gets the ownership alias, a marker of the adoption, the declared
 * aliases that no version has, and the declared metadata.
 *
 * @param free the declared aliases that it has, or that no version has
 * @returns its ImageVersionArn
 */
export async function adopt(
  context: RequestContext,
  actual: Actual,
  desired: DesiredVersion,
  free: readonly string[],
): Promise<string> {
  const { imageVersions, log, request } = context;
  const { version, aliases } = actual;
  const { Version, ImageVersionArn } = version;
  const { properties } = desired;
  const { ImageName } = properties;
  const ownership = ownershipAlias(request, desired);
  // Another delivery of this request was faster.
  if (aliases.includes(ownership)) return ImageVersionArn;
  const before = adoptionIn(request, Version, aliases);
  // The aliases of an adoption that was completed count as those that the version had.
  const isOpen = before && !(await context.stack.hasCompletedSince(before.adoptedAt));
  const recorded = isOpen ? before.recorded : recordOf(aliases);
  const marker = adoptionMarker(request, Version, { adoptedAt: context.issuedAt, recorded });
  const raw = request.ResourceProperties;
  const { AliasesToAdd: _, ...metadata } = changesInPlace({ properties, raw, old: raw }, actual) ?? {};
  const former = Object.fromEntries(metadataNames.map((name) => [name, version[name]]));
  log.info('The version before the adoption', { ImageVersionArn, aliases, ...former });
  const AliasesToDelete = before
    ? aliases.filter((alias) => alias === before.marker || isOwnAlias(request, alias))
    : [];
  await imageVersions.updateImageVersion({
    ImageName,
    Version,
    ...metadata,
    AliasesToAdd: [ownership, marker, ...free.filter((alias) => !aliases.includes(alias))],
    ...(AliasesToDelete.length > 0 && { AliasesToDelete }),
  });
  return ImageVersionArn;
}

/**
 * Lets an adopted version go: it loses the declared aliases that it did not have before, and belongs to no resource
 * again. Its metadata stays as it is, because nothing records what it was. If a Create that is later than this request has
 * adopted the version again, this changes nothing.
 */
export async function letGo(context: RequestContext, version: VersionOfImage): Promise<void> {
  const { imageVersions, log, request } = context;
  const { ImageName, Version } = version;
  await context.retry(async () => {
    const actual = await stabilizeWithAliases(context, version);
    const adoption = actual && adoptionIn(request, Version, actual.aliases);
    if (!adoption || adoption.adoptedAt > context.issuedAt) return;
    const added = declaredAliases(request.ResourceProperties).filter((alias) => !adoption.had(alias));
    // For another alias, a marker stays: the version that took the alias still has to return it.
    const isToDelete = (alias: string) =>
      alias === adoption.marker || isOwnAlias(request, alias) || added.includes(alias) || adoption.isForAdded(alias);
    const AliasesToDelete = actual.aliases.filter(isToDelete);
    log.warn(
      `The provider does not delete version ${Version} of image ${ImageName}, but lets it go, because no event shows that the ` +
        'stack completed the operation that adopted it. If nobody needs the version, delete it.',
      { ImageName, Version, AliasesToDelete },
    );
    await write(context, () => imageVersions.updateImageVersion({ ImageName, Version, AliasesToDelete }));
    // SageMaker may list the aliases for some seconds.
    await context.wait(lookAgainMs);
  });
}
