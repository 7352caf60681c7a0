/**
 * Makes the files that Lambda gets. Used by `build.mjs`; the tests and the benchmarks bundle other entries in the same way.
 * docs/decisions/0009 has the reason for each option, with figures.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from '@swc/core';
import { build } from 'esbuild';

/** What every bundle has in common, the sandbox's too. */
export const common = /** @satisfies {import('esbuild').BuildOptions} */ ({
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  // The SDK's ESM builds are what esbuild can shake.
  mainFields: ['module', 'main'],
  logLevel: 'warning',
});

/** What a bundle for Lambda has besides. */
export const forLambda = /** @satisfies {import('esbuild').BuildOptions} */ ({
  ...common,
  // The older of the two runtimes that template.yaml offers.
  target: 'node22',
  minify: true,
  // CommonJS: an `import()` left as it is would load as ESM.
  supported: { 'dynamic-import': false },
  // Node.js loads its web streams when code first names them. The SDK's HTTP client for Node.js never gives one.
  define: { ReadableStream: 'undefined' },
  // The modules of the SDK that are left out, each with what stands in for it.
  alias: {
    '@aws-sdk/credential-provider-node': substitute('credential-provider-node'),
    '@aws/lambda-invoke-store': substitute('invoke-store'),
    '@smithy/core/checksum': substitute('checksum'),
    '@smithy/core/event-streams': substitute('event-streams'),
  },
  plugins: [
    inFileOfItsOwn('handler', 'import-statement'),
    inFileOfItsOwn('sdk-stacks', 'dynamic-import'),
    withoutRegions(),
    withoutConfigFiles(),
    withoutInstanceMetadata(),
    withoutEventSignatures(),
    withoutAdaptiveRetries(),
    ...withoutLogFeatures(),
  ],
});

/**
 * Bundles for Lambda: each entry into one file below `outdir`.
 *
 * @param {Record<string, string>} entryPoints
 * @param {string} outdir
 * @returns {Promise<import('esbuild').Metafile>} what went into each file; its sizes are those before the second minifier
 */
export async function bundleForLambda(entryPoints, outdir) {
  const { outputFiles, metafile } = await build({ ...forLambda, entryPoints, outdir, metafile: true, write: false });
  for (const { path, text } of outputFiles) await writeWhole(path, await minifiedAgain(text));
  return metafile;
}

/**
 * Writes a file so that whoever reads it meanwhile finds the old one or the new one: two commands may build at once.
 *
 * @param {string} path
 * @param {string | Uint8Array} contents
 */
export async function writeWhole(path, contents) {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, path);
}

/**
 * esbuild minifies each module; what can be folded across them is left to a minifier that has the whole.
 *
 * @param {string} text
 */
async function minifiedAgain(text) {
  const options = { toplevel: true };
  const { code } = await minify(text, { ecma: 2023, module: false, compress: options, mangle: options });
  return code;
}

/** @param {string} name */
function substitute(name) {
  return fileURLToPath(new URL(`src/sdk-substitutes/${name}.ts`, import.meta.url));
}

/**
 * Leaves an import of the module to run time, from the file beside the bundle that the entry of its name makes.
 *
 * @param {string} name
 * @param {import('esbuild').ImportKind} imported how it has to be imported
 * @returns {import('esbuild').Plugin}
 */
function inFileOfItsOwn(name, imported) {
  return {
    name: `${name} in a file of its own`,
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === imported ? { path: `./${name}.cjs`, external: true } : undefined,
      );
    },
  };
}

/**
 * Leaves the names and descriptions of all Regions out of the SDK's list of partitions: it finds the partition of a Region by
 * the pattern of its name, too. Where the list has another form, it stays whole.
 */
