/**
 * What an operation works with, and the image and the version that a call names. A missing one is SageMaker's error.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import { ownEntry } from '../json.ts';
import type { Random } from '../random.ts';
import { throwApiError } from './api-answer.ts';
import type { SageMakerSettings } from './settings.ts';
import type { ImageRecord, ImageVersionRecord, State } from './state.ts';

export interface Call {
  readonly state: State;
  readonly settings: SageMakerSettings;
  /** The instant at which the operation reads and writes the state. */
  readonly nowMs: number;
  readonly random: Random;
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
