/** The commands that help with a stack that is stuck, for example UPDATE_ROLLBACK_FAILED. They can be pasted into a shell. */
import type { Stack } from '../cloudformation/stack.ts';
import { type HandlerOptions, longestTimeoutSeconds } from './handler-file.ts';
import { defaultProviderTemplate } from './provider-sandbox.ts';
import { defaultStateFolder } from './state-folder.ts';
import type { Terminal } from './terminal.ts';

/** A description that ends with a colon, and the command. */
export interface NextStep {
  readonly description: string;
  readonly command: string;
}

/** The options that the next command takes over from the last one. */
export interface CommonOptions extends HandlerOptions {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly state: string;
  readonly stackName: string;
}

/** Empty if the stack can be updated or deleted as usual. */
export function nextSteps({ StackStatus, resources }: Stack, options: CommonOptions): readonly NextStep[] {
  const command = (name: string, ...more: readonly string[]) =>
    ['npm run sandbox --', ...[name, ...wordsOf(options), ...more].map(quoted)].join(' ');
  const failed = (status: string) =>
    Object.values(resources)
      .filter(({ ResourceStatus }) => ResourceStatus === status)
      .map(({ LogicalResourceId }) => LogicalResourceId);

  if (StackStatus.startsWith('ROLLBACK_')) {
    return [{ description: 'The stack was never created, so you can only delete it:', command: command('delete') }];
  }
  if (StackStatus === 'UPDATE_ROLLBACK_FAILED') {
    const ids = failed('UPDATE_FAILED');
    return [
      {
        description: `Fix the cause of the failure of ${ids.join(', ')}, then continue the rollback:`,
        command: command('continue-update-rollback'),
      },
      {
        description: `Or continue without ${ids.join(', ')}, which CloudFormation then treats as rolled back:`,
        command: command('continue-update-rollback', '--resources-to-skip', ...ids),
      },
    ];
  }
  if (StackStatus === 'DELETE_FAILED') {
    const ids = failed('DELETE_FAILED');
    return [
      {
        description: `Fix the cause of the failure of ${ids.join(', ')}, then delete the stack again:`,
        command: command('delete'),
      },
      {
        description: `Or delete the stack and keep ${ids.join(', ')}:`,
        command: command('delete', '--retain-resources', ...ids),
      },
    ];
  }
  return [];
}

/** Prints each command on its own line, without line breaks. */
export function printNextSteps(steps: readonly NextStep[], { line, prose }: Terminal): void {
  for (const { description, command } of steps) {
    prose(description, { indent: 2 });
    line(`    ${command}`);
  }
}

/** Options with their default value are left out. */
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

/** Quotes a word for a POSIX shell, if necessary. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