function withoutRegions() {
  return without(
    'Regions',
    /[\\/]util-endpoints[\\/]lib[\\/]aws[\\/]partitions\.js$/,
    /(?<="regions": {)(\s*"[\w-]+": {\s*"description": "[^"]*"\s*},?)*\s*(?=})/g,
  );
}

/**
 * Leaves ~/.aws/config and ~/.aws/credentials out of the places where the SDK looks for a setting: environment variables and
 * defaults remain. Where the SDK has another list of places, it keeps the files.
 */
function withoutConfigFiles() {
  return without(
    'configuration files',
    /[\\/]node-config-provider[\\/]configLoader\.js$/,
    'fromSharedConfigFiles(configFileSelector, configuration), ',
  );
}

/**
 * Leaves out that the SDK asks EC2's instance metadata for the Region: Lambda sets AWS_REGION, and has no instance metadata.
 * Where the SDK has another function for it, it stays.
 */
function withoutInstanceMetadata() {
  return without(
    'instance metadata',
    /[\\/]regionConfig[\\/]getInstanceMetadataRegion\.js$/,
    /(?<=getInstanceMetadataRegion = async \(\) => \{)[\s\S]*?(?=\n\};)/g,
  );
}

/**
 * Leaves out how the SDK signs the messages of an event stream, because `event-streams` is a substitute, and URLs, which the
 * provider only receives.
 */
function withoutEventSignatures() {
  return without(
    'event signatures',
    /[\\/]signature-v4[\\/]dist-es[\\/]SignatureV4\.js$/,
    /headerFormatter = new HeaderFormatter\(\);|(?<=\n {4})async (presign[\s\S]*?(?=async sign\()|signEvent[\s\S]*(?=async signString))/g,
  );
}

/**
 * Leaves out the retry mode `adaptive` with its rate limiter: the clients make one attempt for each call, and the provider
 * retries. Where the SDK chooses its retry strategy in another way, both stay.
 */
function withoutAdaptiveRetries() {
  return without(
    'adaptive retries',
    /[\\/]retry[\\/]middleware-retry[\\/]configurations\.js$/,
    /\n {8}const adaptive = [\s\S]*?\n {8}\}(?=\n {8}return new StandardRetryStrategy)/g,
  );
}

/**
 * Leaves the decorator of Powertools Logger out, because the provider's handler is a function, not a class, and the buffers in
 * which it can keep lines until an error is logged. What only they use goes too.
 */
function withoutLogFeatures() {
  const ofDecorator =
    '((/\\*.*\\*/ )?(static )?injectLambdaContext\\w*|logEventIfEnabled|shouldLogEvent|setCorrelationId)';
  const ofBuffers = '(#setLogBuffering|bufferLogItem|flushBuffer|clearBuffer|shouldBufferLog)';
  const ofStore = '(configureBuffer|#getBuffer|add|get|delete)';
  const methods = (/** @type {string} */ names) => `\n {4}${names}\\([\\s\\S]*?\n {4}\\}(?=\n)`;
  const calls =
    'this\\.#setLogBuffering\\(.*\\);|(?<=processLogItem\\(.*\\) \\{)[\\s\\S]*?(?=\n {8}if \\(logLevel >= )';
  const inLogger = new RegExp([methods(ofDecorator), methods(ofBuffers), calls].join('|'), 'g');
  const inStore = new RegExp(`\n {4}#buffer = .*;|${methods(ofStore)}`, 'g');
  return [
    without('features of the logger', /[\\/]logger[\\/]lib[\\/]esm[\\/]Logger\.js$/, inLogger),
    without('stores of log buffers', /[\\/]logger[\\/]lib[\\/]esm[\\/]LogInvocationStore\.js$/, inStore),
  ];
}

/**
 * Leaves a part of a library's file out, and stays without effect where the file has no such part.
 *
 * @param {string} what
 * @param {RegExp} file
 * @param {string | RegExp} part
 * @returns {import('esbuild').Plugin}
 */
function without(what, file, part) {
  return {
    name: `without ${what}`,
    setup({ onLoad }) {
      onLoad({ filter: file }, async ({ path }) => ({
        contents: (await readFile(path, 'utf8')).replaceAll(part, ''),
      }));
    },
  };
}
