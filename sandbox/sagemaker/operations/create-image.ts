/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImage.html */

import { ownEntry } from '../../json.ts';
import { ApiError } from '../api-answer.ts';
import { imageArn } from '../lookup.ts';
import { Description, DisplayName, ImageName, RoleArn, Tags } from '../members.ts';
import { modifying } from '../operation.ts';
import { refuseBeyondQuota } from '../refusals.ts';
import { structure } from '../shapes.ts';
import type { ImageRecord } from '../state.ts';
import { started } from '../transitions.ts';

const constraints = structure({ ImageName, RoleArn }, { DisplayName, Description, Tags });

export const CreateImage = modifying(constraints, ({ Tags = [], ...properties }, call) => {
  const { state, settings, nowMs } = call;
  const { ImageName } = properties;

  if (ownEntry(state.images, ImageName) !== undefined) {
    throw new ApiError(
      'ResourceInUse',
      `The Image with ImageName ${ImageName} already exists. Please use a different ImageName.`,
    );
  }
  refuseBeyondQuota('Images', Object.keys(state.images).length, settings.quotas.images);

  const numbersContinue = settings.switches.numbersOfImageCreatedAgain === 'continue';
  const image: ImageRecord = {
    ...properties,
    Tags,
    ImageArn: imageArn(ImageName, settings),
    ImageStatus: 'CREATING',
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    lastVersion: numbersContinue ? (ownEntry(state.lastVersionsOfGoneImages, ImageName) ?? 0) : 0,
    versions: [],
    modification: 0,
  };
  const FailureReason = settings.failures.imageCreation(image);
  image.pending = started(
    { becomes: 'CREATED', failed: 'CREATE_FAILED', FailureReason },
    settings.durations.imageCreation,
    call,
  );
  state.images[ImageName] = image;
  return { ImageArn: image.ImageArn };
});
