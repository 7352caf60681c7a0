/** Which values of a template are calls of an intrinsic function, and which are known without evaluating any. */
import { isList, isMap, type Json, type JsonMap } from '../json.ts';

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

/** No intrinsic function and no dynamic reference in it, at any depth. */
export function isWrittenOut(value: Json): boolean {
  if (typeof value === 'string') return !value.includes('{{resolve:');
  if (isList(value)) return value.every(isWrittenOut);
  if (!isMap(value)) return true;
  return intrinsicCall(value) === undefined && Object.values(value).every(isWrittenOut);
}
