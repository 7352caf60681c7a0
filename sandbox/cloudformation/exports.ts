/**
 * The values that a stack exports and other stacks import.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
import type { Stack, StackOutput } from './stack.ts';

export function findExport(stacks: readonly Stack[], name: string): StackOutput | undefined {
  return stacks.flatMap(({ outputs }) => outputs).find(({ ExportName }) => ExportName === name);
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
