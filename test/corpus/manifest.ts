/** The templates that were tried: where each comes from, how far it came, and why it came no further. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Outcome, runTemplate } from './run-template.ts';

export interface ManifestRow extends Outcome {
  /** On GitHub. */
  readonly repository: string;
  readonly path: string;
  /** The commit, or the published package that contains the file. */
  readonly commit?: string;
  readonly package?: string;
  readonly licence: string;
  readonly sha256: string;
  /** Whether its licence allows a copy, which is in `templates/`. */
  readonly isKept?: true;
  /** Values in place of those of `parameter-values.ts`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Why AWS refuses it too; such a template does not count. */
  readonly refusedByAws?: string;
}

export interface Manifest {
  /** The date of the outcomes. */
  readonly tried: string;
  readonly templates: readonly ManifestRow[];
}

const folder = 'test/corpus';
export const manifestPath = join(folder, 'manifest.json');

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(manifestPath, 'utf8'));
}

/** The file of a row below `elsewhere`, or the copy in `templates/`; undefined if there is none. */
export function fileOf({ repository, path, isKept }: ManifestRow, elsewhere: string): string | undefined {
  const file = join(isKept ? join(folder, 'templates') : elsewhere, repository, path);
  return existsSync(file) ? file : undefined;
}

/** How far the template comes now. Throws if the file is another one than was tried. */
export async function outcomeOf({ sha256, parameters = {} }: ManifestRow, file: string): Promise<Outcome> {
  const content = readFileSync(file);
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== sha256) throw new Error(`${file} has the SHA-256 ${found}, and not ${sha256}`);
  return runTemplate({ text: content.toString(), fileName: basename(file), parameters });
}
