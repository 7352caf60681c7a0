/** Where the command line prints: how wide it is, and whether it shows colours. */
import type { WriteStream } from 'node:tty';
import { stripVTControlCharacters, styleText } from 'node:util';

type Colours = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>>;

export interface Terminal {
  line(text?: string): void;
  /** Prints text with line breaks between words. `first` stands before the first line, and is `indent` columns wide. */
  prose(text: string, options?: { indent?: number; first?: string; style?: (line: string) => string }): void;
  readonly colours: Colours;
  readonly width: number;
}

const defaultWidth = 100;
/** Longer lines are hard to read. */
const largestWidth = 120;
const smallestWidth = 60;
/** Prose is never narrower than this, even after a wide indent. */
const smallestTextWidth = 16;

export type Stream = Pick<WriteStream, 'write' | 'columns'> & { readonly isTTY?: boolean };

/** Shows colours only on a terminal that has them, and not with NO_COLOR. The width is that of the terminal, else COLUMNS. */
export function openTerminal(stream: Stream, env: Readonly<NodeJS.ProcessEnv>): Terminal {
  // A pseudo-terminal can report 0 columns.
  const columns = stream.columns || Number(env['COLUMNS']) || defaultWidth;
  const width = Math.min(largestWidth, Math.max(smallestWidth, columns));
  const areColoursShown = stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  // Without validateStream: false, Node.js 22 and later look at stdout, which may be another stream than this one.
  const style = (format: keyof Colours) => (text: string) =>
    areColoursShown ? styleText(format, text, { validateStream: false }) : text;
  const line = (text = '') => void stream.write(`${text}\n`);
  return {
    line,
    prose: (text, { indent = 0, first = ' '.repeat(indent), style = (part: string) => part } = {}) => {
      for (const [index, part] of wrapped(text, Math.max(smallestTextWidth, width - indent)).entries()) {
        line(`${index === 0 ? first : ' '.repeat(indent)}${style(part)}`.trimEnd());
      }
    },
    colours: {
      bold: style('bold'),
      dim: style('dim'),
      red: style('red'),
      green: style('green'),
      yellow: style('yellow'),
      cyan: style('cyan'),
    },
    width,
  };
}

export function silent(terminal: Terminal): Terminal {
  return { ...terminal, line: () => {}, prose: () => {} };
}

/**
 * `text` in lines of at most `width` columns, with breaks between words; a longer word has its own line. Several spaces in
 * a row can carry meaning: they stay, and no line breaks there.
 */
export function wrapped(text: string, width: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let current = '';
    for (const word of paragraph.trim().split(/(?<!\s)\s(?!\s)/)) {
      const isFull = current !== '' && current.length + 1 + word.length > width;
      if (isFull) lines.push(current);
      current = isFull || current === '' ? word : `${current} ${word}`;
    }
    return [...lines, current];
  });
}

const margin = 2;
const gap = 2;

/** Prints `rows` under `head`. Only the last column has line breaks: those of its text, and others between words. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[], terminal: Terminal): void {
  const columnsOf = (cell = '') => stripVTControlCharacters(cell).length;
  const widths = head
    .slice(0, -1)
    .map((_, column) => Math.max(...[head, ...rows].map((row) => columnsOf(row[column]))));
  const indent = widths.reduce((sum, columns) => sum + columns + gap, margin);
  const printRow = (row: readonly string[], style = (text: string) => text) => {
    const cells = widths.map((columns, column) => {
      const cell = row[column] ?? '';
      return style(cell) + ' '.repeat(columns - columnsOf(cell) + gap);
    });
    terminal.prose(row[widths.length] ?? '', { indent, first: ' '.repeat(margin) + cells.join(''), style });
  };
  printRow(head, terminal.colours.bold);
  for (const row of rows) printRow(row);
}
