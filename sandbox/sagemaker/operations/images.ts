/**
 * The operations on images.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImage.html and the pages of the other operations.
 */
import type * as api from '@aws-sdk/client-sagemaker';
import { ownEntry } from '../../json.ts';
import { throwApiError } from '../api-answer.ts';
import { type Call, imageArn, imageNamed, refuseBeyondQuota, refuseUnlessUsable } from '../checks.ts';
import type { Input } from '../model.ts';
import { isWithin, listPage, sortKey, withTimes } from '../paging.ts';
import type { ImageRecord } from '../state.ts';
import { started } from '../transitions.ts';

export function CreateImage({ Tags = [], ...properties }: Input<api.CreateImageRequest>, call: Call) {
  const { state, settings, nowMs } = call;
  const { ImageName } = properties;
  if (ownEntry(state.images, ImageName) !== undefined) {
    const message = `The Image with ImageName ${ImageName} already exists. Please use a different ImageName.`;
    throwApiError('ResourceInUse', message);
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
  image.pending = started('imageCreation', ['CREATED', 'CREATE_FAILED'], settings.failures.imageCreation(image), call);
  state.images[ImageName] = image;
  return { ImageArn: image.ImageArn };
}

export function DescribeImage({ ImageName }: Input<api.DescribeImageRequest>, call: Call) {
  return withTimes(imageNamed(ImageName, call));
}

export function ListImages(input: Input<api.ListImagesRequest>, { state, settings }: Call) {
  const { NameContains = '', SortBy = 'CREATION_TIME', SortOrder: order = 'DESCENDING' } = input;
  const images = Object.values(state.images).filter(
    (image) => image.ImageName.includes(NameContains) && isWithin(image, input),
  );
  const key = (image: ImageRecord) => sortKey(SortBy, image, image.ImageName);
  const listing = { name: `ListImages ${SortBy} ${order}`, key, order };
  const { items, NextToken } = listPage(images, listing, input, settings);
  return { Images: items.map(withTimes), NextToken };
}

export function UpdateImage(
  { ImageName, DeleteProperties = [], ...properties }: Input<api.UpdateImageRequest>,
  call: Call,
) {
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
  image.pending = started('imageUpdate', ['CREATED', 'UPDATE_FAILED'], settings.failures.imageUpdate(image), call);
  return { ImageArn: image.ImageArn };
}

/** Deletes an image and all its versions. The container images stay in Amazon ECR. */
export function DeleteImage({ ImageName }: Input<api.DeleteImageRequest>, call: Call) {
  const { settings, nowMs } = call;
  const image = imageNamed(ImageName, call);
  if (image.ImageStatus === 'DELETING') throwApiError('ResourceInUse', `Image (${image.ImageArn}) is being deleted`);
  call.claim(image);

  image.pending = started('imageDeletion', ['gone', 'DELETE_FAILED'], settings.failures.imageDeletion(image), call);
  image.ImageStatus = 'DELETING';
  image.modifiedAtMs = nowMs;
  // An image whose deletion fails keeps its versions.
  if (image.pending.FailureReason !== undefined) return {};
  for (const version of image.versions) {
    version.ImageVersionStatus = 'DELETING';
    version.modifiedAtMs = nowMs;
    version.pending = { atMs: image.pending.atMs, becomes: 'gone' };
  }
  return {};
}
