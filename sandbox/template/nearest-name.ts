/**
 * Finds the known name that the author probably meant. Messages about an unknown name end with it.
 */
import { distance } from 'fastest-levenshtein';

/**
 * ` Did you mean "…"?` if a known name differs from `name` in at most two letters, and at most half of them; else an empty
 * text. It ignores case.
 */
export function didYouMean(name: string, known: Iterable<string>): string {
  const candidates = [...known].map((candidate) => ({
    candidate,
    edits: distance(name.toLowerCase(), candidate.toLowerCase()),
  }));
  const best = candidates.reduce<{ candidate: string; edits: number } | undefined>(
    (nearest, next) => (nearest === undefined || next.edits < nearest.edits ? next : nearest),
    undefined,
  );
  const isClose = best !== undefined && best.edits <= Math.min(2, Math.floor(name.length / 2));
  return isClose ? ` Did you mean "${best.candidate}"?` : '';
}
