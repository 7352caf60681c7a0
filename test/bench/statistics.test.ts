import { median, pairedRatio, shuffled } from '../../bench/statistics.ts';
import { seededRandom } from '../../sandbox/random.ts';

describe('median', () => {
  test.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
    [[], Number.NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('pairedRatio', () => {
  test('compares what was measured in the same round: a slow round says nothing', () => {
    const bases = [10, 10, 1000, 10];
    const values = [20, 20, 2000, 20];

    expect(pairedRatio(values, bases, seededRandom(1))).toEqual({ median: 2, low: 2, high: 2 });
  });

  test('has an interval around its median that covers most of what differs', () => {
    const random = seededRandom(2);
    const bases = Array.from({ length: 40 }, () => 100);
    const values = bases.map(() => 150 + 20 * random());

    const { median, low, high } = pairedRatio(values, bases, seededRandom(3));

    expect(low).toBeGreaterThan(1.5);
    expect(low).toBeLessThan(median);
    expect(high).toBeGreaterThan(median);
    expect(high).toBeLessThan(1.7);
  });

  test('is the same for the same seed', () => {
    const ratio = () => pairedRatio([1, 2, 3, 5], [1, 1, 1, 1], seededRandom(7));

    expect(ratio()).toEqual(ratio());
  });
});

test('shuffled keeps every item, in another order', () => {
  const items = [1, 2, 3, 4, 5, 6, 7, 8];

  const order = shuffled(items, seededRandom(1));

  expect(order).not.toEqual(items);
  expect(order.toSorted()).toEqual(items);
});
