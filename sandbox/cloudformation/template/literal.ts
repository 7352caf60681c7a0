/** Which values of a template are known as they stand there. */
import { intrinsicCall, isList, isMap } from './json.ts';
import type { Json } from './template.ts';

/** No intrinsic function and no dynamic reference in it, at any depth. */
export function isWrittenOut(value: Json): boolean {
  if (typeof value === 'string') return !value.includes('{{resolve:');
  if (isList(value)) return value.every(isWrittenOut);
  if (!isMap(value)) return true;
  return intrinsicCall(value) === undefined && Object.values(value).every(isWrittenOut);
}
