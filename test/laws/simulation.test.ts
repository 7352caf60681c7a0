/** The invariants, over arbitrary scenarios. `npm run simulate` simulates more of them, and shrinks what it finds. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { arbitraryScenario } from '../../laws/arbitrary-scenario.ts';
import { bareSdk, type Sdk } from '../../laws/sdk.ts';
import { simulate } from '../../laws/simulate.ts';
import { readProviderTemplate } from '../../sandbox/sandbox.ts';
import { wholeSdk } from '../support/whole-sdk.ts';

const providerTemplate = readProviderTemplate('template.yaml');
const scenarios = (seed: number, numRuns: number) => fc.sample(arbitraryScenario, { seed, numRuns, unbiased: true });

describe('Arbitrary scenarios', () => {
  // The bundle of this command simulates about twice as many in the same time as jest does.
  test('violate no invariant: 125 from seed 1', () => {
    const words = ['run', '--silent', 'simulate', '--', '--count', '125', '--seed', '1'];
    const { status, stdout } = spawnSync('npm', words, { encoding: 'utf8' });

    expect(stdout).toMatch(/^125 of 125 scenarios, [\d.]+ per second, seed 1: 0 with violations\n$/);
    expect(status).toBe(0);
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
