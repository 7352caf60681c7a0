/** The images and their versions in the simulated SageMaker. */
import type { Stack } from '../cloudformation/stack.ts';
import { ownEntry } from '../json.ts';
import type { SageMaker } from '../sagemaker/sagemaker.ts';

export type ImageVersionView = Awaited<ReturnType<typeof listImageVersions>>[number];

export async function listImageNames(sageMaker: SageMaker): Promise<readonly string[]> {
  return Object.keys((await settled(sageMaker)).images);
}

/** The versions of these images, ordered by number. A deleted image has none. */
export async function listImageVersions(sageMaker: SageMaker, ImageNames: readonly string[]) {
  const { images } = await settled(sageMaker);
  return ImageNames.flatMap((ImageName) =>
    (ownEntry(images, ImageName)?.versions ?? []).map((version) => ({
      ImageName,
      Version: version.Version,
      ImageVersionArn: version.ImageVersionArn,
      ImageVersionStatus: version.ImageVersionStatus,
      BaseImage: version.BaseImage,
      ContainerImage: version.ContainerImage,
      FailureReason: version.FailureReason,
      Aliases: version.Aliases.toSorted(),
      ReleaseNotes: version.metadata.ReleaseNotes,
    })),
  );
}

/** The images of a stack's resources, including deleted resources. */
export function imageNamesOf({ resources }: Stack): readonly string[] {
  const names = Object.values(resources).map(({ Properties }) => Properties['ImageName']);
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** A snapshot after a call, because SageMaker updates the statuses only when it is called. */
async function settled(sageMaker: SageMaker) {
  await sageMaker.call('ListImages', {});
  return sageMaker.snapshot();
}
