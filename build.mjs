/**
 * Builds what runs: each entry becomes one file in `dist/`. Used by `npm run build`, by SAM (through the Makefile), with
 * `--sandbox` by the sandbox, and with `--lives` by the simulated lives.
 */
import { build } from 'esbuild';

/**
 * Leaves an `import()` of the module to run time, from the file beside the bundle that the entry of its name makes.
 *
 * @param {string} name
 * @returns {import('esbuild').Plugin}
 */
function loadedOnFirstNeed(name) {
  return {
    name: `load ${name} on first need`,
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: `./${name}.cjs`, external: true } : undefined,
      );
    },
  };
}

/** What Lambda gets. CommonJS starts faster there than ESM does; docs/decisions/0004 has the figures. */
const lambda = {
  entryPoints: {
    'provider/index': 'src/handler.ts',
    'provider/sdk-stacks': 'src/cloudformation/sdk-stacks.ts',
    'failsafe/index': 'src/failsafe.ts',
    'macro/index': 'src/macro.ts',
  },
  // The older of the two runtimes that template.yaml offers.
  target: 'node22',
  minify: true,
  // CommonJS: an `import()` left as it is would load as ESM.
  supported: { 'dynamic-import': false },
  plugins: [loadedOnFirstNeed('sdk-stacks')],
};

/** What runs on a developer's machine, where Node strips no types before version 22. */
const sandbox = {
  entryPoints: { 'sandbox/bootstrap': 'sandbox/lambda/bootstrap.ts', 'sandbox/main': 'sandbox/cli/main.ts' },
  target: 'node20',
};

/** The provider and the sandbox in one process: nothing of what Lambda gets. */
const lives = { entryPoints: { 'lives/main': 'test/laws/main.ts' }, target: 'node20' };

const groups = process.argv.includes('--lives')
  ? [lives]
  : process.argv.includes('--sandbox')
    ? [lambda, sandbox]
    : [lambda];

for (const group of groups) {
  await build({
    ...group,
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // The SDK's ESM builds are what esbuild can shake.
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
}
