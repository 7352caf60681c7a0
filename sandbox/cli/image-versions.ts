/** The image versions that are there, as the simulated SageMaker has them. */
import type { Stack } from '../cloudformation/stack.ts';
import { ownEntry } from '../json.ts';
import type { SageMaker } from '../sagemaker/sagemaker.ts';
import type { ImageVersionRecord } from '../sagemaker/state.ts';

export type ImageVersionView = Pick<
  ImageVersionRecord,
  'Version' | 'ImageVersionArn' | 'ImageVersionStatus' | 'BaseImage' | 'ContainerImage' | 'FailureReason' | 'Aliases'
> &
  Pick<ImageVersionRecord['metadata'], 'ReleaseNotes'> & { readonly ImageName: string };

/** The provider puts aliases of its own on each version, to know whose it is; they begin so. */
export const ownAliasPrefix = 'cfn-';

/** The names of every image there is. */
export async function listImageNames(sageMaker: SageMaker): Promise<readonly string[]> {
  return Object.keys((await settled(sageMaker)).images);
}

/** Every version of these images, in the order of their numbers; an image that is gone has none. */
export async function listImageVersions(
  sageMaker: SageMaker,
  ImageNames: readonly string[],
): Promise<readonly ImageVersionView[]> {
  const { images } = await settled(sageMaker);
  return ImageNames.flatMap((ImageName) =>
    (ownEntry(images, ImageName)?.versions ?? []).map((version) => {
      const { Version, ImageVersionArn, ImageVersionStatus, BaseImage, ContainerImage, FailureReason, Aliases } =
        version;
      const { ReleaseNotes } = version.metadata;
      return {
        ImageName,
        Version,
        ImageVersionArn,
        ImageVersionStatus,
        BaseImage,
        ...(ContainerImage !== undefined && { ContainerImage }),
        ...(FailureReason !== undefined && { FailureReason }),
        Aliases: Aliases.toSorted(),
        ...(ReleaseNotes !== undefined && { ReleaseNotes }),
      };
    }),
  );
}

/** The images that a stack's resources are or belong to, deleted resources too. */
export function imageNamesOf({ resources }: Stack): readonly string[] {
  const names = Object.values(resources).map(({ Properties }) => Properties['ImageName']);
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** The aliases that somebody has asked for. */
export function publicAliases({ Aliases }: Pick<ImageVersionView, 'Aliases'>): readonly string[] {
  return Aliases.filter((alias) => !alias.startsWith(ownAliasPrefix));
}

/** The snapshot after a call: a status changes when somebody looks. */
async function settled(sageMaker: SageMaker) {
  await sageMaker.call('ListImages', {});
  return sageMaker.snapshot();
}
