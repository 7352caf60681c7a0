/** What went wrong, as JSON for scripts: stdout has it with `--json`, while people read `tell-error.ts` on stderr. */
import { CommanderError } from 'commander';
import { CloudFormationError } from '../cloudformation/refusals.ts';
import { TemplateError } from '../template/template.ts';
import { Interrupted, Refusal } from './refusal.ts';
import { isSystemError } from './tell-error.ts';

/** The places in a template, or one error; undefined where nothing is wrong, and for a fault of the sandbox itself. */
export function errorAsJson(error: unknown) {
  if (error instanceof TemplateError) {
    const { fileName: File, problems } = error;
    return {
      Problems: problems.map(({ line, column, message }) => ({ File, Line: line, Column: column, Message: message })),
    };
  }
  const Code = codeOf(error);
  if (Code === undefined || !(error instanceof Error)) return undefined;
  return { Error: { Code, Message: error.message.replace(/^error: /, '') } };
}

/** CloudFormation's and the operating system's errors have codes of their own. */
function codeOf(error: unknown): string | undefined {
  if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : 'WrongUsage';
  if (error instanceof Refusal) return error.exitStatus === 2 ? 'WrongUsage' : 'NotPossible';
  if (error instanceof Interrupted) return 'Interrupted';
  if (error instanceof CloudFormationError) return error.code;
  return isSystemError(error) ? error.code : undefined;
}
