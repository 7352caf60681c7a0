/**
 * Reads the sections Resources, Outputs, Conditions, Rules and Mappings.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
import { type Json, ownEntry } from '../json.ts';
import {
  type CheckContext,
  callIn,
  checkConditionName,
  checkResource,
  checkValue,
  conditionFunctions,
  type ReadContext,
  readValue,
  ruleFunctions,
} from './check-value.ts';
import { didYouMean } from './nearest-name.ts';
import {
  type Entry,
  entriesOf,
  entryOf,
  itemsOf,
  type Node,
  plain,
  type Report,
  readAttributes,
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
  type Rule,
  type Template,
  updateReplacePolicies,
} from './template.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAXIMUM_RESOURCES = 500;

export function readResources(section: Entry, reading: ReadContext): ReadonlyMap<string, ResourceDeclaration> {
  const { report } = reading;
  const entries = readNamedEntries(section, 'resource', report);
  if (section.value.kind === 'map' && entries.length === 0) report(section, 'Resources needs at least one resource.');
  if (entries.length > MAXIMUM_RESOURCES) {
    report(section, `The template has ${entries.length} resources. CloudFormation allows ${MAXIMUM_RESOURCES}.`);
  }
  const resources = new Map(entries.map((entry) => [entry.key, readResource(entry, reading)]));
  reportCycles('resources', entries, (name) => resources.get(name)?.dependencies ?? [], report);
  return resources;
}

function readResource(entry: Entry, reading: ReadContext): ResourceDeclaration {
  const { names, report, placeOf } = reading;
  const { key, value } = entry;
  const context = checkContext(key, reading);
  const readers = {
    Type: readText,
    DependsOn: (each: Entry) => readDependsOn(each, context),
    Properties: ({ value: properties }: Entry) => {
      if (properties.kind === 'scalar' && properties.value === null) return undefined;
      if (properties.kind !== 'map') report(properties, 'Properties must be a map.');
      return readValue(properties, context);
    },
    Condition: (each: Entry) => readCondition(each, context),
    DeletionPolicy: (each: Entry) => readPolicy(each, deletionPolicies, context),
    UpdateReplacePolicy: (each: Entry) => readPolicy(each, updateReplacePolicies, context),
    Metadata: (each: Entry) => readValue(each.value, context),
    ...{ CreationPolicy: ignore, UpdatePolicy: ignore, Version: ignore, Description: ignore },
    ...(names.serverless && { Connectors: ignore, IgnoreGlobals: ignore }),
  };
  // Ref distinguishes parameters and resources only by name.
  if (names.parameters.includes(key)) report(entry, `"${key}" is also the name of a parameter: rename one of the two.`);
  const attributes = readAttributes(readMap(entry, `Resource "${key}"`, report), 'A resource', readers, report);
  if (value.kind === 'map' && entryOf(value, 'Type') === undefined) report(entry, `Resource "${key}" has no Type.`);
  return {
    LogicalResourceId: key,
    Type: '',
    Properties: {},
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    ...attributes,
    dependencies: [...context.found.resources],
    ...placeOf(entry),
    ...readPropertyPlaces(value, reading),
  };
}

/** Reads an attribute that the sandbox has no use for. */
export function ignore(): undefined {}

function checkContext(owner: string, reading: ReadContext): CheckContext {
  return { ...reading, owner, noResources: undefined, found: { resources: new Set(), conditions: new Set() } };
}

/** One of `policies`, or an unevaluated function of parameters and conditions. */
function readPolicy(entry: Entry, policies: readonly string[], context: CheckContext): Json | undefined {
  const { key, value } = entry;
  const noResources = `CloudFormation evaluates ${key} before it creates any resource.`;
  if (callIn(value) !== undefined) return readValue(value, { ...context, noResources });
  const text = readText(entry, context.report);
  if (text === undefined || policies.includes(text)) return text;
  context.report(value, `${key} must be one of ${policies.join(', ')}, not "${text}".${didYouMean(text, policies)}`);
  return undefined;
}

function readCondition(entry: Entry, context: CheckContext): string | undefined {
  const name = readText(entry, context.report);
  if (name !== undefined) checkConditionName(entry.value, 'Condition', context);
  return name;
}

