/** The laws, over lives that are drawn from seeds. `npm run lives` lives more of them, and shrinks what it finds. */
import { drawLife } from '../../sandbox/lives/draw-life.ts';
import { live } from '../../sandbox/lives/live.ts';
import { readProviderTemplate } from '../../sandbox/lives/world.ts';
import { realProvider } from './real-provider.ts';
import { bareSdk, type Sdk, wholeSdk } from './sdk.ts';

jest.setTimeout(120_000);

const providerTemplate = readProviderTemplate('template.yaml');
const provider = realProvider(wholeSdk);
const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe('Simulated lives', () => {
  test.each([1, 51, 101, 151, 201])('break no law in the fifty from seed %i on', async (first) => {
    const broken: string[] = [];

    for (const seed of seeds(first, 50)) {
      const { violations } = await live(drawLife(seed), provider, providerTemplate);
      broken.push(
        ...violations.map(({ law, found }) => `npm run lives -- --count 1 --seed ${seed}: "${law}": ${found}`),
      );
    }

    expect(broken).toEqual([]);
  });

  test('repeat exactly from the same seed', async () => {
    const traceOf = async (seed: number) => (await live(drawLife(seed), provider, providerTemplate)).trace;

    for (const seed of seeds(3, 8)) {
      const once = await traceOf(seed);
      const again = await traceOf(seed);

      expect(again).toEqual(once);
    }
  });
  test('are the same without the middleware of the SDK, as `npm run lives` lives them', async () => {
    const traceOf = async (sdk: Sdk, seed: number) =>
      (await live(drawLife(seed), realProvider(sdk), providerTemplate)).trace;

    for (const seed of seeds(21, 20)) expect(await traceOf(bareSdk, seed)).toEqual(await traceOf(wholeSdk, seed));
  });
});
