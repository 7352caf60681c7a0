/**
 * Explains in plain words why a text is not YAML or JSON. It reports the place of the mistake, which may be far before the
 * place where the parser fails.
 */
import { type Document, type ErrorCode, type LineCounter, visit, type YAMLParseError } from 'yaml';
import type { Report, SourceRange } from './syntax-tree.ts';

const advice: Partial<Record<ErrorCode, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'A map cannot begin here: check the indentation, or quote a text that has a ": " in it.',
  BAD_INDENT: 'The indentation matches no line above: align this line with its map or list.',
  MULTIPLE_DOCS: 'A second document begins here: a template is one document, without further "---".',
  TAB_AS_INDENT: 'A tab cannot indent: use spaces.',
};

/** One mistake often causes several errors in its line, so only the first error of a line is reported. */
export function reportYamlErrors(document: Document, language: 'YAML' | 'JSON', lines: LineCounter, report: Report) {
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
