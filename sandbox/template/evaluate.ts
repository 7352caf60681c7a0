/**
 * Evaluates values with their intrinsic functions, as CloudFormation does just before it creates or updates a resource.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
import { isList, isMap, type Json, type JsonMap, mapOf, ownEntry } from '../json.ts';
import { withoutReferences } from './stored-values.ts';
import type { Scope, Template } from './template.ts';

interface Evaluation {
  readonly template: Template;
  readonly scope: Scope;
  /** The conditions that are already evaluated. */
  readonly decided: Map<string, boolean>;
}

/**
 * The evaluated data of `value`; undefined if it is AWS::NoValue, which removes an entry. CloudFormation looks up dynamic
 * references last, so functions can make their text. Throws an Error in CloudFormation's words ("Template error: …") if
 * a function has an invalid argument, and whatever the scope throws.
 */
export function evaluate(value: Json, template: Template, scope: Scope): Json | undefined {
  const data = evaluated(value, { template, scope, decided: new Map() });
  const { storedValue } = scope;
  return data === undefined || storedValue === undefined ? data : withoutReferences(data, storedValue);
}

/** Whether a resource or output with this `Condition` is wanted: its condition is true, or it has none. */
export function isWanted(conditionName: string | undefined, template: Template, scope: Scope): boolean {
  return conditionName === undefined || decide(conditionName, { template, scope, decided: new Map() });
}

/** A sentence for each assertion of a rule that does not hold. */
export function brokenRules(template: Template, scope: Scope): readonly string[] {
  const evaluation = { template, scope, decided: new Map() };
  return [...template.Rules].flatMap(([name, { RuleCondition, Assertions }]) => {
    if (RuleCondition !== undefined && !holds(RuleCondition, evaluation)) return [];
    const broken = Assertions.filter(({ Assert }) => !holds(Assert, evaluation));
    const problem = `Template error: the rule ${name} does not hold:`;
    return broken.map(({ AssertDescription = 'an assertion is false.' }) => `${problem} ${AssertDescription}`);
  });
}

function evaluated(value: Json, evaluation: Evaluation): Json | undefined {
  if (isList(value)) return evaluatedList(value, evaluation);
  if (!isMap(value)) return value;
  const call = intrinsicCall(value);
  if (call === undefined) {
    const entries = Object.entries(value).map(([name, entry]) => [name, evaluated(entry, evaluation)] as const);
    return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  }
  if (call.name === 'Fn::If') return chosen(call.argument, evaluation);
  const intrinsic = ownEntry(intrinsics, call.name) ?? refuse(`${call.name} is not simulated here`);
  return intrinsic(evaluated(call.argument, evaluation) ?? null, evaluation);
}

function evaluatedList(list: readonly Json[], evaluation: Evaluation): readonly Json[] {
  return list.map((item) => evaluated(item, evaluation)).filter((item) => item !== undefined);
}

/** Fn::If. The other branch is not evaluated: it may refer to a resource that does not exist. */
function chosen(argument: Json, evaluation: Evaluation): Json | undefined {
  const [condition, whenTrue, whenFalse] = listOf(3, argument);
  if (typeof condition !== 'string' || whenTrue === undefined || whenFalse === undefined) {
    return refuse('Fn::If requires a list argument with three elements');
  }
  return evaluated(decide(condition, evaluation) ? whenTrue : whenFalse, evaluation);
}

function decide(conditionName: string, evaluation: Evaluation): boolean {
  const { template, decided } = evaluation;
  const condition = template.Conditions.get(conditionName);
  if (condition === undefined) return refuse(`unresolved condition dependency ${conditionName}`);
  const decision = decided.get(conditionName) ?? holds(condition, evaluation);
  decided.set(conditionName, decision);
  return decision;
}

