/**
 * Compares what a template declares of a version with what SageMaker shows, in the words of CloudFormation's drift
 * detection: only declared properties count.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_PropertyDifference.html
 */
import type { Json } from '../sandbox/json.ts';
import { scalarText } from '../sandbox/template/evaluate.ts';
import { parsePhysicalResourceId } from '../src/image-version/physical-resource-id.ts';
import { type Property, propertyTable } from '../src/image-version/property-table.ts';
import { type Declared, type DeployedResource, type DeployedStack, readDeclared } from './declared.ts';
import type { DescribedVersion, ImageVersions } from './image-versions.ts';

export interface PropertyDifference {
  /** As CloudFormation writes it: `/Aliases/0`. */
  readonly PropertyPath: string;
  readonly ExpectedValue?: string;
  readonly ActualValue?: string;
  readonly DifferenceType: 'NOT_EQUAL' | 'ADD' | 'REMOVE';
}

export interface NotChecked {
  /** Empty for the whole resource. */
  readonly PropertyPath: string;
  readonly Because: string;
}

export interface ResourceDrift extends DeployedResource {
  readonly StackResourceDriftStatus: 'IN_SYNC' | 'MODIFIED' | 'DELETED' | 'NOT_CHECKED';
  readonly PropertyDifferences: readonly PropertyDifference[];
  readonly NotChecked: readonly NotChecked[];
}

/** The drift of each image version of the stack that this provider made, in the order of the stack. */
export async function driftOf(stack: DeployedStack, { describe }: Pick<ImageVersions, 'describe'>) {
  const declared = readDeclared(stack);
  const drifts: ResourceDrift[] = [];
  for (const resource of stack.resources.filter(isVersion)) {
    const id = parsePhysicalResourceId(resource.PhysicalResourceId);
    if (id.kind !== 'image version') {
      const Because = 'its physical id is not that of a version: an operation has failed';
      drifts.push(notChecked(resource, [{ PropertyPath: '', Because }]));
      continue;
    }
    const { ImageName, Version } = id.version;
    drifts.push(compare(resource, declared(resource.LogicalResourceId), await describe(ImageName, Version)));
  }
  return drifts;
}

function isVersion({ ResourceType, PhysicalResourceId }: DeployedResource): boolean {
  if (ResourceType === 'Custom::SageMakerImageVersion') return true;
  const isCustom = ResourceType === 'AWS::CloudFormation::CustomResource' || ResourceType.startsWith('Custom::');
  return isCustom && parsePhysicalResourceId(PhysicalResourceId).kind === 'image version';
}

function notChecked(resource: DeployedResource, NotChecked: readonly NotChecked[]): ResourceDrift {
  return { ...resource, StackResourceDriftStatus: 'NOT_CHECKED', PropertyDifferences: [], NotChecked };
}

/** @param actual undefined if SageMaker has no such version */
export function compare(
  resource: DeployedResource,
  declared: Readonly<Record<string, Declared>>,
  actual: DescribedVersion | undefined,
): ResourceDrift {
  if (actual === undefined) {
    return { ...resource, StackResourceDriftStatus: 'DELETED', PropertyDifferences: [], NotChecked: [] };
  }
  if (actual.ImageVersionStatus !== 'CREATED') {
    return notChecked(resource, [{ PropertyPath: '', Because: `it is ${actual.ImageVersionStatus}` }]);
  }
  const unknown = Object.entries(declared).flatMap(([name, each]) =>
    isCompared(name) && 'because' in each ? [{ PropertyPath: `/${name}`, Because: each.because }] : [],
  );
  const known = Object.entries(declared).flatMap(([name, each]) =>
    'value' in each && each.value !== undefined ? [[name, each.value] as const] : [],
  );
  const isEveryAliasKnown = !unknown.some(({ PropertyPath }) => /^\/Alias(es)?$/.test(PropertyPath));
  const PropertyDifferences = [
    ...known.flatMap(([name, value]) => scalarDifference(name, value, actual)),
    ...aliasDifferences(Object.fromEntries(known), actual.aliases, isEveryAliasKnown),
  ];
  const status = PropertyDifferences.length > 0 ? 'MODIFIED' : unknown.length > 0 ? 'NOT_CHECKED' : 'IN_SYNC';
  return { ...resource, StackResourceDriftStatus: status, PropertyDifferences, NotChecked: unknown };
}

const table: Readonly<Record<string, Property>> = propertyTable;

/**
 * Whether SageMaker shows the property and could show another value. A Revision is only in the template, and the
 * ImageName is part of the physical id.
 */
function isCompared(name: string): boolean {
  return name === 'BaseImage' || ['metadata', 'aliases'].includes(table[name]?.change ?? '');
}

function scalarDifference(name: string, value: Json, actual: DescribedVersion): readonly PropertyDifference[] {
  if (!isCompared(name) || table[name]?.change === 'aliases') return [];
  const shown: Readonly<Record<string, unknown>> = { ...actual };
  const found = shown[name] ?? table[name]?.neutral;
  const common = { PropertyPath: `/${name}`, ExpectedValue: scalarText(value) ?? JSON.stringify(value) };
  if (found === undefined) return [{ ...common, DifferenceType: 'REMOVE' }];
  const ActualValue = String(found);
  return common.ExpectedValue === ActualValue ? [] : [{ ...common, ActualValue, DifferenceType: 'NOT_EQUAL' }];
}

/** An alias that nobody declared is a difference only if the template declares the list. */
function aliasDifferences(
  { Alias, Aliases }: Readonly<Record<string, Json>>,
  actual: readonly string[],
  isEveryAliasKnown: boolean,
): readonly PropertyDifference[] {
  const items = Array.isArray(Aliases) ? Aliases.map((item: Json) => scalarText(item) ?? '') : [];
  const declared = [
    ...(Alias === undefined ? [] : [['/Alias', scalarText(Alias) ?? ''] as const]),
    ...items.map((item, index) => [`/Aliases/${index}`, item] as const),
  ].filter(([, alias]) => alias !== '');
  const missing = declared.flatMap(([PropertyPath, ExpectedValue]) =>
    actual.includes(ExpectedValue) ? [] : [{ PropertyPath, ExpectedValue, DifferenceType: 'REMOVE' as const }],
  );
  if (Aliases === undefined || !isEveryAliasKnown) return missing;
  const more = actual.filter((alias) => !declared.some(([, each]) => each === alias));
  const added = more.map((ActualValue, index) => {
    return { PropertyPath: `/Aliases/${items.length + index}`, ActualValue, DifferenceType: 'ADD' as const };
  });
  return [...missing, ...added];
}
