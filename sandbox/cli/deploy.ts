/** `deploy` and `update`: a template of the user's own becomes a stack of the kept sandbox, or its next state. */
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
  /** A file, as the user names it. */
  readonly template: string;
  readonly parameter?: Readonly<Record<string, string>>;
  /** False: only shows what would happen. */
  readonly executeChangeset: boolean;
}

const insteadOfChanges = 'Only the outputs change.';

/** Creates the stack or, where it exists, updates it. Resolves with whether that went well. */
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

/** Updates a stack that exists. Resolves with whether that went well. */
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
 * What is not given keeps its value, be it the default of an earlier template, as with `aws cloudformation deploy`. Says
 * so where the template's own default is another.
 */
function keptParameters({ source }: Stack, given: StackSource, terminal: Terminal): Readonly<Record<string, string>> {
  // What is wrong with the template is told with everything else that is: by the preview.
  const Parameters = parse(given.templateText, given.fileName).template?.Parameters;
  const kept = Object.entries({ ...defaultsOf(source), ...source.parameters }).filter(
    ([name]) => Parameters?.has(name) && !Object.hasOwn(given.parameters, name),
  );
  const told = kept
    .filter(([name, value]) => Parameters?.get(name)?.Default !== value)
    .map(([name, value]) => `${name}=${Parameters?.get(name)?.NoEcho ? '****' : value}`);
  if (told.length > 0) terminal.prose(`As in the last deployment: ${told.join(', ')}`, { style: terminal.colours.dim });
  return Object.fromEntries(kept);
}

function defaultsOf({ templateText, fileName }: StackSource): Readonly<Record<string, string>> {
  const { Parameters } = parseTemplate(templateText, fileName);
  return Object.fromEntries(
    [...Parameters].flatMap(([name, { Default }]) => (Default === undefined ? [] : [[name, Default]])),
  );
}

/** The code, ValidationError, is that of many refusals: the AWS CLI goes by these words too. */
function isUpToDate(error: unknown): boolean {
  return error instanceof CloudFormationError && error.message === 'No updates are to be performed.';
}
