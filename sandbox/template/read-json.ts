/** Reads a template in JSON into a syntax tree, as `read-yaml.ts` would, in a tenth of its time. */
import { type Node as JsonNode, type ParseError, parseTree } from 'jsonc-parser';
import type { LineCounter } from 'yaml';
import { lastOfEachKey, type Node, scalarValue, toEntry } from './syntax-tree.ts';

/** The tree of `text`, or undefined if it is not JSON. A comma may follow the last item. Fills `lineCounter`. */
export function readJson(text: string, lineCounter: LineCounter): Node | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: true });
  if (tree === undefined || errors.length > 0) return undefined;
  for (const { index } of text.matchAll(/(?<=^|\n)/g)) lineCounter.addNewLine(index);
  return toNode(tree, text);
}

function toNode({ type, offset: start, length, children = [], value }: JsonNode, text: string): Node {
  const span = { start, end: start + length };
  if (type === 'array') return { kind: 'list', items: children.map((item) => toNode(item, text)), ...span };
  if (type === 'object') {
    const entries = children.flatMap(({ children: [key, item] = [] }) => {
      if (key === undefined || item === undefined) return [];
      return [toEntry(String(key.value), toNode(item, text), { start: key.offset, end: key.offset + key.length })];
    });
    return { kind: 'map', entries: lastOfEachKey(entries), ...span };
  }
  const source = text.slice(span.start, span.end);
  return { kind: 'scalar', value: scalarValue(value, source), source, ...span };
}
