/**
 * Reads the sections Resources, Outputs, Conditions and Mappings.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
import type { Json } from '../json.ts';
import {
  type CheckContext,
  checkConditionName,
  checkResource,
  checkValue,
  type Names,
  type OnAttribute,
} from './check-value.ts';
import { didYouMean } from './nearest-name.ts';
import { callIn, conditionFunctions, ruleFunctions } from './signatures.ts';
import {
  checkKeys,
  type Entry,
  entriesOf,
  entryOf,
  type Node,
  optional,
  plain,
  type Report,
  readChoice,
  readMap,
  readNamedEntries,
  readText,
  type SourceRange,
  scalarTextOf,
  stringOf,
} from './syntax-tree.ts';
import {
  deletionPolicies,
  type OutputDeclaration,
  type Place,
  type ResourceDeclaration,
  type Template,
  updateReplacePolicies,
} from './template.ts';

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
  'Version',
  'Description',
];

const serverlessAttributes = ['Connectors', 'IgnoreGlobals'];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAXIMUM_RESOURCES = 500;

/** What the readers of the sections share. */
export interface ReadContext {
  readonly names: Names;
  readonly report: Report;
  readonly onAttribute: OnAttribute;
  readonly placeOf: (at: SourceRange) => Place;
  /** Whether parsing reported a problem within these characters. */
  readonly isFaulty: (stretch: SourceRange) => boolean;
}

export function readResources(
  section: Entry | undefined,
  reading: ReadContext,
): ReadonlyMap<string, ResourceDeclaration> {
  const { report } = reading;
  const entries = readNamedEntries(section, 'resource', report);
  if (section?.value.kind === 'map' && entries.length === 0) report(section, 'Resources needs at least one resource.');
  if (section !== undefined && entries.length > MAXIMUM_RESOURCES) {
    report(section, `The template has ${entries.length} resources. CloudFormation allows ${MAXIMUM_RESOURCES}.`);
  }
  const resources = new Map(entries.map((entry) => [entry.key, readResource(entry, reading)]));
  const needs = new Map([...resources].map(([name, { dependencies }]) => [name, new Set(dependencies)]));
  reportCycles('resources', entries, needs, report);
  return resources;
}

function readResource(entry: Entry, reading: ReadContext): ResourceDeclaration {
  const { names, report, placeOf } = reading;
  const { key, value } = entry;
  const known = names.serverless === undefined ? attributes : [...attributes, ...serverlessAttributes];
  checkKeys(readMap(entry, `Resource "${key}"`, report), known, 'A resource', report);
  if (value.kind === 'map' && entryOf(value, 'Type') === undefined) report(entry, `Resource "${key}" has no Type.`);

  const context = checkContext(key, reading);
  const DependsOn = readDependsOn(entryOf(value, 'DependsOn'), context, placeOf);
  const Condition = readCondition(value, context);
  const properties = entryOf(value, 'Properties')?.value;
  const hasProperties = properties !== undefined && !(properties.kind === 'scalar' && properties.value === null);
  if (hasProperties && properties.kind !== 'map') report(properties, 'Properties must be a map.');
  if (hasProperties) checkValue(properties, context);
  const metadata = entryOf(value, 'Metadata')?.value;
  if (metadata !== undefined) checkValue(metadata, context);

  return {
    LogicalResourceId: key,
    Type: readText(value, 'Type', report) ?? '',
    Properties: hasProperties ? plain(properties) : {},
    dependencies: [...context.found.resources],
    ...optional('DependsOn', DependsOn),
    ...optional('Condition', Condition),
    DeletionPolicy: readPolicy(value, 'DeletionPolicy', deletionPolicies, context),
    UpdateReplacePolicy: readPolicy(value, 'UpdateReplacePolicy', updateReplacePolicies, context),
    ...optional('Metadata', metadata && plain(metadata)),
    ...placeOf(entry),
    ...readPropertyPlaces(value, reading),
  };
}

/** One of `policies`, or an unevaluated function of parameters and conditions. */
function readPolicy(resource: Node, key: string, policies: readonly string[], context: CheckContext): Json {
  const policy = entryOf(resource, key)?.value;
  if (policy === undefined || callIn(policy) === undefined) {
    return readChoice(resource, key, policies, context.report) ?? 'Delete';
  }
  checkValue(policy, { ...context, noResources: `CloudFormation evaluates ${key} before it creates any resource.` });
  return plain(policy);
}

function checkContext(owner: string, { names, report, onAttribute }: ReadContext): CheckContext {
  const found = { resources: new Set<string>(), conditions: new Set<string>() };
  return { names, report, owner, noResources: undefined, found, onAttribute };
}

function readCondition(declaration: Node, context: CheckContext): string | undefined {
  const name = readText(declaration, 'Condition', context.report);
  const entry = entryOf(declaration, 'Condition');
  if (entry !== undefined && name !== undefined) checkConditionName(entry.value, 'Condition', context);
  return name;
}

