/**
 * Finds the references to attributes that the custom resource does not have. Without this they would fail only when the
 * version has been made, in whatever resource or output asks for them.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */
import { isList, isMap, type TemplateMap, type TemplateValue } from './template-value.ts';

/** The native type has the first four. */
export const attributes = ['ImageVersionArn', 'ImageArn', 'Version', 'ContainerImage', 'ImageName', 'BaseImage'];

/** One problem for each place in `template` that reads another attribute of one of the resources `logicalIds`. */
export function missingAttributes(template: TemplateMap, logicalIds: ReadonlySet<string>): readonly string[] {
  const problems = (value: TemplateValue, path: readonly string[]): readonly string[] => {
    if (isList(value)) return value.flatMap((item) => problems(item, path));
    if (!isMap(value)) return [];
    return Object.entries(value).flatMap(([name, argument]) => [
      ...references(name, argument)
        .filter(([logicalId, attribute]) => logicalIds.has(logicalId) && !attributes.includes(attribute))
        .map(([logicalId, attribute]) => `${where(path)}: ${logicalId} has no attribute ${attribute}`),
      ...problems(argument, [...path, name]),
    ]);
  };
  return [...new Set(problems(template, []))];
}

/** `Resources.Domain.Properties.X` is the property X of Domain; the rest of a path is detail. */
function where([section = '', name = '', attribute, property]: readonly string[]): string {
  if (section !== 'Resources') return `${section}.${name}`;
  return attribute === 'Properties' && property !== undefined ? `${name}.${property}` : name;
}

type Reference = readonly [logicalId: string, attribute: string];

/** What a call of Fn::GetAtt or Fn::Sub refers to. Names that are computed are not known yet. */
function references(name: string, argument: TemplateValue): readonly Reference[] {
  if (name === 'Fn::GetAtt') {
    const parts = isList(argument) ? argument : [argument];
    return parts.every((part) => typeof part === 'string') ? reference(parts.join('.')) : [];
  }
  if (name !== 'Fn::Sub') return [];
  const [text, variables] = isList(argument) ? argument : [argument];
  if (typeof text !== 'string') return [];
  return [...text.matchAll(/\$\{([^}]+)\}/g)]
    .map(([, variable = '']) => variable.trim())
    .filter((variable) => !(isMap(variables) && Object.hasOwn(variables, variable)))
    .flatMap(reference);
}

/** `A.B.C` is attribute `B.C` of `A`. */
function reference(text: string): readonly Reference[] {
  const [, logicalId, attribute] = /^([^.]+)\.(.+)$/s.exec(text) ?? [];
  return logicalId === undefined || attribute === undefined ? [] : [[logicalId, attribute]];
}
