/** Deletes what the doctor was told to delete, by name: orphans all of them, or none. */
import { type Findings, type Judged, nameOf } from './find-orphans.ts';
import type { ImageVersions } from './image-versions.ts';
import { exitStatus, Refusal } from './refusal.ts';

/**
 * @param names each `image/version`, once
 * @param onDeleted hears of each version as soon as SageMaker has begun to delete it
 * @throws Refusal, before anything is deleted, that says of each that is no orphan why it stays
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
    throw new Refusal(`${objections.join('\n')}\nNothing was deleted.`, exitStatus.askedWrongly);
  }
  for (const name of names) {
    const { version } = byName.get(name) ?? {};
    if (version === undefined) continue;
    await imageVersions.delete(version.ImageName, version.Version);
    onDeleted(name);
  }
}

function objection(name: string, found: Judged | undefined): readonly string[] {
  if (found === undefined) return [`${name} is no version that the provider has made in this account and Region.`];
  const { verdict } = found;
  switch (verdict.kind) {
    case 'in use':
      return [`${name} is in use: it is resource ${verdict.LogicalResourceId} of stack ${verdict.StackName}.`];
    case 'undecided':
      return [`${name} ${verdict.because}, so it may still be wanted. Try again when that is over.`];
    case 'orphan':
      return [];
  }
}
