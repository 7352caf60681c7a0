/** The invariants, over scenarios that are drawn from seeds. `npm run scenarios` scenarios more of them, and shrinks what it finds. */
import { drawScenario } from '../../laws/draw-scenario.ts';
import { bareSdk, type Sdk, wholeSdk } from '../../laws/sdk.ts';
import { simulate } from '../../laws/simulate.ts';
import { readProviderTemplate } from '../../sandbox/sandbox.ts';

jest.setTimeout(120_000);

const providerTemplate = readProviderTemplate('template.yaml');
const provider = wholeSdk();
const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe('Simulated scenarios', () => {
  test.each([1, 51, 101, 151, 201])('break no invariant in the fifty from seed %i on', async (first) => {
    const broken: string[] = [];

    for (const seed of seeds(first, 50)) {
      const { violations } = await simulate(drawScenario(seed), provider, providerTemplate);
      broken.push(
        ...violations.map(
          ({ invariant, found }) => `npm run scenarios -- --count 1 --seed ${seed}: "${invariant}": ${found}`,
        ),
      );
    }

    expect(broken).toEqual([]);
  });

  test('repeat exactly from the same seed', async () => {
    const traceOf = async (seed: number) => (await simulate(drawScenario(seed), provider, providerTemplate)).trace;

    for (const seed of seeds(3, 8)) {
      const once = await traceOf(seed);
      const again = await traceOf(seed);

      expect(again).toEqual(once);
    }
  });
  test('are the same without the middleware of the SDK, as `npm run scenarios` scenarios them', async () => {
    const traceOf = async (sdk: Sdk, seed: number) => (await simulate(drawScenario(seed), sdk, providerTemplate)).trace;

    for (const seed of seeds(21, 20)) expect(await traceOf(bareSdk(), seed)).toEqual(await traceOf(wholeSdk(), seed));
  });
});
