/**
 * Lets everything happen that is due: statuses that have run their time, records that are gone, versions whose archive
 * day has come. Called before each operation looks at the state.
 */
import type { ImageRecord, ImageVersionRecord, State } from './state.ts';

/** Brings `state` up to the instant `nowMs`. */
export function settle(state: State, nowMs: number): void {
  for (const image of Object.values(state.images)) {
    // Hardly ever is anything due, and every call comes by here for every version.
    if (image.versions.some((version) => isDue(version, nowMs))) {
      image.versions = image.versions.filter((version) => !isGoneAfterSettling(version, nowMs));
    }
    if (image.pending === undefined || image.pending.atMs > nowMs) continue;
    settleImage(state, image, image.pending);
  }
}

function settleImage(state: State, image: ImageRecord, pending: NonNullable<ImageRecord['pending']>): void {
  if (pending.becomes === 'gone') {
    state.lastVersionsOfGoneImages[image.ImageName] = image.lastVersion;
    delete state.images[image.ImageName];
    return;
  }
  image.ImageStatus = pending.becomes;
  image.modifiedAtMs = pending.atMs;
  if (pending.FailureReason === undefined) delete image.FailureReason;
  else image.FailureReason = pending.FailureReason;
  delete image.pending;
}

function isDue({ pending, archivesAtMs }: ImageVersionRecord, nowMs: number): boolean {
  return (pending !== undefined && pending.atMs <= nowMs) || (archivesAtMs !== undefined && archivesAtMs <= nowMs);
}

function isGoneAfterSettling(version: ImageVersionRecord, nowMs: number): boolean {
  const { pending, archivesAtMs } = version;
  if (archivesAtMs !== undefined && archivesAtMs <= nowMs) {
    version.metadata = { ...version.metadata, VendorGuidance: 'ARCHIVED' };
    version.modifiedAtMs = archivesAtMs;
    delete version.archivesAtMs;
  }
  if (pending === undefined || pending.atMs > nowMs) return false;
  if (pending.becomes === 'gone') return true;
  version.ImageVersionStatus = pending.becomes;
  version.modifiedAtMs = pending.atMs;
  if (pending.FailureReason !== undefined) version.FailureReason = pending.FailureReason;
  delete version.pending;
  return false;
}
