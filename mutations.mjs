/**
 * Breaks the invariants on purpose: plants one mutation of `mutations.json` after another in a copy of the project, and shows
 * that the tests of the provider's behaviour or the lifecycle tests catch each. `npm run mutations`, or
 * `npm run mutations -- WORD` for those whose invariant has the word in it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import jestConfig from './jest.config.mjs';

/** @type {readonly { invariant: string, file: string, from: string, to: string }[]} */
const mutations = JSON.parse(readFileSync('mutations.json', 'utf8'));
/** The fast ones first: what they catch needs no other. */
const suites = ['test/provider', 'test/lifecycle'];

const { roots = [] } = jestConfig;
const ownFiles = ['template.yaml', 'jest.config.mjs', 'jest.sequencer.mjs', 'package.json'];
const parts = [...roots, 'examples', ...ownFiles];
const folder = mkdtempSync(join(tmpdir(), 'mutations-'));
for (const part of parts.filter((part) => existsSync(part))) {
  // The examples have dependencies of their own, which no test here needs.
  cpSync(part, join(folder, part), { recursive: true, filter: (source) => !source.includes('node_modules') });
}
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));

/** The first suite of the copy that fails, if any. */
const failing = () =>
  suites.find(
    (suite) => spawnSync('npx', ['jest', '--bail', '--silent', suite], { cwd: folder, stdio: 'ignore' }).status !== 0,
  );

/**
 * Runs `act`, and prints what it returns and how long it took.
 *
 * @param {string} label
 * @param {() => string | undefined} act
 */
function timed(label, act) {
  const begun = performance.now();
  const result = act();
  console.log(
    `${(result ?? 'MISSED').padEnd(14)} ${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${label}`,
  );
  return result;
}

let missed = 0;
try {
  timed('without any mutation', () => {
    const suite = failing();
    if (suite !== undefined) throw new Error(`${suite} fails without any mutation.`);
    return 'passes';
  });
  const [, , word = ''] = process.argv;
  for (const { invariant, file, from, to } of mutations.filter((mutation) => mutation.invariant.includes(word))) {
    const path = join(folder, file);
    const original = readFileSync(path, 'utf8');
    if (original.split(from).length !== 2) throw new Error(`${file} does not have this once: ${from}`);
    writeFileSync(
      path,
      original.replace(from, () => to),
    );
    if (timed(invariant, failing) === undefined) missed += 1;
    writeFileSync(path, original);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (missed > 0) process.exitCode = 1;
