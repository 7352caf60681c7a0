/** `npm run simulate`: simulates arbitrary scenarios, and shrinks the first one that violates an invariant. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { readProviderTemplate } from '../sandbox/sandbox.ts';
import { arbitraryScenario } from './arbitrary-scenario.ts';
import type { Scenario } from './scenario.ts';
import { bareSdk } from './sdk.ts';
import { type SimulationResult, simulate } from './simulate.ts';

const usage = `npm run simulate -- [--count N] [--seed S] [--keep-going] [--no-shrink] [--trace]
       npm run simulate -- --seed S --path P
       npm run simulate -- --scenario FILE

  --count N        how many scenarios (1000)
  --seed S         the seed that they are drawn from: the same seed, the same scenarios (1)
  --path P         print, event by event, the scenario with this path from an earlier run
  --keep-going     do not stop at the first violation; only list each scenario that has any
  --no-shrink      show the first scenario that violates an invariant as it was drawn
  --trace          show every scenario, event by event
  --scenario FILE  print, event by event, the scenario in this JSON file
`;

const progressMs = 5_000;
const providerTemplate = readProviderTemplate('template.yaml');
const sdk = bareSdk();
const simulated = (scenario: Scenario) => simulate(scenario, sdk, providerTemplate);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      path: { type: 'string', default: '' },
      'keep-going': { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      scenario: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { path } = values;
  const isReplay = path !== '';
  const count = isReplay ? 1 : Number(values.count);
  const seed = Number(values.seed);
  if (values.help || !Number.isInteger(count) || !Number.isInteger(seed) || !/^[\d:]*$/.test(path)) {
    process.stderr.write(usage);
    return values.help ? 0 : 2;
  }
  if (values.scenario !== undefined) return show(await simulated(readScenario(values.scenario)));

  // Most errors are injected, and nobody reads their stacks. Without stacks the simulation is a tenth faster.
  if (!isReplay) Error.stackTraceLimit = 0;
  const begun = Date.now();
  let drawn = 0;
  let shrinking = 0;
  let violated: string | undefined;
  let violations = 0;
  const replay = (at: string) => `To repeat it: npm run simulate -- --seed ${seed} --path ${at}\n`;
  const summary = () => {
    const perSecond = (((drawn + shrinking) * 1000) / Math.max(1, Date.now() - begun)).toFixed(1);
    const shrunk = shrinking > 0 ? `, and ${shrinking} more while shrinking` : '';
    return `${drawn} of ${count} scenarios${shrunk}, ${perSecond} per second`;
  };
  setInterval(() => process.stderr.write(`${summary()}\n`), progressMs).unref();
  const property = fc.asyncProperty(arbitraryScenario, async (scenario) => {
    const result = await simulated(scenario);
    const [violation] = result.violations;
    if (values.trace || isReplay) show(result);
    if (violated === undefined) drawn += 1;
    else shrinking += 1;
    if (violation === undefined) return true;
    // Shrinking must not lead from one mistake to another one.
    if (violated !== undefined) return violation.invariant !== violated;
    if (isReplay) return false;
    process.stdout.write(`"${violation.invariant}" is violated: ${violation.found.slice(0, 200)}\n`);
    process.stdout.write(replay(String(drawn - 1)));
    violations += 1;
    if (values['keep-going']) return true;
    violated = violation.invariant;
    return false;
  });
  const { failed, counterexample, counterexamplePath, numShrinks } = await fc.check(property, {
    seed,
    path,
    numRuns: count,
    unbiased: true,
    endOnFailure: values['no-shrink'] || isReplay,
  });
  if (isReplay) return failed ? 1 : 0;
  process.stdout.write(`${summary()}, seed ${seed}: ${violations} with violations\n`);
  if (failed && counterexample !== null) {
    show(await simulated(counterexample[0]));
    process.stdout.write(`\nThe scenario, shrunk ${numShrinks} times: ${JSON.stringify(counterexample[0])}\n`);
    process.stdout.write(replay(counterexamplePath ?? ''));
    process.stdout.write('To repeat it with changes, write its JSON to a file: npm run simulate -- --scenario FILE\n');
  }
  return violations === 0 ? 0 : 1;
}

/** Looks no closer: a scenario file is what this command has printed. */
function readScenario(file: string): Scenario {
  const scenario: Scenario | null = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(scenario?.operations))
    throw new Error(`${file} does not contain a scenario that npm run simulate printed.`);
  return scenario;
}

function show({ trace, violations }: SimulationResult): number {
  process.stdout.write(`${trace.join('\n')}\n`);
  if (violations.length === 0) process.stdout.write('No invariant is violated.\n');
  return violations.length === 0 ? 0 : 1;
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
