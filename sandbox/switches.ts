/** Switches: each one chooses a side of a behaviour that AWS does not document. */
import { ownEntry } from './json.ts';

/** Every side of every switch; the likelier side comes first. */
export type Switches = Readonly<Record<string, readonly [likelier: string, ...others: string[]]>>;

export type SidesOf<All extends Switches> = { readonly [Name in keyof All]: All[Name][number] };

export function likelierSides<All extends Switches>(switches: All): SidesOf<All> {
  const likelier = Object.entries(switches).map(([name, [side]]) => [name, side] as const);
  // The compiler cannot follow a map that is filled name by name.
  return Object.fromEntries(likelier) as SidesOf<All>;
}

/** The sides of these switches that are given. It leaves out what is no switch, or no side of one. */
export function givenSides<All extends Switches>(switches: All, given: Readonly<Record<string, string>>) {
  const sides = Object.entries(given).filter(([name, side]) => ownEntry(switches, name)?.includes(side));
  return Object.fromEntries(sides) as Partial<SidesOf<All>>;
}
