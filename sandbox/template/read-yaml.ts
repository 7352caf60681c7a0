/**
 * Reads a template's text, YAML or JSON, into a syntax tree. CloudFormation's YAML is version 1.1 without timestamps,
 * aliases and merge keys, but with short forms of the intrinsic functions.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
 */
import { type Node as JsonNode, type ParseError, parseTree } from 'jsonc-parser';
import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type Tags,
  visit,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml';
import { type JsonMap, mapOf } from '../json.ts';
import { conditionFunctions, functionsNotSimulated, ruleFunctions, valueFunctions } from './check-value.ts';
import { didYouMean } from './nearest-name.ts';
import { type Entry, type Node, plain, type Report, type ScalarNode, type SourceRange } from './syntax-tree.ts';

/** Every function has a short form, including the functions of the Rules section. */
const shortForms = [
  ...Object.keys({ ...valueFunctions, ...conditionFunctions, ...ruleFunctions }),
  ...functionsNotSimulated,
].map((name) => `!${name.replace('Fn::', '')}`);

const yamlTag = 'tag:yaml.org,2002:';

/** The tags of YAML 1.1 that CloudFormation does not support. Without `timestamp`, 2010-09-09 is a text. */
const unknownYamlTags = ['timestamp', 'binary', 'omap', 'pairs', 'set', 'merge'].map((name) => yamlTag + name);

/**
 * The syntax tree, or undefined if the text is empty or cannot be parsed: as JSON if it begins with a brace, else as YAML.
 * Duplicate keys, unknown tags and the like are reported, but the tree is still returned. Fills `lineCounter`.
 */
export function readYaml(text: string, lineCounter: LineCounter, report: Report): Node | undefined {
  const isJson = text.trimStart().startsWith('{');
  const json = isJson ? readJson(text, lineCounter) : undefined;
  if (json !== undefined) return json;
  const { text: source, document, lines } = isJson ? parseSource(text, 'json') : parseWithAnyIndent(text);
  lineCounter.lineStarts = lines.lineStarts;
  if (document.errors.length > 0) {
    reportYamlErrors(document, isJson ? 'JSON' : 'YAML', lineCounter, report);
    return undefined;
  }
  if (document.contents !== null) return readNode(document.contents, source, report);
  report({ start: 0, end: 0 }, 'The template is empty: it needs a Resources section.');
  return undefined;
}

/** The tree that YAML gives for a text in JSON, in a tenth of the time; else undefined. Fills `lineCounter`. */
export function readJson(text: string, lineCounter: LineCounter): Node | undefined {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: true });
  if (tree === undefined || errors.length > 0) return undefined;
  for (const { index } of text.matchAll(/(?<=^|\n)/g)) lineCounter.addNewLine(index);
  return fromJson(tree, text);
}

function fromJson({ type, offset: start, length, children = [], value }: JsonNode, text: string): Node {
  const span = { start, end: start + length };
  if (type === 'array') return { kind: 'list', items: children.map((item) => fromJson(item, text)), ...span };
  if (type === 'object') {
    const entries = children.flatMap(({ children: [key, item] = [] }) => {
      if (key === undefined || item === undefined) return [];
      return [toEntry(String(key.value), fromJson(item, text), { start: key.offset, end: key.offset + key.length })];
    });
    return { kind: 'map', entries: lastOfEachKey(entries), ...span };
  }
  const source = text.slice(span.start, span.end);
  return { kind: 'scalar', value: scalarValue(value, source), source, ...span };
}

/** The sections of a template as they are written. A text that cannot be read has none. */
export function plainTemplate(text: string): JsonMap {
  const root = readYaml(text, new LineCounter(), () => {});
  return mapOf(root && plain(root));
}

function parseSource(text: string, schema: 'json' | 'yaml-1.1') {
  const lines = new LineCounter();
  const strictness = { uniqueKeys: false, prettyErrors: false, logLevel: 'error' } as const;
  const options = { version: '1.1', schema, customTags, lineCounter: lines, ...strictness } as const;
  return { text, lines, document: parseDocument(text, options) };
}

