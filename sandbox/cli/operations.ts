/** The commands that change a saved stack: `deploy`, `update`, `delete`, `rollback` and `continue-update-rollback`. */
import { lastParameters } from '../cloudformation/api-writing.ts';
import type { CloudFormation } from '../cloudformation/cloudformation.ts';
import { type CreationOptions, conductOf, type OnFailure } from '../cloudformation/operation-options.ts';
import {
  CloudFormationError,
  checkRollbackable,
  checkUpdatable,
  throwValidationError,
} from '../cloudformation/refusals.ts';
import { isCleanUpLeft, isInReview, liveResources, type Stack, type StackSource } from '../cloudformation/stack.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { parse } from '../template/parse.ts';
import { UsageError } from './errors.ts';
import { authorsSource, hasStableState, nextSteps } from './next-steps.ts';
import type { OperationOptions, Plan, StackCommand } from './operate.ts';
import { readTemplate } from './option-values.ts';
import type { Terminal } from './terminal.ts';
import { warningsOn } from './warnings.ts';

interface DeploymentOptions extends OperationOptions {
  readonly parameter?: Readonly<Record<string, string>>;
  /** False: only print the planned changes. */
  readonly executeChangeset: boolean;
  readonly disableRollback?: boolean;
  readonly express: boolean;
  readonly retainExceptOnCreate: boolean;
  /** Only for a stack that does not exist yet. */
  readonly onFailure?: OnFailure;
}

