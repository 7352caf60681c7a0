/** Tables without lines, at most as wide as the terminal. */
import { stripVTControlCharacters } from 'node:util';
import { type Terminal, wrapped } from './terminal.ts';

const margin = 2;
const gap = 2;
const smallestLastColumn = 16;

/**
 * Prints `rows` under `head`. Only the last column has line breaks: between words where it does not fit, and those of its
 * text. A single word that does not fit is printed whole.
 */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[], terminal: Terminal): void {
  const { line, colours, width } = terminal;
  const widths = head
    .slice(0, -1)
    .map((_, column) => Math.max(...[head, ...rows].map((row) => columnsOf(row[column] ?? ''))));
  const lastColumn = widths.reduce((sum, columns) => sum + columns + gap, margin);
  const lastWidth = Math.max(smallestLastColumn, width - lastColumn);
  const printRow = (row: readonly string[], style = (text: string) => text) => {
    const start = widths.map((columns, column) => {
      const cell = row[column] ?? '';
      return style(cell) + ' '.repeat(columns - columnsOf(cell) + gap);
    });
    for (const [index, part] of wrapped(row[widths.length] ?? '', lastWidth).entries()) {
      const before = index === 0 ? ' '.repeat(margin) + start.join('') : ' '.repeat(lastColumn);
      line(`${before}${style(part)}`.trimEnd());
    }
  };
  printRow(head, colours.bold);
  for (const row of rows) printRow(row);
}

function columnsOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
