/**
 * Returns the aliases that a version took. Each giver has a marker in place of its alias, and gets the alias back.
 * docs/decisions/0003-aliases-are-handed-over.md
 */
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import { handOverMarker } from './ownership.ts';
import type { RequestContext } from './request-context.ts';

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
  const listMarked = async () => {
    const onImage = await imageVersions.listAliases({ ImageName });
    return aliases.filter((alias) => onImage.includes(handOverMarker(request, alias, Version)));
  };
  if ((await listMarked()).length === 0 || !(await isDue())) return;

  await context.retry(async () => {
    for (const alias of await listMarked()) {
      const marker = handOverMarker(request, alias, Version);
      const giver = await imageVersions.describeImageVersionByAlias({ ImageName, Alias: marker });
      if (giver === undefined) continue;
      log.info('Returning an alias', { ImageName, alias, taker: Version, giver: giver.Version });
      if ((await imageVersions.listAliases(taker)).includes(alias)) {
        await imageVersions.updateImageVersion({ ...taker, AliasesToDelete: [alias] });
      }
      const onImage = await imageVersions.listAliases({ ImageName });
      await imageVersions.updateImageVersion({
        ImageName,
        Version: giver.Version,
        AliasesToDelete: [marker],
        // Another version may have the alias by now: the giver itself, if it took the alias again.
        ...(!onImage.includes(alias) && { AliasesToAdd: [alias] }),
      });
    }
  });
}
