/**
 * Which statuses allow a change, and how long a change lasts.
 */
import type { Random } from '../random.ts';
import { ApiError } from './api-error.ts';
import type { DurationRange } from './settings.ts';
import type { ImageRecord, ImageVersionRecord, Pending } from './state.ts';
import type { Switches } from './switches.ts';

/** Throws unless the image is as CreateImageVersion and UpdateImage need it. */
export function refuseUnlessUsable(image: ImageRecord, { imageInTransition }: Switches): void {
  const { ImageName, ImageStatus } = image;
  if (ImageStatus === 'CREATED') return;
  const isInTransition = ImageStatus === 'CREATING' || ImageStatus === 'UPDATING' || ImageStatus === 'DELETING';
  if (isInTransition && imageInTransition === 'ResourceInUse') {
    throw new ApiError('ResourceInUse', `Image ${ImageName} is in use: its status is ${ImageStatus}.`);
  }
  throw new ApiError('ValidationException', `Image ${ImageName} is in an invalid state.`);
}

/** Throws unless the version may be updated. */
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

/** Throws unless the version may be deleted. */
export function refuseUnlessDeletable(version: ImageVersionRecord, { deleteWhileCreating }: Switches): void {
  refuseWhileDeleting(version);
  if (version.ImageVersionStatus === 'CREATING' && deleteWhileCreating === 'ResourceInUse') throw beingCreated(version);
}

/**
 * The change that a call starts: it ends after a time drawn from `duration`, in `becomes`, or in `failed` if there is
 * a FailureReason.
 */
export function started<Status>(
  change: { readonly becomes: Status | 'gone'; readonly failed: Status; readonly FailureReason: string | undefined },
  duration: DurationRange,
  { nowMs, random }: { readonly nowMs: number; readonly random: Random },
): Pending<Status> {
  const [shortestMs, longestMs] = duration;
  const atMs = nowMs + Math.round(shortestMs + random() * (longestMs - shortestMs));
  const { becomes, failed, FailureReason } = change;
  return FailureReason === undefined ? { atMs, becomes } : { atMs, becomes: failed, FailureReason };
}

function refuseWhileDeleting({ ImageVersionArn, ImageVersionStatus }: ImageVersionRecord): void {
  if (ImageVersionStatus !== 'DELETING') return;
  throw new ApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being deleted`);
}

function beingCreated({ ImageVersionArn }: ImageVersionRecord): ApiError {
  return new ApiError('ResourceInUse', `ImageVersion (${ImageVersionArn}) is being created`);
}
