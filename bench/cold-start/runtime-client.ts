/**
 * Lambda's own runtime client, so that a variant finds loaded what it finds loaded in Lambda. Only its native addon, which
 * talks to the Runtime API, is replaced.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { peers } from './peers.ts';

const folder = 'dist/bench/cold-start/runtime-client';

/** The file to start; `peers` are installed. */
export async function runtimeClient(): Promise<string> {
  const original = readFileSync(`${peers}/aws-lambda-ric/index.mjs`, 'utf8');
  const changed = original.replace('./rapid-client.node', './rapid-client.cjs');
  if (changed === original) throw new Error('This aws-lambda-ric does not load rapid-client.node');
  await build({
    entryPoints: ['bench/cold-start/rapid-client.ts'],
    outfile: `${folder}/rapid-client.cjs`,
    platform: 'node',
    format: 'cjs',
  });
  writeFileSync(`${folder}/index.mjs`, changed);
  return resolve(folder, 'index.mjs');
}
