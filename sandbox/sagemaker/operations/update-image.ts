/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImage.html */
import { imageNamed } from '../lookup.ts';
import { DeleteProperties, Description, DisplayName, ImageName, RoleArn } from '../members.ts';
import { modifying } from '../operation.ts';
import { refuseUnlessUsable } from '../refusals.ts';
import { structure } from '../shapes.ts';
import { started } from '../transitions.ts';

const constraints = structure({ ImageName }, { DeleteProperties, Description, DisplayName, RoleArn });

export const UpdateImage = modifying(constraints, ({ ImageName, DeleteProperties = [], ...properties }, call) => {
  const { settings, nowMs } = call;
  const image = imageNamed(ImageName, call);
  // Another update is the way out of UPDATE_FAILED.
  if (image.ImageStatus !== 'UPDATE_FAILED') refuseUnlessUsable(image, settings.switches);
  call.claim(image);

  if (DeleteProperties.includes('DisplayName')) delete image.DisplayName;
  if (DeleteProperties.includes('Description')) delete image.Description;
  Object.assign(image, properties);
  image.modifiedAtMs = nowMs;
  image.ImageStatus = 'UPDATING';
  image.pending = started(
    { becomes: 'CREATED', failed: 'UPDATE_FAILED', FailureReason: settings.failures.imageUpdate(image) },
    settings.durations.imageUpdate,
    call,
  );
  return { ImageArn: image.ImageArn };
});
