/**
 * Why a call is refused although its input is in order: the status of what it would change, or a service quota.
 */
import { ApiError } from './api-answer.ts';
import type { ImageRecord, ImageVersionRecord } from './state.ts';
import type { Switches } from './switches.ts';

/** Throws unless CreateImageVersion and UpdateImage accept the image's status. */
export function refuseUnlessUsable(image: ImageRecord, { imageInTransition }: Switches): void {
  const { ImageName, ImageStatus } = image;
  if (ImageStatus === 'CREATED') return;
  const isInTransition = ImageStatus === 'CREATING' || ImageStatus === 'UPDATING' || ImageStatus === 'DELETING';
  if (isInTransition && imageInTransition === 'ResourceInUse') {
    throw new ApiError('ResourceInUse', `Image ${ImageName} is in use: its status is ${ImageStatus}.`);
  }
  throw new ApiError('ValidationException', `Image ${ImageName} is in an invalid state.`);
}

/** Throws unless UpdateImageVersion accepts the version's status. */
export function refuseUnlessUpdatable(version: ImageVersionRecord, { updateWhileCreating }: Switches): void {
  const { ImageVersionArn, ImageVersionStatus } = version;
  refuseWhileDeleting(version);
  if (ImageVersionStatus === 'CREATED') return;
  if (ImageVersionStatus === 'CREATING') {
    if (updateWhileCreating === 'accepted') return;
    if (updateWhileCreating === 'ResourceInUse') throw beingCreated(version);
  }
  throw new ApiError('ValidationException', `ImageVersion ${ImageVersionArn} is in an invalid state.`);
}

/** Throws unless DeleteImageVersion accepts the version's status. */
export function refuseUnlessDeletable(version: ImageVersionRecord, { deleteWhileCreating }: Switches): void {
  refuseWhileDeleting(version);
  if (version.ImageVersionStatus === 'CREATING' && deleteWhileCreating === 'ResourceInUse') throw beingCreated(version);
}

/** Throws ResourceLimitExceeded if one more exceeds the quota. AWS publishes no numbers, so the default is no limit. */
export function refuseBeyondQuota(what: string, used: number, quota: number): void {
  if (used < quota) return;
  throw new ApiError(
    'ResourceLimitExceeded',
    `The account-level service limit '${what}' is ${quota} ${what}, with current utilization of ${used} ${what} and a ` +
      `request delta of 1 ${what}. Please contact AWS support to request an increase for this limit.`,
  );
}

function refuseWhileDeleting({ ImageVersionArn, ImageVersionStatus }: ImageVersionRecord): void {
  if (ImageVersionStatus !== 'DELETING') return;
  throw new ApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being deleted`);
}

function beingCreated({ ImageVersionArn }: ImageVersionRecord): ApiError {
  return new ApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being created`);
}
