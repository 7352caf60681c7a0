/** `deploy` and `update`: create a saved stack from the user's template, or update it. */
import type { CloudFormation, Preview } from '../cloudformation/cloudformation.ts';
import { CloudFormationError } from '../cloudformation/refusals.ts';
import type { Stack, StackSource } from '../cloudformation/stack.ts';
import { parse, parseTemplate } from '../template/parse.ts';
import { nextSteps } from './next-steps.ts';
import { type OperationOptions, operate, type Plan } from './operate.ts';
import { readTemplate } from './option-values.ts';
import { readSchema } from './provider-types.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { warningsOn } from './warnings.ts';
import type { WatchDependencies } from './watch.ts';

export interface DeployOptions extends OperationOptions {
  /** A file, named as by the user. */
  readonly template: string;
  readonly parameter?: Readonly<Record<string, string>>;
  /** False: only print the planned changes. */
  readonly executeChangeset: boolean;
}

const insteadOfChanges = 'Only the outputs change.';

/** Creates the stack or, if it exists, updates it. Resolves with whether that succeeded. */
export async function deploy(options: DeployOptions, dependencies: WatchDependencies): Promise<boolean> {
  const { stackName } = options;
  const given = readSource(options);
  const plan = async (cloudFormation: CloudFormation, terminal: Terminal): Promise<Plan | undefined> => {
    const stack = cloudFormation.findStack(stackName);
    if (stack === undefined) {
      const preview = await cloudFormation.previewStack(stackName, given);
      return planOf(preview, stack, options, () => cloudFormation.createStack(stackName, preview.source));
    }
    try {
      return await planUpdate(stack, given, options, cloudFormation, terminal);
    } catch (error) {
      if (!isUpToDate(error)) throw error;
      terminal.line(`Nothing to do: stack ${stackName} is up to date.`);
      return undefined;
    }
  };
  return operate(options, ['CREATE_COMPLETE', 'UPDATE_COMPLETE'], plan, dependencies);
}

/** Updates an existing stack. Resolves with whether that succeeded. */
export async function update(options: DeployOptions, dependencies: WatchDependencies): Promise<boolean> {
  const { stackName } = options;
  const given = readSource(options);
  const plan = async (cloudFormation: CloudFormation, terminal: Terminal) => {
    const stack = cloudFormation.findStack(stackName);
    if (stack !== undefined) return planUpdate(stack, given, options, cloudFormation, terminal);
    throw new CloudFormationError('ValidationError', `Stack [${stackName}] does not exist`);
  };
  return operate(options, ['UPDATE_COMPLETE'], plan, dependencies);
}

function readSource({ template, parameter = {} }: DeployOptions): StackSource {
  return { templateText: readTemplate(template), fileName: template, parameters: parameter };
}

function planOf(
  preview: Preview,
  stack: Stack | undefined,
  { executeChangeset, packageRoot }: DeployOptions,
  act: Plan['act'],
): Plan {
  const { changes } = preview;
  const warnings = warningsOn(preview, stack, readSchema(packageRoot));
  return { changes, insteadOfChanges, warnings, act: executeChangeset ? act : undefined };
}

async function planUpdate(
  stack: Stack,
  given: StackSource,
  options: DeployOptions,
  cloudFormation: CloudFormation,
  terminal: Terminal,
): Promise<Plan> {
  const { StackName, StackStatus } = stack;
  const steps = nextSteps(stack, options);
  if (steps.length > 0) {
    const commands = steps.map(({ description, command }) => `${description}\n  ${command}`).join('\n');
    throw new UsageError(`Stack ${StackName} is ${StackStatus}. ${commands}`, 1);
  }
  const kept = keptParameters(stack, given, terminal);
  const parameters = { ...kept, ...given.parameters };
  const preview = await cloudFormation.previewStack(StackName, { ...given, parameters });
  return planOf(preview, stack, options, () => cloudFormation.updateStack(StackName, preview.source));
}

/**
 * A parameter that is not given keeps its value, even if that is the default of an earlier template, as with
 * `aws cloudformation deploy`. Prints the values that differ from the template's defaults.
 */
function keptParameters({ source }: Stack, given: StackSource, terminal: Terminal): Readonly<Record<string, string>> {
  // The preview reports the template's problems together with all others.
  const Parameters = parse(given.templateText, given.fileName).template?.Parameters;
  const kept = Object.entries({ ...defaultsOf(source), ...source.parameters }).filter(
    ([name]) => Parameters?.has(name) && !Object.hasOwn(given.parameters, name),
  );
  const differing = kept
    .filter(([name, value]) => Parameters?.get(name)?.Default !== value)
    .map(([name, value]) => `${name}=${Parameters?.get(name)?.NoEcho ? '****' : value}`);
  if (differing.length > 0)
    terminal.prose(`As in the last deployment: ${differing.join(', ')}`, { style: terminal.colours.dim });
  return Object.fromEntries(kept);
}

function defaultsOf({ templateText, fileName }: StackSource): Readonly<Record<string, string>> {
  const { Parameters } = parseTemplate(templateText, fileName);
  return Object.fromEntries(
    [...Parameters].flatMap(([name, { Default }]) => (Default === undefined ? [] : [[name, Default]])),
  );
}

/** Many errors have the code ValidationError. The AWS CLI compares the message, too. */
function isUpToDate(error: unknown): boolean {
  return error instanceof CloudFormationError && error.message === 'No updates are to be performed.';
}
