/**
 * The values of a deployment while its operation runs: what references resolve to, outputs, exports and imports.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
 */
import { isList, isMap, type Json, ownEntry } from '../json.ts';
import { evaluate, scalarText } from '../template/evaluate.ts';
import { findStored, notStored } from '../template/stored-values.ts';
import { pseudoParametersOf, type Scope } from '../template/template.ts';
import type { Deployment } from './deployment.ts';
import type { Run } from './run.ts';
import { findExport, isGone, isRequestedStub, type StackOutput } from './stack.ts';

export interface DeploymentRun extends Run {
  readonly deployment: Deployment;
}

export function missingExports({ stacks, deployment }: DeploymentRun): readonly string[] {
  return [...deployment.imports].filter((name) => findExport(stacks, name) === undefined);
}

/** CloudFormation resolves no dynamic reference in Metadata. */
export function scopeOf(run: DeploymentRun, where?: 'Metadata'): Scope {
  const { stack, stacks, settings, findResourceType } = run;
  const { parameters, source } = run.deployment;
  const storedValue = (referred: string) => {
    const value = findStored(referred, source.storedValues);
    if (value === undefined) throw new Error(notStored([referred]));
    return value;
  };
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
      if (resourceType?.attribute && isRequestedStub(resource.ResourceType, stack)) {
        return resourceType.attribute(resource, attribute);
      }
      throw new Error(resourceType?.missingAttribute(resource, attribute) ?? `${id} has no attribute ${attribute}`);
    },
    importValue: (name) => {
      const value = findExport(stacks, name)?.OutputValue;
      if (value === undefined) throw new Error(`No export named ${name} found.`);
      return value;
    },
    ...(where !== 'Metadata' && { storedValue }),
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
export function evaluateOutputs(run: DeploymentRun): readonly StackOutput[] {
  const { template, outputs } = run.deployment;
  const scope = scopeOf(run);
  const text = (OutputKey: string, value: Json) => {
    const evaluated = scalarText(evaluate(value, template, scope));
    if (evaluated !== undefined) return evaluated;
    const problem = 'The Value field of every Outputs member must evaluate to a String';
    throw new Error(`Template format error: ${problem}: ${OutputKey}`);
  };
  return [...outputs].map(([OutputKey, { Value, Description, ExportName }]) => ({
    OutputKey,
    OutputValue: text(OutputKey, Value),
    ...(Description !== undefined && { Description }),
    ...(ExportName !== undefined && { ExportName: text(OutputKey, ExportName) }),
  }));
}

/** Sets the stack's outputs and imports. If that fails, changes nothing and returns the reason. */
export function settleOutputs(run: DeploymentRun): string | undefined {
  const { stack, deployment } = run;
  const [missing] = missingExports(run);
  if (missing !== undefined) return `No export named ${missing} found.`;
  try {
    const outputs = evaluateOutputs(run);
    const conflict = exportConflict(run, outputs);
    if (conflict !== undefined) return conflict;
    stack.outputs = outputs;
    stack.imports = [...deployment.imports];
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Why other stacks forbid these exports: one has the same export, or imports one that would change; else undefined. */
export function exportConflict({ stack, stacks }: Run, outputs: readonly StackOutput[]): string | undefined {
  const others = stacks.filter((other) => other !== stack);
  const after = exportsOf(outputs);
  for (const name of after.keys()) {
    const owner = others.find((other) => exportsOf(other.outputs).has(name));
    if (owner !== undefined) return `Export with name ${name} is already exported by stack ${owner.StackName}.`;
  }
  for (const [name, value] of exportsOf(stack.outputs)) {
    const importers = others.filter(({ imports }) => imports.includes(name)).map(({ StackName }) => StackName);
    if (importers.length === 0 || after.get(name) === value) continue;
    const change = after.has(name) ? 'updated' : 'deleted';
    return `Export ${name} cannot be ${change} as it is in use by ${importers.join(' and ')}`;
  }
  return undefined;
}

function exportsOf(outputs: readonly StackOutput[]): ReadonlyMap<string, string> {
  const exported = outputs.filter(({ ExportName }) => ExportName !== undefined);
  return new Map(exported.map(({ ExportName = '', OutputValue }) => [ExportName, OutputValue]));
}
