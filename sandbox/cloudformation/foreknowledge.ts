/**
 * What whoever runs the sandbox knows of a custom resource beforehand. CloudFormation knows nothing of the kind: it learns
 * of a wrong name from the provider, and of a wrong attribute when everything has been made.
 */
import { isCustomResourceType } from './custom-resource-declaration.ts';
import { intrinsicCall, isMap } from './template/json.ts';
import { didYouMean } from './template/nearest-name.ts';
import type { Problem, ResourceDeclaration, Template } from './template/template.ts';

export interface KnownType {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** What Fn::GetAtt can ask for. */
  readonly attributes: readonly string[];
}

export interface Foreknowledge {
  readonly types: Readonly<Record<string, KnownType>>;
  /** What to write instead of a type that is not simulated, as a sentence. */
  readonly insteadOf: Readonly<Record<string, string>>;
}

export const noForeknowledge: Foreknowledge = { types: {}, insteadOf: {} };

/** Everything in the template that the providers of the known types will refuse by its name. */
export function foreseeableProblems(template: Template, { types }: Foreknowledge): readonly Problem[] {
  const typeOf = (LogicalResourceId: string) => {
    const { Type = '' } = template.Resources.get(LogicalResourceId) ?? {};
    return isCustomResourceType(Type) && Object.hasOwn(types, Type) ? { Type, known: types[Type] } : undefined;
  };
  const ofProperties = [...template.Resources.values()].flatMap((declaration) =>
    propertyProblems(declaration, typeOf(declaration.LogicalResourceId)?.known),
  );
  const ofAttributes = template.attributeReferences.flatMap(({ LogicalResourceId, attribute, line, column }) => {
    const { Type, known } = typeOf(LogicalResourceId) ?? {};
    if (known === undefined || known.attributes.includes(attribute)) return [];
    const message = `${LogicalResourceId} is a ${Type}, which has no attribute "${attribute}".`;
    return [{ line, column, message: `${message}${orList(attribute, known.attributes)}` }];
  });
  return [...ofProperties, ...ofAttributes];
}

function propertyProblems(declaration: ResourceDeclaration, known: KnownType | undefined): readonly Problem[] {
  const { LogicalResourceId, Type, Properties, line, propertyLines } = declaration;
  if (known === undefined || !isMap(Properties) || intrinsicCall(Properties) !== undefined) return [];
  const all = [...known.required, ...known.optional];
  const missing = known.required.filter((name) => !Object.hasOwn(Properties, name));
  const unknown = Object.keys(Properties).filter((name) => !all.includes(name));
  const problem = (where: number, what: string) => ({
    line: where,
    column: 1,
    message: `Resource ${LogicalResourceId}: ${what}`,
  });
  return [
    ...missing.map((name) => problem(line, `a ${Type} needs the property ${name}.`)),
    ...unknown.map((name) =>
      problem(
        propertyLines?.get(name) ?? line,
        known.attributes.includes(name)
          ? `${name} is an attribute, read with Fn::GetAtt, and cannot be set.`
          : `a ${Type} has no property "${name}".${orList(name, all)}`,
      ),
    ),
  ];
}

function orList(name: string, known: readonly string[]): string {
  return didYouMean(name, known) || ` There are: ${known.join(', ')}.`;
}
