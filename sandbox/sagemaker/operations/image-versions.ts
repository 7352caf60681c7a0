/**
 * The operations on image versions and their aliases.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html and the pages of the other
 * operations.
 */
import type * as api from '@aws-sdk/client-sagemaker';
import {
  type Call,
  holderOf,
  imageNamed,
  imageVersionArn,
  latestVersion,
  namedVersion,
  refuseAliasesOfOthers,
  refuseBeyondQuota,
  refuseIfUsed,
  refuseMissingAlias,
  refusePointlessChanges,
  refuseUnlessDeletable,
  refuseUnlessUpdatable,
  refuseUnlessUsable,
  versionToModify,
} from '../checks.ts';
import { resolveContainerImage } from '../container-image.ts';
import type { Input } from '../model.ts';
import { isWithin, listPage, sortable, sortKey, withTimes } from '../paging.ts';
import type { ImageVersionRecord } from '../state.ts';
import { releaseAliases, setMetadata, started } from '../transitions.ts';

/** Creates the next version of an image. Its status later shows whether SageMaker can read the container image. */
export function CreateImageVersion(
  // The SDK makes a ClientToken where there is none, and the model requires it.
  input: Input<api.CreateImageVersionRequest> & { readonly ClientToken: string },
  call: Call,
) {
  const { ImageName, BaseImage, ClientToken, Aliases = [], ...metadata } = input;
  const { state, settings, nowMs } = call;
  const image = imageNamed(ImageName, call);
  const made = image.versions.find((each) => each.ClientToken === ClientToken);
  if (made !== undefined && settings.switches.ClientToken === 'remembered') {
    return { ImageVersionArn: made.ImageVersionArn };
  }
  refuseUnlessUsable(image, settings.switches);
  refuseAliasesOfOthers(image, undefined, Aliases, settings.switches);
  refuseBeyondQuota('Image Versions', image.versions.length, settings.quotas.versionsOfAnImage);
  call.claim(image);

  releaseAliases(image, Aliases);
  image.lastVersion += 1;
  const version: ImageVersionRecord = {
    Version: image.lastVersion,
    ImageVersionArn: imageVersionArn(ImageName, image.lastVersion, settings),
    ImageVersionStatus: 'CREATING',
    BaseImage,
    ClientToken,
    Aliases: [...new Set(Aliases)],
    metadata: {},
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  };
  setMetadata(version, metadata, call);
  const FailureReason = settings.failures.versionCreation(version);
  if (FailureReason === undefined) version.ContainerImage = resolveContainerImage(BaseImage, state.pushCounts);
  version.pending = started(['CREATED', 'CREATE_FAILED'], FailureReason, settings.durations.versionCreation, call);
  image.versions.push(version);
  return { ImageVersionArn: version.ImageVersionArn };
}

/** Describes a version by number or alias, or the latest one. Only ListAliases shows the aliases. */
export function DescribeImageVersion({ ImageName, ...choice }: Input<api.DescribeImageVersionRequest>, call: Call) {
  const image = imageNamed(ImageName, call);
  const version = namedVersion(image, choice, call) ?? latestVersion(image);
  const ContainerImage = version.ImageVersionStatus === 'CREATING' ? undefined : version.ContainerImage;
  return { ...withTimes(version), ...version.metadata, ImageArn: image.ImageArn, ContainerImage };
}

export function ListImageVersions(input: Input<api.ListImageVersionsRequest>, call: Call) {
  const { ImageName, SortBy = 'CREATION_TIME', SortOrder: order = 'DESCENDING' } = input;
  const image = imageNamed(ImageName, call);
  const versions = image.versions.filter((version) => isWithin(version, input));
  const key = (version: ImageVersionRecord) => sortKey(SortBy, version, sortable(version.Version));
  const listing = { name: `ListImageVersions ${ImageName} ${SortBy} ${order}`, key, order };
  const { items, NextToken } = listPage(versions, listing, input, call.settings);
  const { ImageArn } = image;
  return { ImageVersions: items.map((version) => ({ ...withTimes(version), ImageArn })), NextToken };
}

/** Lists the aliases of one version, named by number or alias, or of all versions of an image. */
export function ListAliases(input: Input<api.ListAliasesRequest>, call: Call) {
  const { ImageName, Alias, Version } = input;
  const image = imageNamed(ImageName, call);
  // Reported: ListAliases answers ResourceNotFound for a missing alias even where other operations answer AccessDenied.
  if (Alias !== undefined && holderOf(image, Alias) === undefined) refuseMissingAlias(image, Alias);
  const named = namedVersion(image, input, call);
  const aliases = (named === undefined ? image.versions : [named]).flatMap(({ Aliases }) => Aliases);
  const name = `ListAliases ${ImageName} ${Version} ${Alias}`;
  const listing = { name, key: (alias: string) => alias, order: 'ASCENDING' } as const;
  const { items, NextToken } = listPage(aliases, listing, input, call.settings);
  return { SageMakerImageVersionAliases: items, NextToken };
}

/** Changes a version's metadata and aliases at once: an image version has no status UPDATING. */
export function UpdateImageVersion(input: Input<api.UpdateImageVersionRequest>, call: Call) {
  const { ImageName, Alias, Version, AliasesToAdd = [], AliasesToDelete = [], ...metadata } = input;
  const { switches } = call.settings;
  const image = imageNamed(ImageName, call);
  const version = versionToModify(image, input, call);
  refuseUnlessUpdatable(version, switches);
  refuseAliasesOfOthers(image, version, AliasesToAdd, switches);
  refusePointlessChanges(image, version, { toAdd: AliasesToAdd, toDelete: AliasesToDelete }, switches);
  call.claim(image);

  releaseAliases(image, AliasesToAdd);
  const kept = version.Aliases.filter((alias) => !AliasesToDelete.includes(alias));
  version.Aliases = [...kept, ...new Set(AliasesToAdd)];
  setMetadata(version, metadata, call);
  version.modifiedAtMs = call.nowMs;
  return { ImageVersionArn: version.ImageVersionArn };
}

export function DeleteImageVersion({ ImageName, ...choice }: Input<api.DeleteImageVersionRequest>, call: Call) {
  const { settings, nowMs } = call;
  const image = imageNamed(ImageName, call);
  const version = versionToModify(image, choice, call);
  if (image.ImageStatus === 'DELETING') refuseUnlessUsable(image, settings.switches);
  refuseUnlessDeletable(version, settings.switches);
  const use = refuseIfUsed(image, version, call);
  call.claim(image);

  const FailureReason = use ?? settings.failures.versionDeletion(version);
  version.pending = started(['gone', 'DELETE_FAILED'], FailureReason, settings.durations.versionDeletion, call);
  version.ImageVersionStatus = 'DELETING';
  version.modifiedAtMs = nowMs;
  return {};
}
