/**
 * A template as CloudFormation sends it to a macro, and its references to attributes of resources. It is JSON, with
 * intrinsic functions in their long form.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getatt.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
 */

export type TemplateValue = null | boolean | number | string | readonly TemplateValue[] | TemplateMap;
export type TemplateMap = { readonly [name: string]: TemplateValue };

/** @param value parsed from JSON */
export function isList(value: unknown): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

/** @param value parsed from JSON */
export function isMap(value: unknown): value is TemplateMap {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Returns a map with the same names in the same order, and other values. */
export function mapValues(
  map: TemplateMap,
  change: (value: TemplateValue, name: string) => TemplateValue,
): TemplateMap {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]));
}

/** @param value parsed from JSON */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}

export interface AttributeReference {
  /** The property, the resource or the section entry that contains the reference: `Domain.DomainName`. */
  readonly where: string;
  readonly logicalId: string;
  readonly attribute: string;
}

/** Every Fn::GetAtt, and every `${Resource.Attribute}` of an Fn::Sub, except names that other functions compute. */
export function attributeReferences(template: TemplateMap): readonly AttributeReference[] {
  const referencesIn = (value: TemplateValue, path: readonly string[]): readonly AttributeReference[] => {
    if (isList(value)) return value.flatMap((item) => referencesIn(item, path));
    if (!isMap(value)) return [];
    return Object.entries(value).flatMap(([name, argument]) => [
      ...attributesIn(name, argument).map((reference) => ({ where: placeOf(path), ...reference })),
      ...referencesIn(argument, [...path, name]),
    ]);
  };
  return referencesIn(template, []);
}

/** `Resources.Domain.Properties.X` is the property X of Domain. The rest of a path is detail. */
function placeOf([section = '', name = '', attribute, property]: readonly string[]): string {
  if (section !== 'Resources') return `${section}.${name}`;
  return attribute === 'Properties' && property !== undefined ? `${name}.${property}` : name;
}

type Attribute = Omit<AttributeReference, 'where'>;

function attributesIn(name: string, argument: TemplateValue): readonly Attribute[] {
  if (name === 'Fn::GetAtt') {
    const parts = isList(argument) ? argument : [argument];
    return parts.every((part) => typeof part === 'string') ? parsed(parts.join('.')) : [];
  }
  if (name !== 'Fn::Sub') return [];
  const [text, variables] = isList(argument) ? argument : [argument];
  if (typeof text !== 'string') return [];
  // A name excludes `$`, `{` and `}`. Otherwise the time would grow with the square of the number of `${` without an end.
  return [...text.matchAll(/\$\{([^!${}][^${}]*)\}/g)]
    .map(([, variable = '']) => variable.trim())
    .filter((variable) => !(isMap(variables) && Object.hasOwn(variables, variable)))
    .flatMap(parsed);
}

/** `A.B.C` is the attribute `B.C` of `A`. */
function parsed(text: string): readonly Attribute[] {
  const [, logicalId, attribute] = /^([^.]+)\.(.+)$/s.exec(text) ?? [];
  return logicalId === undefined || attribute === undefined ? [] : [{ logicalId, attribute }];
}
