/**
 * What the values of properties must be, and which of those that a template has written out are not so. A value with an
 * intrinsic function in it is known only later.
 */

import { isList, isMap, type Json } from '../json.ts';
import { intrinsicCall, isWrittenOut } from '../template/intrinsic-call.ts';
import { declarationProblem, type Problem, type ResourceDeclaration } from '../template/template.ts';

/** What is wrong with a value, as the end of a sentence that begins with the property's name; undefined: nothing. */
export type ValueRule = (value: Json) => string | undefined;

export interface ValueRules {
  readonly values: ReadonlyMap<string, ValueRule>;
  /** Of the items of properties that are lists. */
  readonly items: ReadonlyMap<string, ValueRule>;
}

/** Every value that breaks a rule, where it stands. */
export function valueProblems(declaration: ResourceDeclaration, { values, items }: ValueRules): readonly Problem[] {
  const { LogicalResourceId, Properties, faultyProperties } = declaration;
  if (!isMap(Properties) || intrinsicCall(Properties) !== undefined) return [];
  const check = (name: string, value: Json, rule: ValueRule): readonly Problem[] => {
    const wrong = isWrittenOut(value) && !faultyProperties.has(name) ? rule(value) : undefined;
    if (wrong === undefined) return [];
    return [declarationProblem(declaration, `Resource ${LogicalResourceId}: ${name} ${wrong}`, name)];
  };
  return Object.entries(Properties).flatMap(([name, value]) => {
    const ofItems = items.get(name);
    if (ofItems !== undefined && isList(value)) {
      return value.flatMap((item, index) => check(`${name}[${index}]`, item, ofItems));
    }
    const rule = ofItems === undefined ? values.get(name) : notAList;
    return rule === undefined ? [] : check(name, value, rule);
  });
}

/** A value as the template's author will recognise it, cut where it is long. */
export function shown(value: Json): string {
  const text = JSON.stringify(value);
  if (text.length <= 60) return text;
  const length = typeof value === 'string' ? ` (${[...value].length} characters)` : '';
  return `${text.slice(0, 60)}…${length}`;
}

function notAList(value: Json): string {
  return `must be a list, not ${shown(value)}.`;
}
