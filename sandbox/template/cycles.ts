/**
 * Finds cycles of references between resources or between conditions.
 */
import type { Entry, Report } from './syntax-tree.ts';

/** Reports cycles until every entry in a cycle has been named. Each report is at the first entry of its cycle. */
export function reportCycles(
  things: 'resources' | 'conditions',
  entries: readonly Entry[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  report: Report,
): void {
  const reported = new Set<string>();
  for (const entry of entries) {
    if (reported.has(entry.key)) continue;
    const cycle = shortestCycle(entry.key, needs);
    if (cycle === undefined) continue;
    for (const name of cycle) reported.add(name);
    const path = [...cycle, entry.key].join(' needs ');
    report(entry, `Circular dependency between ${things}: ${path}. Remove one of these references.`);
  }
}

/** The shortest path of needs from `start` back to itself, without its last step. */
function shortestCycle(start: string, needs: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const paths: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const next of needs.get(path.at(-1) ?? start) ?? []) {
      if (next === start) return path;
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}
