/** The commands that help with a stack that is stuck, for example UPDATE_ROLLBACK_FAILED. They can be pasted into a shell. */
import type { Stack } from '../cloudformation/stack.ts';
import { type HandlerOptions, longestTimeoutSeconds } from './option-values.ts';
import { defaultProviderTemplate } from './provider-sandbox.ts';
import { defaultStateFolder } from './state-folder.ts';

/** The options that a next command takes over. */
export interface CommonOptions extends HandlerOptions {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly state: string;
  readonly stackName: string;
}

/** Descriptions that end with a colon, each with its command. Empty if the stack can be updated or deleted as usual. */
export function nextSteps({ StackStatus, resources }: Stack, options: CommonOptions) {
  const step = (description: string, name: string, ...more: readonly string[]) => {
    const words = [name, ...wordsOf(options), ...more].map(quoted);
    return { description, command: ['npm run sandbox --', ...words].join(' ') };
  };
  const failed = (status: string) =>
    Object.values(resources).flatMap((each) => (each.ResourceStatus === status ? [each.LogicalResourceId] : []));

  if (StackStatus.startsWith('ROLLBACK_')) {
    return [step('The stack was never created, so you can only delete it:', 'delete')];
  }
  if (StackStatus === 'UPDATE_ROLLBACK_FAILED') {
    const ids = failed('UPDATE_FAILED');
    const these = ids.join(', ');
    const without = `Or continue without ${these}, which CloudFormation then treats as rolled back:`;
    return [
      step(`Fix the cause of the failure of ${these}, then continue the rollback:`, 'continue-update-rollback'),
      step(without, 'continue-update-rollback', '--resources-to-skip', ...ids),
    ];
  }
  if (StackStatus !== 'DELETE_FAILED') return [];
  const ids = failed('DELETE_FAILED');
  const these = ids.join(', ');
  return [
    step(`Fix the cause of the failure of ${these}, then delete the stack again:`, 'delete'),
    step(`Or delete the stack and keep ${these}:`, 'delete', '--retain-resources', ...ids),
  ];
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
