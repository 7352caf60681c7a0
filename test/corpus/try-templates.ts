/**
 * Tries every template of the manifest, and writes its outcomes. The templates that are not kept here are below a folder,
 * each at REPOSITORY/PATH:
 *
 *   npx esbuild test/corpus/try-templates.ts --bundle --platform=node --outfile=dist/try-templates.cjs
 *   node dist/try-templates.cjs FOLDER
 */
import { writeFileSync } from 'node:fs';
import { fileOf, type ManifestRow, manifestPath, outcomeOf, readManifest } from './manifest.ts';
import { type Outcome, stages } from './run-template.ts';

async function tryTemplates(elsewhere: string): Promise<void> {
  const templates: ManifestRow[] = [];
  for (const row of readManifest().templates) {
    const file = fileOf(row, elsewhere);
    templates.push(file === undefined ? row : withOutcome(row, await outcomeOf(row, file)));
    const { stage, reason = '' } = templates.at(-1) ?? {};
    const what = file === undefined ? 'not found' : stage;
    process.stdout.write(`${what}\t${row.repository}/${row.path}\t${reason.replaceAll('\n', ' | ').slice(0, 300)}\n`);
  }
  const tried = new Date().toISOString().slice(0, 10);
  writeFileSync(manifestPath, `${JSON.stringify({ tried, templates }, null, 2)}\n`);
  const counted = templates.filter(({ refusedByAws }) => refusedByAws === undefined);
  const counts = stages.map((stage) => `${counted.filter((row) => row.stage === stage).length} ${stage}`);
  process.stdout.write(`Of ${counted.length} templates that AWS takes: ${counts.join(', ')}\n`);
}

function withOutcome({ stage: _stage, reason: _reason, ...row }: ManifestRow, outcome: Outcome): ManifestRow {
  return { ...row, ...outcome };
}

void tryTemplates(process.argv[2] ?? '.');
