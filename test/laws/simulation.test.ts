/** The invariants, over arbitrary scenarios. `npm run simulate` simulates more of them, and shrinks what it finds. */
import fc from 'fast-check';
import { arbitraryScenario } from '../../laws/arbitrary-scenario.ts';
import { bareSdk, type Sdk } from '../../laws/sdk.ts';
import { simulate } from '../../laws/simulate.ts';
import { readProviderTemplate } from '../../sandbox/sandbox.ts';
import { wholeSdk } from '../support/whole-sdk.ts';

const providerTemplate = readProviderTemplate('template.yaml');
const scenarios = (seed: number, numRuns: number) => fc.sample(arbitraryScenario, { seed, numRuns, unbiased: true });

describe('Arbitrary scenarios', () => {
  test.each([1, 2, 3, 4, 5])('violate no invariant: twenty-five from seed %i', async (seed) => {
    const sdk = bareSdk();
    const found: string[] = [];

    for (const [index, scenario] of scenarios(seed, 25).entries()) {
      const { violations } = await simulate(scenario, sdk, providerTemplate);
      found.push(
        ...violations.map(
          (violation) =>
            `npm run simulate -- --seed ${seed} --path ${index}: "${violation.invariant}": ${violation.found}`,
        ),
      );
    }

    expect(found).toEqual([]);
  });

  test('repeat exactly', async () => {
    const traceOf = async (index: number) => {
      const [scenario] = scenarios(6, 5).slice(index);
      return scenario && (await simulate(scenario, bareSdk(), providerTemplate)).trace;
    };

    for (let index = 0; index < 5; index += 1) {
      const once = await traceOf(index);
      const again = await traceOf(index);

      expect(once?.length).toBeGreaterThan(0);
      expect(again).toEqual(once);
    }
  });

  test('are the same without the middleware of the SDK, as `npm run simulate` simulates them', async () => {
    for (const scenario of scenarios(7, 12)) {
      const traceOf = async (sdk: Sdk) => (await simulate(scenario, sdk, providerTemplate)).trace;

      expect(await traceOf(bareSdk())).toEqual(await traceOf(wholeSdk()));
    }
  });
});
