/**
 * Breaks the laws on purpose: plants one mutation after another in a copy of the project, and shows that the lifecycle
 * tests catch each. `npm run mutations`, or `npm run mutations -- WORD` for those whose law has the word in it.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** @type {readonly { law: string, file: string, from: string, to: string }[]} */
const mutations = [
  {
    law: '1 answered: no failsafe',
    file: 'src/failsafe.ts',
    from: 'await deliver(',
    to: 'if (Date.now() === 0) await deliver(',
  },
  {
    law: '1 answered: running out of time is a failure',
    file: 'src/provider.ts',
    from: 'if (thrown instanceof OutOfTime) {',
    to: 'if (thrown instanceof OutOfTime && log === undefined) {',
  },
  {
    law: '2 no leak: a failed version is not removed',
    file: 'src/image-version/clean-up.ts',
    from: 'await remove(version, patient);',
    to: '',
  },
  {
    law: '2 no leak: not-created although a call was made',
    file: 'src/image-version/create.ts',
    from: 'mayHaveMade: true };',
    to: 'mayHaveMade: false };',
  },
  {
    law: '2 no leak: a cancelled Create is not looked for',
    file: 'src/image-version/delete.ts',
    from: 'return deleteCancelled(request, dependencies);',
    to: 'return;',
  },
  {
    law: '2 no leak: a late request is not fenced',
    file: 'src/image-version/fence.ts',
    from: 'underWay[request.RequestType]) throw new Superseded();',
    to: 'underWay[request.RequestType]) return;',
  },
  {
    law: '2 nothing else is touched: a Delete by ARN does not ask whose the version is',
    file: 'src/image-version/delete.ts',
    from: 'if (!aliases.some((alias) => isOwnAlias(request, alias))) {',
    to: 'if (aliases === undefined) {',
  },
  {
    law: '2 nothing else is touched: a foreign alias is taken',
    file: 'src/image-version/hand-over.ts',
    from: 'if (foreign.length === 0) return holders;',
    to: 'if (foreign.length >= 0) return holders;',
  },
  {
    law: '2 nothing else is touched: what was retained counts as cancelled',
    file: 'src/image-version/delete.ts',
    from: 'CreationTime.getTime() >= since && ',
    to: '',
  },
  {
    law: '3 repeat: a request does not find what it has made',
    file: 'src/image-version/create.ts',
    from: 'if (present.includes(ownership)) {',
    to: 'if (ownership === undefined) {',
  },
  {
    law: '3 repeat: no retry',
    file: 'src/persist.ts',
    from: '|| !thrown.retryable) throw thrown;',
    to: ') throw thrown;\n      throw thrown;',
  },
  {
    law: '4 rollback: aliases are not given back',
    file: 'src/image-version/give-back.ts',
    from: 'if (aliases.length === 0) return;\n  const { imageVersions, log, stacks }',
    to: 'if (aliases.length >= 0) return;\n  const { imageVersions, log, stacks }',
  },
  {
    law: '4 rollback: aliases are given back when nothing rolls back',
    file: 'src/image-version/give-back.ts',
    from: 'if (operation && !isRollingBack(operation)) return;',
    to: '',
  },
  {
    law: '4 rollback: an Update does not return to the version that was replaced',
    file: 'src/image-version/roll-back.ts',
    from: 'if (!isOtherImage && recorded === 0) return undefined;',
    to: 'if (recorded >= 0) return undefined;',
  },
  {
    law: '4 rollback: a change of Revision is not taken back',
    file: 'src/image-version/roll-back.ts',
    from: "!changed('Revision')) return false;",
    to: "changed('Revision')) return false;",
  },
  {
    law: '4 rollback: what a failed replacement has left stays',
    file: 'src/image-version/update.ts',
    from: 'await purgeFailedReplacement(request, current, dependencies);',
    to: '',
  },
  {
    law: '5 order: SUCCESS before the version is CREATED',
    file: 'src/image-version/stabilize.ts',
    from: "return ImageVersionStatus === 'CREATING' || ImageVersionStatus === 'DELETING';",
    to: "return ImageVersionStatus === 'DELETING';",
  },
  {
    law: '6 secrecy: the request is logged as a whole',
    file: 'src/provider.ts',
    from: "log.info('Received', { ResourceProperties });",
    to: "log.info('Received', { ...request });",
  },
];

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
