import { distance } from 'fastest-levenshtein';

/** ` Did you mean "…"?` if a known name differs in at most two letters, and at most half; else ''. It ignores case. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const edits = (candidate: string) => distance(name.toLowerCase(), candidate.toLowerCase());
  const [best] = [...known].toSorted((one, other) => edits(one) - edits(other));
  const isClose = best !== undefined && edits(best) <= Math.min(2, Math.floor(name.length / 2));
  return isClose ? ` Did you mean "${best}"?` : '';
}

/** As `didYouMean`; where no known name is close, it lists them all. */
export function meantOrAll(name: string, known: readonly string[]): string {
  return didYouMean(name, known) || ` There are: ${known.join(', ')}.`;
}
