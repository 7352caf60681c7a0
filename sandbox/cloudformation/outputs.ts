/**
 * The outputs of a stack, and the exports among them that other stacks import.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
import type { Json } from '../json.ts';
import { evaluate, scalarText } from '../template/evaluate.ts';
import { type Deployment, scopeOf } from './deployment.ts';
import type { Run } from './run.ts';
import type { Stack, StackOutput } from './stack.ts';

/** Evaluates every output. Throws an Error with CloudFormation's reason for the stack's status. */
export function evaluateOutputs(run: Run, deployment: Deployment): readonly StackOutput[] {
  const scope = scopeOf(run, deployment);
  const text = (OutputKey: string, value: Json) => {
    const evaluated = scalarText(evaluate(value, deployment.template, scope));
    if (evaluated !== undefined) return evaluated;
    const problem = 'The Value field of every Outputs member must evaluate to a String';
    throw new Error(`Template format error: ${problem}: ${OutputKey}`);
  };
  return [...deployment.outputs].map(([OutputKey, { Value, Description, ExportName }]) => ({
    OutputKey,
    OutputValue: text(OutputKey, Value),
    ...(Description !== undefined && { Description }),
    ...(ExportName !== undefined && { ExportName: text(OutputKey, ExportName) }),
  }));
}

/** Sets the stack's outputs and imports. If that fails, changes nothing and returns the reason. */
export function settleOutputs(run: Run, deployment: Deployment): string | undefined {
  const { stack, stacks, imports } = run;
  try {
    const outputs = evaluateOutputs(run, deployment);
    const conflict = exportConflict(stack, stacks, outputs);
    if (conflict !== undefined) return conflict;
    stack.outputs = outputs;
    stack.imports = [...imports];
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Why the stack's exports cannot change to those of `outputs`: another stack exports the same name, or another stack
 * imports an export that would be changed or deleted. Undefined if they can.
 */
export function exportConflict(
  stack: Stack,
  stacks: readonly Stack[],
  outputs: readonly StackOutput[],
): string | undefined {
  const others = stacks.filter((other) => other !== stack);
  for (const { ExportName } of outputs) {
    if (ExportName === undefined) continue;
    const owner = others.find((other) => exportsOf(other.outputs).has(ExportName));
    if (owner !== undefined) return `Export with name ${ExportName} is already exported by stack ${owner.StackName}.`;
  }
  const after = exportsOf(outputs);
  for (const [name, value] of exportsOf(stack.outputs)) {
    const importers = others.filter(({ imports }) => imports.includes(name)).map(({ StackName }) => StackName);
    if (importers.length === 0 || after.get(name) === value) continue;
    const change = after.has(name) ? 'updated' : 'deleted';
    return `Export ${name} cannot be ${change} as it is in use by ${importers.join(' and ')}`;
  }
  return undefined;
}

function exportsOf(outputs: readonly StackOutput[]): ReadonlyMap<string, string> {
  return new Map(
    outputs.flatMap(({ ExportName, OutputValue }) => (ExportName === undefined ? [] : [[ExportName, OutputValue]])),
  );
}
