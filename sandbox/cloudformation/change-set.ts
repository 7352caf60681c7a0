/**
 * Plans what an operation would do to a stack, in the form of a change set. Planning changes nothing and invokes no
 * provider, so whether an update replaces a custom resource stays unknown.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 */
import { isDeepStrictEqual } from 'node:util';
import { type Json, type JsonMap, mapOf } from '../json.ts';
import { evaluate, isPlainMap } from '../template/evaluate.ts';
import type { ResourceDeclaration, Scope } from '../template/template.ts';
import { type Deployment, scopeOf, stringified } from './deployment.ts';
import type { RequiresRecreation } from './resource-type.ts';
import type { Run } from './run.ts';
import { findExport, liveResources, type ResourceRecord, type Stack } from './stack.ts';

export type ResourceChange = Addition | Modification | Removal;

interface ChangedResource {
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
}

interface Addition extends ChangedResource {
  readonly Action: 'Add';
}

interface Removal extends ChangedResource {
  readonly Action: 'Remove';
  readonly PhysicalResourceId: string;
  readonly PolicyAction: 'Delete' | 'Retain';
}

export interface Modification extends ChangedResource {
  readonly Action: 'Modify';
  readonly PhysicalResourceId: string;
  readonly Replacement: 'True' | 'False' | 'Conditional';
  /** What CloudFormation does with the old physical resource after a replacement. */
  readonly PolicyAction?: 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly Scope: readonly ('Properties' | 'Metadata')[];
  readonly Details: readonly ChangeDetail[];
}

export interface ChangeDetail {
  readonly Target: {
    readonly Attribute: 'Properties' | 'Metadata';
    readonly Name?: string;
    readonly RequiresRecreation: RequiresRecreation;
  };
  /** `Dynamic`: the value depends on another resource that changes, and may turn out to be the same. */
  readonly Evaluation: 'Static' | 'Dynamic';
}

/** A resource as the operation will want it. KNOWN_AFTER_APPLY stands for values that are not known yet. */
export interface WantedResource extends ChangedResource {
  readonly Properties: JsonMap;
}

export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

export interface ChangePlan {
  /** In the template's order; resources that are no longer in the template come last. */
  readonly changes: readonly ResourceChange[];
  /** Every resource of the template, changed or not, in the template's order. */
  readonly wanted: readonly WantedResource[];
  /** The imported names that no stack exports. */
  readonly missingExports: readonly string[];
}

interface PlanContext {
  readonly run: Run;
  readonly deployment: Deployment;
  readonly changeOf: (id: string) => ResourceChange | undefined;
  readonly missingExports: Set<string>;
}

/** The difference between the stack of `run`, which may be empty, and `deployment`. */
export function planChanges(run: Run, deployment: Deployment): ChangePlan {
  const declarations = new Map(deployment.resources.map((each) => [each.LogicalResourceId, each]));
  const known = new Map<string, ResourceChange | undefined>();
  const changeOf = (id: string): ResourceChange | undefined => {
    const declaration = declarations.get(id);
    if (declaration === undefined || known.has(id)) return known.get(id);
    const change = planResource(declaration, context);
    known.set(id, change);
    return change;
  };
  const context: PlanContext = { run, deployment, changeOf, missingExports: new Set() };
  const kept = deployment.resources.map(({ LogicalResourceId }) => changeOf(LogicalResourceId));
  const gone = Object.values(run.stack.resources).filter((each) => !declarations.has(each.LogicalResourceId));
  return {
    changes: [...kept.filter((change) => change !== undefined), ...gone.map(removal)],
    wanted: deployment.resources.map(({ LogicalResourceId, Type, Properties }) => ({
      LogicalResourceId,
      ResourceType: Type,
      Properties: mapOf(stringified(futureValue(Properties, context).value ?? {})),
    })),
    missingExports: [...context.missingExports],
  };
}

/** What DeleteStack would do. It retains `RetainResources`. */
export function planDeletion(stack: Stack, RetainResources: readonly string[]): readonly ResourceChange[] {
  return liveResources(stack).map((resource) => {
    const isRetained = RetainResources.includes(resource.LogicalResourceId);
    return { ...removal(resource), ...(isRetained && { PolicyAction: 'Retain' }) };
  });
}