function readDependsOn(
  entry: Entry | undefined,
  context: CheckContext,
  placeOf: ReadContext['placeOf'],
): ResourceDeclaration['DependsOn'] {
  if (entry === undefined) return undefined;
  const names: string[] = [];
  for (const node of entry.value.kind === 'list' ? entry.value.items : [entry.value]) {
    const name = stringOf(node);
    if (name === undefined) {
      context.report(node, 'DependsOn takes the name of a resource, or a list of names.');
    } else {
      names.push(name);
      checkResource(name, node, 'DependsOn', context);
    }
  }
  return { names, ...placeOf(entry) };
}

/** Call it after everything in the declaration `resource` has been checked. */
function readPropertyPlaces(resource: Node, { placeOf, isFaulty }: ReadContext) {
  const propertyPlaces = new Map<string, Place>();
  const faultyProperties = new Set<string>();
  const note = (name: string, at: SourceRange, isWrong: boolean) => {
    propertyPlaces.set(name, placeOf(at));
    if (isWrong) faultyProperties.add(name);
  };
  const properties = entryOf(resource, 'Properties')?.value;
  for (const property of entriesOf(properties)) {
    const { key, value } = property;
    const items = value.kind === 'list' ? value.items : [];
    const withoutItems = { start: value.start, end: items[0]?.start ?? value.end };
    note(key, property, isFaulty(withoutItems));
    for (const [index, item] of items.entries()) note(`${key}[${index}]`, item, isFaulty(item));
  }
  return { propertyPlaces, faultyProperties, hasMoreProperties: hasMore(resource, properties, isFaulty) };
}

/** A merge key, an alias or a misplaced function can add properties. So can a misspelled "Properties". */
function hasMore(resource: Node, properties: Node | undefined, isFaulty: ReadContext['isFaulty']): boolean {
  if (properties === undefined) return entriesOf(resource).some(({ key }) => didYouMean(key, ['Properties']) !== '');
  if (properties.kind !== 'map') return isFaulty(properties);
  return !properties.entries.every(({ key }) => isPropertyName(key));
}

/** A merge key and a misplaced function are not names. Parsing reports both. */
export function isPropertyName(key: string): boolean {
  return key !== '<<' && !key.startsWith('Fn::');
}

export function readOutputs(section: Entry | undefined, reading: ReadContext): ReadonlyMap<string, OutputDeclaration> {
  const entries = readNamedEntries(section, 'output', reading.report);
  return new Map(entries.map((entry) => [entry.key, readOutput(entry, reading)]));
}

function readOutput(entry: Entry, reading: ReadContext): OutputDeclaration {
  const { report, placeOf } = reading;
  const { value: node } = entry;
  checkKeys(readMap(entry, 'An output', report), ['Value', 'Description', 'Condition', 'Export'], 'An output', report);
  const context = checkContext('', reading);
  const Condition = readCondition(node, context);
  const value = entryOf(node, 'Value')?.value;
  if (value !== undefined) checkValue(value, context);
  else if (node.kind === 'map') report(entry, `Output "${entry.key}" has no Value.`);
  return {
    Value: value === undefined ? null : plain(value),
    ...optional('Condition', Condition),
    ...optional('Description', readText(node, 'Description', report)),
    ...optional('ExportName', readExportName(entryOf(node, 'Export'), context)),
    ...placeOf(entry),
  };
}

function readExportName(entry: Entry | undefined, context: CheckContext): Json | undefined {
  if (entry === undefined) return undefined;
  const { report } = context;
  checkKeys(readMap(entry, 'Export', report), ['Name'], 'Export', report);
  const name = entryOf(entry.value, 'Name')?.value;
  const noResources = 'CloudFormation needs the name of an export before it creates any resource.';
  if (name !== undefined) checkValue(name, { ...context, noResources });
  else if (entry.value.kind === 'map') report(entry, 'Export needs a Name.');
  return name && plain(name);
}

export function readConditions(section: Entry | undefined, reading: ReadContext): ReadonlyMap<string, Json> {
  const { report } = reading;
  const entries = readMap(section, 'Conditions', report);
  const needs = new Map<string, ReadonlySet<string>>();
  const noResources = 'CloudFormation evaluates conditions before it creates any resource: use parameters.';
  for (const { key, value } of entries) {
    const context = { ...checkContext(key, reading), noResources, onAttribute: () => {} };
    checkCondition(value, context);
    needs.set(key, context.found.conditions);
  }
  reportCycles('conditions', entries, needs, report);
  return new Map(entries.map(({ key, value }) => [key, plain(value)]));
}

