/**
 * Looks up the references in a template's values. It reports those without a target and collects the others.
 */
import { subParts } from './intrinsics.ts';
import { isMadeBySam, type Names, pseudoParameters } from './names.ts';
import { didYouMean } from './nearest-name.ts';
import {
  entriesOf,
  entryOf,
  type Node,
  type Report,
  type ScalarNode,
  type SourceRange,
  scalarTextOf,
} from './syntax-tree.ts';

/** The place of a value in the template, and the references found in it so far. */
export interface CheckContext {
  readonly names: Names;
  readonly report: Report;
  /** The name of the resource or condition that the value belongs to; it may not refer to itself. */
  readonly owner: string;
  /** Why the value may not refer to a resource, as a whole sentence; absent where it may. */
  readonly noResources?: string;
  readonly found: { readonly resources: Set<string>; readonly conditions: Set<string> };
  /** Is called with each attribute that the value reads by name. */
  readonly onAttribute: OnAttribute;
}

export type OnAttribute = (LogicalResourceId: string, attribute: string, at: SourceRange) => void;

/** Checks the name in a Ref, or in `${…}` of an Fn::Sub. `caller` is the function's name. */
export function checkName(name: string, at: SourceRange, caller: string, context: CheckContext): void {
  const { names, report } = context;
  if (pseudoParameters.includes(name) || names.parameters.includes(name)) return;
  if (names.resources.includes(name)) {
    referToResource(name, at, context);
  } else if (name.startsWith('AWS::')) {
    report(at, `${caller}: there is no pseudo parameter "${name}".${didYouMean(name, pseudoParameters)}`);
  } else if (!isMadeBySam(name, names)) {
    const known = [...names.parameters, ...names.resources, ...pseudoParameters];
    report(at, `${caller}: there is no parameter or resource "${name}".${didYouMean(name, known)}`);
  }
}

/** Checks the resource in an Fn::GetAtt, in a DependsOn, or before the dot of `${A.B}`. */
export function checkResource(name: string, at: SourceRange, caller: string, context: CheckContext): void {
  const { names, report } = context;
  if (names.resources.includes(name)) {
    referToResource(name, at, context);
  } else if (names.parameters.includes(name)) {
    report(at, `${caller}: "${name}" is a parameter, not a resource. Use Ref for a parameter's value.`);
  } else if (!isMadeBySam(name, names)) {
    report(at, `${caller}: there is no resource "${name}".${didYouMean(name, names.resources)}`);
  }
}

/** Checks the condition in an Fn::If, in `Condition: …` or in another condition. */
export function checkConditionName(name: string, at: SourceRange, caller: string, context: CheckContext): void {
  const { names, report, found } = context;
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
export const lookUps: ReadonlyMap<string, LookUp> = new Map<string, LookUp>([
  ['Ref', (argument, context) => checkName(scalarTextOf(argument) ?? '', argument, 'Ref', context)],
  ['Fn::GetAtt', lookUpResource],
  ['Fn::Sub', lookUpVariables],
  ['Fn::Select', lookUpItem],
  ['Fn::FindInMap', lookUpInMappings],
  ['Fn::If', lookUpCondition],
]);

function lookUpResource(argument: Node, context: CheckContext): void {
  const [resource = argument, attribute] = itemsOf(argument);
  const LogicalResourceId = scalarTextOf(resource) ?? '';
  checkResource(LogicalResourceId, resource, 'Fn::GetAtt', context);
  const name = scalarTextOf(attribute);
  if (name !== undefined) context.onAttribute(LogicalResourceId, name, attribute ?? resource);
}

function lookUpCondition(argument: Node, context: CheckContext): void {
  const [condition = argument] = itemsOf(argument);
  checkConditionName(scalarTextOf(condition) ?? '', condition, 'Fn::If', context);
}

function lookUpVariables(argument: Node, context: CheckContext): void {
  const [text, given] = argument.kind === 'list' ? argument.items : [argument];
  if (text?.kind !== 'scalar') return;
  const own = entriesOf(given).map(({ key }) => key);
  const variables = subParts(String(text.value)).filter(({ kind }) => kind === 'variable');
  for (const name of new Set(variables.map((variable) => variable.text))) {
    if (!own.includes(name)) lookUpVariable(name, placeOfVariable(name, text), context);
  }
}

function lookUpVariable(name: string, at: SourceRange, context: CheckContext): void {
  const dot = name.indexOf('.');
  if (!/^[\w.:]+$/.test(name)) {
    const rule = 'a variable may contain only letters, digits, "_", "." and ":"';
    context.report(at, `Fn::Sub: ${rule}, unlike "\${${name}}". Write "\${!${name}}" for the text itself.`);
  } else if (dot > 0) {
    checkResource(name.slice(0, dot), at, 'Fn::Sub', context);
    context.onAttribute(name.slice(0, dot), name.slice(dot + 1), at);
  } else {
    checkName(name, at, 'Fn::Sub', context);
  }
}

/** The place of the variable if the file contains it literally; else the place of the whole text. */
function placeOfVariable(name: string, text: ScalarNode): SourceRange {
  const index = text.source.indexOf(`\${${name}}`);
  return index < 0 ? text : { start: text.start + index, end: text.end };
}

function lookUpItem(argument: Node, { report }: CheckContext): void {
  const [index, list] = itemsOf(argument);
  const text = scalarTextOf(index);
  if (index === undefined || text === undefined || list?.kind !== 'list' || Number(text) < list.items.length) return;
  report(index, `Fn::Select: there is no item ${text} in a list of ${list.items.length}; the first is item 0.`);
}

/** Checks the keys up to the first that is not written out. */
function lookUpInMappings(argument: Node, { names, report }: CheckContext): void {
  let place = names.mappings;
  let reached = 'Mappings';
  for (const step of itemsOf(argument)) {
    const name = scalarTextOf(step);
    if (name === undefined) return;
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
