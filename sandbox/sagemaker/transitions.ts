/**
 * How the statuses of images and versions change: a call starts a change, and `settle` completes it when its time has
 * come. Nothing runs in the background: every operation settles the state before it looks at it.
 */
import type { Call } from './operation.ts';
import type { DurationRange } from './settings.ts';
import type { ImageRecord, ImageVersionRecord, Pending, State, VersionMetadata } from './state.ts';

/** The change that a call starts. It ends after a time drawn from `duration`, in `failed` if there is a FailureReason. */
export function started<Status>(
  [becomes, failed]: readonly [becomes: Status | 'gone', failed: Status],
  FailureReason: string | undefined,
  [shortestMs, longestMs]: DurationRange,
  { nowMs, random }: Call,
): Pending<Status> {
  const atMs = nowMs + Math.round(shortestMs + random() * (longestMs - shortestMs));
  return FailureReason === undefined ? { atMs, becomes } : { atMs, becomes: failed, FailureReason };
}

/**
 * Sets the metadata that a call gives; SageMaker has no way to clear any. A version that becomes TO_BE_ARCHIVED also
 * gets the day on which SageMaker archives it.
 */
export function setMetadata(version: ImageVersionRecord, given: VersionMetadata, { settings, nowMs }: Call): void {
  const before = version.metadata.VendorGuidance;
  version.metadata = { ...version.metadata, ...given };
  if (given.VendorGuidance === undefined || given.VendorGuidance === before) return;
  if (given.VendorGuidance === 'TO_BE_ARCHIVED') version.archivesAtMs = nowMs + settings.archiveAfterMs;
  else delete version.archivesAtMs;
}

/** Removes the aliases from whichever version holds them. */
export function releaseAliases(image: ImageRecord, aliases: readonly string[]): void {
  for (const version of image.versions) {
    version.Aliases = version.Aliases.filter((alias) => !aliases.includes(alias));
  }
}

/** Completes every change of `state` that is due at the instant `nowMs`. */
export function settle(state: State, nowMs: number): void {
  for (const image of Object.values(state.images)) {
    // Every call settles every version, and a change is rarely due: look before copying the list.
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
