/** Draws from a source of chance, for what makes up scenarios. */
import type { Random } from '../sandbox/random.ts';

export interface Chance {
  /** A whole number from `least` to `most`, both included. */
  number(least: number, most: number): number;
  /** True as often as `probability` says. */
  sometimes(probability: number): boolean;
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** Each of the list with the same probability, in the list's order. */
  some<T>(list: readonly T[], probability: number): readonly T[];
}

export function chanceFrom(random: Random): Chance {
  const number = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const sometimes = (probability: number) => random() < probability;
  return {
    number,
    sometimes,
    pick(list) {
      const picked = list.at(number(0, list.length - 1));
      if (picked === undefined) throw new RangeError('Nothing can be picked from an empty list');
      return picked;
    },
    some: (list, probability) => list.filter(() => sometimes(probability)),
  };
}
