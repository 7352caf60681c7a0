/** A template as JSON has it: what CloudFormation sends to a macro, with intrinsic functions in their long form. */

export type TemplateValue = null | boolean | number | string | readonly TemplateValue[] | TemplateMap;
export type TemplateMap = { readonly [name: string]: TemplateValue };

/** Of anything that was parsed from JSON, as Lambda's events are. */
export function isList(value: unknown): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

/** Of anything that was parsed from JSON, as Lambda's events are. */
export function isMap(value: unknown): value is TemplateMap {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** A map with other values under the same names, in the same order. */
export function mapValues(
  map: TemplateMap,
  change: (value: TemplateValue, name: string) => TemplateValue,
): TemplateMap {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]));
}
