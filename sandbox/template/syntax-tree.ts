/** The syntax tree of a template: maps, lists and scalars, each with its place. Functions have their long form. */
import type { Json } from '../json.ts';
import { didYouMean } from './nearest-name.ts';

/** A range of characters in the file, counted from 0. `end` is exclusive. */
export interface SourceRange {
  readonly start: number;
  readonly end: number;
}

export interface ScalarNode extends SourceRange {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** Its characters in the file, including quotes and line breaks. */
  readonly source: string;
}

interface ListNode extends SourceRange {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface MapNode extends SourceRange {
  readonly kind: 'map';
  readonly entries: readonly Entry[];
}

/** One entry of a map. Its range is the range of the key. */
export interface Entry extends SourceRange {
  readonly key: string;
  readonly value: Node;
}

export type Node = ScalarNode | ListNode | MapNode;

export type Report = (at: SourceRange, message: string) => void;

export function plain(node: Node): Json {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]));
  }
}

/** The entry called `key`; undefined if there is none or `node` is not a map. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return entriesOf(node).find((entry) => entry.key === key);
}

export function entriesOf(node: Node | undefined): readonly Entry[] {
  return node?.kind === 'map' ? node.entries : [];
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The text of a string, number or boolean, as CloudFormation stringifies them; undefined for anything else. */
export function scalarTextOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** The entries of a section or declaration. Reports a value that is not a map. */
export function readMap(entry: Entry, what: string, report: Report): readonly Entry[] {
  if (entry.value.kind !== 'map') report(entry.value, `${what} must be a map.`);
  return entriesOf(entry.value);
}

/** The entries of a section whose keys are the author's names. Reports names with other than letters and digits. */
export function readNamedEntries(section: Entry, what: string, report: Report): readonly Entry[] {
  const entries = readMap(section, section.key, report);
  for (const entry of entries) {
    if (!/^[A-Za-z0-9]+$/.test(entry.key)) {
      report(entry, `The name of a ${what} may contain only letters and digits, unlike "${entry.key}".`);
    }
  }
  return entries;
}

/** The text of an attribute. Reports a list, a map or null. */
export function readText({ key, value }: Entry, report: Report): string | undefined {
  const text = scalarTextOf(value);
  if (text === undefined) report(value, `${key} must be a string.`);
  return text;
}

/** How to read each attribute of a declaration. Undefined leaves it out. */
export type AttributeReaders<T> = {
  readonly [Name in keyof T]: (entry: Entry, report: Report) => T[Name] | undefined;
};

/** Reads the attributes in the order of `readers`. Reports those that have no reader; `of` is what has the attributes. */
export function readAttributes<T extends object>(
  entries: readonly Entry[],
  of: string,
  readers: AttributeReaders<T>,
  report: Report,
): Partial<T> {
  const known = Object.keys(readers);
  for (const entry of entries) {
    if (!known.includes(entry.key)) report(entry, `${of} has no "${entry.key}".${didYouMean(entry.key, known)}`);
  }
  const attributes: Partial<T> = {};
  for (const name in readers) {
    const entry = entries.find(({ key }) => key === name);
    const value = entry && readers[name]?.(entry, report);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}
