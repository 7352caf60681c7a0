/**
 * Finds the image and the version that a call names, and gives both their ARNs. A missing one is SageMaker's error.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import { ownEntry } from '../json.ts';
import { ApiError } from './api-answer.ts';
import type { Call } from './operation.ts';
import type { SageMakerSettings } from './settings.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';

export function imageNamed(ImageName: string, { state, settings }: Call): ImageRecord {
  const image = ownEntry(state.images, ImageName);
  if (image !== undefined) return image;
  throw new ApiError('ResourceNotFound', `Image with ARN ${imageArn(ImageName, settings)} does not exist`);
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
export function namedVersion(
  image: ImageRecord,
  { Version, Alias }: VersionChoice,
  call: Call,
): ImageVersionRecord | undefined {
  if (Version !== undefined) return versionNumbered(image, Version, call);
  if (Alias !== undefined) return versionWithAlias(image, Alias, call);
  return undefined;
}

/** The version that the call changes. Throws ValidationException if it names none, and what `namedVersion` throws. */
export function versionToModify(image: ImageRecord, choice: VersionChoice, call: Call): ImageVersionRecord {
  const version = namedVersion(image, choice, call);
  if (version !== undefined) return version;
  throw new ApiError('ValidationException', 'Either Version or Alias must be specified.');
}

export function latestVersion(image: ImageRecord): ImageVersionRecord {
  const latest = image.versions.at(-1);
  if (latest !== undefined) return latest;
  throw new ApiError(
    'ResourceNotFound',
    `Latest ImageVersion with ImageName ${image.ImageName} does not exist. Please provide a valid ImageName.`,
  );
}

function versionNumbered(image: ImageRecord, Version: number, { settings }: Call): ImageVersionRecord {
  const version = image.versions.find((each) => each.Version === Version);
  if (version !== undefined) return version;
  const arn = imageVersionArn(image.ImageName, Version, settings);
  throw new ApiError('ResourceNotFound', `ImageVersion with ARN ${arn} does not exist`);
}

function versionWithAlias(image: ImageRecord, Alias: string, { settings }: Call): ImageVersionRecord {
  const version = holderOf(image, Alias);
  if (version !== undefined) return version;
  if (settings.switches.versionByMissingAlias === 'ResourceNotFound') throw missingAlias(image, Alias);
  throw new ApiError(
    'AccessDeniedException',
    `The caller is not authorized to perform this action on the image version with alias ${Alias} of image ` +
      `${image.ImageArn}`,
  );
}

export function holderOf(image: ImageRecord, Alias: string): ImageVersionRecord | undefined {
  return image.versions.find(({ Aliases }) => Aliases.includes(Alias));
}

export function missingAlias(image: ImageRecord, Alias: string): ApiError {
  return new ApiError(
    'ResourceNotFound',
    `ImageVersion with ImageName ${image.ImageName} and Alias ${Alias} does not exist`,
  );
}

export function imageArn(ImageName: string, settings: SageMakerSettings): string {
  return `${prefix(settings)}:image/${inArn(ImageName, settings)}`;
}

export function imageVersionArn(ImageName: string, Version: number, settings: SageMakerSettings): string {
  return `${prefix(settings)}:image-version/${inArn(ImageName, settings)}/${Version}`;
}

function prefix({ partition, Region, AccountId }: SageMakerSettings): string {
  return `arn:${partition}:sagemaker:${Region}:${AccountId}`;
}

function inArn(ImageName: string, { switches }: SageMakerSettings): string {
  return switches.caseOfArns === 'lowered' ? ImageName.toLowerCase() : ImageName;
}
