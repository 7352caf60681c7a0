/**
 * Reads a template in JSON into a syntax tree, as `read-yaml.ts` would, in a tenth of its time. It knows valid JSON alone:
 * what is wrong with any other text is found there.
 */
import type { LineCounter } from 'yaml';
import { type Entry, lastOfEachKey, type Node, type ScalarNode, scalarValue, toEntry } from './syntax-tree.ts';

const token = /[ \t\r\n]*([{}[\]:,]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y;

/** The tree of `text`, or undefined where it is no valid JSON. Fills `lineCounter`. */
export function readJson(text: string, lineCounter: LineCounter): Node | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const node = new JsonReader(text).value();
  lineCounter.addNewLine(0);
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineCounter.addNewLine(at + 1);
  return node;
}

class JsonReader {
  readonly #text: string;
  readonly #pattern = new RegExp(token);
  #token = '';
  #start = 0;
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Node {
    this.#next();
    return this.#valueHere();
  }

  #valueHere(): Node {
    if (this.#token === '{') return this.#map(this.#start);
    if (this.#token === '[') return this.#list(this.#start);
    return this.#scalar();
  }

  #map(start: number): Node {
    const entries: Entry[] = [];
    for (this.#next(); this.#token !== '}'; this.#next()) {
      if (this.#token === ',') continue;
      const { start, end } = this.#scalar();
      const key: string = JSON.parse(this.#token);
      this.#next();
      entries.push(toEntry(key, this.value(), { start, end }));
    }
    return { kind: 'map', entries: lastOfEachKey(entries), start, end: this.#end };
  }

  #list(start: number): Node {
    const items: Node[] = [];
    for (this.#next(); this.#token !== ']'; this.#next()) {
      if (this.#token !== ',') items.push(this.#valueHere());
    }
    return { kind: 'list', items, start, end: this.#end };
  }

  #scalar(): ScalarNode {
    const source = this.#token;
    const value = scalarValue(JSON.parse(source), source);
    return { kind: 'scalar', value, source, start: this.#start, end: this.#end };
  }

  #next(): void {
    this.#pattern.lastIndex = this.#end;
    const [, found = ''] = this.#pattern.exec(this.#text) ?? [];
    this.#token = found;
    this.#end = this.#pattern.lastIndex;
    this.#start = this.#end - found.length;
  }
}
