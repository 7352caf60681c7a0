/**
 * The operations on image versions and their aliases.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html and the pages of the other
 * operations.
 */
import type * as api from '@aws-sdk/client-sagemaker';
import { throwApiError } from '../api-answer.ts';
import { type Call, imageArn, imageNamed, refuseBeyondQuota, refuseUnlessUsable } from '../checks.ts';
import { resolveContainerImage } from '../container-image.ts';
import type { Input } from '../model.ts';
import { isWithin, listPage, sortable, sortKey, withTimes } from '../paging.ts';
import type { SageMakerSides } from '../settings.ts';
import type { ImageRecord, ImageVersionRecord } from '../state.ts';
import { studioKeys, userOf } from '../studio.ts';
import { releaseAliases, setMetadata, started } from '../transitions.ts';

/** Creates the next version of an image. Its status later shows whether SageMaker can read the container image. */
export function CreateImageVersion(
  // The SDK makes a ClientToken where there is none, and the model requires it.
  input: Input<api.CreateImageVersionRequest> & { readonly ClientToken: string },
  call: Call,
) {
  const { ImageName, BaseImage, ClientToken, Aliases = [], ...metadata } = input;
  const { settings, nowMs } = call;
  const image = imageNamed(ImageName, call);
  const made = image.versions.find((each) => each.ClientToken === ClientToken);
  if (made !== undefined && settings.switches.ClientToken === 'remembered') {
    return { ImageVersionArn: made.ImageVersionArn };
  }
  refuseUnlessUsable(image, settings.switches);
  if (settings.switches.aliasOfAnotherVersion !== 'moves') refuseAliasesOfOthers(image, undefined, Aliases);
  refuseBeyondQuota('Image Versions', image.versions.length, settings.quotas.versionsOfAnImage);
  call.claim(image);

  releaseAliases(image, Aliases);
  image.lastVersion += 1;
  const version: ImageVersionRecord = {
    Version: image.lastVersion,
    ImageVersionArn: imageArn(ImageName, settings, image.lastVersion),
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
  if (FailureReason === undefined) version.ContainerImage = resolveContainerImage(BaseImage);
  version.pending = started('versionCreation', ['CREATED', 'CREATE_FAILED'], FailureReason, call);
  image.versions.push(version);
  return { ImageVersionArn: version.ImageVersionArn };
}

/** Describes a version by number or alias, or the latest one, whatever its status. Only ListAliases shows the aliases. */
export function DescribeImageVersion({ ImageName, ...choice }: Input<api.DescribeImageVersionRequest>, call: Call) {
  const image = imageNamed(ImageName, call);
  const version = namedVersion(image, choice, call) ?? image.versions.at(-1);
  const message = `Latest ImageVersion with ImageName ${ImageName} does not exist. Please provide a valid ImageName.`;
  if (version === undefined) return throwApiError('ResourceNotFound', message);
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
  if (switches.aliasOfAnotherVersion !== 'moves') refuseAliasesOfOthers(image, version, AliasesToAdd);
  const absent = AliasesToDelete.find((alias) => !version.Aliases.includes(alias));
  if (absent !== undefined && switches.absentAliasDeleted === 'ResourceNotFound') refuseMissingAlias(image, absent);
  const present = AliasesToAdd.find((alias) => version.Aliases.includes(alias) && !AliasesToDelete.includes(alias));
  if (present !== undefined && switches.aliasAddedTwice === 'ResourceInUse') refuseUsedAlias(present, version);
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
  refuseWhile('DELETING', version);
  if (settings.switches.deleteWhileCreating === 'ResourceInUse') refuseWhile('CREATING', version);
  const use = refuseIfUsed(image, version, call);
  call.claim(image);

  const FailureReason = use ?? settings.failures.versionDeletion(version);
  version.pending = started('versionDeletion', ['gone', 'DELETE_FAILED'], FailureReason, call);
  version.ImageVersionStatus = 'DELETING';
  version.modifiedAtMs = nowMs;
  return {};
}

/** How a call names a version. If both are given, Version decides. */
type VersionChoice = Pick<Input<api.DescribeImageVersionRequest>, 'Version' | 'Alias'>;

/** The version that a call names, if it names any. Throws ResourceNotFound, or what `versionByMissingAlias` says. */
function namedVersion(image: ImageRecord, { Version, Alias }: VersionChoice, { settings }: Call) {
  if (Version !== undefined) {
    const arn = imageArn(image.ImageName, settings, Version);
    const version = image.versions.find((each) => each.Version === Version);
    return version ?? throwApiError('ResourceNotFound', `ImageVersion with ARN ${arn} does not exist`);
  }
  if (Alias === undefined) return undefined;
  const holder = holderOf(image, Alias);
  if (holder !== undefined) return holder;
  if (settings.switches.versionByMissingAlias === 'ResourceNotFound') return refuseMissingAlias(image, Alias);
  const action = `perform this action on the image version with alias ${Alias} of image ${image.ImageArn}`;
  return throwApiError('AccessDeniedException', `The caller is not authorized to ${action}`);
}

/** The version that the call changes. Throws ValidationException if it names none, and what `namedVersion` throws. */
function versionToModify(image: ImageRecord, choice: VersionChoice, call: Call): ImageVersionRecord {
  const version = namedVersion(image, choice, call);
  return version ?? throwApiError('ValidationException', 'Either Version or Alias must be specified.');
}

function holderOf(image: ImageRecord, Alias: string): ImageVersionRecord | undefined {
  return image.versions.find(({ Aliases }) => Aliases.includes(Alias));
}

function refuseMissingAlias({ ImageName }: ImageRecord, Alias: string): never {
  throwApiError('ResourceNotFound', `ImageVersion with ImageName ${ImageName} and Alias ${Alias} does not exist`);
}

/** Throws unless UpdateImageVersion accepts the version's status. */
function refuseUnlessUpdatable(version: ImageVersionRecord, { updateWhileCreating }: SageMakerSides): void {
  const { ImageVersionArn, ImageVersionStatus } = version;
  refuseWhile('DELETING', version);
  if (ImageVersionStatus === 'CREATED') return;
  if (ImageVersionStatus === 'CREATING' && updateWhileCreating === 'accepted') return;
  if (updateWhileCreating === 'ResourceInUse') refuseWhile('CREATING', version);
  throwApiError('ValidationException', `ImageVersion ${ImageVersionArn} is in an invalid state.`);
}

/** Throws ResourceInUse if Studio uses the version, or returns the FailureReason of its deletion. */
function refuseIfUsed(image: ImageRecord, version: ImageVersionRecord, { studio, settings }: Call): string | undefined {
  const { deletionOfUsedVersion } = settings.switches;
  const user = deletionOfUsedVersion === 'accepted' ? undefined : userOf(image, version, studio());
  if (user === undefined) return undefined;
  const name = studioKeys[user.kind].flatMap((key) => user.properties[key] ?? []).join('/');
  const message = `ImageVersion (${version.ImageVersionArn}) is in use by ${user.kind} ${name}`;
  return deletionOfUsedVersion === 'DELETE_FAILED' ? message : throwApiError('ResourceInUse', message);
}

function refuseWhile(status: 'CREATING' | 'DELETING', version: ImageVersionRecord): void {
  if (version.ImageVersionStatus !== status) return;
  const what = status === 'CREATING' ? 'created' : 'deleted';
  throwApiError('ResourceInUse', `ImageVersion (${version.ImageVersionArn}) is being ${what}`);
}

/** Throws ResourceInUse if a version other than `taker` holds an alias; a version to be created is undefined. */
function refuseAliasesOfOthers(image: ImageRecord, taker: ImageVersionRecord | undefined, aliases: readonly string[]) {
  for (const alias of aliases) {
    const holder = holderOf(image, alias);
    if (holder !== undefined && holder !== taker) refuseUsedAlias(alias, holder);
  }
}

function refuseUsedAlias(alias: string, { ImageVersionArn }: ImageVersionRecord): never {
  throwApiError('ResourceInUse', `Alias ${alias} is already used by ImageVersion ${ImageVersionArn}`);
}
