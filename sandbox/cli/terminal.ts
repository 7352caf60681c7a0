/**
 * Where the command line writes: how wide it is, and whether it shows colour.
 */
import type { WriteStream } from 'node:tty';
import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

export interface Terminal {
  /** Writes one line, as it is. */
  line(text?: string): void;
  /** Writes text broken into lines between words, `indent` columns from the left; `style` colours each line. */
  prose(text: string, options?: { readonly indent?: number; readonly style?: (line: string) => string }): void;
  readonly colours: Colours;
  /** In columns. */
  readonly width: number;
}

const defaultWidth = 100;
/** Beyond this, lines are hard to read. */
const largestWidth = 120;
const smallestWidth = 60;

export type Stream = Pick<WriteStream, 'write' | 'columns'> & { readonly isTTY?: boolean };

/** Colours only on a terminal that has them, and not with NO_COLOR. The width is the terminal's own, else COLUMNS. */
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
    colours: pc.createColors(stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    width,
  };
}

/** A terminal like `terminal` that shows nothing. */
export function silent(terminal: Terminal): Terminal {
  return { ...terminal, line: () => {}, prose: () => {} };
}

function plain(line: string): string {
  return line;
}

/** A pseudo-terminal may have no columns at all. */
function widthOf({ columns }: Stream, { COLUMNS }: Readonly<NodeJS.ProcessEnv>): number {
  return columns || Number(COLUMNS) || defaultWidth;
}

/**
 * `text` in lines of at most `width` columns, broken between words; a word that is longer has a line of its own. Several
 * spaces in a row may be what the text is about: they stay, and no line is broken there.
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
