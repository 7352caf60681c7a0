/**
 * The intrinsic functions. Each gets its evaluated argument, and throws CloudFormation's error for an invalid one. Fn::If
 * is in `evaluate.ts`, because it must not evaluate one of its branches.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */

import { isList, isMap, type Json, type JsonMap, ownEntry } from '../json.ts';
import type { Scope, Template } from './template.ts';

interface EvaluationContext {
  readonly template: Template;
  readonly scope: Scope;
}

/** Returns undefined for AWS::NoValue. */
type Intrinsic = (argument: Json, context: EvaluationContext) => Json | undefined;

export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', ref],
  ['Fn::GetAtt', getAtt],
  ['Fn::Sub', sub],
  ['Fn::Join', join],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::FindInMap', findInMap],
  ['Fn::ImportValue', importValue],
  ['Fn::Base64', base64],
]);

/** The text of a string, number or boolean; undefined for everything else. */
export function scalarText(value: Json | undefined): string | undefined {
  return value === undefined || value === null || typeof value === 'object' ? undefined : String(value);
}

function ref(argument: Json, { template, scope }: EvaluationContext): Json | undefined {
  const name = scalarText(argument) ?? refuse('every Ref object must have a single String value.');
  if (name === 'AWS::NoValue') return undefined;
  if (name === 'AWS::NotificationARNs') return [];
  const pseudoParameter = Object.entries(scope.pseudoParameters).find(([known]) => known === name)?.[1];
  return pseudoParameter ?? (template.Parameters.has(name) ? scope.parameters[name] : scope.ref(name));
}

function getAtt(argument: Json, { scope }: EvaluationContext): Json {
  const [LogicalResourceId, attribute] = (isList(argument) ? argument : []).map(scalarText);
  if (!LogicalResourceId || !attribute) {
    return refuse(
      'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    );
  }
  return scope.getAtt(LogicalResourceId, attribute);
}

function sub(argument: Json, context: EvaluationContext): string {
  const [text, given = {}] = (isList(argument) ? argument : [argument]) satisfies readonly Json[];
  const template = scalarText(text);
  if (template === undefined || !isMap(given)) {
    return refuse(
      "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    );
  }
  const texts = subParts(template).map((part) =>
    part.kind === 'literal' ? part.text : fill(part.text, given, context),
  );
  return texts.join('');
}

function fill(name: string, given: JsonMap, context: EvaluationContext): string {
  const value = Object.hasOwn(given, name) ? given[name] : referTo(name, context);
  return scalarText(value) ?? refuse(`Fn::Sub expression does not resolve to a string: \${${name}}`);
}

function referTo(name: string, context: EvaluationContext): Json | undefined {
  const dot = name.indexOf('.');
  return dot < 0 ? ref(name, context) : getAtt([name.slice(0, dot), name.slice(dot + 1)], context);
}

function join(argument: Json): string {
  const [delimiter, list] = listOf(2, argument) ?? [];
  const texts = isList(list) ? list.map(scalarText) : [undefined];
  const between = scalarText(delimiter);
  if (between === undefined || texts.includes(undefined)) {
    return refuse(
      'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.',
    );
  }
  return texts.join(between);
}

function select(argument: Json): Json {
  const [index, list] = listOf(2, argument) ?? [];
  const position = scalarText(index) ?? '';
  if (!/^\d+$/.test(position) || !isList(list)) {
    return refuse('Fn::Select requires a list argument with two elements: an integer index and a list');
  }
  return list[Number(position)] ?? refuse(`Fn::Select cannot select nonexistent value at index ${position}`);
}

function split(argument: Json): Json {
  const [delimiter, text] = (listOf(2, argument) ?? []).map(scalarText);
  if (!delimiter || text === undefined) {
    return refuse(
      'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
    );
  }
  return text.split(delimiter);
}

function findInMap(argument: Json, { template }: EvaluationContext): Json {
  const [map, key, name] = (listOf(3, argument) ?? []).map(scalarText);
  if (map === undefined || key === undefined || name === undefined) {
    return refuse(
      'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
    );
  }
  const mapping =
    ownEntry(template.Mappings, map) ??
    refuse(`Mapping named '${map}' is not present in the 'Mappings' section of template.`);
  return ownEntry(ownEntry(mapping, key), name) ?? refuse(`Unable to get mapping for ${map}::${key}::${name}`);
}

function importValue(argument: Json, { scope }: EvaluationContext): string {
  const name = scalarText(argument);
  return scope.importValue(
    name ?? refuse('the attribute in Fn::ImportValue must be a string or a function that returns a string'),
  );
}

function base64(argument: Json): string {
  const text = scalarText(argument) ?? refuse('every Fn::Base64 object must have a String-typed value.');
  return Buffer.from(text).toString('base64');
}

function listOf(count: number, argument: Json): readonly Json[] | undefined {
  return isList(argument) && argument.length === count ? argument : undefined;
}

function refuse(message: string): never {
  throw new Error(`Template error: ${message}`);
}

export interface SubPart {
  readonly kind: 'literal' | 'variable';
  /** The name between `${` and `}`, or literal text, in which `${!x}` has become `${x}`. */
  readonly text: string;
}

/**
 * The parts of an Fn::Sub text, in order. A `$` without `{…}` is literal. The name of a variable may be invalid.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
export function subParts(text: string): readonly SubPart[] {
  const parts: SubPart[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
    const name = match[1] ?? '';
    if (match.index > end) parts.push({ kind: 'literal', text: text.slice(end, match.index) });
    parts.push(
      name.startsWith('!') ? { kind: 'literal', text: `\${${name.slice(1)}}` } : { kind: 'variable', text: name },
    );
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ kind: 'literal', text: text.slice(end) });
  return parts;
}
