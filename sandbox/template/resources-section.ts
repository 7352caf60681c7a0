/**
 * Reads the Resources section: each declaration with its dependencies. It reports cycles of dependencies.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
 */
import { checkValue } from './check-value.ts';
import { reportCycles } from './cycles.ts';
import type { Names } from './names.ts';
import { type Places, readPropertyPlaces } from './property-places.ts';
import { type CheckContext, checkConditionName, checkResource, type OnAttribute } from './references.ts';
import { checkKeys, optional, readChoice, readMap, readNamedEntries, readText } from './shape.ts';
import { type Entry, entryOf, plain, type Report, stringOf } from './syntax-tree.ts';
import type { DeletionPolicy, ResourceDeclaration, UpdateReplacePolicy } from './template.ts';

const attributes = [
  'Type',
  'Properties',
  'DependsOn',
  'Condition',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'Metadata',
  'CreationPolicy',
  'UpdatePolicy',
];

/** The attributes that only SAM has. */
const serverlessAttributes = ['Connectors', 'IgnoreGlobals'];

const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'] satisfies DeletionPolicy[];
const updateReplacePolicies = ['Delete', 'Retain', 'Snapshot'] satisfies UpdateReplacePolicy[];

export interface ReadContext extends Places {
  readonly names: Names;
  readonly report: Report;
  readonly onAttribute: OnAttribute;
}

export function readResources(
  section: Entry | undefined,
  reading: ReadContext,
): ReadonlyMap<string, ResourceDeclaration> {
  const { report } = reading;
  const entries = readNamedEntries(section, 'resource', report);
  if (section?.value.kind === 'map' && entries.length === 0) report(section, 'Resources needs at least one resource.');
  const resources = new Map(entries.map((entry) => [entry.key, readResource(entry, reading)]));
  const needs = new Map([...resources].map(([name, { dependencies }]) => [name, new Set(dependencies)]));
  reportCycles('resources', entries, needs, report);
  return resources;
}

function readResource(entry: Entry, reading: ReadContext): ResourceDeclaration {
  const { names, report, onAttribute, placeOf } = reading;
  const { key, value } = entry;
  const known = names.serverless === undefined ? attributes : [...attributes, ...serverlessAttributes];
  checkKeys(readMap(entry, `Resource "${key}"`, report), known, 'A resource', report);
  if (value.kind === 'map' && entryOf(value, 'Type') === undefined) report(entry, `Resource "${key}" has no Type.`);

  const found = { resources: new Set<string>(), conditions: new Set<string>() };
  const context: CheckContext = { names, report, owner: key, found, onAttribute };
  readDependsOn(entryOf(value, 'DependsOn'), context);
  const Condition = readText(value, 'Condition', report);
  if (Condition !== undefined) {
    checkConditionName(Condition, entryOf(value, 'Condition')?.value ?? entry, 'Condition', context);
  }
  const properties = readProperties(entryOf(value, 'Properties'), context);
  const metadata = entryOf(value, 'Metadata');
  if (metadata !== undefined) checkValue(metadata.value, context);

  return {
    LogicalResourceId: key,
    Type: readText(value, 'Type', report) ?? '',
    Properties: properties === undefined ? {} : plain(properties.value),
    dependencies: [...found.resources],
    ...optional('Condition', Condition),
    DeletionPolicy: readChoice(value, 'DeletionPolicy', deletionPolicies, report) ?? 'Delete',
    UpdateReplacePolicy: readChoice(value, 'UpdateReplacePolicy', updateReplacePolicies, report) ?? 'Delete',
    ...optional('Metadata', metadata === undefined ? undefined : plain(metadata.value)),
    ...placeOf(entry),
    ...readPropertyPlaces(value, reading),
  };
}

function readDependsOn(entry: Entry | undefined, context: CheckContext): void {
  if (entry === undefined) return;
  for (const node of entry.value.kind === 'list' ? entry.value.items : [entry.value]) {
    const name = stringOf(node);
    if (name === undefined) context.report(node, 'DependsOn takes the name of a resource, or a list of names.');
    else checkResource(name, node, 'DependsOn', context);
  }
}

/** Checks the entry and returns it; undefined if there are no properties. */
function readProperties(entry: Entry | undefined, context: CheckContext): Entry | undefined {
  if (entry === undefined) return undefined;
  if (entry.value.kind === 'scalar' && entry.value.value === null) return undefined;
  if (entry.value.kind !== 'map') {
    context.report(entry.value, 'Properties must be a map.');
  }
  checkValue(entry.value, context);
  return entry;
}
