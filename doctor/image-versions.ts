/**
 * The doctor's calls about image versions: it lists those that the provider made, reads one, and deletes one.
 *
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListAliases.html
 */
import {
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
  type DescribeImageVersionResponse,
  paginateListAliases,
  paginateListImages,
  paginateListImageVersions,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { isAdoptionMarker, isOwnershipOf, reservedAliasPrefix } from '../src/image-version/ownership.ts';
import { callAws, DoctorError, exitStatus, itemsOf, noneIfNotFound } from './errors.ts';
import type { OwnedVersion } from './judge.ts';

/** The largest page of SageMaker. */
const pageSize = 100;

export interface DescribedVersion extends DescribeImageVersionResponse {
  /** Without those of the provider. */
  readonly aliases: readonly string[];
}

export interface ImageVersions {
  /**
   * Resolves with the number of images in the account and Region, and all their versions with an ownership alias; or with
   * those of one image.
   */
  read(ImageName?: string): Promise<{ readonly images: number; readonly versions: readonly OwnedVersion[] }>;
  /** The version, or if no number is given the latest one of the image; undefined if it does not exist. */
  describe(ImageName: string, Version?: number): Promise<DescribedVersion | undefined>;
  /** Resolves when SageMaker is deleting it. */
  delete(ImageName: string, Version: number): Promise<void>;
}

export function sdkImageVersions(client: SageMakerClient, Region: string): ImageVersions {
  const paginator = { client, pageSize };

  const images = () =>
    callAws('sagemaker:ListImages', Region, () =>
      itemsOf(paginateListImages(paginator, {}), ({ Images }) => Images?.flatMap(({ ImageName }) => ImageName ?? [])),
    );

  /** Empty for an image or version that was deleted in the meantime. */
  const aliasesOf = (named: { readonly ImageName: string; readonly Version?: number }) =>
    callAws('sagemaker:ListAliases', Region, () =>
      itemsOf(
        paginateListAliases(paginator, named),
        ({ SageMakerImageVersionAliases }) => SageMakerImageVersionAliases,
      ).catch(noneIfNotFound),
    );

  const versionsOf = (ImageName: string) =>
    callAws('sagemaker:ListImageVersions', Region, () =>
      itemsOf(paginateListImageVersions(paginator, { ImageName }), ({ ImageVersions }) => ImageVersions).catch(
        noneIfNotFound,
      ),
    );

  const ownedOf = async (ImageName: string): Promise<readonly OwnedVersion[]> => {
    // For most images of an account, this call is enough.
    if (!(await aliasesOf({ ImageName })).some(isOwnership)) return [];
    const owned: OwnedVersion[] = [];
    for (const { ImageVersionArn, Version, ImageVersionStatus, CreationTime } of await versionsOf(ImageName)) {
      if (!ImageVersionArn || !Version || !ImageVersionStatus || !CreationTime) continue;
      const all = await aliasesOf({ ImageName, Version });
      const ownership = all.find(isOwnership);
      if (ownership === undefined) continue;
      const isAdopted = all.some(isAdoptionMarker);
      const described = { ImageName, Version, ImageVersionArn, ImageVersionStatus, CreationTime };
      owned.push({ ...described, ownership, aliases: declarable(all), isAdopted });
    }
    return owned.toSorted((one, other) => one.Version - other.Version);
  };

  return {
    async read(only) {
      const all = await images();
      if (only !== undefined && !all.includes(only)) {
        throw new DoctorError(`There is no image ${only} in ${Region}.`, exitStatus.wrongUsage);
      }
      const names = only === undefined ? all.toSorted() : [only];
      const versions: OwnedVersion[] = [];
      for (const name of names) versions.push(...(await ownedOf(name)));
      return { images: names.length, versions };
    },
    async describe(ImageName, Version) {
      const [described] = await callAws('sagemaker:DescribeImageVersion', Region, () =>
        client
          .send(new DescribeImageVersionCommand({ ImageName, Version }))
          .then((found): readonly DescribeImageVersionResponse[] => [found], noneIfNotFound),
      );
      if (described?.Version === undefined) return undefined;
      const aliases = await aliasesOf({ ImageName, Version: described.Version });
      return { ...described, aliases: declarable(aliases) };
    },
    async delete(ImageName, Version) {
      await callAws('sagemaker:DeleteImageVersion', Region, () =>
        client.send(new DeleteImageVersionCommand({ ImageName, Version })),
      );
    },
  };
}

/** The aliases that a template or a person can have given. */
function declarable(aliases: readonly string[]): readonly string[] {
  return aliases.filter((alias) => !alias.startsWith(reservedAliasPrefix));
}

function isOwnership(alias: string): boolean {
  return isOwnershipOf(reservedAliasPrefix, alias);
}
