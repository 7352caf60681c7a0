/**
 * The cold start of the provider beside other ways to the same request. `npm run bench -- cold-start [--rounds N]`
 *
 * Not Lambda itself: no quota on the processor, and files that are in the page cache. So what counts is the ratio to an
 * empty handler that is started in the same round.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../sandbox/random.ts';
import { newCertificate } from '../../test/support/certificate.ts';
import { machine, markdownTable, progress, say } from '../output.ts';
import { median, pairedRatio, type Ratio, shuffled } from '../statistics.ts';
import { type Bench, type Measurement, measure } from './measure.ts';
import { awsCustomResourceRequest, ownAlias, updateRequest } from './requests.ts';
import { runtimeClient } from './runtime-client.ts';
import { startService } from './service.ts';
import { buildVariants, type Variant } from './variants.ts';

const secretAccessKey = 'secret';

export async function coldStart(): Promise<void> {
  const { values } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: '40' } } });
  const rounds = Number(values.rounds);
  const variants = await buildVariants();
  const bench = await prepare();
  try {
    const measurements = await inRounds(rounds, variants, bench);
    say(
      `${rounds} rounds; load ${loadavg()
        .map((load) => load.toFixed(1))
        .join(' ')}\n`,
    );
    say(tableOf(variants, measurements));
    say('');
    say(besideOthers(variants, measurements));
  } finally {
    bench.service.close();
  }
}

/** Starts the service on one core, and tells how variants are run on another. */
async function prepare(): Promise<Bench> {
  const node = process.env['LAMBDA_NODE'] ?? process.execPath;
  const canPin = spawnSync('taskset', ['--cpu-list', '--pid', '0', String(process.pid)]).status === 0;
  say(machine());
  say(`Node.js ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()} (${node})`);
  say(canPin ? 'The variants run on core 1, the service on core 0.' : 'Not pinned to cores: there is no taskset.');

  mkdirSync('dist/bench', { recursive: true });
  const certificateFile = resolve('dist/bench/certificate.pem');
  const certificate = await newCertificate(certificateFile);
  const service = await startService([ownAlias('https://127.0.0.1')], { certificate, secretAccessKey });
  return {
    service,
    command: [...(canPin ? ['taskset', '--cpu-list', '1'] : []), node, await runtimeClient()],
    variables: {
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: 'session',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'provider',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_LOG_GROUP_NAME: 'group',
      AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: 'INFO',
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
      AWS_ENDPOINT_URL_SAGEMAKER: service.url,
      RESPONSE_URL_HOSTS: '127.0.0.1',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      NODE_EXTRA_CA_CERTS: certificateFile,
      NODE_PATH: resolve('bench/peers/node_modules'),
      PATH: process.env['PATH'] ?? '',
    },
  };
}

type Measurements = ReadonlyMap<Variant, readonly Measurement[]>;

/** Every variant once in each round, in an order of its own; the first round warms the caches and is dropped. */
async function inRounds(rounds: number, variants: readonly Variant[], bench: Bench): Promise<Measurements> {
  const random = seededRandom(1);
  const measurements = new Map(variants.map((variant) => [variant, [] as Measurement[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const variant of shuffled(variants, random)) {
      progress(`round ${round} of ${rounds}: ${variant.name}`);
      const measurement = await measure(variant, eventOf(variant, bench.service.url), bench);
      if (round > 0) measurements.get(variant)?.push(measurement);
    }
  }
  progress('');
  return measurements;
}

/** As JSON; empty where there is none. */
function eventOf({ event }: Variant, url: string): string {
  if (event === 'none') return '';
  return JSON.stringify(event === 'AwsCustomResource' ? awsCustomResourceRequest(url) : updateRequest(url));
}

function figures(measurements: Measurements, variant: Variant | undefined, figure: keyof Measurement): number[] {
  return (variant && measurements.get(variant)?.map((measurement) => measurement[figure] ?? Number.NaN)) ?? [];
}

function tableOf(variants: readonly Variant[], measurements: Measurements): string {
  const [empty] = variants;
  const of = (variant: Variant | undefined, figure: keyof Measurement) => figures(measurements, variant, figure);
  const ratio = (variant: Variant, figure: keyof Measurement, base: keyof Measurement) =>
    told(pairedRatio(of(variant, figure), of(empty, base), seededRandom(1)));
  return markdownTable(
    ['', 'kB', 'init ms', 'init', 'init CPU', 'first call', 'answered', 'peak MB', 'peak'],
    variants.map((variant) => [
      variant.name,
      (sizeOf(variant) / 1000).toFixed(1),
      median(of(variant, 'initMs')).toFixed(0),
      ratio(variant, 'initMs', 'initMs'),
      ratio(variant, 'initCpuMs', 'initCpuMs'),
      ratio(variant, 'firstCallMs', 'initMs'),
      ratio(variant, 'answeredMs', 'initMs'),
      median(of(variant, 'peakMb')).toFixed(0),
      ratio(variant, 'peakMb', 'peakMb'),
    ]),
  );
}

/** In bytes, with the file that it loads. */
function sizeOf({ file, loads }: Variant): number {
  const files = loads === undefined ? [file] : [file, resolve(dirname(file), loads)];
  return files.reduce((bytes, path) => bytes + statSync(path).size, 0);
}

/** The provider's times over those of the two that it is to be held against. */
function besideOthers(variants: readonly Variant[], measurements: Measurements): string {
  const of = (name: string, figure: keyof Measurement) =>
    figures(
      measurements,
      variants.find((variant) => variant.name === name),
      figure,
    );
  const lines = (['smallest with the SDK', "CDK's AwsCustomResource"] as const).flatMap((other) =>
    (['initMs', 'firstCallMs'] as const).map((figure) => {
      const ratio = told(pairedRatio(of('provider', figure), of(other, figure), seededRandom(1)));
      return [`${figure === 'initMs' ? 'init' : 'first call'}, provider to ${other}`, ratio];
    }),
  );
  return markdownTable(['', 'ratio'], lines);
}

function told({ median, low, high }: Ratio): string {
  return Number.isNaN(median) ? '–' : `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}
