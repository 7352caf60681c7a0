/** Errors for the user, as sentences or as JSON, and the exit status that goes with each. Never a stack trace. */
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { isNativeError } from 'node:util/types';
import { CommanderError } from 'commander';
import { CloudFormationError } from '../cloudformation/refusals.ts';
import { type Problem, TemplateError } from '../template/template.ts';
import { Interrupted } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

/** What the command line cannot do for the user, as one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly exitStatus: 1 | 2;
  readonly choices: readonly string[];

  /**
   * @param exitStatus 1: it cannot be done now. 2: the command line, a template or a parameter is wrong.
   * @param choices lines to print before the message: what the user can choose from
   */
  constructor(message: string, exitStatus: 1 | 2 = 2, choices: readonly string[] = []) {
    super(message);
    this.exitStatus = exitStatus;
    this.choices = choices;
  }
}

/** Throws the error again: as a UsageError if it is a plain Error, which the sandbox throws for wrong parameters. */
export function explain(error: unknown): never {
  throw error instanceof Error && error.name === 'Error' ? new UsageError(error.message) : error;
}

/** The exit status for an error and its code for `--json`; undefined for a bug of the sandbox. */
function meaningOf(error: unknown): { readonly status: number; readonly Code?: string | undefined } | undefined {
  // --help is not an error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? { status: 0 } : { status: 2, Code: 'WrongUsage' };
  if (error instanceof TemplateError) return { status: 2 };
  if (error instanceof UsageError) {
    return { status: error.exitStatus, Code: error.exitStatus === 2 ? 'WrongUsage' : 'NotPossible' };
  }
  if (error instanceof Interrupted) return { status: 128 + constants.signals[error.signal], Code: 'Interrupted' };
  if (error instanceof CloudFormationError) return { status: 1, Code: error.code };
  // An error of the operating system; its message names the file.
  const isOfSystem = isNativeError(error) && 'syscall' in error && 'code' in error;
  return isOfSystem ? { status: 1, Code: String(error.code) } : undefined;
}

/** Prints what `error` means to the user and returns the exit status. Throws an error that is a bug of the sandbox. */
export function printError(error: unknown, terminal: Terminal): number {
  const { line, colours } = terminal;
  const { status } = meaningOf(error) ?? {};
  if (status === undefined || !isNativeError(error)) throw error;
  // Commander has already printed its message.
  if (error instanceof CommanderError) return status;
  if (error instanceof TemplateError) {
    printProblems(error, terminal);
  } else if (error instanceof Interrupted) {
    line(`\n${error.message}`);
  } else {
    for (const choice of error instanceof UsageError ? error.choices : []) line(choice);
    const refused = error instanceof CloudFormationError ? `CloudFormation refused (${error.code}): ` : '';
    line(colours.red(`${refused}${error.message}`));
  }
  return status;
}

function printProblems({ fileName, problems }: TemplateError, { line, colours, width }: Terminal): void {
  const source = existsSync(fileName) ? readFileSync(fileName, 'utf8').split(/\r?\n/) : [];
  for (const problem of problems) {
    line(`${colours.bold(`${fileName}:${problem.line}:${problem.column}:`)} ${problem.message}`);
    for (const part of excerpt(source, problem, width)) line(colours.dim(part));
  }
}

/** The line of the problem with a caret under the column. A long line is cut to the part around the column. */
function excerpt(source: readonly string[], problem: Problem, width: number): readonly string[] {
  const text = source[problem.line - 1];
  if (text === undefined) return [];
  // Column 1 of an indented line means the whole line: point to its first word.
  const column = Math.max(problem.column, text.search(/[^ ]/) + 1);
  const margin = `  ${problem.line} | `;
  const room = width - margin.length;
  const start = text.length <= room ? 0 : Math.max(0, column - Math.floor(room / 2));
  // Keep tabs, so that the caret moves as far as the text.
  const before = text.slice(start, column - 1).replace(/[^\t]/g, ' ');
  return [`${margin}${text.slice(start, start + room)}`, `${' '.repeat(margin.length - 2)}| ${before}^`];
}

/** What `--json` prints on stdout: the problems of a template, or one error; undefined for --help and for a bug of the sandbox. */
export function errorAsJson(error: unknown) {
  if (error instanceof TemplateError) {
    const { fileName: File, problems } = error;
    const inFile = ({ line: Line, column: Column, message: Message }: Problem) => ({ File, Line, Column, Message });
    return { Problems: problems.map(inFile) };
  }
  const { Code } = meaningOf(error) ?? {};
  if (Code === undefined || !isNativeError(error)) return undefined;
  return { Error: { Code, Message: error.message.replace(/^error: /, '') } };
}
