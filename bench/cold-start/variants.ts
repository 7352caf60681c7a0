/**
 * What is measured: the provider and the failsafe as they are deployed, the same handler bundled otherwise, what a handler
 * could be at the least, and what others do. Each is built into a file of its own.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundleForLambda, common, substitutes } from '../../bundle.mjs';
import { say } from '../output.ts';

export interface Variant {
  readonly name: string;
  readonly file: string;
  readonly handler: string;
  /** What it is invoked with; `nothing` where only its start is compared. */
  readonly event: 'request' | 'call' | 'nothing';
}

const outdir = 'dist/bench/cold-start';
const peers = 'bench/peers/node_modules';
const cdk = `${peers}/aws-cdk-lib`;
const entry = (name: string) => `bench/cold-start/handlers/${name}.ts`;

/** esbuild's defaults for Node.js. */
const defaults: BuildOptions = { bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' };
const shaken: BuildOptions = {
  ...common,
  target: 'node24',
  minify: true,
  supported: { 'dynamic-import': false },
};

export async function buildVariants(): Promise<readonly Variant[]> {
  if (!existsSync(peers)) {
    say('Installing the peers …');
    execFileSync('npm', ['--prefix', 'bench/peers', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      stdio: 'inherit',
    });
  }
  const built = async (name: string, source: string, options: BuildOptions) => {
    const outfile = resolve(outdir, name, 'index.cjs');
    const { outExtension: _, ...rest } = options;
    await build({ ...rest, entryPoints: [source], outfile });
    return outfile;
  };
  await bundleForLambda(
    {
      'provider/index': 'src/handler.ts',
      'provider/sdk-stacks': 'src/cloudformation/sdk-stacks.ts',
      'failsafe/index': 'src/failsafe.ts',
    },
    outdir,
  );
  const requested = { handler: 'handler', event: 'request' } as const;
  const called = { handler: 'handler', event: 'call' } as const;
  return [
    {
      name: 'empty handler',
      file: await built('empty', entry('empty'), defaults),
      handler: 'handler',
      event: 'nothing',
    },
    { name: 'provider', file: resolve(outdir, 'provider/index.cjs'), ...requested },
    {
      name: 'with Powertools Logger',
      file: await built('with-powertools', entry('with-powertools'), { ...shaken, alias: substitutes }),
      ...requested,
    },
    { name: 'without the substitutes', file: await built('whole-sdk', 'src/handler.ts', shaken), ...requested },
    { name: "esbuild's defaults", file: await built('defaults', 'src/handler.ts', defaults), ...requested },
    {
      name: 'SDK not bundled',
      file: await built('not-bundled', 'src/handler.ts', { ...defaults, packages: 'external' }),
      ...requested,
    },
    {
      name: 'stand-in',
      file: await built('stand-in', entry('stand-in'), { ...shaken, alias: substitutes }),
      ...called,
    },
    {
      name: 'by hand, no SDK',
      file: await built('hand-rolled', entry('hand-rolled'), { ...defaults, minify: true }),
      ...called,
    },
    { name: 'failsafe', file: resolve(outdir, 'failsafe/index.cjs'), handler: 'handler', event: 'nothing' },
    { name: "CDK's AwsCustomResource", file: copied('aws-custom-resource'), ...called },
    {
      name: "CDK's provider framework",
      file: resolve(cdk, 'custom-resources/lib/provider-framework/runtime/framework.js'),
      handler: 'onEvent',
      event: 'nothing',
    },
  ];
}

/** AwsCustomResource takes the SDK from where it stands: in Lambda from the runtime, here from this project. */
function copied(name: string): string {
  const file = resolve(outdir, name, 'index.cjs');
  cpSync(`${cdk}/custom-resource-handlers/dist/custom-resources/aws-custom-resource-handler/index.js`, file);
  return file;
}
