/**
 * What an operation changes in a stack, as a change set. The plan and the operation share one comparison; for the plan,
 * some values are known later. Only the provider's answer shows whether an update replaces a custom resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html
 */
import { isDeepStrictEqual } from 'node:util';
import { type Json, type JsonMap, mapOf, ownEntry } from '../json.ts';
import { evaluate, isPlainMap } from '../template/evaluate.ts';
import type { Scope } from '../template/template.ts';
import { type DeploymentRun, evaluateOutputs, missingExports, scopeOf, stringified } from './deployed-values.ts';
import type { WantedDeclaration } from './deployment.ts';
import type { RequiresRecreation } from './resource-type.ts';
import type { Run } from './run.ts';
import { findExport, liveResources, type ResourceIds, type ResourceRecord, type Stack } from './stack.ts';

export type ResourceChange = Addition | Modification | Removal;

type Addition = Pick<ResourceRecord, 'LogicalResourceId' | 'ResourceType'> & { readonly Action: 'Add' };

interface Removal extends ResourceIds {
  readonly Action: 'Remove';
  readonly PolicyAction: 'Delete' | 'Retain';
}

export interface Modification extends ResourceIds {
  readonly Action: 'Modify';
  readonly Replacement: 'True' | 'False' | 'Conditional';
  /** What CloudFormation does with the old physical resource after a replacement. */
  readonly PolicyAction?: 'ReplaceAndDelete' | 'ReplaceAndRetain';
  readonly Scope: readonly ChangedAttribute[];
  readonly Details: readonly ChangeDetail[];
}

/** Only a change of Properties reaches the resource itself. */
type ChangedAttribute = 'Properties' | 'Metadata' | 'DeletionPolicy' | 'UpdateReplacePolicy';

export interface ChangeDetail {
  readonly Target: {
    readonly Attribute: ChangedAttribute;
    readonly Name?: string;
    readonly RequiresRecreation: RequiresRecreation;
  };
  /** `Dynamic`: the value depends on another resource that changes, and may turn out to be the same. */
  readonly Evaluation: 'Static' | 'Dynamic';
}

/** A value that is evaluated; `Dynamic` if it depends on another resource that changes. Undefined is AWS::NoValue. */
interface Evaluated {
  readonly value: Json | undefined;
  readonly Evaluation: ChangeDetail['Evaluation'];
}

type Evaluate = (value: Json, where?: 'Metadata') => Evaluated;

export interface Comparison {
  readonly Properties: JsonMap;
  readonly Metadata: Json;
  readonly change: Addition | Modification | undefined;
}

/** Compares a declaration with the resource that exists. `evaluated` may know a value only in part, and may throw. */
export function compareResource(declaration: WantedDeclaration, run: Run, evaluated: Evaluate): Comparison {
  const { stack, findResourceType } = run;
  const { LogicalResourceId, Type, DeletionPolicy, UpdateReplacePolicy } = declaration;
  const existing = ownEntry(stack.resources, LogicalResourceId);
  const properties = evaluatedProperties(declaration.Properties, evaluated);
  const metadata = evaluated(declaration.Metadata ?? null, 'Metadata');
  const wanted = {
    Properties: Object.fromEntries([...properties].map(([name, { value = null }]) => [name, value])),
    Metadata: metadata.value ?? null,
  };
  const resource = { LogicalResourceId, ResourceType: Type };
  const isNew = existing === undefined || hasFailedToCreate(existing);
  if (isNew) return { ...wanted, change: { Action: 'Add', ...resource } };

  const Details: ChangeDetail[] = [];
  const note = (Target: ChangeDetail['Target'], before: Json | undefined, { value, Evaluation }: Evaluated) => {
    if (Evaluation === 'Dynamic' || !isDeepStrictEqual(before, value)) Details.push({ Target, Evaluation });
  };
  const recreation = (Name: string) => findResourceType(Type)?.requiresRecreation(Name) ?? 'Never';
  for (const Name of new Set([...properties.keys(), ...Object.keys(existing.Properties)])) {
    const target = { Attribute: 'Properties', Name, RequiresRecreation: recreation(Name) } as const;
    note(target, existing.Properties[Name], properties.get(Name) ?? known(undefined));
  }
  if (existing.needsUpdate && Details.length === 0) {
    Details.push({ Target: { Attribute: 'Properties', RequiresRecreation: recreation('') }, Evaluation: 'Static' });
  }
  const Replacement = replacementFor(Details);
  const noteOther = (Attribute: Exclude<ChangedAttribute, 'Properties'>, now: Evaluated) =>
    note({ Attribute, RequiresRecreation: 'Never' }, existing[Attribute], now);
  noteOther('Metadata', { ...metadata, value: wanted.Metadata });
  noteOther('DeletionPolicy', known(DeletionPolicy));
  noteOther('UpdateReplacePolicy', known(UpdateReplacePolicy));
  if (Details.length === 0) return { ...wanted, change: undefined };

  const PolicyAction = UpdateReplacePolicy === 'Retain' ? 'ReplaceAndRetain' : 'ReplaceAndDelete';
  const change: Modification = {
    ...{ Action: 'Modify', ...resource, PhysicalResourceId: existing.PhysicalResourceId, Replacement },
    ...(Replacement !== 'False' && { PolicyAction }),
    Scope: [...new Set(Details.map(({ Target }) => Target.Attribute))],
    Details,
  };
  return { ...wanted, change };
}

function known(value: Json | undefined): Evaluated {
  return { value, Evaluation: 'Static' };
}

