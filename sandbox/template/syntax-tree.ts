/**
 * The syntax tree of a template: its maps, lists and scalars, each with its place. Short forms of functions already have
 * their long form. `read-yaml.ts` creates it; the readers of the sections check it and turn it into data.
 */
import type { Json } from '../json.ts';

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

export interface ListNode extends SourceRange {
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

/** An entry. It turns the argument of Fn::GetAtt into a list, the only form that the rest of the sandbox reads. */
export function toEntry(key: string, value: Node, { start, end }: SourceRange): Entry {
  return { key, value: key === 'Fn::GetAtt' ? getAttList(value) : value, start, end };
}

/** `A.B.C` is attribute `B.C` of resource `A`. */
function getAttList(node: Node): Node {
  const [, LogicalResourceId, attribute] =
    node.kind === 'scalar' ? (/^([^.]+)\.(.+)$/s.exec(String(node.value)) ?? []) : [];
  if (node.kind !== 'scalar' || LogicalResourceId === undefined || attribute === undefined) return node;
  const items = [
    { ...node, value: LogicalResourceId },
    { ...node, value: attribute },
  ];
  return { kind: 'list', items, start: node.start, end: node.end } satisfies ListNode;
}

/** Records a problem at the start of a range. */
export type Report = (at: SourceRange, message: string) => void;

/** The value as data, without places. */
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

/** The text of a string scalar; undefined for anything else. */
export function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** The text of a string, number or boolean, as CloudFormation stringifies them; undefined for anything else. */
export function scalarTextOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}
