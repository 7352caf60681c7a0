/**
 * Which of JSON's forms a value has. Used wherever template data is read.
 */
import type { Json } from './template.ts';

export type JsonMap = { readonly [name: string]: Json };
export type JsonScalar = null | boolean | number | string;

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !isList(value);
}

/**
 * The intrinsic function that a map calls: `Ref` or `Fn::…`, alone in its map, and its argument. Undefined for plain
 * data. `Condition` is not among them, because a map with that single name is also plain data (an IAM statement's).
 */
export function intrinsicCall(value: JsonMap): { readonly name: string; readonly argument: Json } | undefined {
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  return isIntrinsicName(name) ? { name, argument } : undefined;
}

export function isIntrinsicName(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}
