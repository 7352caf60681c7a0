/**
 * `npm run lives`: lives as many simulated lives as asked, and shrinks the first one that breaks a law to the smallest
 * that breaks it still.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { drawLife } from '../../sandbox/lives/draw-life.ts';
import type { Life } from '../../sandbox/lives/life.ts';
import { type LivedLife, live } from '../../sandbox/lives/live.ts';
import { readLife } from '../../sandbox/lives/read-life.ts';
import { shrink } from '../../sandbox/lives/shrink.ts';
import { readProviderTemplate } from '../../sandbox/lives/world.ts';
import { realProvider } from './real-provider.ts';
import { bareSdk } from './sdk.ts';

const usage = `npm run lives -- [--count N] [--seed S] [--keep-going] [--no-shrink] [--trace]
       npm run lives -- --life FILE

  --count N      how many lives (1000)
  --seed S       the seed of the first one; each next one has the next seed (1)
  --keep-going   do not stop at the first life that breaks a law; only name those that do
  --no-shrink    show the first life that breaks a law as it is
  --trace        show every life, event by event
  --life FILE    live the one that this file has as JSON, and show it event by event
`;

const progressMs = 5_000;
const providerTemplate = readProviderTemplate('template.yaml');
const provider = realProvider(bareSdk);
const lived = (life: Life) => live(life, provider, providerTemplate);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      'keep-going': { type: 'boolean', default: false },
      'no-shrink': { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
      life: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const count = Number(values.count);
  const first = Number(values.seed);
  if (values.help || !Number.isInteger(count) || !Number.isInteger(first)) {
    process.stderr.write(usage);
    return values.help ? 0 : 2;
  }

  if (values.life !== undefined) return liveWritten(values.life);

  const begun = Date.now();
  const rate = (done: number) => ((done * 1000) / Math.max(1, Date.now() - begun)).toFixed(1);
  const seedsByLaw = new Map<string, number[]>();
  let shownAt = begun;
  for (let done = 0; done < count; done += 1) {
    const seed = first + done;
    const result = await lived(drawLife(seed));
    if (values.trace) show(result);
    const [violation] = result.violations;
    if (violation !== undefined) {
      if (!values['keep-going']) {
        await tell(result, seed, values['no-shrink']);
        return 1;
      }
      process.stdout.write(`seed ${seed} breaks "${violation.law}": ${violation.found.slice(0, 200)}\n`);
      seedsByLaw.set(violation.law, [...(seedsByLaw.get(violation.law) ?? []), seed]);
    }
    if (Date.now() - shownAt < progressMs) continue;
    shownAt = Date.now();
    process.stderr.write(`${done + 1} of ${count} lives, ${rate(done + 1)} a second\n`);
  }
  process.stdout.write(`${count} lives from seed ${first}, ${rate(count)} a second\n`);
  for (const [law, seeds] of seedsByLaw)
    process.stdout.write(`"${law}" is broken by ${seeds.length}: ${seeds.join(' ')}\n`);
  return seedsByLaw.size === 0 ? 0 : 1;
}

async function liveWritten(file: string): Promise<number> {
  const result = await lived(readLife(readFileSync(file, 'utf8')));
  show(result);
  for (const { law, found } of result.violations) process.stdout.write(`It breaks "${law}": ${found}\n`);
  if (result.violations.length === 0) process.stdout.write('It breaks no law.\n');
  return result.violations.length === 0 ? 0 : 1;
}

async function tell(result: LivedLife, seed: number, isWhole: boolean): Promise<void> {
  const law = result.violations[0]?.law;
  const breaks = async (life: Life) => (await lived(life)).violations[0]?.law === law;
  const smallest = isWhole ? result.life : await shrink(result.life, breaks);
  show(await lived(smallest));
  process.stdout.write(`\nThe life: ${JSON.stringify(smallest)}\n`);
  process.stdout.write(`Seed ${seed} breaks "${law}". To repeat it: npm run lives -- --count 1 --seed ${seed}\n`);
  process.stdout.write('To live the smallest one again, write its JSON to a file: npm run lives -- --life FILE\n');
}

function show({ trace }: LivedLife): void {
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