function readDependsOn(entry: Entry, context: CheckContext): ResourceDeclaration['DependsOn'] {
  const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  const names = nodes.flatMap((node) => {
    const name = stringOf(node);
    if (name !== undefined) checkResource(name, node, 'DependsOn', context);
    else context.report(node, 'DependsOn takes the name of a resource, or a list of names.');
    return name ?? [];
  });
  return { names, ...context.placeOf(entry) };
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
    const items = itemsOf(value);
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

export function readOutputs(section: Entry, reading: ReadContext): ReadonlyMap<string, OutputDeclaration> {
  const entries = readNamedEntries(section, 'output', reading.report);
  return new Map(entries.map((entry) => [entry.key, readOutput(entry, reading)]));
}

function readOutput(entry: Entry, reading: ReadContext): OutputDeclaration {
  const { report, placeOf } = reading;
  const context = checkContext('', reading);
  const readers = {
    Value: ({ value }: Entry) => readValue(value, context),
    Description: readText,
    Condition: (each: Entry) => readCondition(each, context),
    Export: (each: Entry) => {
      const noResources = 'CloudFormation needs the name of an export before it creates any resource.';
      const nameReader = { Name: ({ value }: Entry) => readValue(value, { ...context, noResources }) };
      const { Name } = readAttributes(readMap(each, 'Export', report), 'Export', nameReader, report);
      if (each.value.kind === 'map' && Name === undefined) report(each, 'Export needs a Name.');
      return Name;
    },
  };
  const { Export, ...others } = readAttributes(readMap(entry, 'An output', report), 'An output', readers, report);
  const isWithoutValue = entry.value.kind === 'map' && others.Value === undefined;
  if (isWithoutValue) report(entry, `Output "${entry.key}" has no Value.`);
  return { Value: null, ...others, ...(Export !== undefined && { ExportName: Export }), ...placeOf(entry) };
}

export function readConditions(section: Entry, reading: ReadContext): ReadonlyMap<string, Json> {
  const { report } = reading;
  const entries = readMap(section, 'Conditions', report);
  const needs = new Map<string, ReadonlySet<string>>();
  for (const { key, value } of entries) {
    const context = contextBeforeResources('conditions', key, reading);
    checkCondition(value, context);
    needs.set(key, context.found.conditions);
  }
  reportCycles('conditions', entries, (name) => needs.get(name) ?? [], report);
  return new Map(entries.map(({ key, value }) => [key, plain(value)]));
}

function contextBeforeResources(section: 'conditions' | 'rules', owner: string, reading: ReadContext): CheckContext {
  const noResources = `CloudFormation evaluates ${section} before it creates any resource: use parameters.`;
  return { ...checkContext(owner, reading), noResources, attributeReferences: [] };
}

function checkCondition(node: Node, context: CheckContext, functions = conditionFunctions): void {
  const { report } = context;
  const [call, ...others] = entriesOf(node);
  const signature = call && ownEntry(functions, call.key);
  if (call === undefined || signature === undefined || others.length > 0) {
    const known = Object.keys(functions);
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

const readingAccount = ['Fn::RefAll', 'Fn::ValueOf', 'Fn::ValueOfAll'];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
export function readRules(section: Entry, reading: ReadContext): Template['Rules'] {
  const entries = readNamedEntries(section, 'rule', reading.report);
  const simulated = entries.filter((entry) => !functionsIn(entry).some((name) => readingAccount.includes(name)));
  return new Map(simulated.map((entry) => [entry.key, readRule(entry, reading)]));
}

function readRule(entry: Entry, reading: ReadContext): Rule {
  const { report } = reading;
  const context = contextBeforeResources('rules', entry.key, reading);
  const unknown = functionsIn(entry).filter((name) => !Object.hasOwn(ruleFunctions, name));
  const rule = 'Following functions are not supported in the Rules block of the template';
  if (unknown.length > 0) report(entry, `${rule}: [${unknown.join(', ')}]`);
  const readers = {
    RuleCondition: ({ value }: Entry) => readRuleCondition(value, context),
    Assertions: ({ value }: Entry) => readAssertions(value, context),
  };
  return { Assertions: [], ...readAttributes(readMap(entry, 'A rule', report), 'A rule', readers, report) };
}

function readRuleCondition(node: Node, context: CheckContext): Json {
  checkCondition(node, context, ruleFunctions);
  return plain(node);
}

function readAssertions(list: Node, context: CheckContext): Rule['Assertions'] {
  const { report } = context;
  if (list.kind !== 'list') report(list, 'Assertions must be a list.');
  const readers = { Assert: ({ value }: Entry) => readRuleCondition(value, context), AssertDescription: readText };
  return itemsOf(list).flatMap((assertion) => {
    const { Assert, ...description } = readAttributes(entriesOf(assertion), 'An assertion', readers, report);
    return Assert === undefined ? [] : [{ Assert, ...description }];
  });
}

function functionsIn({ value }: Entry): readonly string[] {
  return [...JSON.stringify(plain(value)).matchAll(/"(Fn::\w+|Condition)":/g)].map(([, name = '']) => name);
}

type Needs = (name: string) => Iterable<string>;

/** Reports cycles until every entry in a cycle has been named. Each report is at the first entry of its cycle. */
function reportCycles(what: 'resources' | 'conditions', entries: readonly Entry[], needs: Needs, report: Report): void {
  const reported = new Set<string>();
  for (const entry of entries) {
    if (reported.has(entry.key)) continue;
    const cycle = shortestCycle(entry.key, needs);
    if (cycle === undefined) continue;
    for (const name of cycle) reported.add(name);
    const path = [...cycle, entry.key].join(' needs ');
    report(entry, `Circular dependency between ${what}: ${path}. Remove one of these references.`);
  }
}

/** The shortest path of needs from `start` back to itself, without its last step. */
function shortestCycle(start: string, needs: Needs): readonly string[] | undefined {
  const paths: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const path of paths) {
    for (const next of needs(path.at(-1) ?? start)) {
      if (next === start) return path;
      if (!seen.has(next)) paths.push([...path, next]);
      seen.add(next);
    }
  }
  return undefined;
}

export function readMappings(section: Entry, { report }: ReadContext): Template['Mappings'] {
  const keysOf = (map: Entry) =>
    readMap(map, `Mapping "${map.key}"`, report).map((key) => [key.key, readValues(key, map.key, report)]);
  const maps = readNamedEntries(section, 'mapping', report);
  return Object.fromEntries(maps.map((map) => [map.key, Object.fromEntries(keysOf(map))]));
}

function readValues(key: Entry, map: string, report: Report) {
  const entries = readMap(key, `"${key.key}" in mapping "${map}"`, report);
  for (const { value } of entries) {
    if (value.kind !== 'list' && scalarTextOf(value) === undefined) {
      report(value, 'A value in a mapping must be a string or a list, not a function or a map.');
    }
  }
  return Object.fromEntries(entries.map(({ key: name, value }) => [name, plain(value)]));
}
