/**
 * Looks up what a template's values refer to, reports what is not there, and collects the rest.
 */

import { isMadeBySam, type Names, pseudoParameters } from './names.ts';
import { didYouMean } from './nearest-name.ts';
import type { Report, Span } from './syntax-tree.ts';

/** Where a value stands, and what has been found in it so far. */
export interface Surroundings {
  readonly names: Names;
  readonly report: Report;
  /** The logical id the value belongs to; nothing may refer to itself. */
  readonly owner: string;
  /** Why no resource may be referred to here, as a whole sentence; absent where it may. */
  readonly noResources?: string;
  readonly found: { readonly resources: Set<string>; readonly conditions: Set<string> };
  /** Hears of each attribute that is asked for by name. */
  readonly onAttribute: OnAttribute;
}

export type OnAttribute = (LogicalResourceId: string, attribute: string, at: Span) => void;

/** The name in a Ref, or in `${…}` of an Fn::Sub (`caller` says which). */
export function checkName(name: string, at: Span, caller: string, surroundings: Surroundings): void {
  const { names, report } = surroundings;
  if (pseudoParameters.includes(name) || names.parameters.includes(name)) return;
  if (names.resources.includes(name)) {
    referToResource(name, at, surroundings);
  } else if (name.startsWith('AWS::')) {
    report(at, `${caller}: there is no pseudo parameter "${name}".${didYouMean(name, pseudoParameters)}`);
  } else if (!isMadeBySam(name, names)) {
    const known = [...names.parameters, ...names.resources, ...pseudoParameters];
    report(at, `${caller}: there is no parameter or resource "${name}".${didYouMean(name, known)}`);
  }
}

/** The resource in an Fn::GetAtt, a DependsOn, or before the dot in `${A.B}`. */
export function checkResource(name: string, at: Span, caller: string, surroundings: Surroundings): void {
  const { names, report } = surroundings;
  if (names.resources.includes(name)) {
    referToResource(name, at, surroundings);
  } else if (names.parameters.includes(name)) {
    report(at, `${caller}: "${name}" is a parameter, not a resource. Ref gives a parameter's value.`);
  } else if (!isMadeBySam(name, names)) {
    report(at, `${caller}: there is no resource "${name}".${didYouMean(name, names.resources)}`);
  }
}

/** The condition in an Fn::If, in `Condition: …` or in another condition. */
export function checkConditionName(name: string, at: Span, caller: string, surroundings: Surroundings): void {
  const { names, report, found } = surroundings;
  if (names.conditions.includes(name)) found.conditions.add(name);
  else report(at, `${caller}: there is no condition "${name}".${didYouMean(name, names.conditions)}`);
}

function referToResource(name: string, at: Span, { owner, noResources, report, found }: Surroundings): void {
  if (noResources !== undefined) report(at, `"${name}" is a resource. ${noResources}`);
  else if (name === owner) report(at, `"${name}" refers to itself. Take this reference out.`);
  else found.resources.add(name);
}
