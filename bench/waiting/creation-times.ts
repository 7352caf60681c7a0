/** How long versions take, for the tables that depend on it. */
import type { Random } from '../../sandbox/random.ts';

export interface CreationTimes {
  readonly name: string;
  readonly shortestMs: number;
  readonly longestMs: number;
  readonly spread: 'even' | 'logarithmic';
}

const seconds = 1_000;
const minutes = 60_000;

/** What the acceptance tests of Terraform's AWS provider show; everything; and parts of everything. */
export const creationTimes: readonly CreationTimes[] = [
  { name: '5–30 s', shortestMs: 5 * seconds, longestMs: 30 * seconds, spread: 'even' },
  { name: '2 s – 40 min', shortestMs: 2 * seconds, longestMs: 40 * minutes, spread: 'logarithmic' },
  { name: '30 s – 2 min', shortestMs: 30 * seconds, longestMs: 2 * minutes, spread: 'logarithmic' },
  { name: '2–10 min', shortestMs: 2 * minutes, longestMs: 10 * minutes, spread: 'logarithmic' },
  { name: '10–40 min', shortestMs: 10 * minutes, longestMs: 40 * minutes, spread: 'logarithmic' },
];

/** One for each of `count` equal parts of the range, drawn within it: in whole milliseconds, and in their order. */
export function drawn({ shortestMs, longestMs, spread }: CreationTimes, count: number, random: Random): number[] {
  return Array.from({ length: count }, (_, index) => {
    const share = (index + random()) / count;
    return Math.round(
      spread === 'even'
        ? shortestMs + (longestMs - shortestMs) * share
        : shortestMs * (longestMs / shortestMs) ** share,
    );
  });
}