function holds(condition: Json, evaluation: Evaluation): boolean {
  const [name, argument] = (isMap(condition) ? Object.entries(condition)[0] : undefined) ?? [];
  if (name === 'Condition' && typeof argument === 'string') return decide(argument, evaluation);
  const operands = isList(argument) ? argument : [];
  switch (name) {
    case 'Fn::And':
      return operands.every((operand) => holds(operand, evaluation));
    case 'Fn::Or':
      return operands.some((operand) => holds(operand, evaluation));
    case 'Fn::Not':
      return !operands.every((operand) => holds(operand, evaluation));
    case 'Fn::Equals':
      return areEqual(evaluatedList(operands, evaluation));
    case 'Fn::Contains':
    case 'Fn::EachMemberEquals':
    case 'Fn::EachMemberIn': {
      const [members, value] = evaluatedList(operands, evaluation).map((each) => [each].flat().map(scalarText));
      if (name === 'Fn::Contains') return members?.includes(value?.[0]) ?? false;
      return members?.every((member) => value?.includes(member)) ?? false;
    }
    default:
      throw new Error(
        'Template format error: Conditions can only be boolean operations on parameters and other conditions',
      );
  }
}

/** Compares text with its case. Lists and maps are equal if their JSON text is equal. */
function areEqual(operands: readonly Json[]): boolean {
  const [left, right] = operands;
  if (left === undefined || right === undefined || typeof scalarText(left) !== typeof scalarText(right)) {
    return refuse('every Fn::Equals object requires a list of 2 string parameters.');
  }
  return (scalarText(left) ?? JSON.stringify(left)) === (scalarText(right) ?? JSON.stringify(right));
}

/** Gets its evaluated argument, and throws CloudFormation's error for an invalid one. Undefined means AWS::NoValue. */
type Intrinsic = (argument: Json, evaluation: Evaluation) => Json | undefined;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: ref,
  'Fn::GetAtt': getAtt,
  'Fn::Sub'(argument, evaluation) {
    const [text, given = {}] = (isList(argument) ? argument : [argument]) satisfies readonly Json[];
    const template = scalarText(text);
    if (template === undefined || !isMap(given)) {
      return refuse(
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
      );
    }
    return template.replace(subVariable, (_whole, inner: string) => {
      const name = inner.trim();
      if (name.startsWith('!')) return `\${${inner.trimStart().slice(1)}}`;
      const value = Object.hasOwn(given, name) ? given[name] : referTo(name, evaluation);
      return scalarText(value) ?? refuse(`Fn::Sub expression does not resolve to a string: \${${name}}`);
    });
  },
  'Fn::Join'(argument) {
    const [delimiter, list] = listOf(2, argument);
    const texts = isList(list) ? list.map(scalarText) : [undefined];
    const between = scalarText(delimiter);
    if (between !== undefined && !texts.includes(undefined)) return texts.join(between);
    return refuse(
      'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
    );
  },
  'Fn::Select'(argument) {
    const [index, list] = listOf(2, argument);
    const position = scalarText(index) ?? '';
    if (!/^\d+$/.test(position) || !isList(list)) {
      return refuse('Fn::Select requires a list argument with two elements: an integer index and a list');
    }
    return list[Number(position)] ?? refuse(`Fn::Select cannot select nonexistent value at index ${position}`);
  },
  'Fn::Split'(argument) {
    const [delimiter, text] = listOf(2, argument).map(scalarText);
    if (delimiter && text !== undefined) return text.split(delimiter);
    return refuse(
      'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
    );
  },
  'Fn::FindInMap'(argument, { template }) {
    const given = isList(argument) ? argument : [];
    const [map, key, name] = given.map(scalarText);
    if (map === undefined || key === undefined || name === undefined) {
      return refuse(
        'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
      );
    }
    const mapping = ownEntry(template.Mappings, map);
    const found = ownEntry(ownEntry(mapping, key), name);
    if (found !== undefined) return found;
    // AWS::NoValue has removed its DefaultValue by now.
    if (given.length > 3) return mapOf(given[3])['DefaultValue'];
    return mapping === undefined
      ? refuse(`Mapping named '${map}' is not present in the 'Mappings' section of template.`)
      : refuse(`Unable to get mapping for ${map}::${key}::${name}`);
  },
  'Fn::ImportValue'(argument, { scope }) {
    const problem = 'the attribute in Fn::ImportValue must be a string or a function that returns a string';
    return scope.importValue(scalarText(argument) ?? refuse(problem));
  },
  'Fn::Base64'(argument) {
    const text = scalarText(argument) ?? refuse('every Fn::Base64 object must have a String-typed value.');
    return Buffer.from(text).toString('base64');
  },
  /** Every Region of the sandbox has three zones. CloudFormation returns none of another Region. */
  'Fn::GetAZs'(argument, { scope }) {
    const here = scope.pseudoParameters['AWS::Region'];
    const region = argument === null ? '' : scalarText(argument);
    if (region === undefined) return refuse('every Fn::GetAZs object must have a String-typed value.');
    return region === '' || region === here ? ['a', 'b', 'c'].map((zone) => here + zone) : [];
  },
  'Fn::Length': (list) => (isList(list) ? list.length : refuse('every Fn::Length object requires a list')),
  'Fn::ToJsonString': (argument) => JSON.stringify(argument),
};

