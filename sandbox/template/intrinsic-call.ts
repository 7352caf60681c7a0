/** Which values of a template are calls of an intrinsic function, and which are known without evaluating any. */
import { isList, isMap, type Json, type JsonMap } from '../json.ts';

/**
 * The intrinsic function that a map calls, and its argument: `Ref` or `Fn::…` is the only key of the map. Undefined for
 * plain data. `Condition` is not one of them: an IAM statement may be a map with that only key.
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

/** Whether the value contains no intrinsic function and no dynamic reference, at any depth. */
export function isWrittenOut(value: Json): boolean {
  if (typeof value === 'string') return !value.includes('{{resolve:');
  if (isList(value)) return value.every(isWrittenOut);
  if (!isMap(value)) return true;
  return intrinsicCall(value) === undefined && Object.values(value).every(isWrittenOut);
}
