/**
 * Checks a value of a template: every intrinsic function must be known and have valid arguments, and every reference must
 * have a target. It collects the references.
 */
import { subParts } from './evaluate.ts';
import { didYouMean } from './nearest-name.ts';
import { isGeneratedName, isServerless } from './serverless.ts';
import { callIn, conditionFunctions, functionsNotSimulated, ruleFunctions, valueFunctions } from './signatures.ts';
import {
  type Entry,
  entriesOf,
  entryOf,
  type Node,
  type Report,
  type ScalarNode,
  type SourceRange,
  scalarTextOf,
  stringOf,
} from './syntax-tree.ts';
import type { AttributeReference, Place } from './template.ts';

/** Reports what is wrong with `node` and everything in it. Adds its references to `context.found`. */
export function checkValue(node: Node, context: CheckContext): void {
  const call = callIn(node);
  // A faulty node is null, too, and has been reported.
  if (node.kind === 'scalar' && node.value === null && /^(~|null|)$/i.test(node.source)) {
    context.report(node, "'null' values are not allowed in templates.");
  }
  if (call !== undefined) checkCall(call, context);
  else if (node.kind === 'list') for (const item of node.items) checkValue(item, context);
  for (const entry of call === undefined ? entriesOf(node) : []) {
    const { key, value } = entry;
    if (key.startsWith('Fn::'))
      context.report(entry, `${key} must be the only key of its map: move it or the other keys.`);
    checkValue(value, context);
  }
}

function checkCall(call: Entry, context: CheckContext): void {
  const { key, value } = call;
  const signature = valueFunctions.get(key);
  if (signature === undefined) {
    context.report(call, whyNot(call));
  } else if (!signature.fits(value)) {
    context.report(value, `${key} takes ${signature.takes}.`);
  } else {
    const { noResources = context.noResources } = signature;
    lookUps.get(key)?.(value, { ...context, noResources });
    checkValue(value, { ...context, noResources });
  }
}

function whyNot({ key, value }: Entry): string {
  if (conditionFunctions.has(key)) {
    return `${key} is allowed only in the Conditions section: define a condition there and use Fn::If here.`;
  }
  if (ruleFunctions.has(key)) return `${key} is allowed only in the Rules section.`;
  if (functionsNotSimulated.includes(key) || key.startsWith('Fn::ForEach::')) {
    const macro = stringOf(entryOf(value, 'Name')?.value);
    return `${key}${macro === undefined ? '' : ` (${macro})`} is not simulated here.`;
  }
  const known = [...valueFunctions.keys(), ...conditionFunctions.keys(), ...functionsNotSimulated];
  return `There is no function ${key}.${didYouMean(key, known)}`;
}

/** The place of a value in the template, and the references found in it so far. */
export interface CheckContext {
  readonly names: Names;
  readonly report: Report;
  /** The name of the resource or condition that the value belongs to; it may not refer to itself. */
  readonly owner: string;
  /** Why the value may not refer to a resource, as a whole sentence; undefined where it may. */
  readonly noResources: string | undefined;
  readonly found: { readonly resources: Set<string>; readonly conditions: Set<string> };
  /** Is called with each attribute that the value reads by name. */
  readonly onAttribute: OnAttribute;
}

export type OnAttribute = (reference: Omit<AttributeReference, keyof Place>, at: SourceRange) => void;

/** Checks the name in a Ref, or in `${…}` of an Fn::Sub. `caller` is the function's name. */
function checkName(name: string, at: SourceRange, caller: string, context: CheckContext): void {
  const { names, report } = context;
  if (pseudoParameters.includes(name) || names.parameters.includes(name)) return;
  if (names.resources.includes(name)) {
    referToResource(name, at, context);
  } else if (name.startsWith('AWS::')) {
    report(at, `${caller}: there is no pseudo parameter "${name}".${didYouMean(name, pseudoParameters)}`);
  } else if (isGenerated(name, context)) {
    referToResource(name, at, context);
  } else {
    const known = [...names.parameters, ...names.resources, ...pseudoParameters];
    report(at, `${caller}: there is no parameter or resource "${name}".${didYouMean(name, known)}`);
  }
}

/** Checks the resource in an Fn::GetAtt, in a DependsOn, or before the dot of `${A.B}`. */
export function checkResource(name: string, at: SourceRange, caller: string, context: CheckContext): void {
  const { names, report } = context;
  if (names.resources.includes(name) || isGenerated(name, context)) {
    referToResource(name, at, context);
  } else if (names.parameters.includes(name)) {
    report(at, `${caller}: "${name}" is a parameter, not a resource. Use Ref for a parameter's value.`);
  } else {
    report(at, `${caller}: there is no resource "${name}".${didYouMean(name, names.resources)}`);
  }
}

/** Whether SAM generates a resource of this name. Takes a note of it. */
function isGenerated(name: string, { names }: CheckContext): boolean {
  const { serverless } = names;
  if (serverless === undefined || !isGeneratedName(name, serverless.template)) return false;
  serverless.referred.add(name);
  return true;
}

