/**
 * What an operation works with, and what it checks before it changes anything: the image that the call names, its status
 * and the quotas. Each function throws SageMaker's error.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import { ownEntry } from '../json.ts';
import type { Random } from '../random.ts';
import { throwApiError } from './api-answer.ts';
import type { SageMakerSettings, SageMakerSides } from './settings.ts';
import type { ImageRecord, State } from './state.ts';
import type { StudioResource } from './studio.ts';

export interface Call {
  readonly state: State;
  readonly settings: SageMakerSettings;
  /** The instant at which the operation reads and writes the state. */
  readonly nowMs: number;
  readonly random: Random;
  /** What Studio consists of now. */
  studio(): readonly StudioResource[];
  /** Claims an image before the first write. Throws ResourceInUse if it is busy, or modified since the call arrived. */
  claim(image: ImageRecord): void;
}

export function imageNamed(ImageName: string, { state, settings }: Call): ImageRecord {
  const image = ownEntry(state.images, ImageName);
  return image ?? throwApiError('ResourceNotFound', `Image with ARN ${imageArn(ImageName, settings)} does not exist`);
}

/** Throws unless the status of the image allows to change it, or to add a version. */
export function refuseUnlessUsable({ ImageName, ImageStatus }: ImageRecord, { imageInTransition }: SageMakerSides) {
  if (ImageStatus === 'CREATED') return;
  if (['CREATING', 'UPDATING', 'DELETING'].includes(ImageStatus) && imageInTransition === 'ResourceInUse') {
    throwApiError('ResourceInUse', `Image ${ImageName} is in use: its status is ${ImageStatus}.`);
  }
  throwApiError('ValidationException', `Image ${ImageName} is in an invalid state.`);
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

/** The ARN of the image; with `version`, the ARN of the version of this number. */
export function imageArn(
  ImageName: string,
  { partition, Region, AccountId, switches }: SageMakerSettings,
  version?: number,
): string {
  const name = switches.caseOfArns === 'lowered' ? ImageName.toLowerCase() : ImageName;
  const resource = version === undefined ? `image/${name}` : `image-version/${name}/${version}`;
  return `arn:${partition}:sagemaker:${Region}:${AccountId}:${resource}`;
}
