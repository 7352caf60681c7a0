/**
 * What describes a version: set by CreateImageVersion, overwritten by UpdateImageVersion. Nothing can be cleared.
 */
import type { Call } from './operation.ts';
import type { ImageVersionRecord, VersionMetadata } from './state.ts';

/** Sets what is given, and the day on which the service archives a version that is TO_BE_ARCHIVED. */
export function setMetadata(version: ImageVersionRecord, given: VersionMetadata, { settings, nowMs }: Call): void {
  const before = version.metadata.VendorGuidance;
  version.metadata = { ...version.metadata, ...given };
  if (given.VendorGuidance === undefined || given.VendorGuidance === before) return;
  if (given.VendorGuidance === 'TO_BE_ARCHIVED') version.archivesAtMs = nowMs + settings.archiveAfterMs;
  else delete version.archivesAtMs;
}
