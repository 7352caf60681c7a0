/** The doctor's examination: versions first, stacks after them, so that what is made meanwhile is not judged. */
import type { ImageVersions } from './image-versions.ts';
import { judge, makerOf, type OrphanCause, type OwnedVersion, type Stacks, type Verdict } from './judge.ts';

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
  /** Every version that bears an ownership alias. */
  readonly judged: readonly Judged[];
  readonly orphans: readonly Orphan[];
}

export interface ExaminationDependencies {
  readonly imageVersions: ImageVersions;
  readonly readStacks: () => Promise<Stacks>;
}

export async function findOrphans({ imageVersions, readStacks }: ExaminationDependencies): Promise<Findings> {
  const { images, versions } = await imageVersions.read();
  const stacks = versions.length === 0 ? { living: [], deleted: [] } : await readStacks();
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

/** `image/4`: how the doctor names a version, and is told which to delete. */
export function nameOf({ ImageName, Version }: Pick<OwnedVersion, 'ImageName' | 'Version'>): string {
  return `${ImageName}/${Version}`;
}
