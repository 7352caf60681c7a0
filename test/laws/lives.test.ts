/** The laws, over lives that are drawn from seeds. `npm run lives` lives more of them, and shrinks what it finds. */
import { drawLife } from '../../sandbox/lives/draw-life.ts';
import { live } from '../../sandbox/lives/live.ts';
import { readProviderTemplate } from '../../sandbox/lives/world.ts';
import { realProvider } from './real-provider.ts';

jest.setTimeout(120_000);

const providerTemplate = readProviderTemplate('template.yaml');
const seeds = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

describe('Simulated lives', () => {
  test.each([1, 51, 101, 151, 201])('break no law in the fifty from seed %i on', async (first) => {
    const broken: string[] = [];

    for (const seed of seeds(first, 50)) {
      const { violations } = await live(drawLife(seed), realProvider, providerTemplate);
      broken.push(
        ...violations.map(({ law, found }) => `npm run lives -- --count 1 --seed ${seed}: "${law}": ${found}`),
      );
    }

    expect(broken).toEqual([]);
  });

  test('repeat exactly from the same seed', async () => {
    const traceOf = async (seed: number) => (await live(drawLife(seed), realProvider, providerTemplate)).trace;

    for (const seed of seeds(3, 8)) {
      const once = await traceOf(seed);
      const again = await traceOf(seed);

      expect(again).toEqual(once);
    }
  });
});
