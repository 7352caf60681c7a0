/**
 * Checks a value of a template: every intrinsic function must be known and have valid arguments, and every reference must
 * have a target.
 */

import { didYouMean } from './nearest-name.ts';
import { type CheckContext, lookUps } from './references.ts';
import { callIn, conditionFunctions, functionsNotSimulated, valueFunctions } from './signatures.ts';
import { type Entry, entryOf, type Node, stringOf } from './syntax-tree.ts';

/** Reports what is wrong with `node` and everything in it. Adds its references to `context.found`. */
export function checkValue(node: Node, context: CheckContext): void {
  const call = callIn(node);
  if (call !== undefined) checkCall(call, context);
  else if (node.kind === 'list') for (const item of node.items) checkValue(item, context);
  else if (node.kind === 'map') for (const entry of node.entries) checkEntry(entry, context);
}

function checkEntry(entry: Entry, context: CheckContext): void {
  if (entry.key.startsWith('Fn::')) {
    context.report(entry, `${entry.key} must be the only key of its map: move it or the other keys.`);
  }
  checkValue(entry.value, context);
}

function checkCall(call: Entry, context: CheckContext): void {
  const { key, value } = call;
  const signature = valueFunctions.get(key);
  if (signature === undefined) {
    context.report(call, whyNot(call));
  } else if (!signature.fits(value)) {
    context.report(value, `${key} takes ${signature.takes}.`);
  } else {
    const { noResources } = signature;
    const inside = noResources === undefined ? context : { ...context, noResources };
    lookUps.get(key)?.(value, inside);
    checkValue(value, inside);
  }
}

function whyNot({ key, value }: Entry): string {
  if (conditionFunctions.has(key)) {
    return `${key} is allowed only in the Conditions section: define a condition there and use Fn::If here.`;
  }
  if (functionsNotSimulated.includes(key) || key.startsWith('Fn::ForEach::')) {
    const macro = stringOf(entryOf(value, 'Name')?.value);
    return `${key}${macro === undefined ? '' : ` (${macro})`} is not simulated here.`;
  }
  const known = [...valueFunctions.keys(), ...conditionFunctions.keys(), ...functionsNotSimulated];
  return `There is no function ${key}.${didYouMean(key, known)}`;
}
