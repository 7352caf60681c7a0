/**
 * Returns the aliases that a version took. Each giver has a marker in place of its alias, and gets the alias back.
 * docs/decisions/0003-aliases-are-handed-over.md
 */
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import { byVersion, handOverMarker, locateAliases } from './ownership.ts';
import type { RequestContext } from './request-context.ts';
import { write } from './write.ts';

/**
 * Returns those of the aliases for which a version of this stack has a marker that names the taker.
 *
 * @param aliases those that the taker may have taken
 * @param isDue called only if there is an alias to return; if it resolves with false, none is returned
 * @throws Interruption as `isDue` does
 */
export async function returnAliases(
  context: RequestContext,
  taker: VersionOfImage,
  aliases: readonly string[],
  isDue: () => Promise<boolean> = async () => true,
): Promise<void> {
  if (aliases.length === 0) return;
  const { imageVersions, log, request } = context;
  const { ImageName, Version } = taker;
  const aliasOf = new Map(aliases.map((alias) => [handOverMarker(request, alias, Version), alias]));
  const listImage = () => imageVersions.listAliases({ ImageName });
  if (!(await listImage()).some((alias) => aliasOf.has(alias)) || !(await isDue())) return;

  await context.retry(async () => {
    const onImage = await listImage();
    const markers = await locateAliases(
      context,
      ImageName,
      [...aliasOf.keys()].filter((marker) => onImage.includes(marker)),
    );
    const due = markers.map(({ Alias }) => aliasOf.get(Alias) ?? Alias);
    const onTaker = due.length === 0 ? [] : await imageVersions.listAliases(taker);
    const taken = due.filter((alias) => onTaker.includes(alias));
    if (taken.length > 0) {
      await write(context, () => imageVersions.updateImageVersion({ ...taker, AliasesToDelete: taken }));
    }
    for (const [giver, given] of byVersion(markers)) {
      const returned = given.map(({ Alias }) => aliasOf.get(Alias) ?? Alias);
      log.info('Returning aliases', { ImageName, aliases: returned, taker: Version, giver });
      // Another version may have an alias by now: the giver itself, if it took the alias again.
      const AliasesToAdd = returned.filter((alias) => taken.includes(alias) || !onImage.includes(alias));
      const AliasesToDelete = given.map(({ Alias }) => Alias);
      const swap = { AliasesToDelete, ...(AliasesToAdd.length > 0 && { AliasesToAdd }) };
      await write(context, () => imageVersions.updateImageVersion({ ImageName, Version: giver, ...swap }));
    }
  });
}

/**
 * Removes the markers that name the taker, because it has given up the aliases for good. It may take one of them again in a
 * later operation. If that operation is rolled back, an old marker would return the alias to the wrong version.
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
    for (const [giver, markers] of byVersion(await locateAliases(context, ImageName, listed))) {
      const AliasesToDelete = markers.map(({ Alias }) => Alias);
      await write(context, () => imageVersions.updateImageVersion({ ImageName, Version: giver, AliasesToDelete }));
    }
  });
}
