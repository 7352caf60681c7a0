/**
 * Checks a value of a template: its functions, their arguments and their references, which it also collects.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { type Json, ownEntry } from '../json.ts';
import { isIntrinsicName, subVariable } from './evaluate.ts';
import { didYouMean } from './nearest-name.ts';
import { isServerless, sourceOf } from './serverless.ts';
import {
  type Entry,
  entriesOf,
  entryOf,
  itemsOf,
  type Node,
  plain,
  type Report,
  type SourceRange,
  scalarTextOf,
  stringOf,
} from './syntax-tree.ts';
import type { AttributeReference, Place } from './template.ts';

export interface ReadContext {
  readonly names: Names;
  readonly report: Report;
  readonly placeOf: (at: SourceRange) => Place;
  /** Whether parsing reported a problem within these characters. */
  readonly isFaulty: (stretch: SourceRange) => boolean;
  /** Collects the attributes that values read by name. */
  readonly attributeReferences: AttributeReference[];
}

/** The place of a value in the template, and the references found in it so far. */
export interface CheckContext extends ReadContext {
  /** The name of the resource or condition that the value belongs to; it may not refer to itself. */
  readonly owner: string;
  /** Why the value may not refer to a resource, as a whole sentence; undefined where it may. */
  readonly noResources: string | undefined;
  readonly found: { readonly resources: Set<string>; readonly conditions: Set<string> };
}

/** The data of `node`, once it is checked. */
export function readValue(node: Node, context: CheckContext): Json {
  checkValue(node, context);
  return plain(node);
}

/** Reports what is wrong with `node` and everything in it. Adds its references to `context.found`. */
export function checkValue(node: Node, context: CheckContext): void {
  const call = callIn(node);
  if (call !== undefined) {
    checkCall(call, context);
    return;
  }
  // A faulty node is null, too, and has been reported.
  if (node.kind === 'scalar' && node.value === null && /^(~|null|)$/i.test(node.source)) {
    context.report(node, "'null' values are not allowed in templates.");
  }
  for (const item of itemsOf(node)) checkValue(item, context);
  for (const entry of entriesOf(node)) {
    const { key, value } = entry;
    if (key.startsWith('Fn::'))
      context.report(entry, `${key} must be the only key of its map: move it or the other keys.`);
    checkValue(value, context);
  }
}

function checkCall(call: Entry, context: CheckContext): void {
  const { key, value } = call;
  const signature = ownEntry(valueFunctions, key);
  if (signature === undefined) {
    context.report(call, whyNot(call));
  } else if (!signature.fits(value)) {
    context.report(value, `${key} takes ${signature.takes}.`);
  } else {
    const { noResources = context.noResources } = signature;
    signature.lookUp?.(value, { ...context, noResources });
    checkValue(value, { ...context, noResources });
  }
}

function whyNot({ key, value }: Entry): string {
  if (Object.hasOwn(conditionFunctions, key)) {
    return `${key} is allowed only in the Conditions section: define a condition there and use Fn::If here.`;
  }
  if (Object.hasOwn(ruleFunctions, key)) return `${key} is allowed only in the Rules section.`;
  if (functionsNotSimulated.includes(key) || key.startsWith('Fn::ForEach::')) {
    const macro = stringOf(entryOf(value, 'Name')?.value);
    return `${key}${macro === undefined ? '' : ` (${macro})`} is not simulated here.`;
  }
  const known = [...Object.keys({ ...valueFunctions, ...conditionFunctions }), ...functionsNotSimulated];
  return `There is no function ${key}.${didYouMean(key, known)}`;
}

/** Checks the name in a Ref, or in `${…}` of an Fn::Sub. `caller` is the function's name. */
function checkName(name: string, at: SourceRange, caller: string, context: CheckContext): void {
  const { names, report } = context;
  if (pseudoParameters.includes(name) || names.parameters.includes(name)) return;
  if (name.startsWith('AWS::')) {
    report(at, `${caller}: there is no pseudo parameter "${name}".${didYouMean(name, pseudoParameters)}`);
  } else if (!refersToResource(name, at, context)) {
    const known = [...names.parameters, ...names.resources, ...pseudoParameters];
    report(at, `${caller}: there is no parameter or resource "${name}".${didYouMean(name, known)}`);
  }
}

/** Checks the resource in an Fn::GetAtt, in a DependsOn, or before the dot of `${A.B}`. */
export function checkResource(name: string, at: SourceRange, caller: string, context: CheckContext): void {
  const { names, report } = context;
  if (refersToResource(name, at, context)) return;
  const problem = names.parameters.includes(name)
    ? `"${name}" is a parameter, not a resource. Use Ref for a parameter's value.`
    : `there is no resource "${name}".${didYouMean(name, names.resources)}`;
  report(at, `${caller}: ${problem}`);
}

