/**
 * The way back of an alias that was handed over: to the version that bears a marker in its place.
 * docs/decisions/0003-aliases-are-handed-over.md
 */
import type { Request } from '../cloudformation/request.ts';
import { isRollingBack } from '../cloudformation/stacks.ts';
import { persist } from '../persist.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import type { fence } from './fence.ts';
import { gaveMarker } from './ownership.ts';

/**
 * Gives aliases that this version took back to the versions it took them from, if the stack rolls back.
 *
 * @param aliases those that it may have taken
 * @param isCertain whether it is known already that they have to go back; else CloudFormation is asked
 * @param pass the fence, where the request must still be wanted for them to go back
 * @throws Superseded as `pass` does
 */
export async function giveBackAliases(
  request: Request,
  taker: VersionOfImage,
  aliases: readonly string[],
  dependencies: StepDependencies,
  { isCertain = false, pass }: { readonly isCertain?: boolean; readonly pass?: typeof fence } = {},
): Promise<void> {
  if (aliases.length === 0) return;
  const { imageVersions, log, stacks } = dependencies;
  const { ImageName, Version } = taker;
  const marked = async () => {
    const onImage = await imageVersions.listAliases({ ImageName });
    return aliases.filter((alias) => onImage.includes(gaveMarker(request, alias, Version)));
  };
  const owed = await persist(marked, dependencies);
  if (owed.length === 0) return;
  // Where CloudFormation would not tell: an alias on an older version does less harm than one that is lost.
  const operation = isCertain ? undefined : await stacks.currentOperation(request.StackId);
  if (operation && !isRollingBack(operation)) return;
  await pass?.(request, dependencies);

  await persist(async () => {
    for (const alias of await marked()) {
      const marker = gaveMarker(request, alias, Version);
      const giver = await imageVersions.describeImageVersionByAlias({ ImageName, Alias: marker });
      if (giver === undefined) continue;
      log.info('Giving an alias back', { ImageName, alias, taker: Version, giver: giver.Version });
      if ((await imageVersions.listAliases(taker)).includes(alias)) {
        await imageVersions.updateImageVersion({ ...taker, AliasesToDelete: [alias] });
      }
      const onImage = await imageVersions.listAliases({ ImageName });
      await imageVersions.updateImageVersion({
        ImageName,
        Version: giver.Version,
        AliasesToDelete: [marker],
        // Somebody may bear it by now: the giver itself, where it has taken it back.
        ...(!onImage.includes(alias) && { AliasesToAdd: [alias] }),
      });
    }
  }, dependencies);
}
