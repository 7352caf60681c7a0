/** Errors as a person reads them: one sentence, or the places in a template; never a stack trace. */
import { existsSync, readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { CloudFormationError } from '../cloudformation/refusals.ts';
import { type Problem, TemplateError } from '../template/template.ts';
import { Interrupted, Refusal } from './refusal.ts';
import type { Terminal } from './terminal.ts';

const statusOfSignal: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Writes what `error` means to the user, and gives the exit status: 2 for what was asked for wrongly, 1 for what could
 * not be done. Throws whatever is a fault of the sandbox itself.
 */
export function tellError(error: unknown, terminal: Terminal): number {
  const { line, colours } = terminal;
  // Commander has written its message already; that of --help is no error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof TemplateError) {
    tellProblems(error, terminal);
    return 2;
  }
  if (error instanceof CloudFormationError) {
    line(colours.red(`CloudFormation says no (${error.code}): ${error.message}`));
    return 1;
  }
  if (error instanceof Refusal) {
    for (const each of error.instead) line(each);
    line(colours.red(error.message));
    return error.exitStatus;
  }
  if (error instanceof Interrupted) {
    line();
    line(`${error.message} Nothing of this operation is kept.`);
    return statusOfSignal[error.signal] ?? 1;
  }
  if (isSystemError(error)) {
    line(colours.red(error.message));
    return 1;
  }
  throw error;
}

/** The operating system's own: its message names the file. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function tellProblems({ fileName, problems }: TemplateError, { line, colours, width }: Terminal): void {
  const source = existsSync(fileName) ? readFileSync(fileName, 'utf8').split(/\r?\n/) : [];
  for (const problem of problems) {
    line(`${colours.bold(`${fileName}:${problem.line}:${problem.column}:`)} ${problem.message}`);
    for (const part of excerpt(source, problem, width)) line(colours.dim(part));
  }
}

/** The line that the problem is in and a caret under the place; of a long line, what is around it. */
function excerpt(source: readonly string[], problem: Problem, width: number): readonly string[] {
  const { line } = problem;
  const text = source[line - 1];
  if (text === undefined) return [];
  // Column 1 of an indented line stands for the whole line: its first word is the place to look at.
  const column = Math.max(problem.column, text.search(/[^ ]/) + 1);
  const margin = `  ${line} | `;
  const room = width - margin.length;
  const from = Math.max(0, column - Math.floor(room / 2));
  const start = text.length <= room ? 0 : from;
  // A tab moves the caret as far as it moves the text.
  const before = text.slice(start, column - 1).replace(/[^\t]/g, ' ');
  return [`${margin}${text.slice(start, start + room)}`, `${' '.repeat(margin.length - 2)}| ${before}^`];
}