function removal({ LogicalResourceId, PhysicalResourceId, ResourceType, DeletionPolicy }: ResourceRecord): Removal {
  const PolicyAction = DeletionPolicy.startsWith('Retain') ? 'Retain' : 'Delete';
  return { Action: 'Remove', LogicalResourceId, PhysicalResourceId, ResourceType, PolicyAction };
}

/** The change of one resource; undefined if nothing changes. */
function planResource(declaration: ResourceDeclaration, context: PlanContext): Addition | Modification | undefined {
  const { run } = context;
  const { LogicalResourceId, Type, UpdateReplacePolicy } = declaration;
  const existing = run.stack.resources[LogicalResourceId];
  // After a failed Create with disabled rollback, the resource is created again.
  const isNew = existing === undefined || existing.ResourceStatus === 'CREATE_FAILED';
  if (isNew) return { Action: 'Add', LogicalResourceId, ResourceType: Type };

  const { Properties } = declaration;
  const properties = isPlainMap(Properties) ? Properties : mapOf(futureValue(Properties, context).value);
  const names = [...new Set([...Object.keys(properties), ...Object.keys(existing.Properties)])];
  const ofProperties = names.flatMap((Name): readonly ChangeDetail[] => {
    const { value, Evaluation } = futureValue(properties[Name], context);
    const isSame = isDeepStrictEqual(existing.Properties[Name], value === undefined ? undefined : stringified(value));
    if (Evaluation === 'Static' && isSame) return [];
    const RequiresRecreation = run.findResourceType(Type)?.requiresRecreation(Name) ?? 'Never';
    return [{ Target: { Attribute: 'Properties', Name, RequiresRecreation }, Evaluation }];
  });
  const { value: Metadata = null, Evaluation } = futureValue(declaration.Metadata, context);
  const isSame = Evaluation === 'Static' && isDeepStrictEqual(existing.Metadata, Metadata);
  const Details = [...ofProperties];
  if (!isSame) Details.push({ Target: { Attribute: 'Metadata', RequiresRecreation: 'Never' }, Evaluation });
  if (Details.length === 0) return undefined;

  const Replacement = replacementFor(ofProperties);
  return {
    Action: 'Modify',
    LogicalResourceId,
    PhysicalResourceId: existing.PhysicalResourceId,
    ResourceType: Type,
    Replacement,
    ...(Replacement !== 'False' && {
      PolicyAction: UpdateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete',
    }),
    Scope: [...new Set(Details.map(({ Target }) => Target.Attribute))],
    Details,
  };
}

/** The future value as far as it is known: `Dynamic` if it depends on another resource that changes. */
function futureValue(
  value: Json | undefined,
  { run, deployment, changeOf, missingExports }: PlanContext,
): { readonly value: Json | undefined; readonly Evaluation: ChangeDetail['Evaluation'] } {
  if (value === undefined) return { value, Evaluation: 'Static' };
  let Evaluation: ChangeDetail['Evaluation'] = 'Static';
  const knownLater = () => {
    Evaluation = 'Dynamic';
    return KNOWN_AFTER_APPLY;
  };
  const now = scopeOf(run, deployment);
  const scope: Scope = {
    ...now,
    ref: (id) => (isReplaceable(changeOf(id)) ? knownLater() : now.ref(id)),
    getAtt: (id, attribute) => (changeOf(id) === undefined ? now.getAtt(id, attribute) : knownLater()),
    importValue: (name) => {
      if (findExport(run.stacks, name) !== undefined) return now.importValue(name);
      missingExports.add(name);
      return knownLater();
    },
  };
  try {
    const evaluated = evaluate(value, deployment.template, scope);
    return { value: evaluated, Evaluation };
  } catch {
    // When the resource is updated, its stack event reports why the value cannot be evaluated.
    return { value: KNOWN_AFTER_APPLY, Evaluation: 'Dynamic' };
  }
}

function isReplaceable(change: ResourceChange | undefined): boolean {
  return change !== undefined && !(change.Action === 'Modify' && change.Replacement === 'False');
}

/** The change with the most impact decides. */
function replacementFor(details: readonly ChangeDetail[]): Modification['Replacement'] {
  const always = details.filter(({ Target }) => Target.RequiresRecreation === 'Always');
  if (always.some(({ Evaluation }) => Evaluation === 'Static')) return 'True';
  const mayBe = details.some(({ Target }) => Target.RequiresRecreation !== 'Never');
  return mayBe ? 'Conditional' : 'False';
}
