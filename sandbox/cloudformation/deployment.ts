/**
 * A template with its parameters, ready to deploy: the resources that it wants, and their properties, which are
 * evaluated when the operation comes to the resource.
 */
import { isList, isMap, type Json, ownEntry } from '../json.ts';
import { isWanted } from '../template/evaluate.ts';
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
import type { Run } from './run.ts';
import type { Account } from './settings.ts';
import { findExport, isGone, type Stack, type StackSource } from './stack.ts';

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
  const template = checkedTemplate(source, knowledge);
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

/** CloudFormation evaluates conditions before it creates any resource. */
function conditionScope(pseudoParameters: Scope['pseudoParameters'], parameters: Scope['parameters']): Scope {
  const refuse = (): never => {
    throw new Error('Template format error: a condition cannot refer to a resource or an import');
  };
  return { pseudoParameters, parameters, ref: refuse, getAtt: refuse, importValue: refuse };
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
