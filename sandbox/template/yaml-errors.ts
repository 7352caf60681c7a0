/**
 * Says in plain words what keeps a text from being YAML or JSON, and where the slip is rather than where it shows.
 */
import { type Document, type ErrorCode, type LineCounter, visit, type YAMLParseError } from 'yaml';
import type { Report, SourceRange } from './syntax-tree.ts';

const advice: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'A map cannot begin here: check the indentation, or quote a text that has a ": " in it.',
  BAD_INDENT: 'The indentation fits nothing above: put the line under the others of its map or list.',
  MULTIPLE_DOCS: 'A second document begins here: a template is one document, without further "---".',
  TAB_AS_INDENT: 'A tab cannot indent: use spaces.',
};

/** One slip often breaks more than one rule on its line; the first says enough. */
export function reportYamlErrors(document: Document, language: 'YAML' | 'JSON', lines: LineCounter, report: Report) {
  const told = new Set<number>();
  for (const error of document.errors) {
    const at = openQuote(error, document) ?? { start: error.pos[0], end: error.pos[1] };
    const { line } = lines.linePos(at.start);
    if (!told.has(line)) report(at, `This is not ${language}. ${saying(error)}`);
    told.add(line);
  }
}

function saying({ code, message }: YAMLParseError): string {
  if (isMissingQuote(message)) return 'The quote that opens here is never closed.';
  const [, bracket] = /end with a ([\]}])$/.exec(message) ?? [];
  if (bracket !== undefined) return `A ${bracket === '}' ? 'map' : 'list'} stays open: its "${bracket}" is missing.`;
  return advice[code] ?? `${message.replace(/\.$/, '')}.`;
}

function isMissingQuote(message: string): boolean {
  return /^Missing closing .quote/.test(message);
}

/** Where the quote opens that the parser missed at the end of the file. */
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
