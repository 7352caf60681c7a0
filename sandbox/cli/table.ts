/** Tables without lines, as wide as the terminal. */
import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Terminal } from './terminal.ts';

const noLines = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' },
  middle: '  ',
};
const indent = 2;
const smallestLastColumn = 16;

/** Writes `rows` under `head`. What does not fit the terminal is broken between words, in the last column alone. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[], terminal: Terminal): void {
  const { line, colours, width } = terminal;
  const widths = head.map((name, column) =>
    Math.max(...[name, ...rows.map((row) => row[column] ?? '')].map(columnsOf)),
  );
  const before = widths.slice(0, -1).reduce((sum, columns) => sum + columns + noLines.middle.length, indent);
  const last = Math.min(widths.at(-1) ?? 0, Math.max(smallestLastColumn, width - before));
  const table = new Table({
    head: head.map((name) => colours.bold(name)),
    colWidths: [...widths.slice(0, -1), last],
    wordWrap: true,
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  for (const written of table.toString().split('\n')) line(`${' '.repeat(indent)}${written}`.trimEnd());
}

function columnsOf(cell: string): number {
  return Math.max(...cell.split('\n').map((part) => stripVTControlCharacters(part).length));
}
