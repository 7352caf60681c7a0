/**
 * What an operation works with, and what it checks before it changes anything: the image and the version that the call names,
 * their status, the aliases and the quotas. Each function throws SageMaker's error.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import { ownEntry } from '../json.ts';
import type { Random } from '../random.ts';
import { throwApiError } from './api-answer.ts';
import type { SageMakerSettings, SageMakerSides } from './settings.ts';
import type { ImageRecord, ImageVersionRecord, State } from './state.ts';
import { type StudioResource, studioKeys, userOf } from './studio.ts';

export interface Call {
  readonly state: State;
  readonly settings: SageMakerSettings;
  /** The instant at which the operation reads and writes the state. */
  readonly nowMs: number;
  readonly random: Random;
  /** What Studio consists of now. */
  studio(): readonly StudioResource[];
  /**
   * Call it to modify an existing image, after the last check and before the first write. Throws ResourceInUse if the
   * image was modified after this call arrived, or is busy.
   */
  claim(image: ImageRecord): void;
}

export function imageNamed(ImageName: string, { state, settings }: Call): ImageRecord {
  const image = ownEntry(state.images, ImageName);
  return image ?? throwApiError('ResourceNotFound', `Image with ARN ${imageArn(ImageName, settings)} does not exist`);
}

/** How a call names a version. If both are given, Version decides. */
interface VersionChoice {
  readonly Version?: number;
  readonly Alias?: string;
}

/**
 * The version that the call names by number or alias; undefined if it names none. Throws ResourceNotFound for a missing
 * number, and for a missing alias the error that `versionByMissingAlias` chooses.
 */
