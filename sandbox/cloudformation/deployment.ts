/**
 * A template with its parameters, ready to deploy: the resources and outputs that it wants. Their values are evaluated when
 * the operation comes to them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */

import { isList, isMap, type Json, ownEntry } from '../json.ts';
import { evaluate, isWanted, scalarText } from '../template/evaluate.ts';
import { resolveParameters } from '../template/parameters.ts';
import {
  type OutputDeclaration,
  pseudoParametersOf,
  type ResourceDeclaration,
  type Scope,
  type Template,
} from '../template/template.ts';
import { checkedTemplate, type TypeKnowledge } from './check-template.ts';
import { refuseUnknownMacro } from './macros.ts';
import { conditionScope } from './not-simulated.ts';
import type { Run } from './run.ts';
import type { Account } from './settings.ts';
import { findExport, isGone, type Stack, type StackOutput, type StackSource } from './stack.ts';

export interface Deployment {
  readonly source: StackSource;
  readonly template: Template;
  readonly parameters: Scope['parameters'];
  readonly resources: readonly ResourceDeclaration[];
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
}

/**
 * Throws TemplateError for a template that cannot be deployed here, CloudFormationError for a macro that is not deployed,
 * and Error for parameters that do not fit the template.
 */
export function openDeployment(
  source: StackSource,
  stack: Pick<Stack, 'StackId' | 'StackName'>,
  { account, ...knowledge }: TypeKnowledge & { readonly account: Account },
): Deployment {
  const template = checkedTemplate({ source, stack, account }, knowledge);
  // `macros.ts` has removed the deployed macros by now.
  for (const { Name } of template.macros) refuseUnknownMacro(Name, account);
  const parameters = resolveParameters(template, source.parameters);
  const scope = conditionScope(pseudoParametersOf({ ...stack, ...account }), parameters);
  const wanted = ({ Condition }: { readonly Condition?: string }) => isWanted(Condition, template, scope);
  return {
    source,
    template,
    parameters,
    resources: [...template.Resources.values()].filter(wanted),
    outputs: new Map([...template.Outputs].filter(([, output]) => wanted(output))),
  };
}

export function scopeOf(run: Run, { parameters }: Deployment): Scope {
  const { stack, settings, findResourceType } = run;
  const live = (id: string) => {
    const resource = stack.resources[id];
    if (resource !== undefined && !isGone(resource)) return resource;
    throw new Error(`Template error: unresolved resource dependency [${id}]`);
  };
  return {
    pseudoParameters: pseudoParametersOf({ ...stack, ...settings }),
    parameters,
    ref: (id) => live(id).PhysicalResourceId,
    getAtt: (id, attribute) => {
      const resource = live(id);
      const value = ownEntry(resource.Attributes, attribute);
      if (value !== undefined) return value;
      const resourceType = findResourceType(resource.ResourceType);
      throw new Error(resourceType?.missingAttribute(resource, attribute) ?? `${id} has no attribute ${attribute}`);
    },
    importValue: (name) => {
      const value = findExport(run.stacks, name)?.OutputValue;
      if (value === undefined) throw new Error(`No export named ${name} found.`);
      run.imports.add(name);
      return value;
    },
  };
}

/** CloudFormation passes every number and boolean to providers as a string, at any depth. */
export function stringified(value: Json): Json {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isList(value)) return value.map(stringified);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, stringified(item)]));
}

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
