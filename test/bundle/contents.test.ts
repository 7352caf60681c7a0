import { readFileSync } from 'node:fs';

/** What esbuild has put into each file that Lambda gets, by `build.mjs`. */
const metafile: import('esbuild').Metafile = JSON.parse(readFileSync('dist/metafile.json', 'utf8'));

/** The files of which something is left in the bundle. */
function inputsOf(file: string): string[] {
  const output = metafile.outputs[`dist/${file}`];
  if (output === undefined) throw new Error(`dist/metafile.json does not know ${file}`);
  return Object.keys(output.inputs).filter((input) => (output.inputs[input]?.bytesInOutput ?? 0) > 0);
}

const packagesOf = (file: string) => [
  ...new Set(inputsOf(file).flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [])),
];

/** The modules of Node.js that the bundle asks for. */
const builtinsOf = (file: string) => [
  ...new Set(metafile.outputs[`dist/${file}`]?.imports.map(({ path }) => path).filter((path) => path.includes(':'))),
];

/** What the SDK's core, a signer and an HTTP handler consist of; the same for every client. */
const sdkCore = [
  '@aws-sdk/core',
  '@aws-sdk/credential-provider-env',
  '@smithy/core',
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/types',
];

describe('What the bundles are made of', () => {
  it('is one client and the SDK’s core, and no other credential provider with the clients it brings', () => {
    expect(packagesOf('provider/handler.cjs').sort()).toEqual(
      [
        ...sdkCore,
        '@aws-lambda-powertools/commons',
        '@aws-lambda-powertools/logger',
        '@aws-sdk/client-sagemaker',
      ].sort(),
    );
    expect(packagesOf('provider/sdk-stacks.cjs').sort()).toEqual(
      [...sdkCore, '@aws-sdk/client-cloudformation', '@aws-sdk/xml-builder'].sort(),
    );
  });

  it.each(['provider/handler.cjs', 'provider/sdk-stacks.cjs'])('is without event streams in %s', (file) => {
    expect(inputsOf(file).filter((input) => input.includes('@smithy/core/dist-es/submodules/event-streams'))).toEqual(
      [],
    );
    expect(inputsOf(file).filter((input) => input.endsWith('/signature-v4/dist-es/HeaderFormatter.js'))).toEqual([]);
    expect(builtinsOf(file)).not.toContain('node:zlib');
    expect(builtinsOf(file)).not.toContain('node:child_process');
  });

  it.each(['provider/handler.cjs', 'provider/sdk-stacks.cjs'])('has no rate limiter for retries in %s', (file) => {
    expect(
      inputsOf(file).filter((input) => /[\\/](AdaptiveRetryStrategy|DefaultRateLimiter)\.js$/.test(input)),
    ).toEqual([]);
  });

  it('has no decorator of the logger, and no buffers for lines', () => {
    const handler = readFileSync('dist/provider/handler.cjs', 'utf8');

    expect(handler).not.toContain('injectLambdaContext');
    expect(handler).not.toMatch(/Log Buffering|evicted|maxBytesSize|unable to buffer/i);
  });

  it.each(['provider/handler.cjs', 'provider/sdk-stacks.cjs'])('looks for no ~/.aws/config in %s', (file) => {
    expect(inputsOf(file).filter((input) => /shared-ini-file-loader[\\/](loadSharedConfig|readF)/.test(input))).toEqual(
      [],
    );
    expect(builtinsOf(file)).not.toContain('node:fs/promises');
  });

  it.each(['provider/handler.cjs', 'provider/sdk-stacks.cjs'])('asks no instance metadata in %s', (file) => {
    expect(readFileSync(`dist/${file}`, 'utf8')).not.toContain('/meta-data/');
  });

  it.each(['provider/handler.cjs', 'provider/sdk-stacks.cjs'])('has the substitutes in %s', (file) => {
    expect(
      inputsOf(file)
        .filter((input) => input.startsWith('src/sdk-substitutes/'))
        .sort(),
    ).toEqual([
      'src/sdk-substitutes/checksum.ts',
      'src/sdk-substitutes/event-streams.ts',
      'src/sdk-substitutes/invoke-store.ts',
    ]);
    expect(Object.keys(metafile.inputs)).toContain('src/sdk-substitutes/credential-provider-node.ts');
  });

  it.each(['provider/handler.cjs', 'provider/sdk-stacks.cjs'])('names no web stream in %s', (file) => {
    expect(readFileSync(`dist/${file}`, 'utf8')).not.toMatch(/instanceof ReadableStream|typeof ReadableStream/);
  });

  it('has the commands that the provider sends, and not the client of every operation', () => {
    const commands = inputsOf('provider/handler.cjs').flatMap(
      (input) => /commands\/(\w+)Command\.js$/.exec(input)?.[1] ?? [],
    );

    expect(commands.sort()).toEqual([
      'CreateImageVersion',
      'DeleteImageVersion',
      'DescribeImageVersion',
      'ListAliases',
      'UpdateImageVersion',
    ]);
  });

  it('has no list of Regions, because the name of a Region shows its partition', () => {
    const file = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
    const { partitions } = JSON.parse(/{.*}/s.exec(readFileSync(file, 'utf8'))?.[0] ?? '');
    const byName = (Region: string): unknown =>
      partitions.find(({ regionRegex }: { regionRegex: string }) => new RegExp(regionRegex).test(Region))?.id;
    const Regions: readonly (readonly [string, unknown])[] = partitions.flatMap(
      ({ id, regions }: { id: string; regions: object }) => Object.keys(regions).map((Region) => [Region, id]),
    );
    const real = Regions.filter(([Region]) => !Region.endsWith('-global'));

    expect(real.length).toBeGreaterThan(40);
    expect(real.map(([Region]) => [Region, byName(Region)])).toEqual(real);
    expect(readFileSync('dist/provider/handler.cjs', 'utf8')).not.toContain('Cape Town');
  });

  it('is nothing but the project’s own files in the failsafe', () => {
    expect(inputsOf('failsafe/index.cjs').filter((input) => !input.startsWith('src/'))).toEqual([]);
  });
});
