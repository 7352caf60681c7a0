/**
 * Breaks the laws on purpose: plants one mutation of `mutations.json` after another in a copy of the project, and shows
 * that the lifecycle tests catch each. `npm run mutations`, or `npm run mutations -- WORD` for those whose law has the
 * word in it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** @type {readonly { law: string, file: string, from: string, to: string }[]} */
const mutations = JSON.parse(readFileSync('mutations.json', 'utf8'));

const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
for (const part of ['src', 'sandbox', 'test', 'examples', 'template.yaml', 'jest.config.mjs', 'package.json']) {
  // The examples have dependencies of their own, which no test here needs.
  cpSync(part, join(folder, part), { recursive: true, filter: (source) => !source.includes('node_modules') });
}
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));

/** Whether the lifecycle tests of the copy pass. */
const passes = () =>
  spawnSync('npx', ['jest', '--bail', '--silent', 'test/lifecycle'], { cwd: folder, stdio: 'ignore' }).status === 0;

let missed = 0;
try {
  if (!passes()) throw new Error('The lifecycle tests fail without any mutation.');
  const [, , word = ''] = process.argv;
  for (const { law, file, from, to } of mutations.filter((mutation) => mutation.law.includes(word))) {
    const path = join(folder, file);
    const original = readFileSync(path, 'utf8');
    if (original.split(from).length !== 2) throw new Error(`${file} does not have this once: ${from}`);
    writeFileSync(path, original.replace(from, to));
    const isCaught = !passes();
    writeFileSync(path, original);
    if (!isCaught) missed += 1;
    console.log(`${isCaught ? 'caught' : 'MISSED'}  ${law}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (missed > 0) process.exitCode = 1;
