/**
 * Reads what follows the name of a fault: which calls it hits, or a number. Where it cannot be read, the answer is a
 * sentence that says what is wrong with it.
 */

import { type VersionOperation, versionOperations } from '../../sagemaker/disturbed-call.ts';
import { didYouMean } from '../../template/nearest-name.ts';
import type { CallFault, Fault } from './fault.ts';

/** Of `3`, `20%`, `CreateImageVersion`, `CreateImageVersion:3`; what is not said is as in `usual`. */
export function readHits(argument: string, usual: Omit<CallFault, 'name'>): Omit<CallFault, 'name'> | string {
  if (argument === '') return usual;
  const [first = '', second, ...more] = argument.split(':');
  if (more.length > 0) return `"${argument}" has more than one colon.`;
  if (second === undefined && /^[^A-Za-z]/.test(first)) return withAmount(usual.operations, first);
  const operation = versionOperations.find((each) => each === first);
  if (operation === undefined) return unknownOperation(first);
  return second === undefined ? { operations: [operation], hits: usual.hits } : withAmount([operation], second);
}

/** Of a number, or of none at all. */
export function readCount(
  argument: string,
  { name, usual, make }: { readonly name: string; readonly usual: number; readonly make: (count: number) => Fault },
): Fault | string {
  if (argument === '') return make(usual);
  if (/^[1-9]\d{0,4}$/.test(argument)) return make(Number(argument));
  return `${name} is a whole number from 1 to 99999.`;
}

function withAmount(operations: readonly VersionOperation[], amount: string): Omit<CallFault, 'name'> | string {
  const [, number, percent] = /^(\d+)(%?)$/.exec(amount) ?? [];
  if (number === undefined) {
    return `"${amount}" is neither a number of calls (3) nor a share of them (20%), both whole.`;
  }
  const value = Number(number);
  if (percent === '%') {
    const isShare = value >= 1 && value <= 100;
    return isShare ? { operations, hits: { share: value / 100 } } : 'a share is 1% to 100%.';
  }
  return value >= 1 ? { operations, hits: { first: value } } : 'a number of calls is 1 or more.';
}

function unknownOperation(name: string): string {
  const begun = versionOperations.filter((each) => name !== '' && each.toLowerCase().startsWith(name.toLowerCase()));
  const [only, ...others] = begun;
  const isClear = only !== undefined && others.length === 0;
  const meant = isClear ? ` Did you mean "${only}"?` : didYouMean(name, versionOperations);
  const told = meant === '' ? ` There are: ${versionOperations.join(', ')}.` : meant;
  return `there is no operation "${name}".${told}`;
}