function ref(argument: Json, { template, scope }: Evaluation): Json | undefined {
  const name = scalarText(argument) ?? refuse('every Ref object must have a single String value.');
  if (name === 'AWS::NoValue') return undefined;
  if (name === 'AWS::NotificationARNs') return [];
  const pseudoParameter = ownEntry<string>(scope.pseudoParameters, name);
  return pseudoParameter ?? (template.Parameters.has(name) ? scope.parameters[name] : scope.ref(name));
}

function getAtt(argument: Json, { scope }: Evaluation): Json {
  const [LogicalResourceId, attribute] = (isList(argument) ? argument : []).map(scalarText);
  if (LogicalResourceId && attribute) return scope.getAtt(LogicalResourceId, attribute);
  return refuse(
    'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
  );
}

/** The value of a variable in Fn::Sub: of a `Name`, or of a `Resource.Attribute`. */
function referTo(name: string, evaluation: Evaluation): Json | undefined {
  const dot = name.indexOf('.');
  return dot < 0 ? ref(name, evaluation) : getAtt([name.slice(0, dot), name.slice(dot + 1)], evaluation);
}

/** The text of a string, number or boolean; undefined for everything else. */
export function scalarText(value: Json | undefined): string | undefined {
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

/** The items of a list with `count` of them; empty for any other argument. */
function listOf(count: number, argument: Json): readonly Json[] {
  return isList(argument) && argument.length === count ? argument : [];
}

function refuse(message: string): never {
  throw new Error(`Template error: ${message}`);
}

/**
 * A variable in the text of Fn::Sub, with what is between the braces as its group: a name, which may be invalid, with blanks
 * around it. A group that begins with `!` is no variable: `${!x}` is the text `${x}`. So is a `$` without `{…}`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export const subVariable = /\$\{([^}]*)\}/g;

/** The call of `Ref` or `Fn::…`, a map's only key; else undefined. `Condition` is data: IAM statements have it, too. */
export function intrinsicCall(value: JsonMap): { readonly name: string; readonly argument: Json } | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0 || !isIntrinsicName(entry[0])) return undefined;
  return { name: entry[0], argument: entry[1] };
}

/** Whether the value is a map, but not a call of an intrinsic function. */
export function isPlainMap(value: Json): value is JsonMap {
  return isMap(value) && intrinsicCall(value) === undefined;
}

export function isIntrinsicName(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

/** Whether the value contains no intrinsic function and no dynamic reference, at any depth. */
export function isWrittenOut(value: Json): boolean {
  if (typeof value === 'string') return !value.includes('{{resolve:');
  if (isList(value)) return value.every(isWrittenOut);
  return !isMap(value) || (isPlainMap(value) && Object.values(value).every(isWrittenOut));
}
