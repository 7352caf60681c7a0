/**
 * Deletes an image and all its versions. The container images stay in Amazon ECR.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImage.html
 */
import { ApiError } from '../api-answer.ts';
import { imageNamed } from '../lookup.ts';
import { ImageName } from '../members.ts';
import { modifying } from '../operation.ts';
import { structure } from '../shapes.ts';
import { started } from '../transitions.ts';

const constraints = structure({ ImageName }, {});

export const DeleteImage = modifying(constraints, ({ ImageName }, call) => {
  const { settings, nowMs } = call;
  const image = imageNamed(ImageName, call);
  if (image.ImageStatus === 'DELETING') {
    throw new ApiError('ResourceInUse', `Image (${image.ImageArn}) is being deleted`);
  }
  call.claim(image);

  const FailureReason = settings.failures.imageDeletion(image);
  image.pending = started(
    { becomes: 'gone', failed: 'DELETE_FAILED', FailureReason },
    settings.durations.imageDeletion,
    call,
  );
  image.ImageStatus = 'DELETING';
  image.modifiedAtMs = nowMs;
  // An image whose deletion fails keeps its versions.
  if (FailureReason !== undefined) return {};
  for (const version of image.versions) {
    version.ImageVersionStatus = 'DELETING';
    version.modifiedAtMs = nowMs;
    version.pending = { atMs: image.pending.atMs, becomes: 'gone' };
  }
  return {};
});
