/**
 * Runs what `npm run build:all` builds, and builds it first if a source has changed: for `npm start` and
 * `npm run sandbox`. A build takes seconds, most commands of the sandbox less than one.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isBuilt } from './build-stamp.mjs';

const root = import.meta.dirname;
const [name, ...words] = process.argv.slice(2);

if (!isBuilt(root)) {
  const { status } = spawnSync(process.execPath, ['build.mjs', '--sandbox'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

// npm runs a script in the folder of the package, but a relative path means the user's folder.
process.chdir(process.env['INIT_CWD'] ?? root);
const run = (/** @type {string} */ bundle, /** @type {readonly string[]} */ args) => {
  process.argv = [process.execPath, bundle, ...args];
  // Faster than import(), which looks for the exports of a whole bundle.
  createRequire(import.meta.url)(join(root, bundle));
};
if (name === 'story') {
  run('dist/story/main.cjs', words);
} else {
  // The options that anybody passes for a provider of his own.
  const options = [
    `--provider-template=${join(root, 'template.yaml')}`,
    '--provider-parameter=ImageNamePattern=*',
    '--provider-parameter=NativeTypeMacro=true',
    `--schema=${join(root, 'dist/schema.json')}`,
    `--schema=${join(root, 'dist/native-type.schema.json')}`,
  ];
  process.env['CLOUDFORMATION_SANDBOX_NAME'] = 'npm run sandbox --';
  run('sandbox/dist/main.cjs', [...options, ...words]);
}
