/**
 * Reads the Resources section: each declaration, what it refers to, and that nothing goes round in a circle.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
 */
import { checkValue } from './check-value.ts';
import { reportCircles } from './circles.ts';
import type { Names } from './names.ts';
import { type Places, readPropertyPlaces } from './property-places.ts';
import { checkConditionName, checkResource, type OnAttribute, type Surroundings } from './references.ts';
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

/** SAM's own, which it takes out. */
const serverlessAttributes = ['Connectors', 'IgnoreGlobals'];

const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'] satisfies DeletionPolicy[];
const updateReplacePolicies = ['Delete', 'Retain', 'Snapshot'] satisfies UpdateReplacePolicy[];

export interface Sources extends Places {
  readonly names: Names;
  readonly report: Report;
  readonly onAttribute: OnAttribute;
}

export function readResources(section: Entry | undefined, sources: Sources): ReadonlyMap<string, ResourceDeclaration> {
  const { report } = sources;
  const entries = readNamedEntries(section, 'resource', report);
  if (section?.value.kind === 'map' && entries.length === 0) report(section, 'Resources needs at least one resource.');
  const resources = new Map(entries.map((entry) => [entry.key, readResource(entry, sources)]));
  const needs = new Map([...resources].map(([name, { dependencies }]) => [name, new Set(dependencies)]));
  reportCircles('resources', entries, needs, report);
  return resources;
}

function readResource(entry: Entry, sources: Sources): ResourceDeclaration {
  const { names, report, onAttribute, placeOf } = sources;
  const { key, value } = entry;
  const known = names.serverless === undefined ? attributes : [...attributes, ...serverlessAttributes];
  checkKeys(readMap(entry, `Resource "${key}"`, report), known, 'A resource', report);
  if (value.kind === 'map' && entryOf(value, 'Type') === undefined) report(entry, `Resource "${key}" has no Type.`);

  const found = { resources: new Set<string>(), conditions: new Set<string>() };
  const surroundings: Surroundings = { names, report, owner: key, found, onAttribute };
  readDependsOn(entryOf(value, 'DependsOn'), surroundings);
  const Condition = readText(value, 'Condition', report);
  if (Condition !== undefined) {
    checkConditionName(Condition, entryOf(value, 'Condition')?.value ?? entry, 'Condition', surroundings);
  }
  const properties = readProperties(entryOf(value, 'Properties'), surroundings);
  const metadata = entryOf(value, 'Metadata');
  if (metadata !== undefined) checkValue(metadata.value, surroundings);

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
    ...readPropertyPlaces(value, sources),
  };
}

function readDependsOn(entry: Entry | undefined, surroundings: Surroundings): void {
  if (entry === undefined) return;
  for (const node of entry.value.kind === 'list' ? entry.value.items : [entry.value]) {
    const name = stringOf(node);
    if (name === undefined) surroundings.report(node, 'DependsOn takes the name of a resource, or a list of names.');
    else checkResource(name, node, 'DependsOn', surroundings);
  }
}

/** The entry, checked; undefined if there are no properties. */
function readProperties(entry: Entry | undefined, surroundings: Surroundings): Entry | undefined {
  if (entry === undefined) return undefined;
  if (entry.value.kind === 'scalar' && entry.value.value === null) return undefined;
  if (entry.value.kind !== 'map') {
    surroundings.report(entry.value, 'Properties must be a map.');
  }
  checkValue(entry.value, surroundings);
  return entry;
}
