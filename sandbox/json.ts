/** Plain data, as JSON has it, and how to look into it. */

export type Json = null | boolean | number | string | readonly Json[] | JsonMap;

export type JsonMap = { readonly [name: string]: Json };

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** The value if it is a map, else an empty map. */
export function mapOf(value: Json | undefined): JsonMap {
  return isMap(value) ? value : {};
}

/** The entry that `map` itself holds under `name`, never an inherited one: an image may be called `constructor`. */
export function ownEntry<T>(map: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}
