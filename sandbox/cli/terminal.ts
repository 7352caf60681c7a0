/** Where the command line prints: how wide it is, and whether it shows colours. */
import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

export type Colours = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>>;

export interface Terminal {
  /** Prints one line as it is. */
  line(text?: string): void;
  /** Prints text with line breaks between words, `indent` columns from the left; `style` colours each line. */
  prose(text: string, options?: { readonly indent?: number; readonly style?: (line: string) => string }): void;
  readonly colours: Colours;
  /** In columns. */
  readonly width: number;
}

const defaultWidth = 100;
/** Longer lines are hard to read. */
const largestWidth = 120;
const smallestWidth = 60;

export type Stream = Pick<WriteStream, 'write' | 'columns'> & { readonly isTTY?: boolean };

/** Shows colours only on a terminal that has them, and not with NO_COLOR. The width is that of the terminal, else COLUMNS. */
export function openTerminal(stream: Stream, env: Readonly<NodeJS.ProcessEnv>): Terminal {
  const width = Math.min(largestWidth, Math.max(smallestWidth, widthOf(stream, env)));
  const line = (text = '') => {
    stream.write(`${text}\n`);
  };
  return {
    line,
    prose: (text, { indent = 0, style = plain } = {}) => {
      for (const written of wrapped(text, width - indent)) line(`${' '.repeat(indent)}${style(written)}`);
    },
    colours: coloursIf(stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    width,
  };
}

/** A terminal like `terminal` that prints nothing. */
export function silent(terminal: Terminal): Terminal {
  return { ...terminal, line: () => {}, prose: () => {} };
}

function plain(line: string): string {
  return line;
}

function coloursIf(areShown: boolean): Colours {
  // Without validateStream: false, Node.js 22 and later look at stdout, which may be another stream than this one.
  const style = (format: keyof Colours) => (text: string) =>
    areShown ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  };
}

/** A pseudo-terminal can report 0 columns. */
function widthOf({ columns }: Stream, { COLUMNS }: Readonly<NodeJS.ProcessEnv>): number {
  return columns || Number(COLUMNS) || defaultWidth;
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
      if (current !== '' && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else {
        current = current === '' ? word : `${current} ${word}`;
      }
    }
    return [...lines, current];
  });
}
