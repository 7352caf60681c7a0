/**
 * Finds circles among things that need each other: resources, conditions.
 */
import type { Entry, Report } from './syntax-tree.ts';

/** Reports circles until every entry that stands in one has been told of, each at its entry that stands first. */
export function reportCycles(
  things: 'resources' | 'conditions',
  entries: readonly Entry[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  report: Report,
): void {
  const told = new Set<string>();
  for (const entry of entries) {
    if (told.has(entry.key)) continue;
    const cycle = shortestWayBack(entry.key, needs);
    if (cycle === undefined) continue;
    for (const name of cycle) told.add(name);
    const way = [...cycle, entry.key].join(' needs ');
    report(entry, `Circular dependency between ${things}: ${way}. Take one of these references out.`);
  }
}

/** The shortest way from `start` along what it needs back to itself, without its last step. */
function shortestWayBack(
  start: string,
  needs: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] | undefined {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of needs.get(way.at(-1) ?? start) ?? []) {
      if (next === start) return way;
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}
