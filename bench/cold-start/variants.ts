/**
 * What is measured: the provider and the failsafe as they are deployed, the same handler bundled otherwise, what a handler
 * could be at the least, and what others do. Each is built into a file of its own.
 */
import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundleForLambda, forLambda } from '../../bundle.mjs';
import { installPeers, peers } from './peers.ts';

export interface Variant {
  readonly name: string;
  readonly file: string;
  readonly handler: string;
  /** What the file loads at the start from the same folder. */
  readonly loads?: string;
  /** What it is invoked with: CloudFormation's request, or anything, on which it makes one call; or only its start counts. */
  readonly event: 'Update' | 'AwsCustomResource' | 'none';
}

const outdir = 'dist/bench/cold-start';
const cdk = `${peers}/aws-cdk-lib`;
const provider = 'src/handler.ts';
const own = (name: string) => `bench/cold-start/handlers/${name}.ts`;

/** esbuild's defaults for Node.js. */
const defaults: BuildOptions = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' };

export async function buildVariants(): Promise<readonly Variant[]> {
  installPeers();
  await bundleForLambda(
    {
      'provider/index': 'src/index.ts',
      'provider/handler': provider,
      'failsafe/index': 'src/failsafe.ts',
    },
    outdir,
  );
  await bundle('empty', own('empty'), defaults);
  await bundle('whole-sdk', provider, { ...forLambda, alias: {} });
  await bundle('defaults', provider, defaults);
  await bundle('not-bundled', provider, { ...defaults, packages: 'external' });
  await bundle('smallest', own('smallest'), forLambda);
  await bundle('hand-rolled', own('hand-rolled'), { ...defaults, minify: true });
  // It takes the SDK from where it stands: in Lambda from the runtime, here from this project.
  cpSync(`${cdk}/custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler/index.js`, at('cdk'));

  return [
    { name: 'empty handler', file: at('empty'), handler: 'handler', event: 'none' },
    { name: 'provider', file: at('provider'), handler: 'handler', loads: 'handler.cjs', event: 'Update' },
    { name: 'without the substitutes', file: at('whole-sdk'), handler: 'handler', event: 'Update' },
    { name: "esbuild's defaults", file: at('defaults'), handler: 'handler', event: 'Update' },
    { name: 'SDK not bundled', file: at('not-bundled'), handler: 'handler', event: 'Update' },
    { name: 'smallest with the SDK', file: at('smallest'), handler: 'handler', event: 'Update' },
    { name: 'by hand, no SDK', file: at('hand-rolled'), handler: 'handler', event: 'Update' },
    { name: 'failsafe', file: at('failsafe'), handler: 'handler', event: 'none' },
    { name: "CDK's AwsCustomResource", file: at('cdk'), handler: 'handler', event: 'AwsCustomResource' },
    {
      name: "CDK's provider framework",
      file: resolve(cdk, 'custom-resources/lib/provider-framework/runtime/framework.js'),
      handler: 'onEvent',
      event: 'none',
    },
  ];
}

const at = (name: string): string => resolve(outdir, name, 'index.cjs');

async function bundle(name: string, entry: string, options: BuildOptions): Promise<void> {
  const outExtension = { '.js': '.cjs' };
  await build({ ...options, outExtension, entryPoints: { [`${name}/index`]: entry }, outdir });
}
