/**
 * How the statuses of images and versions change: a call starts a change, and `settle` completes it when its time has
 * come. Nothing runs in the background: every operation settles the state before it looks at it.
 */
import type { Call } from './checks.ts';
import type { SageMakerSettings } from './settings.ts';
import type { Changing, ImageRecord, ImageVersionRecord, Pending, State, VersionMetadata } from './state.ts';

/** The change that a call starts. It ends after a time drawn from its duration, in `failed` if there is a FailureReason. */
export function started<Status>(
  change: keyof SageMakerSettings['durations'],
  [becomes, failed]: readonly [becomes: Status | 'gone', failed: Status],
  FailureReason: string | undefined,
  { nowMs, random, settings }: Call,
): Pending<Status> {
  const [shortestMs, longestMs] = settings.durations[change];
  const atMs = nowMs + Math.round(shortestMs + random() * (longestMs - shortestMs));
  return FailureReason === undefined ? { atMs, becomes } : { atMs, becomes: failed, FailureReason };
}

/** Sets the metadata that a call gives: SageMaker clears none. TO_BE_ARCHIVED sets the time of the archiving, too. */
export function setMetadata(version: ImageVersionRecord, given: VersionMetadata, { settings, nowMs }: Call): void {
  const before = version.metadata.VendorGuidance;
  version.metadata = { ...version.metadata, ...given };
  if (given.VendorGuidance === undefined || given.VendorGuidance === before) return;
  if (given.VendorGuidance === 'TO_BE_ARCHIVED') version.archivesAtMs = nowMs + settings.archiveAfterMs;
  else delete version.archivesAtMs;
}

/** Removes the aliases from whichever version holds them. */
export function releaseAliases(image: ImageRecord, aliases: readonly string[]): void {
  for (const version of image.versions) version.Aliases = version.Aliases.filter((alias) => !aliases.includes(alias));
}

/** Completes every change of `state` that is due at the instant `nowMs`. */
export function settle(state: State, nowMs: number): void {
  for (const image of Object.values(state.images)) {
    for (const version of image.versions) {
      archive(version, nowMs);
      const status = complete(version, nowMs);
      if (status === 'gone') image.versions = image.versions.filter((each) => each !== version);
      else if (status !== undefined) version.ImageVersionStatus = status;
    }
    const status = complete(image, nowMs);
    if (status === 'gone') {
      state.lastVersionsOfGoneImages[image.ImageName] = image.lastVersion;
      delete state.images[image.ImageName];
    } else if (status !== undefined) image.ImageStatus = status;
  }
}

function archive(version: ImageVersionRecord, nowMs: number): void {
  const { archivesAtMs } = version;
  if (archivesAtMs === undefined || archivesAtMs > nowMs) return;
  version.metadata = { ...version.metadata, VendorGuidance: 'ARCHIVED' };
  version.modifiedAtMs = archivesAtMs;
  delete version.archivesAtMs;
}

/** Completes the change of the record if it is due, and returns the record's new status. */
function complete<Status>(record: Changing<Status>, nowMs: number): Pending<Status>['becomes'] | undefined {
  const { pending } = record;
  if (pending === undefined || pending.atMs > nowMs) return undefined;
  record.modifiedAtMs = pending.atMs;
  if (pending.FailureReason === undefined) delete record.FailureReason;
  else record.FailureReason = pending.FailureReason;
  delete record.pending;
  return pending.becomes;
}