/**
 * Parses YAML as PyYAML does, and the AWS CLI with it: the lines of a flow collection or of a quoted text may have any
 * indent. The library requires more than that of their key, so they get more blanks here. Reported columns do not count them.
 */
function parseWithAnyIndent(text: string) {
  let source = parseSource(text, 'yaml-1.1');
  const tried = new Set<number>();
  for (;;) {
    const start = startOfIndented(source.document);
    const end = start === undefined ? undefined : endOfFlow(source.text, start);
    if (start === undefined || end === undefined || tried.has(start)) break;
    tried.add(start);
    const { line: first, col } = source.lines.linePos(start);
    const { line: last } = source.lines.linePos(end);
    const isInside = (index: number) => index >= first && index < last;
    const lines = source.text.split('\n').map((line, index) => (isInside(index) ? ' '.repeat(col) + line : line));
    const next = parseSource(lines.join('\n'), 'yaml-1.1');
    const [error] = next.document.errors;
    // Another error in the same lines shows that their indent was not what is wrong.
    const isWorse = error !== undefined && next.lines.linePos(error.pos[0]).line <= last;
    if (isWorse && startOfIndented(next.document) === undefined) break;
    source = next;
  }
  const written = text.split('\n');
  const padded = source.text.split('\n');
  const blanks = (index: number) => (padded[index]?.length ?? 0) - (written[index]?.length ?? 0);
  source.lines.lineStarts = source.lines.lineStarts.map((start, index) => start + blanks(index));
  return source;
}

/** Where the flow collection or text begins in which the first error finds too small an indent; undefined for another error. */
function startOfIndented(document: Document.Parsed): number | undefined {
  const [error] = document.errors;
  if (error === undefined) return undefined;
  if (isMissingQuote(error.message)) return openQuote(error, document)?.start;
  if (error.code !== 'BAD_INDENT' || !error.message.startsWith('Flow')) return undefined;
  const [at] = error.pos;
  let start: number | undefined;
  visit(document, {
    Collection: (_key, { flow, range }) => {
      if (flow && range && range[0] < at && at <= range[2]) start ??= range[0];
    },
  });
  return start;
}

/** The end of the flow collection or of the quoted text that begins at `start`; undefined if it stays open. */
function endOfFlow(text: string, start: number): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text
    .slice(start)
    .matchAll(/"(?:[^"\\]|\\[\s\S])*"|'(?:[^']|'')*'|(?<=\s)#.*|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth++;
    if (token === ']' || token === '}') depth--;
    if (depth <= 0) return start + index + token.length;
  }
  return undefined;
}

function customTags(tags: Tags): Tags {
  const known = tags.filter((tag) => typeof tag === 'string' || !unknownYamlTags.includes(tag.tag));
  return known.map((tag) => {
    if (typeof tag === 'string' || tag.tag !== `${yamlTag}bool` || !('test' in tag) || !tag.test) return tag;
    // In YAML 1.1 the letters y and n are booleans; in CloudFormation they are not (DynamoDB's `AttributeType: N`).
    return { ...tag, test: new RegExp(`(?![YyNn]$)${tag.test.source}`) };
  });
}

function readNode(node: ParsedNode, text: string, report: Report): Node {
  return tagged(node.tag, readUntagged(node, text, report), report);
}

function readUntagged(node: ParsedNode, text: string, report: Report): Node {
  const span = spanOf(node);
  if (isMap(node)) return { kind: 'map', entries: readEntries(node, text, report), ...span };
  if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => readNode(item, text, report)), ...span };
  const source = text.slice(span.start, span.end);
  if (isAlias(node)) report(span, `CloudFormation does not support YAML aliases: write out the value of ${source}.`);
  return { kind: 'scalar', value: scalarValue(isScalar(node) ? node.value : null, source), source, ...span };
}

