/**
 * `npm run simulate`: scenarios as many simulated scenarios as asked, and shrinks the first one that breaks a invariant to the smallest
 * that breaks it still.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readProviderTemplate } from '../sandbox/sandbox.ts';
import { drawScenario } from './draw-scenario.ts';
import type { Scenario } from './scenario.ts';
import { bareSdk } from './sdk.ts';
import { shrink } from './shrink.ts';
import { type SimulationResult, simulate } from './simulate.ts';

const usage = `npm run simulate -- [--count N] [--seed S] [--keep-going] [--no-shrink] [--trace]
       npm run simulate -- --scenario FILE

  --count N      how many scenarios (1000)
  --seed S       the seed of the first one; each next one has the next seed (1)
  --keep-going   do not stop at the first scenario that breaks a invariant; only name those that do
  --no-shrink    show the first scenario that breaks a invariant as it is
  --trace        show every scenario, event by event
  --scenario FILE    live the one that this file has as JSON, and show it event by event
`;

const progressMs = 5_000;
const providerTemplate = readProviderTemplate('template.yaml');
const provider = bareSdk();
const simulated = (scenario: Scenario) => simulate(scenario, provider, providerTemplate);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      'keep-going': { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      scenario: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const count = Number(values.count);
  const first = Number(values.seed);
  if (values.help || !Number.isInteger(count) || !Number.isInteger(first)) {
    process.stderr.write(usage);
    return values.help ? 0 : 2;
  }

  if (values.scenario !== undefined) return simulateWritten(values.scenario);

  const begun = Date.now();
  const rate = (done: number) => ((done * 1000) / Math.max(1, Date.now() - begun)).toFixed(1);
  const seedsByLaw = new Map<string, number[]>();
  let shownAt = begun;
  for (let done = 0; done < count; done += 1) {
    const seed = first + done;
    const result = await simulated(drawScenario(seed));
    if (values.trace) show(result);
    const [violation] = result.violations;
    if (violation !== undefined) {
      if (!values['keep-going']) {
        await tell(result, seed, values['no-shrink']);
        return 1;
      }
      process.stdout.write(`seed ${seed} breaks "${violation.invariant}": ${violation.found.slice(0, 200)}\n`);
      seedsByLaw.set(violation.invariant, [...(seedsByLaw.get(violation.invariant) ?? []), seed]);
    }
    if (Date.now() - shownAt < progressMs) continue;
    shownAt = Date.now();
    process.stderr.write(`${done + 1} of ${count} scenarios, ${rate(done + 1)} a second\n`);
  }
  process.stdout.write(`${count} scenarios from seed ${first}, ${rate(count)} a second\n`);
  for (const [invariant, seeds] of seedsByLaw)
    process.stdout.write(`"${invariant}" is broken by ${seeds.length}: ${seeds.join(' ')}\n`);
  return seedsByLaw.size === 0 ? 0 : 1;
}

function readScenario(file: string): Scenario {
  const scenario: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isScenario(scenario)) return scenario;
  throw new Error(`${file} is no scenario, as npm run simulate prints it.`);
}

/** A light guard: a scenario file is what this command has printed. */
function isScenario(value: unknown): value is Scenario {
  return typeof value === 'object' && value !== null && 'operations' in value && Array.isArray(value.operations);
}

async function simulateWritten(file: string): Promise<number> {
  const result = await simulated(readScenario(file));
  show(result);
  for (const { invariant, found } of result.violations) process.stdout.write(`It breaks "${invariant}": ${found}\n`);
  if (result.violations.length === 0) process.stdout.write('It breaks no invariant.\n');
  return result.violations.length === 0 ? 0 : 1;
}

async function tell(result: SimulationResult, seed: number, isWhole: boolean): Promise<void> {
  const invariant = result.violations[0]?.invariant;
  const breaks = async (scenario: Scenario) => (await simulated(scenario)).violations[0]?.invariant === invariant;
  const smallest = isWhole ? result.scenario : await shrink(result.scenario, breaks);
  show(await simulated(smallest));
  process.stdout.write(`\nThe scenario: ${JSON.stringify(smallest)}\n`);
  process.stdout.write(
    `Seed ${seed} breaks "${invariant}". To repeat it: npm run simulate -- --count 1 --seed ${seed}\n`,
  );
  process.stdout.write(
    'To live the smallest one again, write its JSON to a file: npm run simulate -- --scenario FILE\n',
  );
}

function show({ trace }: SimulationResult): void {
  process.stdout.write(`${trace.join('\n')}\n`);
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
  },
);
