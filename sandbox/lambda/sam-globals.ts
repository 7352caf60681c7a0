/**
 * The properties of a function as SAM sees them: its own over those in `Globals`.
 *
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy-globals.html
 */

import type { Json } from '../json.ts';
import { isList, isMap, type JsonMap } from '../json.ts';
import { intrinsicCall } from '../template/intrinsic-call.ts';
import type { ResourceDeclaration, Template } from '../template/template.ts';

/** Unevaluated. */
export function functionProperties({ Properties }: ResourceDeclaration, { Globals }: Template): JsonMap {
  const merged = withGlobals(Properties, isMap(Globals) ? Globals['Function'] : undefined);
  return isMap(merged) ? merged : {};
}

/** Maps by key, lists one after the other, and the function's own value before anything else. */
export function withGlobals(own: Json, global: Json | undefined): Json {
  if (global === undefined) return own;
  if (isList(own) && isList(global)) return [...global, ...own];
  if (!isPlainMap(own) || !isPlainMap(global)) return own;
  const merged = Object.entries(own).map(([name, value]): [string, Json] => [name, withGlobals(value, global[name])]);
  return { ...global, ...Object.fromEntries(merged) };
}

/** A map that is not a call of an intrinsic function. */
export function isPlainMap(value: Json): value is JsonMap {
  return isMap(value) && intrinsicCall(value) === undefined;
}
