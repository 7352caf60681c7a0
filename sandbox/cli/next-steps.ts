/**
 * What can be done with a stack that an operation has left neither well nor gone: the same as in AWS, as commands that
 * can be pasted into a shell.
 */
import type { Stack } from '../cloudformation/stack.ts';
import { type HandlerOptions, longestTimeoutSeconds } from './handler-file.ts';
import { defaultProviderTemplate } from './provider-sandbox.ts';
import { defaultStateFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';

/** One of them, in words that end with a colon and as a command. */
export interface NextStep {
  readonly description: string;
  readonly command: string;
}

/** The options that the next command has in common with the last one. */
export interface CommonOptions extends HandlerOptions {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly state: string;
  readonly stackName: string;
}

/** None where the stack can just be updated or deleted. */
export function nextSteps({ StackStatus, resources }: Stack, options: CommonOptions): readonly NextStep[] {
  const command = (name: string, ...more: readonly string[]) =>
    ['npm run sandbox --', ...[name, ...wordsOf(options), ...more].map(quoted)].join(' ');
  const failed = (status: string) =>
    Object.values(resources)
      .filter(({ ResourceStatus }) => ResourceStatus === status)
      .map(({ LogicalResourceId }) => LogicalResourceId);

  if (StackStatus.startsWith('ROLLBACK_')) {
    return [{ description: 'It was never created, so it can only be deleted:', command: command('delete') }];
  }
  if (StackStatus === 'UPDATE_ROLLBACK_FAILED') {
    const ids = failed('UPDATE_FAILED');
    return [
      {
        description: `Mend what stood in the way of ${ids.join(', ')}, then go on with the rollback:`,
        command: command('continue-update-rollback'),
      },
      {
        description: `Or go on without ${ids.join(', ')}, which CloudFormation then takes for rolled back:`,
        command: command('continue-update-rollback', '--resources-to-skip', ...ids),
      },
    ];
  }
  if (StackStatus === 'DELETE_FAILED') {
    const ids = failed('DELETE_FAILED');
    return [
      {
        description: `Mend what stood in the way of ${ids.join(', ')}, then delete the stack again:`,
        command: command('delete'),
      },
      {
        description: `Or delete the stack, and leave ${ids.join(', ')} behind:`,
        command: command('delete', '--retain-resources', ...ids),
      },
    ];
  }
  return [];
}

/** Writes each command on a line of its own, unbroken. */
export function printNextSteps(steps: readonly NextStep[], { line, prose }: Terminal): void {
  for (const { description, command } of steps) {
    prose(description, { indent: 2 });
    line(`    ${command}`);
  }
}

/** What was left to its default is left to it again. */
function wordsOf(options: CommonOptions): readonly string[] {
  const { packageRoot, providerTemplate, state, stackName, handler, variable = {}, functionTimeout } = options;
  const isUsualTimeout = functionTimeout === undefined || functionTimeout === longestTimeoutSeconds;
  return [
    ...['--stack-name', stackName],
    ...(state === defaultStateFolder ? [] : ['--state', state]),
    ...(providerTemplate === defaultProviderTemplate(packageRoot) ? [] : ['--provider-template', providerTemplate]),
    ...(handler === undefined ? [] : ['--handler', handler]),
    ...Object.entries(variable).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
    ...(handler === undefined || isUsualTimeout ? [] : ['--function-timeout', String(functionTimeout)]),
  ];
}

/** A word as a POSIX shell reads it back. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
