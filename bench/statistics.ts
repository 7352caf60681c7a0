/**
 * Medians, and ratios of paired measurements with an interval: what the tables of docs/performance.md consist of.
 */
import type { Random } from '../sandbox/random.ts';

/** The middle value, or the mean of the two in the middle. NaN where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

export interface Ratio {
  readonly median: number;
  /** The bounds of the 95 % bootstrap interval of the median. */
  readonly low: number;
  readonly high: number;
}

const resamples = 2_000;

/**
 * The median of value/base over the rounds, where both were measured in the same one: what slows a whole round down
 * cancels out. The interval is a percentile bootstrap over rounds.
 *
 * @param values one for each round
 * @param bases one for each round, in the same order
 */
export function pairedRatio(values: readonly number[], bases: readonly number[], random: Random): Ratio {
  const ratios = values.map((value, round) => value / (bases[round] ?? Number.NaN));
  const resample = () => ratios.map(() => ratios[Math.floor(random() * ratios.length)] ?? Number.NaN);
  const medians = Array.from({ length: resamples }, () => median(resample())).toSorted((a, b) => a - b);
  const quantile = (share: number) => medians[Math.floor(share * (resamples - 1))] ?? Number.NaN;
  return { median: median(ratios), low: quantile(0.025), high: quantile(0.975) };
}

/** Every order is equally likely. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
