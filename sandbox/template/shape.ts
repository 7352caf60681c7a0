/**
 * Reads the parts of a template with known keys. It reports a value of the wrong kind and leaves it out.
 */
import { didYouMean } from './nearest-name.ts';
import { type Entry, entriesOf, entryOf, type Node, type Report, scalarTextOf } from './syntax-tree.ts';

/** The entries of a section or declaration; empty if it is missing. Reports a value that is not a map. */
export function readMap(entry: Entry | undefined, what: string, report: Report): readonly Entry[] {
  if (entry === undefined) return [];
  if (entry.value.kind !== 'map') report(entry.value, `${what} must be a map.`);
  return entriesOf(entry.value);
}

/** The entries of a section whose keys are the author's names. Reports names with other than letters and digits. */
export function readNamedEntries(section: Entry | undefined, what: string, report: Report): readonly Entry[] {
  const entries = readMap(section, section?.key ?? '', report);
  for (const entry of entries) {
    if (!/^[A-Za-z0-9]+$/.test(entry.key)) {
      report(entry, `The name of a ${what} may contain only letters and digits, unlike "${entry.key}".`);
    }
  }
  return entries;
}

/** Reports every key of a declaration that is not in `known`. */
export function checkKeys(entries: readonly Entry[], known: readonly string[], of: string, report: Report): void {
  for (const entry of entries) {
    if (!known.includes(entry.key)) report(entry, `${of} has no "${entry.key}".${didYouMean(entry.key, known)}`);
  }
}

/** The text under `key`. Reports a list, a map or null. */
export function readText(declaration: Node, key: string, report: Report): string | undefined {
  const entry = entryOf(declaration, key);
  if (entry === undefined) return undefined;
  const text = scalarTextOf(entry.value);
  if (text === undefined) report(entry.value, `${key} must be a text.`);
  return text;
}

/** The text under `key`. Reports a text that is not one of `choices`. */
export function readChoice<T extends string>(
  declaration: Node,
  key: string,
  choices: readonly T[],
  report: Report,
): T | undefined {
  const text = readText(declaration, key, report);
  const choice = choices.find((known) => known === text);
  const entry = entryOf(declaration, key);
  if (entry !== undefined && text !== undefined && choice === undefined) {
    report(entry.value, `${key} must be one of ${choices.join(', ')}, not "${text}".${didYouMean(text, choices)}`);
  }
  return choice;
}

/** `{ [key]: value }`, or `{}` without a value: an optional field is absent, never undefined. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [name in K]?: V } {
  const field: { [name in K]?: V } = {};
  if (value !== undefined) field[key] = value;
  return field;
}