/** Checks the condition in an Fn::If, in `Condition: …` or in another condition. */
export function checkConditionName(at: Node, caller: string, { names, report, found }: CheckContext): void {
  const name = scalarTextOf(at) ?? '';
  if (names.conditions.includes(name)) found.conditions.add(name);
  else report(at, `${caller}: there is no condition "${name}".${didYouMean(name, names.conditions)}`);
}

function referToResource(name: string, at: SourceRange, { owner, noResources, report, found }: CheckContext): void {
  if (noResources !== undefined) report(at, `"${name}" is a resource. ${noResources}`);
  else if (name === owner) report(at, `"${name}" refers to itself. Remove this reference.`);
  else found.resources.add(name);
}

type LookUp = (argument: Node, context: CheckContext) => void;

/** How to look up the names in the argument of a function. The argument must fit the function's signature. */
const lookUps: ReadonlyMap<string, LookUp> = new Map<string, LookUp>([
  ['Ref', (argument, context) => checkName(scalarTextOf(argument) ?? '', argument, 'Ref', context)],
  ['Fn::GetAtt', lookUpResource],
  ['Fn::Sub', lookUpVariables],
  ['Fn::Select', lookUpItem],
  ['Fn::FindInMap', lookUpInMappings],
  ['Fn::If', (argument, context) => checkConditionName(itemsOf(argument)[0] ?? argument, 'Fn::If', context)],
]);

function lookUpResource(argument: Node, context: CheckContext): void {
  const [resource = argument, attribute] = itemsOf(argument);
  const LogicalResourceId = scalarTextOf(resource) ?? '';
  checkResource(LogicalResourceId, resource, 'Fn::GetAtt', context);
  const name = scalarTextOf(attribute);
  if (name !== undefined) context.onAttribute({ LogicalResourceId, attribute: name }, attribute ?? resource);
}

function lookUpVariables(argument: Node, context: CheckContext): void {
  const [text, given] = argument.kind === 'list' ? argument.items : [argument];
  if (text?.kind !== 'scalar') return;
  const own = entriesOf(given).map(({ key }) => key);
  const variables = subParts(String(text.value)).filter(({ kind }) => kind === 'variable');
  for (const [name, { source }] of new Map(variables.map((variable) => [variable.text, variable]))) {
    if (!own.includes(name)) lookUpVariable(name, placeOfVariable(source, text), context);
  }
}

function lookUpVariable(name: string, at: SourceRange, context: CheckContext): void {
  const dot = name.indexOf('.');
  if (!/^[\w.:]+$/.test(name)) {
    const rule = 'a variable may contain only letters, digits, "_", "." and ":"';
    context.report(at, `Fn::Sub: ${rule}, unlike "\${${name}}". Write "\${!${name}}" for the text itself.`);
  } else if (dot > 0) {
    checkResource(name.slice(0, dot), at, 'Fn::Sub', context);
    context.onAttribute({ LogicalResourceId: name.slice(0, dot), attribute: name.slice(dot + 1) }, at);
  } else {
    checkName(name, at, 'Fn::Sub', context);
  }
}

function placeOfVariable(variable: string, text: ScalarNode): SourceRange {
  const index = text.source.indexOf(variable);
  return index < 0 ? text : { start: text.start + index, end: text.end };
}

function lookUpItem(argument: Node, { report }: CheckContext): void {
  const [index, list] = itemsOf(argument);
  const text = scalarTextOf(index);
  if (index === undefined || text === undefined || list?.kind !== 'list' || Number(text) < list.items.length) return;
  report(index, `Fn::Select: there is no item ${text} in a list of ${list.items.length}; the first is item 0.`);
}

/** Checks the keys up to the first that is not written out, if there is no DefaultValue. */
function lookUpInMappings(argument: Node, { names, report }: CheckContext): void {
  let place = names.mappings;
  let reached = 'Mappings';
  for (const step of itemsOf(argument)) {
    const name = scalarTextOf(step);
    if (name === undefined || itemsOf(argument).length > 3) return;
    const entry = entryOf(place, name);
    if (entry === undefined) {
      const known = entriesOf(place).map(({ key }) => key);
      report(step, `Fn::FindInMap: there is no "${name}" in ${reached}.${didYouMean(name, known)}`);
      return;
    }
    place = entry.value;
    reached += `.${name}`;
  }
}

function itemsOf(argument: Node): readonly Node[] {
  return argument.kind === 'list' ? argument.items : [];
}

const pseudoParameters = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

export interface Names {
  readonly parameters: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly string[];
  /** The whole Mappings section, because every key of a lookup is checked. */
  readonly mappings: Node | undefined;
  /** The template and the generated resources that it refers to; undefined if this is not a SAM template. */
  readonly serverless: { readonly template: Node; readonly referred: Set<string> } | undefined;
}

export function gatherNames(template: Node): Names {
  const namesIn = (section: string) => entriesOf(entryOf(template, section)?.value).map(({ key }) => key);
  return {
    parameters: namesIn('Parameters'),
    resources: namesIn('Resources'),
    conditions: namesIn('Conditions'),
    mappings: entryOf(template, 'Mappings')?.value,
    serverless: isServerless(template) ? { template, referred: new Set() } : undefined,
  };
}