/** Whether the template has the resource or SAM generates it. Notes the reference, or reports a forbidden one. */
function refersToResource(name: string, at: SourceRange, context: CheckContext): boolean {
  const { names, owner, noResources, report, found } = context;
  const { resources, serverless } = names;
  if (!resources.includes(name)) {
    if (serverless === undefined || sourceOf(name, serverless.template) === undefined) return false;
    serverless.referred.add(name);
  }
  if (noResources !== undefined) report(at, `"${name}" is a resource. ${noResources}`);
  else if (name === owner) report(at, `"${name}" refers to itself. Remove this reference.`);
  else found.resources.add(name);
  return true;
}

/** Checks the condition in an Fn::If, in `Condition: …` or in another condition. */
export function checkConditionName(at: Node, caller: string, { names, report, found }: CheckContext): void {
  const name = scalarTextOf(at) ?? '';
  if (names.conditions.includes(name)) found.conditions.add(name);
  else report(at, `${caller}: there is no condition "${name}".${didYouMean(name, names.conditions)}`);
}

function lookUpVariable(name: string, at: SourceRange, context: CheckContext): void {
  const dot = name.indexOf('.');
  if (!/^[\w.:]+$/.test(name)) {
    const rule = 'a variable may contain only letters, digits, "_", "." and ":"';
    context.report(at, `Fn::Sub: ${rule}, unlike "\${${name}}". Write "\${!${name}}" for the text itself.`);
  } else if (dot > 0) {
    const LogicalResourceId = name.slice(0, dot);
    checkResource(LogicalResourceId, at, 'Fn::Sub', context);
    const attribute = name.slice(dot + 1);
    context.attributeReferences.push({ LogicalResourceId, attribute, ...context.placeOf(at) });
  } else {
    checkName(name, at, 'Fn::Sub', context);
  }
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

type Names = ReturnType<typeof gatherNames>;

export function gatherNames(template: Node) {
  const namesIn = (section: string) => entriesOf(entryOf(template, section)?.value).map(({ key }) => key);
  return {
    parameters: namesIn('Parameters'),
    resources: namesIn('Resources'),
    conditions: namesIn('Conditions'),
    /** The whole Mappings section, because every key of a lookup is checked. */
    mappings: entryOf(template, 'Mappings')?.value,
    /** The template and the generated resources that it refers to; undefined if this is not a SAM template. */
    serverless: isServerless(template) ? { template, referred: new Set<string>() } : undefined,
  };
}

interface Signature {
  /** The valid arguments, as the end of the sentence "Fn::X takes …". */
  readonly takes: string;
  readonly fits: (argument: Node) => boolean;
  /** Why its argument may not refer to a resource, as a sentence. */
  readonly noResources?: string;
  readonly lookUp?: (argument: Node, context: CheckContext) => void;
}

type Fits = Signature['fits'];

const isAnything: Fits = () => true;
const isText: Fits = (node) => scalarTextOf(node) !== undefined;
const isName: Fits = (node) => (scalarTextOf(node) ?? '') !== '';
const isCall: Fits = (node) => callIn(node) !== undefined;
const isNameOrCall: Fits = (node) => isName(node) || isCall(node);
const isTextOrCall: Fits = (node) => isText(node) || isCall(node);
const isListOrCall: Fits = (node) => node.kind === 'list' || isCall(node);
const isIndex: Fits = (node) => isCall(node) || /^\d+$/.test(scalarTextOf(node) ?? '');
const isMapNode: Fits = (node) => node.kind === 'map';
const isDefaultValue: Fits = (node) => entriesOf(node).length === 1 && entryOf(node, 'DefaultValue') !== undefined;
const mapKeys = [isNameOrCall, isNameOrCall, isNameOrCall];

type Signatures = Readonly<Record<string, Signature>>;

export const valueFunctions: Signatures = {
  Ref: {
    takes: 'one name, of a parameter or a resource',
    fits: isName,
    lookUp: (argument, context) => checkName(scalarTextOf(argument) ?? '', argument, 'Ref', context),
  },
  'Fn::GetAtt': {
    takes: 'two names, Resource.Attribute or [Resource, Attribute]',
    fits: isListOf(isName, isNameOrCall),
    lookUp(argument, context) {
      const [resource = argument, attribute] = itemsOf(argument);
      const LogicalResourceId = scalarTextOf(resource) ?? '';
      checkResource(LogicalResourceId, resource, 'Fn::GetAtt', context);
      const name = scalarTextOf(attribute);
      if (name === undefined) return;
      const place = context.placeOf(attribute ?? resource);
      context.attributeReferences.push({ LogicalResourceId, attribute: name, ...place });
    },
  },
  'Fn::Sub': {
    takes: 'a string, or a list of a string and a map of its variables',
    fits: (argument) => isText(argument) || isListOf(isText, isMapNode)(argument),
    lookUp(argument, context) {
      const [text, given] = argument.kind === 'list' ? argument.items : [argument];
      if (text?.kind !== 'scalar') return;
      const variables = new Map<string, string>();
      for (const [source, name = ''] of String(text.value).matchAll(subVariable)) variables.set(name.trim(), source);
      for (const [name, source] of variables) {
        if (name.startsWith('!') || entryOf(given, name) !== undefined) continue;
        const index = text.source.indexOf(source);
        lookUpVariable(name, index < 0 ? text : { start: text.start + index, end: text.end }, context);
      }
    },
  },
  'Fn::Join': {
    takes: 'a list of two: the text to put between, and the list to join',
    fits: isListOf(isText, isListOrCall),
  },
  'Fn::Select': {
    takes: 'a list of two: an index from 0, and the list to select from',
    fits: isListOf(isIndex, isListOrCall),
    lookUp(argument, { report }) {
      const [index, list] = itemsOf(argument);
      const text = scalarTextOf(index);
      if (index === undefined || text === undefined || list?.kind !== 'list') return;
      const { length } = list.items;
      if (Number(text) < length) return;
      report(index, `Fn::Select: there is no item ${text} in a list of ${length}; the first is item 0.`);
    },
  },
  'Fn::Split': {
    takes: 'a list of two: the text to split at, and the text to split',
    fits: isListOf(isName, isTextOrCall),
  },
  'Fn::FindInMap': {
    takes: 'a list: the map, its key, the name under that key, and possibly a map with DefaultValue',
    fits: (argument) => isListOf(...mapKeys)(argument) || isListOf(...mapKeys, isDefaultValue)(argument),
    noResources: 'CloudFormation evaluates Fn::FindInMap before it creates any resource.',
    /** Checks the keys up to the first that is not written out, if there is no DefaultValue. */
    lookUp(argument, { names, report }) {
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
    },
  },
  'Fn::If': {
    takes: "a list of three: a condition's name, the value if it holds, and the value if it does not",
    fits: isListOf(isName, isAnything, isAnything),
    lookUp: (argument, context) => checkConditionName(itemsOf(argument)[0] ?? argument, 'Fn::If', context),
  },
  'Fn::ImportValue': {
    takes: 'the name of an export',
    fits: isNameOrCall,
    noResources: 'CloudFormation evaluates Fn::ImportValue before it creates any resource.',
  },
  'Fn::Base64': { takes: 'one string', fits: isTextOrCall },
  'Fn::GetAZs': { takes: 'the name of a Region, or nothing', fits: (node) => node.kind === 'scalar' || isCall(node) },
  'Fn::Length': { takes: 'a list', fits: isListOrCall },
  'Fn::ToJsonString': { takes: 'a map or a list', fits: (node) => node.kind !== 'scalar' },
};

/** The functions of the sections Conditions and Rules. They return true or false. */
const ofBoth: Signatures = {
  'Fn::And': { takes: 'a list of 2 to 10 conditions', fits: isListOfLength(2, 10) },
  'Fn::Or': { takes: 'a list of 2 to 10 conditions', fits: isListOfLength(2, 10) },
  'Fn::Not': { takes: 'a list of one condition', fits: isListOfLength(1) },
  'Fn::Equals': { takes: 'a list of two values', fits: isListOfLength(2) },
};

export const conditionFunctions: Signatures = {
  ...ofBoth,
  Condition: { takes: 'the name of a condition', fits: isName },
};

export const ruleFunctions: Signatures = {
  ...ofBoth,
  'Fn::Contains': { takes: 'a list of two: the list, and the value to look for', fits: isListOfLength(2) },
  'Fn::EachMemberEquals': { takes: 'a list of two: the list, and the value of each member', fits: isListOfLength(2) },
  'Fn::EachMemberIn': { takes: 'a list of two lists', fits: isListOfLength(2) },
};

/** CloudFormation's functions that the sandbox does not simulate. Those of rules read the account. */
export const functionsNotSimulated = ['Fn::Cidr', 'Fn::RefAll', 'Fn::Transform', 'Fn::ValueOf', 'Fn::ValueOfAll'];

/** The call of a function, if `node` is one: a map whose only key is `Ref` or `Fn::…`. */
export function callIn(node: Node): Entry | undefined {
  const [entry, ...others] = entriesOf(node);
  return entry !== undefined && others.length === 0 && isIntrinsicName(entry.key) ? entry : undefined;
}

function isListOf(...fits: readonly Fits[]): Fits {
  return (argument) =>
    argument.kind === 'list' &&
    argument.items.length === fits.length &&
    argument.items.every((item, index) => fits[index]?.(item));
}

function isListOfLength(least: number, most = least): Fits {
  return (argument) => argument.kind === 'list' && argument.items.length >= least && argument.items.length <= most;
}
