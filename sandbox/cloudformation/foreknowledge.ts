/**
 * What whoever runs the sandbox knows of a resource beforehand. CloudFormation knows nothing of the kind of a custom one:
 * it learns of a wrong name or value from the provider, and of a wrong attribute when everything has been made.
 */

import { isMap } from '../json.ts';
import { intrinsicCall } from '../template/intrinsic-call.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { isPropertyName } from '../template/property-places.ts';
import { declarationProblem, type Problem, type ResourceDeclaration, type Template } from '../template/template.ts';
import type { FindResourceType } from './resource-type.ts';
import { type ValueRules, valueProblems } from './value-rules.ts';

export interface KnownType {
  /** With its article: `a Custom::Thing`. */
  readonly called: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** What its values must be, as far as that can be said of values that are written out. */
  readonly rules: ValueRules;
  /** What Fn::GetAtt can ask for. */
  readonly attributes: readonly string[];
  /** What is to be said of a property that it does not have, as a sentence. */
  readonly notToBeSet?: Readonly<Record<string, string>>;
}

export interface Foreknowledge {
  /** Undefined if nothing is known. */
  known(declaration: ResourceDeclaration, template: Template): KnownType | undefined;
  /** Macros that leave names, values and attributes as the author has written them. */
  readonly macros: readonly string[];
  /** What to write instead of a type that is not simulated, as a sentence. */
  readonly insteadOf: Readonly<Record<string, string>>;
}

export const noForeknowledge: Foreknowledge = { known: () => undefined, macros: [], insteadOf: {} };

/** Everything that the providers of the known resources will refuse, and every attribute that will not be there. */
export function foreseeableProblems(
  template: Template,
  foreknowledge: Foreknowledge,
  findResourceType: FindResourceType,
): readonly Problem[] {
  const ofProperties = [...template.Resources.values()].flatMap((declaration) => {
    const known = foreknowledge.known(declaration, template);
    return known === undefined ? [] : [...nameProblems(declaration, known), ...valueProblems(declaration, known.rules)];
  });
  return [...ofProperties, ...attributeProblems(template, foreknowledge, findResourceType)];
}

function nameProblems(declaration: ResourceDeclaration, known: KnownType): readonly Problem[] {
  const { LogicalResourceId, Properties, hasMoreProperties } = declaration;
  if (!isMap(Properties) || intrinsicCall(Properties) !== undefined) return [];
  const all = [...known.required, ...known.optional];
  const missing = hasMoreProperties ? [] : known.required.filter((name) => !Object.hasOwn(Properties, name));
  const unknown = Object.keys(Properties).filter((name) => isPropertyName(name) && !all.includes(name));
  const problem = (what: string, property?: string) =>
    declarationProblem(declaration, `Resource ${LogicalResourceId}: ${what}`, property);
  return [
    ...missing.map((name) => problem(`${known.called} needs the property ${name}.`)),
    ...unknown.map((name) => problem(whyNot(name, all, known), name)),
  ];
}

function whyNot(name: string, all: readonly string[], { called, attributes, notToBeSet = {} }: KnownType): string {
  if (Object.hasOwn(notToBeSet, name)) return notToBeSet[name] ?? '';
  return attributes.includes(name)
    ? `${name} is an attribute, read with Fn::GetAtt, and cannot be set.`
    : `${called} has no property "${name}".${orList(name, all)}`;
}

function attributeProblems(
  template: Template,
  foreknowledge: Foreknowledge,
  findResourceType: FindResourceType,
): readonly Problem[] {
  const typeOf = (LogicalResourceId: string) => {
    const declaration = template.Resources.get(LogicalResourceId);
    if (declaration === undefined) return undefined;
    const { Type } = declaration;
    const attributes = findResourceType(Type)?.attributes;
    return attributes === undefined ? foreknowledge.known(declaration, template) : { called: `an ${Type}`, attributes };
  };
  return template.attributeReferences.flatMap(({ LogicalResourceId, attribute, line, column }) => {
    const known = typeOf(LogicalResourceId);
    if (known === undefined || known.attributes.includes(attribute)) return [];
    const message = `${LogicalResourceId} is ${known.called}, which has no attribute "${attribute}".`;
    return [{ line, column, message: `${message}${orList(attribute, known.attributes)}` }];
  });
}

function orList(name: string, known: readonly string[]): string {
  return didYouMean(name, known) || ` There are: ${known.join(', ')}.`;
}
