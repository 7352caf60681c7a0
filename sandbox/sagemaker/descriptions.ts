/**
 * The form in which Describe and List operations show images and versions. Instants are in seconds on the wire.
 */
import type { ImageRecord, ImageVersionRecord } from './state.ts';

/** An image as ListImages shows it. */
export function imageSummary(image: ImageRecord) {
  const { ImageName, ImageArn, ImageStatus, DisplayName, Description, FailureReason } = image;
  return {
    ImageName,
    ImageArn,
    ImageStatus,
    ...(DisplayName === undefined ? {} : { DisplayName }),
    ...(Description === undefined ? {} : { Description }),
    ...(FailureReason === undefined ? {} : { FailureReason }),
    ...times(image),
  };
}

/** A version as ListImageVersions shows it. */
export function versionSummary(version: ImageVersionRecord, { ImageArn }: ImageRecord) {
  const { ImageVersionArn, ImageVersionStatus, Version, FailureReason } = version;
  return {
    ImageArn,
    ImageVersionArn,
    ImageVersionStatus,
    Version,
    ...(FailureReason === undefined ? {} : { FailureReason }),
    ...times(version),
  };
}

function times({ createdAtMs, modifiedAtMs }: { readonly createdAtMs: number; readonly modifiedAtMs: number }) {
  return { CreationTime: createdAtMs / 1000, LastModifiedTime: modifiedAtMs / 1000 };
}
