/** The commands that help with a stack that is stuck, for example UPDATE_ROLLBACK_FAILED. They can be pasted into a shell. */
import { existsSync } from 'node:fs';
import { isFailedWithoutRollback } from '../cloudformation/refusals.ts';
import { isCleanUpLeft, type Stack, type StackSource } from '../cloudformation/stack.ts';
import type { ProviderOptions } from './known-provider.ts';
import { type HandlerOptions, longestTimeoutSeconds } from './option-values.ts';
import { defaultStateFolder } from './state-folder.ts';

/** The options that a next command takes over. */
export interface CommonOptions extends HandlerOptions, ProviderOptions {
  /** What the user types before the name of a command. */
  readonly commandName: string;
  readonly state: string;
  readonly stackName: string;
  /** The file, if the command has one. */
  readonly template?: string;
}

/** Descriptions that end with a colon, each with its command. Empty if the stack can be updated or deleted as usual. */
export function nextSteps(stack: Stack, options: CommonOptions) {
  const { StackStatus, resources } = stack;
  const step = (description: string, name: string, ...more: readonly string[]) => ({
    description,
    command: commandOf(options, [name, ...wordsOf(options), ...more]),
  });
  const failed = (status: string) => Object.keys(resources).filter((id) => resources[id]?.ResourceStatus === status);
  const ids = failed(StackStatus === 'DELETE_FAILED' ? 'DELETE_FAILED' : 'UPDATE_FAILED');
  const these = ids.join(', ');

  const file = options.template ?? authorsSource(stack).fileName;
  // A template that came through the API is in no file.
  const hasFile = existsSync(file);
  const template = hasFile ? ['--template', file] : ['--use-previous-template'];
  const keeps = hasFile ? '' : '. This command keeps the template; --template names another one';
  const mode = stack.DeploymentConfig?.Mode === 'EXPRESS' ? '--express' : '--disable-rollback';

  if (isCleanUpLeft(stack)) {
    const express = mode === '--express' ? [mode] : [];
    const rule = 'Update the stack again, even without changes, to finish the clean-up:';
    return [step(rule, 'update', ...template, ...express)];
  }
  if (isFailedWithoutRollback(stack)) {
    const all = [...failed('CREATE_FAILED'), ...ids].join(', ');
    const cause = `the cause of the failure${all === '' ? '' : ` of ${all}`}`;
    if (StackStatus === 'CREATE_FAILED' && stack.OnFailure === 'DO_NOTHING') {
      const rule = 'CloudFormation does not update a failed stack that was created with DO_NOTHING. Delete it:';
      return [step(rule, 'delete')];
    }
    const fix = step(`Fix ${cause}, then update the stack again${keeps}:`, 'update', ...template, mode);
    if (!hasStableState(stack)) return [fix, step('Or delete the stack, which was never complete:', 'delete')];
    const withoutRollback = step('Or delete the stack, because express mode has no rollback:', 'delete');
    if (mode === '--express') return [fix, withoutRollback];
    return [fix, step('Or return to the state before the update that failed:', 'rollback')];
  }
  if (StackStatus === 'ROLLBACK_COMPLETE' || StackStatus === 'ROLLBACK_FAILED') {
    return [step('The stack was never created, so you can only delete it:', 'delete')];
  }
  if (StackStatus === 'UPDATE_ROLLBACK_FAILED') {
    const without = `Or continue without ${these}, which CloudFormation then treats as rolled back:`;
    return [
      step(`Fix the cause of the failure of ${these}, then continue the rollback:`, 'continue-update-rollback'),
      step(without, 'continue-update-rollback', '--resources-to-skip', ...ids),
    ];
  }
  if (StackStatus !== 'DELETE_FAILED') return [];
  return [
    step(`Fix the cause of the failure of ${these}, then delete the stack again:`, 'delete'),
    step(`Or delete the stack and keep ${these}:`, 'delete', '--retain-resources', ...ids),
  ];
}

/** The template as its author wrote it, before its macros have run. */
export function authorsSource({ source }: Pick<Stack, 'source'>): Pick<StackSource, 'fileName' | 'templateText'> {
  const { fileName, templateText, original = templateText } = source;
  return { fileName: fileName.replace(/ \(processed\)$/, ''), templateText: original };
}

/** Whether the stack has ever been complete, so that a rollback can return to that. */
export function hasStableState({ StackStatus, pendingUpdate }: Stack): boolean {
  return StackStatus !== 'CREATE_FAILED' && !pendingUpdate?.followsFailedCreation;
}

type StackOptions = Pick<CommonOptions, 'commandName' | 'state' | 'stackName'>;

export function readingCommand(name: 'show' | 'events', options: StackOptions): string {
  return commandOf(options, [name, ...wordsOfStack(options)]);
}

function commandOf({ commandName }: StackOptions, words: readonly string[]): string {
  return [commandName, ...words.map(quoted)].join(' ');
}

/** Options with their default value are left out. */
function wordsOf(options: CommonOptions): readonly string[] {
  const { handler, variable = {}, functionTimeout } = options;
  const { providerTemplate, providerStackName, providerParameter = {}, schema = [] } = options;
  const isUsualTimeout = functionTimeout === undefined || functionTimeout === longestTimeoutSeconds;
  return [
    ...wordsOfStack(options),
    ...(providerTemplate === undefined ? [] : ['--provider-template', providerTemplate]),
    ...(providerStackName === undefined ? [] : ['--provider-stack-name', providerStackName]),
    ...pairs('--provider-parameter', providerParameter),
    ...schema.flatMap((file) => ['--schema', file]),
    ...(handler === undefined ? [] : ['--handler', handler]),
    ...pairs('--variable', variable),
    ...(handler === undefined || isUsualTimeout ? [] : ['--function-timeout', String(functionTimeout)]),
  ];
}

function wordsOfStack({ state, stackName }: StackOptions): readonly string[] {
  return ['--stack-name', stackName, ...(state === defaultStateFolder ? [] : ['--state', state])];
}

function pairs(option: string, values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => [option, `${name}=${value}`]);
}

/** Quotes a word for a POSIX shell, if necessary. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