export function deploy(options: DeploymentOptions & { readonly template: string }): StackCommand {
  const { stackName, onFailure, disableRollback } = options;
  if (onFailure !== undefined && disableRollback !== undefined) {
    throw new UsageError('--on-failure and --disable-rollback contradict each other. Keep one of them.');
  }
  const given = readSource(options.template, options);
  const plan = async (cloudFormation: CloudFormation, terminal: Terminal) => {
    const found = cloudFormation.findStack(stackName);
    const stack = found !== undefined && isInReview(found) ? undefined : found;
    if (stack !== undefined && onFailure !== undefined) {
      const advice = 'Use --disable-rollback to keep what succeeds.';
      throw new UsageError(`--on-failure is only for a new stack, and stack ${stackName} exists. ${advice}`);
    }
    const source = stack === undefined ? given : sourceOfUpdate(stack, given, options, terminal);
    try {
      return await planDeployment(stack, source, options, cloudFormation);
    } catch (error) {
      // Many errors have the code ValidationError. The AWS CLI compares the message, too.
      const isUpToDate = error instanceof CloudFormationError && error.message === 'No updates are to be performed.';
      if (!isUpToDate) throw error;
      terminal.line(`Nothing to do: stack ${stackName} is up to date.`);
      return undefined;
    }
  };
  return { wanted: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'], plan };
}

/** Without a template, the stack keeps its own. */
export function update(options: DeploymentOptions & { readonly usePreviousTemplate?: true }): StackCommand {
  const { template, usePreviousTemplate, parameter: parameters = {} } = options;
  if (usePreviousTemplate && template !== undefined) {
    throw new UsageError('--template and --use-previous-template contradict each other. Keep one of them.');
  }
  const read = template === undefined ? undefined : readSource(template, options);
  const plan = async (cloudFormation: CloudFormation, terminal: Terminal) => {
    const stack = existingStack(options, cloudFormation);
    const given = read ?? { ...authorsSource(stack), parameters };
    return planDeployment(stack, sourceOfUpdate(stack, given, options, terminal), options, cloudFormation);
  };
  return { wanted: ['UPDATE_COMPLETE'], plan };
}

function existingStack({ stackName }: OperationOptions, cloudFormation: CloudFormation): Stack {
  return cloudFormation.findStack(stackName) ?? throwValidationError(`Stack [${stackName}] does not exist`);
}

function readSource(template: string, { parameter = {} }: DeploymentOptions): StackSource {
  return { templateText: readTemplate(template), fileName: template, parameters: parameter };
}

async function planDeployment(
  stack: Stack | undefined,
  source: StackSource,
  options: DeploymentOptions,
  cloudFormation: CloudFormation,
): Promise<Plan> {
  const { stackName, executeChangeset, provider } = options;
  const parameters = creationOptions(options);
  const preview = await cloudFormation.previewStack(stackName, source, parameters);
  const outputs = cloudFormation.listStacks().flatMap((each) => each.outputs);
  const exports = outputs.flatMap(({ ExportName = [] }) => ExportName);
  const act = () =>
    stack === undefined
      ? cloudFormation.createStack(stackName, preview.source, parameters)
      : cloudFormation.updateStack(stackName, preview.source, parameters);
  return {
    changes: preview.changes,
    insteadOfChanges:
      stack && isCleanUpLeft(stack) ? 'What an earlier clean-up has left is deleted.' : 'Only the outputs change.',
    warnings: warningsOn({ plan: preview, stack, template: source, exports }, provider),
    act: executeChangeset ? act : undefined,
  };
}

/** The parameters of CreateStack and UpdateStack. In express mode, DisableRollback is a part of DeploymentConfig. */
function creationOptions(options: DeploymentOptions): CreationOptions {
  const { disableRollback: DisableRollback, express, retainExceptOnCreate, onFailure: OnFailure } = options;
  const others = { RetainExceptOnCreate: retainExceptOnCreate, OnFailure };
  return express
    ? { DeploymentConfig: { Mode: 'EXPRESS', DisableRollback }, ...others }
    : { DisableRollback, ...others };
}

/**
 * Parameters that are not given keep their values, as with `aws cloudformation deploy`, and are printed if they differ
 * from the template's defaults. Throws a UsageError if the stack cannot be updated.
 */
function sourceOfUpdate(stack: Stack, given: StackSource, options: DeploymentOptions, terminal: Terminal): StackSource {
  if (stack.DeploymentConfig?.Mode === 'EXPRESS' && !options.express) {
    const rule = 'CloudFormation then accepts no other mode.';
    throw new UsageError(`Stack ${stack.StackName} is in express mode: add --express. ${rule}`);
  }
  try {
    checkUpdatable(stack, conductOf(creationOptions(options)));
  } catch (error) {
    if (!(error instanceof CloudFormationError)) throw error;
    const commands = nextSteps(stack, options).map(({ description, command }) => `${description}\n  ${command}`);
    const refusal = `Stack ${stack.StackName} is ${stack.StackStatus}. ${commands.join('\n')}`;
    // Without next steps, the preview refuses the update as the API does.
    if (commands.length > 0) throw new UsageError(refusal, 1);
  }
  // The preview reports the template's problems together with all others.
  const Parameters = parse(given.templateText, given.fileName).template?.Parameters;
  const isKept = (name: string) => Parameters?.has(name) && !Object.hasOwn(given.parameters, name);
  const kept = Object.entries(lastParameters(stack.source)).filter(([name]) => isKept(name));
  const differing = kept.flatMap(([name, value]) => {
    const { Default, NoEcho } = Parameters?.get(name) ?? {};
    return Default === value ? [] : [`${name}=${NoEcho ? '****' : value}`];
  });
  const shown = `As in the last deployment: ${differing.join(', ')}`;
  if (differing.length > 0) terminal.prose(shown, { style: terminal.colours.dim });
  return { ...given, parameters: { ...Object.fromEntries(kept), ...given.parameters } };
}

export function runDelete(options: OperationOptions & { readonly retainResources?: readonly string[] }): StackCommand {
  const { stackName, provider, retainResources: RetainResources = [] } = options;
  const plan = async (cloudFormation: CloudFormation, terminal: Terminal): Promise<Plan | undefined> => {
    const stack = cloudFormation.findStack(stackName);
    if (stack === undefined) {
      const others = cloudFormation.listStacks().filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
      const names = others.map(({ StackName }) => StackName);
      terminal.line(`Nothing to do: there is no stack ${stackName}.${didYouMean(stackName, names)}`);
      return undefined;
    }
    const changes = cloudFormation.previewDeletion(stackName, { RetainResources });
    checkRetained(stack, RetainResources);
    return {
      changes,
      warnings: warningsOn({ plan: { changes, wanted: [], missingExports: [] }, stack }, provider),
      retained: RetainResources,
      insteadOfChanges: 'Only the stack itself is left to delete.',
      act: () => cloudFormation.deleteStack(stackName, { RetainResources }),
    };
  };
  return { wanted: ['DELETE_COMPLETE'], plan };
}

/** CloudFormation does not report a mistyped id, and deletes the resource. */
function checkRetained(stack: Stack, RetainResources: readonly string[]): void {
  const known = liveResources(stack).map(({ LogicalResourceId }) => LogicalResourceId);
  const unknown = RetainResources.filter((id) => !known.includes(id));
  const missing = (id: string) => `stack ${stack.StackName} has no resource "${id}".${didYouMean(id, known)}`;
  const problems = unknown.map((id) => `--retain-resources ${id}: ${missing(id)}`);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

export function rollback(options: OperationOptions & { readonly retainExceptOnCreate: boolean }): StackCommand {
  const { stackName, retainExceptOnCreate: RetainExceptOnCreate } = options;
  const plan = async (cloudFormation: CloudFormation) => {
    const stack = existingStack(options, cloudFormation);
    checkRollbackable(stack);
    return {
      insteadOfChanges: hasStableState(stack)
        ? 'Every resource returns to its state before the update that failed.'
        : 'The stack was never complete, so its rollback deletes it.',
      act: () => cloudFormation.rollbackStack(stackName, { RetainExceptOnCreate }),
    };
  };
  return { wanted: ['UPDATE_ROLLBACK_COMPLETE', 'DELETE_COMPLETE'], plan };
}

export function continueUpdateRollback(options: OperationOptions & { resourcesToSkip?: readonly string[] }) {
  const { stackName, resourcesToSkip: ResourcesToSkip = [] } = options;
  const plan = async (cloudFormation: CloudFormation) => {
    const retried = cloudFormation.previewContinuation(stackName, { ResourcesToSkip });
    const sentences = [
      retried.length > 0 && `Will be tried again: ${retried.join(', ')}.`,
      ResourcesToSkip.length > 0 && `Will be skipped, and treated as rolled back: ${ResourcesToSkip.join(', ')}.`,
    ];
    return {
      insteadOfChanges: sentences.filter(Boolean).join(' '),
      act: () => cloudFormation.continueUpdateRollback(stackName, { ResourcesToSkip }),
    };
  };
  return { wanted: ['UPDATE_ROLLBACK_COMPLETE'], plan };
}