function checkCondition(node: Node, context: CheckContext, functions = conditionFunctions): void {
  const { report } = context;
  const [call, ...others] = entriesOf(node);
  const signature = call && functions.get(call.key);
  if (call === undefined || signature === undefined || others.length > 0) {
    const known = [...functions.keys()];
    const what = functions === conditionFunctions ? 'condition' : 'rule';
    const closest = call === undefined ? '' : didYouMean(call.key, known);
    report(call ?? node, `A ${what} must be a map whose only key is one of ${known.join(', ')}.${closest}`);
  } else if (!signature.fits(call.value)) {
    report(call.value, `${call.key} takes ${signature.takes}.`);
  } else if (call.key === 'Condition') {
    checkConditionName(call.value, call.key, context);
  } else if (['Fn::And', 'Fn::Or', 'Fn::Not'].includes(call.key) && call.value.kind === 'list') {
    for (const operand of call.value.items) checkCondition(operand, context, functions);
  } else {
    checkValue(call.value, context);
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
export function readRules(section: Entry | undefined, reading: ReadContext): Template['Rules'] {
  const { report } = reading;
  const noResources = 'CloudFormation evaluates rules before it creates any resource: use parameters.';
  const rules = readNamedEntries(section, 'rule', report).filter((entry) => !functionsIn(entry).some(readsAccount));
  return new Map(
    rules.map((entry) => {
      const { key, value } = entry;
      const context = { ...checkContext(key, reading), noResources, onAttribute: () => {} };
      const unknown = functionsIn(entry).filter((name) => !ruleFunctions.has(name));
      if (unknown.length > 0) {
        const rule = 'Following functions are not supported in the Rules block of the template';
        report(entry, `${rule}: [${unknown.join(', ')}]`);
      }
      checkKeys(readMap(entry, 'A rule', report), ['RuleCondition', 'Assertions'], 'A rule', report);
      const condition = entryOf(value, 'RuleCondition')?.value;
      if (condition) checkCondition(condition, context, ruleFunctions);
      const assertions = entryOf(value, 'Assertions')?.value;
      if (assertions && assertions.kind !== 'list') report(assertions, 'Assertions must be a list.');
      const Assertions = (assertions?.kind === 'list' ? assertions.items : []).flatMap((assertion) => {
        checkKeys(entriesOf(assertion), ['Assert', 'AssertDescription'], 'An assertion', report);
        const Assert = entryOf(assertion, 'Assert')?.value;
        if (Assert === undefined) return [];
        checkCondition(Assert, context, ruleFunctions);
        const description = optional('AssertDescription', readText(assertion, 'AssertDescription', report));
        return [{ Assert: plain(Assert), ...description }];
      });
      return [key, { Assertions, ...optional('RuleCondition', condition && plain(condition)) }];
    }),
  );
}

function readsAccount(name: string): boolean {
  return ['Fn::RefAll', 'Fn::ValueOf', 'Fn::ValueOfAll'].includes(name);
}

function functionsIn({ value }: Entry): readonly string[] {
  return [...JSON.stringify(plain(value)).matchAll(/"(Fn::\w+|Condition)":/g)].map(([, name = '']) => name);
}

/** Reports cycles until every entry in a cycle has been named. Each report is at the first entry of its cycle. */
function reportCycles(
  things: 'resources' | 'conditions',
  entries: readonly Entry[],
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  report: Report,
): void {
  const reported = new Set<string>();
  for (const entry of entries) {
    if (reported.has(entry.key)) continue;
    const cycle = shortestCycle(entry.key, needs);
    if (cycle === undefined) continue;
    for (const name of cycle) reported.add(name);
    const path = [...cycle, entry.key].join(' needs ');
    report(entry, `Circular dependency between ${things}: ${path}. Remove one of these references.`);
  }
}

/** The shortest path of needs from `start` back to itself, without its last step. */
function shortestCycle(start: string, needs: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const paths: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const next of needs.get(path.at(-1) ?? start) ?? []) {
      if (next === start) return path;
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

export function readMappings(section: Entry | undefined, reading: ReadContext): Template['Mappings'] {
  const { report } = reading;
  const keysOf = (map: Entry) =>
    readMap(map, `Mapping "${map.key}"`, report).map((key) => [key.key, readValues(key, map.key, reading)]);
  const maps = readNamedEntries(section, 'mapping', report);
  return Object.fromEntries(maps.map((map) => [map.key, Object.fromEntries(keysOf(map))]));
}

function readValues(key: Entry, map: string, { report }: ReadContext) {
  const entries = readMap(key, `"${key.key}" in mapping "${map}"`, report);
  for (const { value } of entries) {
    if (value.kind !== 'list' && scalarTextOf(value) === undefined) {
      report(value, 'A value in a mapping must be a text or a list, not a function or a map.');
    }
  }
  return Object.fromEntries(entries.map(({ key: name, value }) => [name, plain(value)]));
}
