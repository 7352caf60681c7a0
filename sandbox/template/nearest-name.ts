/**
 * The known name that somebody probably meant. Every message about an unknown name ends with it.
 */
import { distance } from 'fastest-levenshtein';

/**
 * ` Did you mean "…"?` if a known name differs in two letters at most (a short one in half of them), case aside; else an
 * empty text.
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
