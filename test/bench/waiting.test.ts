import { quantile } from '../../bench/summary.ts';
import { drawn } from '../../bench/waiting/creation-times.ts';
import { type Schedule, terraform, waitFor } from '../../bench/waiting/schedules.ts';
import { seededRandom } from '../../sandbox/random.ts';

const everySecond: Schedule = {
  name: 'every second',
  firstLookMs: 500,
  delayMs: () => 1_000,
  givesUpMs: Number.POSITIVE_INFINITY,
};

describe('waitFor', () => {
  test.each([
    ['before the first look', 400, { lagMs: 100, looks: 1 }],
    ['at a look', 2_500, { lagMs: 0, looks: 3 }],
    ['between two looks', 2_600, { lagMs: 900, looks: 4 }],
  ])('counts the looks and the lag of a version that is CREATED %s', (_when, creationMs, expected) => {
    expect(waitFor(everySecond, creationMs, () => 0)).toEqual(expected);
  });

  test('lets Terraform look after 0.2, 0.6, 1.4, 3, 6.2, 12.6 and 22.6 seconds, then every ten', () => {
    const looks = [200, 600, 1_400, 3_000, 6_200, 12_600, 22_600, 32_600];

    expect(looks.map((at) => waitFor(terraform, at, () => 0))).toEqual(
      looks.map((_at, index) => ({ lagMs: 0, looks: index + 2 })),
    );
  });
});

describe('drawn', () => {
  test('gives one creation time for each equal part of the range', () => {
    const range = { name: '', shortestMs: 1_000, longestMs: 1_000_000, spread: 'logarithmic' } as const;

    const [first = 0, second = 0, third = 0] = drawn(range, 3, seededRandom(1));

    expect([first >= 1_000, first < 10_000, second < 100_000, third <= 1_000_000]).toEqual([true, true, true, true]);
    expect([second >= 10_000, third >= 100_000]).toEqual([true, true]);
  });
});

describe('quantile', () => {
  test('lies between two values where none is exactly there', () => {
    expect([quantile([4, 1, 3, 2], 0.5), quantile([1, 2], 0.95), quantile([], 0.5)]).toEqual([2.5, 1.95, Number.NaN]);
  });
});
