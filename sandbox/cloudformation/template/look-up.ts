/**
 * Looks up what the call of an intrinsic function refers to: the names in its argument, which fits the signature. What
 * is nested in the argument has its own turn (`check-value.ts`).
 */
import { didYouMean } from './nearest-name.ts';
import { checkConditionName, checkName, checkResource, type Surroundings } from './references.ts';
import { subParts } from './sub-text.ts';
import { entriesOf, entryOf, type Node, type ScalarNode, type Span, scalarTextOf } from './syntax-tree.ts';

type LookUp = (argument: Node, surroundings: Surroundings) => void;

/** Functions that are not in it refer to nothing by name. */
export const lookUps: ReadonlyMap<string, LookUp> = new Map<string, LookUp>([
  ['Ref', (argument, surroundings) => checkName(scalarTextOf(argument) ?? '', argument, 'Ref', surroundings)],
  ['Fn::GetAtt', lookUpResource],
  ['Fn::Sub', lookUpVariables],
  ['Fn::Select', lookUpItem],
  ['Fn::FindInMap', lookUpInMappings],
  ['Fn::If', lookUpCondition],
]);

function lookUpResource(argument: Node, surroundings: Surroundings): void {
  const [resource = argument, attribute] = itemsOf(argument);
  const LogicalResourceId = scalarTextOf(resource) ?? '';
  checkResource(LogicalResourceId, resource, 'Fn::GetAtt', surroundings);
  const name = scalarTextOf(attribute);
  if (name !== undefined) surroundings.onAttribute(LogicalResourceId, name, attribute ?? resource);
}

function lookUpCondition(argument: Node, surroundings: Surroundings): void {
  const [condition = argument] = itemsOf(argument);
  checkConditionName(scalarTextOf(condition) ?? '', condition, 'Fn::If', surroundings);
}

function lookUpVariables(argument: Node, surroundings: Surroundings): void {
  const [text, given] = argument.kind === 'list' ? argument.items : [argument];
  if (text?.kind !== 'scalar') return;
  const own = entriesOf(given).map(({ key }) => key);
  const variables = subParts(String(text.value)).filter(({ kind }) => kind === 'variable');
  for (const name of new Set(variables.map((variable) => variable.text))) {
    if (!own.includes(name)) lookUpVariable(name, placeOfVariable(name, text), surroundings);
  }
}

function lookUpVariable(name: string, at: Span, surroundings: Surroundings): void {
  const dot = name.indexOf('.');
  if (!/^[\w.:]+$/.test(name)) {
    const rule = 'a variable has only letters, digits, "_", "." and ":"';
    surroundings.report(at, `Fn::Sub: ${rule}, unlike "\${${name}}". Write "\${!${name}}" for the text itself.`);
  } else if (dot > 0) {
    checkResource(name.slice(0, dot), at, 'Fn::Sub', surroundings);
    surroundings.onAttribute(name.slice(0, dot), name.slice(dot + 1), at);
  } else {
    checkName(name, at, 'Fn::Sub', surroundings);
  }
}

/** The variable itself where the file has it letter for letter; else the whole text. */
function placeOfVariable(name: string, text: ScalarNode): Span {
  const index = text.source.indexOf(`\${${name}}`);
  return index < 0 ? text : { start: text.start + index, end: text.end };
}

function lookUpItem(argument: Node, { report }: Surroundings): void {
  const [index, list] = itemsOf(argument);
  const text = scalarTextOf(index);
  if (index === undefined || text === undefined || list?.kind !== 'list' || Number(text) < list.items.length) return;
  report(index, `Fn::Select: there is no item ${text} in a list of ${list.items.length}; the first is item 0.`);
}

/** As far down as the names are known without the parameters' values. */
function lookUpInMappings(argument: Node, { names, report }: Surroundings): void {
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
