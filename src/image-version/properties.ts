/**
 * Reads ResourceProperties. It finds every problem before the provider calls a service, and reports all of them at once.
 */
import type { ResourceProperties } from '../cloudformation/request.ts';
import { ProviderError } from '../errors.ts';
import { reservedAliasPrefix } from './ownership.ts';
import {
  type Constraint,
  isReadOnly,
  type Metadata,
  metadataNames,
  type Property,
  propertyNamed,
  propertyTable,
} from './property-table.ts';

export interface ImageVersionProperties {
  readonly ImageName: string;
  readonly BaseImage: string;
  /** The number of the version that a Create adopts instead of creating one. */
  readonly Adopt: number | undefined;
  /** The union of Alias and Aliases, each once, in the template's order. */
  readonly Aliases: readonly string[];
  readonly metadata: Metadata;
}

const propertyNames = Object.keys(propertyTable);

/**
 * request.ts has turned numbers and booleans into strings. Other callers, such as tests, may leave them as they are.
 *
 * @throws ProviderError InvalidRequest that names every problem
 */
export function readProperties(raw: ResourceProperties): ImageVersionProperties {
  const problems = problemsIn(raw);
  if (problems.length > 0) {
    throw new ProviderError('InvalidRequest', `The template's properties are not valid: ${problems.join('; ')}.`);
  }
  return {
    ImageName: asText(raw['ImageName']) ?? '',
    BaseImage: asText(raw['BaseImage']) ?? '',
    Adopt: raw['Adopt'] === undefined ? undefined : Number(raw['Adopt']),
    Aliases: declaredAliases(raw),
    metadata: metadataIn(raw),
  };
}

/** The aliases that the properties declare, valid or not, except those with the prefix that the provider reserves. */
export function declaredAliases(raw: ResourceProperties): readonly string[] {
  const list: readonly unknown[] = Array.isArray(raw['Aliases']) ? raw['Aliases'] : [];
  const declared = [raw['Alias'], ...list.filter((alias) => alias !== '')]
    .map(asText)
    .filter((alias) => alias !== undefined);
  return [...new Set(declared.filter((alias) => !alias.startsWith(reservedAliasPrefix)))];
}

/** Whether `readProperties` throws. */
export function isRefused(raw: ResourceProperties): boolean {
  return problemsIn(raw).length > 0;
}

/** Whether an image can have this name. */
export function isImageName(value: unknown): value is string {
  return (
    typeof value === 'string' && valueProblems('ImageName', value, propertyTable.ImageName.constraint).length === 0
  );
}

function metadataIn(raw: ResourceProperties): Metadata {
  const values = metadataNames.map((name) => {
    const text = asText(raw[name]);
    const isFlag = propertyTable[name].constraint.type === 'boolean';
    return [name, isFlag && text !== undefined ? text === 'true' : text];
  });
  // The compiler cannot follow an object that a loop fills. No problem was found, so each value is of its type.
  return Object.fromEntries(values) as Metadata;
}

function problemsIn(raw: ResourceProperties): readonly string[] {
  const table: readonly (readonly [string, Property])[] = Object.entries(propertyTable);
  return [
    ...Object.keys(raw).flatMap(nameProblem),
    ...table.flatMap(([name, { constraint, required, isOfCloudFormation }]) => {
      if (raw[name] === undefined) return required ? [`${name} is required`] : [];
      return isOfCloudFormation ? [] : valueProblems(name, raw[name], constraint);
    }),
  ];
}

function nameProblem(name: string): readonly string[] {
  if (propertyNamed(name) !== undefined) return [];
  if (isReadOnly(name)) return [`${name} is an attribute, read with Fn::GetAtt, and cannot be set`];
  const nearest = propertyNames
    .map((known) => ({ known, edits: distance(known.toLowerCase(), cut(name).toLowerCase()) }))
    .reduce((best, candidate) => (candidate.edits < best.edits ? candidate : best));
  const hint = nearest.edits <= Math.max(1, name.length / 3) ? ` (did you mean ${nearest.known}?)` : '';
  return [`${cut(name)} is not a property of an image version${hint}`];
}

/** The Levenshtein distance: how many letters to add, remove or replace. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const letter of one) {
    const next = [(row[0] ?? 0) + 1];
    for (const [column, edits] of row.slice(1).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other[column] ? 0 : 1);
      next.push(Math.min(replaced, edits + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function valueProblems(name: string, value: unknown, constraint: Constraint): readonly string[] {
  if (constraint.type === 'array') {
    if (!Array.isArray(value)) return [`${name} must be a list of strings, not ${shown(value)}`];
    return value.flatMap((item: unknown, index) => valueProblems(`${name}[${index}]`, item, constraint.items));
  }
  const text = asText(value);
  if (constraint.type === 'boolean') {
    return text === 'true' || text === 'false' ? [] : [`${name} must be true or false, not ${shown(value)}`];
  }
  if ('enum' in constraint) {
    const isChoice = constraint.enum.some((choice) => choice === value);
    return isChoice ? [] : [`${name} must be one of ${constraint.enum.join(', ')}, not ${shown(value)}`];
  }
  if ('minimum' in constraint) {
    const { minimum, maximum } = constraint;
    const isInRange = /^\d+$/.test(text ?? '') && Number(text) >= minimum && Number(text) <= maximum;
    return isInRange ? [] : [`${name} must be a whole number from ${minimum} to ${maximum}, not ${shown(value)}`];
  }
  if (text === undefined) return [`${name} must be a string, not ${shown(value)}`];
  const { minLength, maxLength, pattern, description, mayBeEmpty } = constraint;
  if (mayBeEmpty && text === '') return [];
  const length = [...text].length;
  if (length < minLength || length > maxLength) {
    return [`${name} must have ${minLength} to ${maxLength} characters, not ${length}`];
  }
  const matches = pattern === undefined || new RegExp(pattern, 'u').test(text);
  return matches ? [] : [`${name} must be ${description}, not ${shown(text)}`];
}

/** A scalar as CloudFormation would write it; undefined for lists, maps and null. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A value as the template's author would recognize it. A long one is cut. */
function shown(value: unknown): string {
  return cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}...`;
}
