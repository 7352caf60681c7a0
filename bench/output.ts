/**
 * What the benchmarks print: where they ran, how far they are, and a table in Markdown, as docs/performance.md has it.
 */
import { cpus, release, totalmem, type } from 'node:os';

/** The machine, in one line. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model ?? 'unknown processor';
  return `${processors.length} × ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${/^\d+\.\d+/.exec(release())?.[0]}`;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Overwrites itself on a terminal; elsewhere nothing is shown, since it is no result. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** @param rows as many cells each as there are headings; all but the first column are set right */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [line(headings), rule, ...rows.map(line)].join('\n');
}