export function namedVersion(image: ImageRecord, { Version, Alias }: VersionChoice, { settings }: Call) {
  if (Version !== undefined) {
    const arn = imageVersionArn(image.ImageName, Version, settings);
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
export function versionToModify(image: ImageRecord, choice: VersionChoice, call: Call): ImageVersionRecord {
  const version = namedVersion(image, choice, call);
  return version ?? throwApiError('ValidationException', 'Either Version or Alias must be specified.');
}

/** The version with the highest number, whatever its status. Throws ResourceNotFound. */
export function latestVersion({ ImageName, versions }: ImageRecord): ImageVersionRecord {
  const message = `Latest ImageVersion with ImageName ${ImageName} does not exist. Please provide a valid ImageName.`;
  return versions.at(-1) ?? throwApiError('ResourceNotFound', message);
}

export function holderOf(image: ImageRecord, Alias: string): ImageVersionRecord | undefined {
  return image.versions.find(({ Aliases }) => Aliases.includes(Alias));
}

export function refuseMissingAlias({ ImageName }: ImageRecord, Alias: string): never {
  throwApiError('ResourceNotFound', `ImageVersion with ImageName ${ImageName} and Alias ${Alias} does not exist`);
}

/** Throws unless the status of the image allows to change it, or to add a version. */
export function refuseUnlessUsable(
  { ImageName, ImageStatus }: ImageRecord,
  { imageInTransition }: SageMakerSides,
): void {
  if (ImageStatus === 'CREATED') return;
  if (['CREATING', 'UPDATING', 'DELETING'].includes(ImageStatus) && imageInTransition === 'ResourceInUse') {
    throwApiError('ResourceInUse', `Image ${ImageName} is in use: its status is ${ImageStatus}.`);
  }
  throwApiError('ValidationException', `Image ${ImageName} is in an invalid state.`);
}

/** Throws unless UpdateImageVersion accepts the version's status. */
export function refuseUnlessUpdatable(version: ImageVersionRecord, { updateWhileCreating }: SageMakerSides): void {
  const { ImageVersionArn, ImageVersionStatus } = version;
  refuseWhile('DELETING', version);
  if (ImageVersionStatus === 'CREATED') return;
  if (ImageVersionStatus === 'CREATING' && updateWhileCreating === 'accepted') return;
  if (updateWhileCreating === 'ResourceInUse') refuseWhile('CREATING', version);
  throwApiError('ValidationException', `ImageVersion ${ImageVersionArn} is in an invalid state.`);
}

/**
 * What Studio's use of the version does to its deletion: throws ResourceInUse, or returns the FailureReason. Undefined if
 * nothing uses the version.
 */
export function refuseIfUsed(
  image: ImageRecord,
  version: ImageVersionRecord,
  { studio, settings }: Call,
): string | undefined {
  const { deletionOfUsedVersion } = settings.switches;
  const user = deletionOfUsedVersion === 'accepted' ? undefined : userOf(image, version, studio());
  if (user === undefined) return undefined;
  const name = studioKeys[user.kind].flatMap((key) => user.properties[key] ?? []).join('/');
  const message = `ImageVersion (${version.ImageVersionArn}) is in use by ${user.kind} ${name}`;
  return deletionOfUsedVersion === 'DELETE_FAILED' ? message : throwApiError('ResourceInUse', message);
}

/** Throws unless DeleteImageVersion accepts the version's status. */
export function refuseUnlessDeletable(version: ImageVersionRecord, { deleteWhileCreating }: SageMakerSides): void {
  refuseWhile('DELETING', version);
  if (deleteWhileCreating === 'ResourceInUse') refuseWhile('CREATING', version);
}

function refuseWhile(
  status: 'CREATING' | 'DELETING',
  { ImageVersionArn, ImageVersionStatus }: ImageVersionRecord,
): void {
  if (ImageVersionStatus !== status) return;
  const what = status === 'CREATING' ? 'created' : 'deleted';
  throwApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being ${what}`);
}

/** Throws ResourceLimitExceeded if one more exceeds the quota. AWS publishes no numbers, so the default is no limit. */
export function refuseBeyondQuota(what: string, used: number, quota: number): void {
  if (used < quota) return;
  throwApiError(
    'ResourceLimitExceeded',
    `The account-level service limit '${what}' is ${quota} ${what}, with current utilization of ${used} ${what} and a ` +
      `request delta of 1 ${what}. Please contact AWS support to request an increase for this limit.`,
  );
}

/** Throws ResourceInUse if a version other than `taker` holds an alias; a version to be created is undefined. */
export function refuseAliasesOfOthers(
  image: ImageRecord,
  taker: ImageVersionRecord | undefined,
  aliases: readonly string[],
  { aliasOfAnotherVersion }: SageMakerSides,
): void {
  if (aliasOfAnotherVersion === 'moves') return;
  for (const alias of aliases) {
    const holder = holderOf(image, alias);
    if (holder !== undefined && holder !== taker) refuseUsedAlias(alias, holder);
  }
}

/** Throws if the switches forbid to add an alias that the version already has, or to delete one that it does not have. */
export function refusePointlessChanges(
  image: ImageRecord,
  version: ImageVersionRecord,
  { toAdd, toDelete }: { toAdd: readonly string[]; toDelete: readonly string[] },
  { aliasAddedTwice, absentAliasDeleted }: SageMakerSides,
): void {
  const absent = toDelete.find((alias) => !version.Aliases.includes(alias));
  if (absent !== undefined && absentAliasDeleted === 'ResourceNotFound') refuseMissingAlias(image, absent);
  const present = toAdd.find((alias) => version.Aliases.includes(alias) && !toDelete.includes(alias));
  if (present !== undefined && aliasAddedTwice === 'ResourceInUse') refuseUsedAlias(present, version);
}

function refuseUsedAlias(alias: string, { ImageVersionArn }: ImageVersionRecord): never {
  throwApiError('ResourceInUse', `Alias ${alias} is already used by ImageVersion ${ImageVersionArn}`);
}

export function imageArn(ImageName: string, settings: SageMakerSettings): string {
  return arn('image', ImageName, settings);
}

export function imageVersionArn(ImageName: string, Version: number, settings: SageMakerSettings): string {
  return `${arn('image-version', ImageName, settings)}/${Version}`;
}

function arn(type: string, ImageName: string, { partition, Region, AccountId, switches }: SageMakerSettings): string {
  const name = switches.caseOfArns === 'lowered' ? ImageName.toLowerCase() : ImageName;
  return `arn:${partition}:sagemaker:${Region}:${AccountId}:${type}/${name}`;
}
