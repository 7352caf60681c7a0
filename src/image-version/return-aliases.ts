/**
 * Gives back the aliases that a version took. Each giver has a marker in place of its alias, and gets the alias back.
 * docs/decisions/0003-aliases-are-handed-over.md
 */
import { ProviderError } from '../errors.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { byVersion, locateAliases } from './find-versions.ts';
import { handOverMarker } from './ownership.ts';
import type { RequestContext } from './request-context.ts';
import { remove } from './stabilize.ts';
import { write } from './write.ts';

/** When a version has not changed for this time, SageMaker lists what it took. An assumption: see stabilize.ts. */
const recentMs = 60_000;

/** The version that took the aliases. */
export interface Taker extends VersionOfImage {
  /** Its description, if the caller has one. Without it, the version counts as changed just now. */
  readonly described?: ImageVersion;
}

/**
 * Gives back each alias for which a version of this stack has a marker that names the taker. SageMaker may list the
 * aliases as they were some seconds ago. So if the taker has changed recently, another call looks for each marker that
 * SageMaker does not list.
 *
 * @param aliases those that the taker may have taken
 * @param isDue called only if there is an alias to return; if it resolves with false, no alias is given back
 * @returns those for which there was a marker
 * @throws ProviderError if SageMaker refuses a change
 * @throws OutOfTime at the invocation's deadline; Interruption as `isDue` does
 */
export async function returnAliases(
  context: RequestContext,
  taker: Taker,
  aliases: readonly string[],
  isDue: () => Promise<boolean> = async () => true,
): Promise<readonly string[]> {
  if (aliases.length === 0) return [];
  const { imageVersions, log, request } = context;
  const { ImageName, Version } = taker;
  const aliasOf = new Map(aliases.map((alias) => [handOverMarker(request, alias, Version), alias]));
  const findMarkers = () => present(context, taker, [...aliasOf.keys()]);
  if ((await findMarkers()).length === 0 || !(await isDue())) return [];

  return context.retry(async () => {
    const markers = await locateAliases(context, { ImageName, aliases: await findMarkers() });
    const onTaker = markers.length === 0 ? [] : await imageVersions.listAliases({ ImageName, Version });
    const holders = new Map<string, number | undefined>();
    for (const { Alias: marker } of markers) {
      const Alias = aliasOf.get(marker) ?? marker;
      const isListed = onTaker.includes(Alias);
      const holder = isListed ? taker : await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
      holders.set(Alias, holder?.Version);
    }
    const taken = [...holders.keys()].filter((alias) => holders.get(alias) === Version);
    if (taken.length > 0) {
      await write(context, () => imageVersions.updateImageVersion({ ImageName, Version, AliasesToDelete: taken }));
    }
    for (const [giver, given] of byVersion(markers)) {
      const returned = given.map(({ Alias }) => aliasOf.get(Alias) ?? Alias);
      log.info('Returning aliases', { ImageName, aliases: returned, taker: Version, giver });
      // Another version may have an alias by now: the giver itself, if it took the alias again.
      const AliasesToAdd = returned.filter((alias) => taken.includes(alias) || holders.get(alias) === undefined);
      const AliasesToDelete = given.map(({ Alias }) => Alias);
      const swap = { AliasesToDelete, ...(AliasesToAdd.length > 0 && { AliasesToAdd }) };
      const call = () => imageVersions.updateImageVersion({ ImageName, Version: giver, ...swap });
      await write(context, call).catch((thrown: unknown) => {
        // Somebody deleted the giver while something used it. The taker must not stay for that.
        const isRefused = thrown instanceof ProviderError && thrown.code === 'InvalidRequest';
        if (!isRefused || given[0]?.version.ImageVersionStatus !== 'DELETE_FAILED') throw thrown;
        log.warn(
          `Version ${giver} of image ${ImageName} is DELETE_FAILED, so it does not get the aliases ${returned.join(', ')} back. ` +
            'Add them to another version.',
          { ImageName, Version: giver, error: thrown },
        );
      });
    }
    return [...holders.keys()];
  });
}

/** Removes a version that the stack does not refer to, and returns the aliases that it took. */
export async function removeReturning(
  context: RequestContext,
  version: VersionOfImage,
  aliases: readonly string[],
): Promise<void> {
  const described = await context.imageVersions.describeImageVersion(version);
  // SageMaker changes no version that is CREATING or CREATE_FAILED: its aliases go back when it is gone.
  if (described?.ImageVersionStatus === 'CREATED') await returnAliases(context, version, aliases);
  try {
    await remove(context, version);
  } finally {
    // The invocation that created it may still run, and may have taken aliases again.
    await returnAliases(context, version, aliases);
  }
}

/** Whether SageMaker may show the aliases as they were before the version changed. */
export function isRecent({ clock }: RequestContext, { described }: Taker): boolean {
  // This assumes that a change of aliases sets LastModifiedTime, which AWS does not document.
  const changedAt = described && (described.LastModifiedTime ?? described.CreationTime);
  return changedAt === undefined || clock.now() - changedAt.getTime() < recentMs;
}

/** Returns those of the markers that a version of the image has. */
async function present(context: RequestContext, taker: Taker, markers: readonly string[]): Promise<readonly string[]> {
  const { imageVersions } = context;
  const { ImageName } = taker;
  const onImage = await imageVersions.listAliases({ ImageName });
  const found: string[] = [];
  for (const Alias of markers) {
    const isListed = onImage.includes(Alias);
    if (
      isListed ||
      (isRecent(context, taker) && (await imageVersions.describeImageVersionByAlias({ ImageName, Alias })))
    ) {
      found.push(Alias);
    }
  }
  return found;
}

/**
 * Removes the markers that name the taker, because it has given up the aliases permanently. It may take one of them
 * again in a later operation. If that operation is rolled back, an old marker would return the alias to the wrong
 * version.
 */
export async function removeMarkers(
  context: RequestContext,
  { ImageName, Version }: VersionOfImage,
  aliases: readonly string[],
): Promise<void> {
  const { imageVersions, request } = context;
  await context.retry(async () => {
    const onImage = await imageVersions.listAliases({ ImageName });
    const listed = aliases
      .map((alias) => handOverMarker(request, alias, Version))
      .filter((marker) => onImage.includes(marker));
    for (const [giver, markers] of byVersion(await locateAliases(context, { ImageName, aliases: listed }))) {
      const AliasesToDelete = markers.map(({ Alias }) => Alias);
      await write(context, () => imageVersions.updateImageVersion({ ImageName, Version: giver, AliasesToDelete }));
    }
  });
}
