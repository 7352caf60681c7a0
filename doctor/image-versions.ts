/**
 * SageMaker as the doctor needs it: the versions that the provider has made, and the deletion of one.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ListAliases.html
 */
import {
  DeleteImageVersionCommand,
  type ImageVersion,
  paginateListAliases,
  paginateListImages,
  paginateListImageVersions,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { isOwnershipOf } from '../src/image-version/ownership.ts';
import { reservedAliasPrefix } from '../src/image-version/property-table.ts';
import type { OwnedVersion } from './judge.ts';
import { ask, isNotFound } from './refusal.ts';

/** The most that SageMaker gives at once. */
const pageSize = 100;

export interface ImageVersions {
  /** How many images there are in the account and Region, and every version of them that bears an ownership alias. */
  read(): Promise<{ readonly images: number; readonly versions: readonly OwnedVersion[] }>;
  /** Resolves when SageMaker has begun to delete it. */
  delete(ImageName: string, Version: number): Promise<void>;
}

export function sdkImageVersions(client: SageMakerClient, Region: string): ImageVersions {
  const paginator = { client, pageSize };

  const images = () =>
    ask('sagemaker:ListImages', Region, async () => {
      const names: string[] = [];
      for await (const { Images = [] } of paginateListImages(paginator, {})) {
        for (const { ImageName } of Images) if (ImageName !== undefined) names.push(ImageName);
      }
      return names;
    });

  /** None of an image or version that has gone meanwhile. */
  const aliasesOf = (named: { readonly ImageName: string; readonly Version?: number }) =>
    ask('sagemaker:ListAliases', Region, async () => {
      const aliases: string[] = [];
      try {
        for await (const { SageMakerImageVersionAliases = [] } of paginateListAliases(paginator, named)) {
          aliases.push(...SageMakerImageVersionAliases);
        }
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
      return aliases;
    });

  const versionsOf = (ImageName: string) =>
    ask('sagemaker:ListImageVersions', Region, async () => {
      const listed: ImageVersion[] = [];
      try {
        for await (const { ImageVersions = [] } of paginateListImageVersions(paginator, { ImageName })) {
          listed.push(...ImageVersions);
        }
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
      return listed;
    });

  const ownedOf = async (ImageName: string): Promise<readonly OwnedVersion[]> => {
    // Most images of an account need no more than this.
    if (!(await aliasesOf({ ImageName })).some(isOwnership)) return [];
    const owned: OwnedVersion[] = [];
    for (const { ImageVersionArn, Version, ImageVersionStatus, CreationTime } of await versionsOf(ImageName)) {
      if (!ImageVersionArn || !Version || !ImageVersionStatus || !CreationTime) continue;
      const borne = await aliasesOf({ ImageName, Version });
      const ownership = borne.find(isOwnership);
      if (ownership === undefined) continue;
      const aliases = borne.filter((alias) => !alias.startsWith(reservedAliasPrefix));
      owned.push({ ImageName, Version, ImageVersionArn, ImageVersionStatus, CreationTime, ownership, aliases });
    }
    return owned.toSorted((one, other) => one.Version - other.Version);
  };

  return {
    async read() {
      const names = (await images()).toSorted();
      const versions: OwnedVersion[] = [];
      for (const name of names) versions.push(...(await ownedOf(name)));
      return { images: names.length, versions };
    },
    async delete(ImageName, Version) {
      await ask('sagemaker:DeleteImageVersion', Region, () =>
        client.send(new DeleteImageVersionCommand({ ImageName, Version })),
      );
    },
  };
}

function isOwnership(alias: string): boolean {
  return isOwnershipOf(reservedAliasPrefix, alias);
}
