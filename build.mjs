/**
 * Builds what runs: each entry becomes one file in `dist/`. Used by `npm run build`, by SAM (through the Makefile), with
 * `--sandbox` by everything that runs on this machine, with `--package` by the sandbox's package, with `--doctor` by the
 * doctor, with `--laws` by the simulation, with `--fidelity` by the questions to a real account, with `--bench` by the
 * benchmarks, and with `--release` by what writes a release.
 */
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { stampFile } from './build-stamp.mjs';
import { bundleForLambda, common, writeWhole } from './bundle.mjs';

/** What Lambda gets. */
const lambda = {
  'provider/index': 'src/index.ts',
  'provider/handler': 'src/handler.ts',
  'provider/sdk-stacks': 'src/cloudformation/sdk-stacks.ts',
  'failsafe/index': 'src/failsafe.ts',
  'macro/index': 'src/macro.ts',
};

/** What runs on a developer's machine, where Node strips no types before version 22: a package of its own. */
const sandbox = {
  bootstrap: 'sandbox/lambda/bootstrap.ts',
  'response-host': 'sandbox/lambda/response-host.ts',
  main: 'sandbox/cli/main.ts',
};

/** What `npm start` runs. */
const story = { 'story/main': 'story/main.ts' };

/** What looks after an account, with the SDK as it is: no Lambda's credentials there. */
const doctor = { 'doctor/main': 'doctor/main.ts' };

/** The provider and the sandbox in one process: nothing of what Lambda gets. */
const laws = { 'laws/main': 'laws/main.ts' };

/** What asks a real account. */
const fidelity = { 'fidelity/main': 'fidelity/main.ts' };

/** What measures, and what writes a release: ESM, since both build more. */
const bench = { main: 'bench/main.ts' };
const release = { main: 'release/main.ts', package: 'release/package.ts' };

/**
 * @param {Record<string, string>} entryPoints
 * @param {string} [js] what stands before everything else
 * @param {string} [outdir]
 */
async function buildHere(entryPoints, js = '', outdir = 'dist') {
  const { outputFiles } = await build({
    ...common,
    entryPoints,
    outdir,
    target: 'node20',
    banner: { js },
    write: false,
  });
  for (const { path, contents } of outputFiles) await writeWhole(path, contents);
}

/**
 * @param {Record<string, string>} entryPoints
 * @param {string} outdir
 */
async function buildBuilder(entryPoints, outdir) {
  await build({
    ...common,
    entryPoints,
    outdir,
    target: 'node20',
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    packages: 'external',
    external: ['./bundle.mjs'],
  });
}

/** The properties of the resource, for whoever checks templates. */
async function writeSchema() {
  const entryPoints = ['src/schema.ts'];
  const { outputFiles } = await build({ ...common, format: 'esm', entryPoints, write: false });
  const { schema } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
  await writeWhole('dist/schema.json', `${JSON.stringify(schema, undefined, 2)}\n`);
  await writeWhole('dist/native-type.schema.json', `${JSON.stringify(forMacro(schema), undefined, 2)}\n`);
}

/**
 * What a template can write for the macro, which sets ServiceToken.
 *
 * @param {typeof import('./src/schema.ts').schema} schema
 */
function forMacro({ properties: { ServiceToken: _, ...properties }, required, ...schema }) {
  const typeName = 'AWS::SageMaker::ImageVersion';
  return { ...schema, typeName, properties, required: required.filter((name) => name !== 'ServiceToken') };
}

const shebang = '#!/usr/bin/env node';

/** A command of its own: what package.json names as `bin`. */
async function buildDoctor() {
  await buildHere(doctor, shebang);
  await chmod('dist/doctor/main.cjs', 0o755);
}

async function buildSandbox() {
  await buildHere(sandbox, shebang, 'sandbox/dist');
  await chmod('sandbox/dist/main.cjs', 0o755);
  // The same as bootstrap.cjs for Python.
  await writeWhole('sandbox/dist/bootstrap.py', await readFile('sandbox/lambda/bootstrap.py'));
  await writeWhole('sandbox/dist/LICENSE', await readFile('LICENSE'));
}

// Node 20 is enough to work on the project; the SDK would say on every start that it will not be from 2027 on.
const withoutWarning = "process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';";

if (process.argv.includes('--laws')) {
  await buildHere(laws, withoutWarning);
} else if (process.argv.includes('--doctor')) {
  await buildDoctor();
} else if (process.argv.includes('--fidelity')) {
  await buildHere(fidelity);
} else if (process.argv.includes('--bench')) {
  await buildBuilder(bench, 'dist/bench');
} else if (process.argv.includes('--package')) {
  await buildSandbox();
} else {
  // A new folder would make its parent newer than the stamp.
  await mkdir('sandbox/dist', { recursive: true });
  const begunAt = Date.now();
  const metafile = await bundleForLambda(lambda, 'dist');
  // For the tests of what is in the bundles.
  await writeWhole('dist/metafile.json', JSON.stringify(metafile));
  await writeSchema();
  if (process.argv.includes('--sandbox')) {
    await Promise.all([buildSandbox(), buildHere(story), buildDoctor()]);
    await writeWhole(stampFile, String(begunAt));
  }
  if (process.argv.includes('--release')) {
    await Promise.all([buildBuilder(release, 'dist/release-tool'), buildDoctor()]);
  }
}
