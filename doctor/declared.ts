/**
 * What the template of a stack declares of its image versions: each property with its parameters, Ref and conditions
 * resolved. The doctor resolves what it can read; it gives a reason for everything else.
 */
import type { Json } from '../sandbox/json.ts';
import { evaluate, isPlainMap } from '../sandbox/template/evaluate.ts';
import { parameterValue } from '../sandbox/template/parameters.ts';
import { parse } from '../sandbox/template/parse.ts';
import { pseudoParametersOf, type Scope, type Template } from '../sandbox/template/template.ts';
import { parsePhysicalResourceId } from '../src/image-version/physical-resource-id.ts';
import { DoctorError, exitStatus } from './errors.ts';

export interface DeployedResource {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
}

export interface DeployedStack {
  readonly StackId: string;
  readonly StackName: string;
  /** After its macros have run. */
  readonly templateText: string;
  /** As the stack shows them: an SSM parameter has its ResolvedValue. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Without deleted and retained resources. */
  readonly resources: readonly DeployedResource[];
  /** The exports of the Region by name; empty if the template imports none. */
  readonly exports: ReadonlyMap<string, string>;
}

/** A value; undefined if the template leaves the property out. Or the reason why the doctor does not know it. */
export type Declared = { readonly value: Json | undefined } | { readonly because: string };

/** Reads the template once. The function returns the properties of a resource by name, or throws a DoctorError. */
export function readDeclared(stack: DeployedStack): (LogicalResourceId: string) => Readonly<Record<string, Declared>> {
  const { template } = parse(stack.templateText, stack.StackName);
  // CloudFormation does not show hidden values, so they count as references that cannot be resolved.
  const shown = [...(template?.Parameters ?? [])].filter(([, { NoEcho }]) => !NoEcho);
  const readable = template && { ...template, Parameters: new Map(shown) };
  return (LogicalResourceId) => {
    const { Properties } = readable?.Resources.get(LogicalResourceId) ?? {};
    if (readable === undefined || Properties === undefined || !isPlainMap(Properties)) {
      const problem = `The doctor cannot read the properties of ${LogicalResourceId} in the template of ${stack.StackName}.`;
      throw new DoctorError(problem, exitStatus.noAnswer);
    }
    const scope = scopeOf(readable, stack);
    const declared = Object.entries(Properties).map(([name, value]) => [name, resolved(value, readable, scope)]);
    return Object.fromEntries(declared);
  };
}

function resolved(value: Json, template: Template, scope: Scope): Declared {
  try {
    return { value: evaluate(value, template, scope) };
  } catch (problem) {
    return { because: problem instanceof Error ? problem.message : String(problem) };
  }
}

function scopeOf(template: Template, { StackId, StackName, parameters, resources, exports }: DeployedStack): Scope {
  const [, partition = '', , region = '', accountId = ''] = StackId.split(':');
  const values = [...template.Parameters].map(([name, { Type, Default = '' }]) => {
    const inner = /^AWS::SSM::Parameter::Value<(.*)>$/.exec(Type)?.[1] ?? Type;
    return [name, parameterValue(parameters[name] ?? Default, inner)];
  });
  const resourceNamed = (id: string) =>
    resources.find(({ LogicalResourceId }) => LogicalResourceId === id) ??
    unknown(`the value of ${id} is hidden or does not exist`);
  return {
    pseudoParameters: pseudoParametersOf({ partition, region, accountId, StackName, StackId }),
    parameters: Object.fromEntries(values),
    ref: (id) => resourceNamed(id).PhysicalResourceId,
    getAtt: (id, attribute) =>
      attributesOf(resourceNamed(id))[attribute] ??
      unknown(`CloudFormation does not show the attribute ${id}.${attribute}`),
    importValue: (name) => exports.get(name) ?? unknown(`there is no export ${name}`),
    storedValue: (referred) => unknown(`the doctor does not read ${referred}`),
  };
}

/** The attributes that follow from the physical id. */
function attributesOf({
  ResourceType,
  PhysicalResourceId,
}: DeployedResource): Readonly<Record<string, Json | undefined>> {
  const id = parsePhysicalResourceId(PhysicalResourceId);
  if (id.kind === 'image version') return { ...id.version, ImageVersionArn: PhysicalResourceId };
  return ResourceType === 'AWS::SageMaker::Image' ? { ImageArn: PhysicalResourceId } : {};
}

function unknown(because: string): never {
  throw new Error(because);
}