/** Each property that is set, as its provider gets it. */
function evaluatedProperties(Properties: Json, evaluated: Evaluate): ReadonlyMap<string, Evaluated> {
  const whole = isPlainMap(Properties) ? known(Properties) : evaluated(Properties);
  const entries = Object.entries(mapOf(whole.value)).map(([name, value]): readonly [string, Evaluated] => {
    const each = isPlainMap(Properties) ? evaluated(value) : { ...whole, value };
    return [name, { ...each, value: each.value === undefined ? undefined : stringified(each.value) }];
  });
  return new Map(entries.filter(([, { value }]) => value !== undefined));
}

/** Whether the resource has never existed, or its failed remains could not be deleted. An update creates it again. */
export function hasFailedToCreate({ ResourceStatus }: ResourceRecord): boolean {
  return ResourceStatus === 'CREATE_FAILED' || ResourceStatus === 'DELETE_FAILED';
}

/** Stands for a value that is not known yet. */
export const KNOWN_AFTER_APPLY = '{{changeSet:KNOWN_AFTER_APPLY}}';

export type ChangePlan = Readonly<ReturnType<typeof planChanges>>;

/** The difference between the stack of `run`, which may be empty, and its deployment. */
export function planChanges(run: DeploymentRun) {
  const { resources, template } = run.deployment;
  const declarations = new Map(resources.map((each) => [each.LogicalResourceId, each]));
  const compared = new Map<string, Comparison>();
  const changeOf = (id: string) => {
    const declaration = declarations.get(id);
    return declaration && comparisonOf(declaration).change;
  };
  const evaluated: Evaluate = (value, where) => {
    let Evaluation: Evaluated['Evaluation'] = 'Static';
    const knownLater = () => {
      Evaluation = 'Dynamic';
      return KNOWN_AFTER_APPLY;
    };
    const now = scopeOf(run, where);
    const scope: Scope = {
      ...now,
      ref: (id) => (isReplaceable(changeOf(id)) ? knownLater() : now.ref(id)),
      getAtt: (id, attribute) => (isTouched(changeOf(id)) ? knownLater() : now.getAtt(id, attribute)),
      importValue: (name) => (findExport(run.stacks, name) === undefined ? knownLater() : now.importValue(name)),
    };
    try {
      return { value: evaluate(value, template, scope), Evaluation };
    } catch {
      // When the resource is updated, its stack event reports why the value cannot be evaluated.
      return { value: KNOWN_AFTER_APPLY, Evaluation: 'Dynamic' };
    }
  };
  const comparisonOf = (declaration: WantedDeclaration): Comparison => {
    const { LogicalResourceId } = declaration;
    const comparison = compared.get(LogicalResourceId) ?? compareResource(declaration, run, evaluated);
    compared.set(LogicalResourceId, comparison);
    return comparison;
  };
  const kept = resources.map((declaration) => ({ declaration, ...comparisonOf(declaration) }));
  const gone = Object.values(run.stack.resources).filter((each) => !declarations.has(each.LogicalResourceId));
  /** In the template's order; resources that are no longer in the template come last. */
  const changes: readonly ResourceChange[] = [
    ...kept.flatMap(({ change }) => change ?? []),
    ...gone.map((each) => removal(each, isRetainedInCleanUp(run, each))),
  ];
  return {
    changes,
    /** Every resource of the template, changed or not, in the template's order, as the operation will want it. */
    wanted: kept.map(({ declaration: { LogicalResourceId, Type }, Properties }) => ({
      LogicalResourceId,
      ResourceType: Type,
      Properties,
      stub: run.findResourceType(Type)?.stub,
    })),
    missingExports: missingExports(run),
  };
}

/** Whether an update would change resources, their Metadata and policies, or outputs. */
export function hasChanges(run: DeploymentRun): boolean {
  if (planChanges(run).changes.length > 0) return true;
  try {
    return !isDeepStrictEqual(run.stack.outputs, evaluateOutputs(run));
  } catch {
    // The deployed outputs can be evaluated, so these are different.
    return true;
  }
}

export function planDeletion(stack: Stack, RetainResources: readonly string[]): readonly ResourceChange[] {
  const isRetained = ({ LogicalResourceId, DeletionPolicy }: ResourceRecord) =>
    RetainResources.includes(LogicalResourceId) || DeletionPolicy.startsWith('Retain');
  return liveResources(stack).map((resource) => removal(resource, isRetained(resource)));
}

function removal(resource: ResourceRecord, isRetained: boolean): Removal {
  const { LogicalResourceId, PhysicalResourceId, ResourceType } = resource;
  const PolicyAction = isRetained ? 'Retain' : 'Delete';
  return { Action: 'Remove', LogicalResourceId, PhysicalResourceId, ResourceType, PolicyAction };
}

/** Whether an update, or its rollback, only drops the resource when the template no longer has it. */
export function isRetainedInCleanUp({ stack, retainExceptOnCreate }: Run, resource: ResourceRecord): boolean {
  const { LogicalResourceId, DeletionPolicy } = resource;
  const before = (stack.pendingUpdate?.resources ?? stack.resources)[LogicalResourceId];
  const isNew = before === undefined || before.ResourceStatus === 'CREATE_FAILED';
  if (DeletionPolicy === 'Retain') return !(isNew && retainExceptOnCreate);
  // RetainExceptOnCreate retains a resource unless the rolled-back operation created it.
  return DeletionPolicy === 'RetainExceptOnCreate' && !isNew;
}

/** Whether the resource is created or sent an Update, so that its attributes may change. */
function isTouched(change: ResourceChange | undefined): boolean {
  return change !== undefined && !(change.Action === 'Modify' && !change.Scope.includes('Properties'));
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
