/** Finds orphans, the versions that no stack refers to any more, and deletes the ones that the user names. */
import { DoctorError, exitStatus } from './errors.ts';
import type { ImageVersions } from './image-versions.ts';
import {
  judge,
  makerOf,
  type OrphanCause,
  type OwnedVersion,
  type StackEvent,
  type Stacks,
  stacksInQuestion,
  type Verdict,
} from './judge.ts';

export interface Judged {
  readonly version: OwnedVersion;
  readonly verdict: Verdict;
  readonly maker: ReturnType<typeof makerOf>;
}

export interface Orphan {
  readonly version: OwnedVersion;
  readonly cause: OrphanCause;
}

export interface Findings {
  readonly images: number;
  /** Every version with an ownership alias. */
  readonly judged: readonly Judged[];
  readonly orphans: readonly Orphan[];
}

export interface ExaminationDependencies {
  readonly imageVersions: ImageVersions;
  readonly readStacks: () => Promise<Stacks>;
  /** The events of a stack, newest first. */
  readonly readEvents: (StackId: string) => Promise<readonly StackEvent[]>;
}

/** Reads the versions before the stacks, so that it does not judge a version that is created meanwhile. */
export async function findOrphans(dependencies: ExaminationDependencies, ImageName?: string): Promise<Findings> {
  const { images, versions } = await dependencies.imageVersions.read(ImageName);
  const stacks = versions.length === 0 ? { existing: [], deleted: [] } : await readWithEvents(versions, dependencies);
  const judged = versions.map((version) => ({
    version,
    verdict: judge(version, stacks),
    maker: makerOf(version, stacks),
  }));
  const orphans = judged.flatMap(({ version, verdict }) =>
    verdict.kind === 'orphan' ? [{ version, cause: verdict }] : [],
  );
  return { images, judged, orphans };
}

async function readWithEvents(
  versions: readonly OwnedVersion[],
  { readStacks, readEvents }: ExaminationDependencies,
): Promise<Stacks> {
  const { existing, deleted } = await readStacks();
  const inQuestion = stacksInQuestion(versions, { existing, deleted });
  const events = new Map<string, readonly StackEvent[]>();
  for (const { StackId } of inQuestion) events.set(StackId, await readEvents(StackId));
  return { existing: existing.map((stack) => ({ ...stack, events: events.get(stack.StackId) ?? [] })), deleted };
}

/** Which orphans are wanted. */
export interface Selection {
  /** So many orphans of each image are left out: those with the highest numbers. */
  readonly keep: number;
  /** An orphan that was created later is left out. */
  readonly createdBefore: Date;
}

export function selected(orphans: readonly Orphan[], { keep, createdBefore }: Selection): readonly Orphan[] {
  const isKept = ({ version: { ImageName, Version } }: Orphan) =>
    orphans.filter(({ version }) => version.ImageName === ImageName && version.Version > Version).length < keep;
  return orphans.filter((orphan) => !isKept(orphan) && orphan.version.CreationTime <= createdBefore);
}

/**
 * Deletes all the named versions, or none.
 *
 * @param names each `image/version`, without duplicates
 * @param onDeleted called for each version as soon as SageMaker is deleting it
 * @throws DoctorError before anything is deleted, if a version is not an orphan; it gives the reason for each
 */
export async function deleteOrphans(
  names: readonly string[],
  { judged }: Findings,
  onDeleted: (name: string) => void,
  { imageVersions }: { readonly imageVersions: ImageVersions },
): Promise<void> {
  const byName = new Map(judged.map((found) => [nameOf(found.version), found]));
  const objections = names.flatMap((name) => objection(name, byName.get(name)));
  if (objections.length > 0) {
    throw new DoctorError(`${objections.join('\n')}\nNothing was deleted.`, exitStatus.wrongUsage);
  }
  for (const name of names) {
    const { version } = byName.get(name) ?? {};
    if (version === undefined) continue;
    await imageVersions.delete(version.ImageName, version.Version);
    onDeleted(name);
  }
}

function objection(name: string, found: Judged | undefined): readonly string[] {
  if (found === undefined) return [`${name} is not a version that the provider made in this account and Region.`];
  const { verdict } = found;
  switch (verdict.kind) {
    case 'in use':
      return [`${name} is in use: it is resource ${verdict.LogicalResourceId} of stack ${verdict.StackName}.`];
    case 'undecided':
      return [`${name} ${verdict.because}, so it may still be needed. Try again later.`];
    case 'orphan':
      return [];
  }
}

/** The doctor's name of a version, for example `image/4`. */
export function nameOf({ ImageName, Version }: Pick<OwnedVersion, 'ImageName' | 'Version'>): string {
  return `${ImageName}/${Version}`;
}
