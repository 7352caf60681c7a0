/**
 * Checks a value of a template: that every intrinsic function in it is known and has the arguments it needs, and that
 * everything it refers to is there.
 */
import { lookUps } from './look-up.ts';
import { didYouMean } from './nearest-name.ts';
import type { Surroundings } from './references.ts';
import { callIn, conditionFunctions, functionsNotSimulated, valueFunctions } from './signatures.ts';
import { type Entry, entryOf, type Node, stringOf } from './syntax-tree.ts';

/** Reports what is wrong with `node` and everything in it; adds what it refers to to `surroundings.found`. */
export function checkValue(node: Node, surroundings: Surroundings): void {
  const call = callIn(node);
  if (call !== undefined) checkCall(call, surroundings);
  else if (node.kind === 'list') for (const item of node.items) checkValue(item, surroundings);
  else if (node.kind === 'map') for (const entry of node.entries) checkEntry(entry, surroundings);
}

function checkEntry(entry: Entry, surroundings: Surroundings): void {
  if (entry.key.startsWith('Fn::')) {
    surroundings.report(entry, `${entry.key} must stand alone in its map: move it, or the other keys, elsewhere.`);
  }
  checkValue(entry.value, surroundings);
}

function checkCall(call: Entry, surroundings: Surroundings): void {
  const { key, value } = call;
  const signature = valueFunctions.get(key);
  if (signature === undefined) {
    surroundings.report(call, whyNot(call));
  } else if (!signature.fits(value)) {
    surroundings.report(value, `${key} takes ${signature.takes}.`);
  } else {
    const { noResources } = signature;
    const inside = noResources === undefined ? surroundings : { ...surroundings, noResources };
    lookUps.get(key)?.(value, inside);
    checkValue(value, inside);
  }
}

function whyNot({ key, value }: Entry): string {
  if (conditionFunctions.has(key)) {
    return `${key} stands only in the Conditions section: name a condition there and use Fn::If here.`;
  }
  if (functionsNotSimulated.includes(key) || key.startsWith('Fn::ForEach::')) {
    const macro = stringOf(entryOf(value, 'Name')?.value);
    return `${key}${macro === undefined ? '' : ` (${macro})`} is not simulated here.`;
  }
  const known = [...valueFunctions.keys(), ...conditionFunctions.keys(), ...functionsNotSimulated];
  return `There is no function ${key}.${didYouMean(key, known)}`;
}
