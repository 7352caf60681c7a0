/**
 * The sandbox itself: how long a stack of many versions takes to create and to delete, in virtual time and on this
 * machine, and what it needs of memory. Each measurement runs in a process of its own, the sizes in turn.
 */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { arbitraryScenario } from '../../laws/arbitrary-scenario.ts';
import { bareSdk } from '../../laws/sdk.ts';
import { simulate as simulateScenario } from '../../laws/simulate.ts';
import { readProviderTemplate } from '../../sandbox/sandbox.ts';
import { machine, markdownTable, progress, say } from '../output.ts';
import { simulate, versionsOf } from '../simulation.ts';
import { median } from '../statistics.ts';

const sizes = [1, 10, 100, 500];
/** Contention for one image, and the pages of its aliases, are other tables' business. */
const versionsOfAnImage = 10;
const rounds = 5;
const scenarios = 300;
const sizeVariable = 'BENCH_SANDBOX_VERSIONS';

interface Measurement {
  readonly createMs: number;
  readonly deleteMs: number;
  readonly virtualMs: number;
  readonly calls: number;
  readonly heapMb: number;
  readonly peakMb: number;
}

export async function sandbox(): Promise<void> {
  const own = process.env[sizeVariable];
  if (own !== undefined) {
    say(JSON.stringify(await measure(Number(own))));
    return;
  }
  say(`${machine()}, Node.js ${process.versions.node}\n`);
  const measured = new Map<number, Measurement[]>(sizes.map((size) => [size, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const size of sizes) {
      progress(`round ${round} of ${rounds}: ${size} versions`);
      measured.get(size)?.push(measureApart(size));
    }
  }
  const rows = [...measured].map(([size, all]) => {
    const middle = (value: (each: Measurement) => number) => median(all.map(value));
    const range = all.map(({ createMs, deleteMs }) => createMs + deleteMs);
    const wallMs = middle(({ createMs, deleteMs }) => createMs + deleteMs);
    return [
      String(size),
      `${(middle(({ virtualMs }) => virtualMs) / 1000).toFixed(0)} s`,
      middle(({ calls }) => calls).toFixed(0),
      `${wallMs.toFixed(0)} ms (${Math.min(...range).toFixed(0)}–${Math.max(...range).toFixed(0)})`,
      `${(wallMs / size).toFixed(1)} ms`,
      `${((1000 * wallMs) / middle(({ calls }) => calls)).toFixed(0)} µs`,
      `${middle(({ heapMb }) => heapMb).toFixed(0)} MB`,
      `${middle(({ peakMb }) => peakMb).toFixed(0)} MB`,
    ];
  });
  say(
    markdownTable(
      ['versions', 'virtual time', 'calls', 'wall time', 'each', 'per call', 'heap at the end', 'peak RSS'],
      rows,
    ),
  );
  say(`\n${scenarios} simulated scenarios: ${(await scenariosPerSecond()).toFixed(0)} a second`);
}

/** In a process of its own, whose memory nobody else has used. */
function measureApart(size: number): Measurement {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', process.argv[1] ?? '', 'sandbox'], {
    env: { ...process.env, [sizeVariable]: String(size) },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

async function scenariosPerSecond(): Promise<number> {
  const template = readProviderTemplate('template.yaml');
  const sdk = bareSdk();
  const begun = performance.now();
  for (const [index, scenario] of fc.sample(arbitraryScenario, { seed: 1, numRuns: scenarios }).entries()) {
    if (index % 50 === 0) progress(`${index} of ${scenarios} scenarios`);
    await simulateScenario(scenario, sdk, template);
  }
  return (scenarios * 1000) / (performance.now() - begun);
}

async function measure(size: number): Promise<Measurement> {
  const providerTemplate = readProviderTemplate('template.yaml');
  const sageMaker = { lockWindowMs: 0 };
  return simulate(
    { seed: 1, sageMaker, providerTemplate, images: Math.ceil(size / versionsOfAnImage) },
    async (simulation) => {
      const { clock, cloudFormation } = simulation;
      let calls = 0;
      simulation.sageMaker.onCall(() => {
        calls += 1;
      });
      const begunAt = clock.now();
      const begun = performance.now();
      const ids = Array.from({ length: size }, (_, index) => `Version${index}`);
      const imageOf = (index: number) => `studio-${Math.floor(index / versionsOfAnImage) + 1}`;
      const created = await cloudFormation.createStack('s', versionsOf(simulation, ids, { imageOf }));
      const between = performance.now();
      const deleted = await cloudFormation.deleteStack('s');
      const ended = performance.now();
      if (created.StackStatus !== 'CREATE_COMPLETE' || deleted?.StackStatus !== 'DELETE_COMPLETE') {
        throw new Error(`${size} versions: ${created.StackStatus}, ${deleted?.StackStatus}`);
      }
      const virtualMs = clock.now() - begunAt;
      await simulation.idle();
      globalThis.gc?.();
      const megabyte = 2 ** 20;
      return {
        createMs: between - begun,
        deleteMs: ended - between,
        virtualMs,
        calls,
        heapMb: process.memoryUsage().heapUsed / megabyte,
        peakMb: process.resourceUsage().maxRSS / 1024,
      };
    },
  );
}