function readEntries(map: YAMLMap.Parsed, text: string, report: Report): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { key, value } of map.items) {
    const span = spanOf(key);
    if (!isScalar(key) || key.value === null) {
      report(span, 'A key must be a name, not a list, a map or nothing.');
      continue;
    }
    // A number keeps its digits: an account id is a common key in Mappings.
    const name = typeof key.value === 'string' ? key.value : text.slice(span.start, span.end);
    if (name === '<<') report(span, 'CloudFormation does not support YAML merge keys: write out the entries of <<.');
    const missing: Node = { kind: 'scalar', value: null, source: '', ...span };
    entries.push(toEntry(name, value === null ? missing : readNode(value, text, report), span));
  }
  return lastOfEachKey(entries);
}

function tagged(tag: string | undefined, value: Node, report: Report): Node {
  if (tag === undefined || (tag.startsWith(yamlTag) && !unknownYamlTags.includes(tag))) return value;
  if (!shortForms.includes(tag)) {
    report(value, `CloudFormation has no tag ${tag.replace(yamlTag, '!!')}.${didYouMean(tag, shortForms)}`);
    return value;
  }
  const name = tag.slice(1);
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  return { kind: 'map', entries: [toEntry(key, value, value)], start: value.start, end: value.end };
}

/** An entry. Fn::GetAtt gets a list: `A.B.C` is attribute `B.C` of `A`. In SAM, `Ref: A.B` is an attribute, too. */
function toEntry(key: string, value: Node, { start, end }: SourceRange): Entry {
  const isReference = (key === 'Fn::GetAtt' || key === 'Ref') && value.kind === 'scalar';
  const [, LogicalResourceId, attribute] = isReference ? (/^([^.]+)\.(.+)$/s.exec(String(value.value)) ?? []) : [];
  if (!isReference || LogicalResourceId === undefined || attribute === undefined) return { key, value, start, end };
  const items = [LogicalResourceId, attribute].map((text) => ({ ...value, value: text }));
  return { key: 'Fn::GetAtt', value: { kind: 'list', items, start: value.start, end: value.end }, start, end };
}

/** CloudFormation takes the last of several entries with the same key. */
function lastOfEachKey(entries: readonly Entry[]): readonly Entry[] {
  return [...new Map(entries.map((entry) => [entry.key, entry])).values()];
}

/** The value of a scalar; its text if a number is too large for JavaScript. */
function scalarValue(value: unknown, source: string): ScalarNode['value'] {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : source;
}

function spanOf({ range: [start, end] }: ParsedNode): SourceRange {
  return { start, end };
}

const advice: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'A map cannot begin here: check the indentation, or quote a string that has a ": " in it.',
  BAD_INDENT: 'The indentation matches no line above: align this line with its map or list.',
  MULTIPLE_DOCS: 'A second document begins here: a template is one document, without further "---".',
  TAB_AS_INDENT: 'A tab cannot indent: use spaces.',
};

/** One mistake often causes several errors in its line, so only the first error of a line is reported. */
function reportYamlErrors(document: Document, language: 'YAML' | 'JSON', lines: LineCounter, report: Report) {
  const reported = new Set<number>();
  for (const error of document.errors) {
    const at = openQuote(error, document) ?? { start: error.pos[0], end: error.pos[1] };
    const { line } = lines.linePos(at.start);
    if (!reported.has(line)) report(at, `This is not ${language}. ${explained(error)}`);
    reported.add(line);
  }
}

function explained({ code, message }: YAMLParseError): string {
  if (isMissingQuote(message)) return 'The quote that opens here is never closed.';
  const [, bracket] = /end with a ([\]}])$/.exec(message) ?? [];
  if (bracket !== undefined) return `A ${bracket === '}' ? 'map' : 'list'} stays open: its "${bracket}" is missing.`;
  return advice[code] ?? `${message.replace(/\.$/, '')}.`;
}

function isMissingQuote(message: string): boolean {
  return /^Missing closing .quote/.test(message);
}

/** The place of the opening quote, if the parser reached the end of the file without its closing quote. */
function openQuote({ message, pos }: YAMLParseError, document: Document): SourceRange | undefined {
  if (!isMissingQuote(message)) return undefined;
  let opening: SourceRange | undefined;
  visit(document, {
    Scalar: (_key, { range }) => {
      if (range && range[0] <= pos[0] && pos[0] <= range[2]) opening = { start: range[0], end: range[1] };
    },
  });
  return opening;
}
