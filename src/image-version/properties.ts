/**
 * ResourceProperties, from what CloudFormation hands over to what the provider works with: every problem is found
 * before anything is called, and all of them are told at once.
 */
import { distance } from 'fastest-levenshtein';
import type { ResourceProperties } from '../cloudformation/request.ts';
import { ProviderError } from '../errors.ts';
import { aliasConstraint, choices, readOnlyProperties, type TextConstraint, textConstraints } from './constraints.ts';
import { reservedAliasPrefix } from './ownership.ts';

type Choice<Name extends keyof typeof choices> = (typeof choices)[Name][number];

export interface ImageVersionProperties {
  readonly ImageName: string;
  readonly BaseImage: string;
  /** The union of Alias and Aliases, each once, in the template's order. */
  readonly Aliases: readonly string[];
  readonly metadata: Metadata;
}

/** What SageMaker keeps about a version and lets be changed. Undefined where the template says nothing. */
export interface Metadata {
  readonly Horovod: boolean | undefined;
  readonly JobType: Choice<'JobType'> | undefined;
  readonly MLFramework: string | undefined;
  readonly Processor: Choice<'Processor'> | undefined;
  readonly ProgrammingLang: string | undefined;
  readonly ReleaseNotes: string | undefined;
  readonly VendorGuidance: Choice<'VendorGuidance'> | undefined;
}

/** Every name that a template may set. */
export const knownProperties = [
  ...Object.keys(textConstraints),
  ...Object.keys(choices),
  'Alias',
  'Aliases',
  'Horovod',
  'ServiceToken',
  'ServiceTimeout',
];

/**
 * Scalars are taken in either form, typed or as the strings that CloudFormation makes of them.
 *
 * @throws ProviderError InvalidRequest that names every problem
 */
export function readProperties(raw: ResourceProperties): ImageVersionProperties {
  const { properties, problems } = readWithProblems(raw);
  if (problems.length === 0) return properties;
  throw new ProviderError('InvalidRequest', `The template's properties are not valid: ${problems.join('; ')}.`);
}

interface Read {
  readonly properties: ImageVersionProperties;
  readonly problems: readonly string[];
}

function readWithProblems(raw: ResourceProperties): Read {
  const problems = Object.keys(raw).flatMap(nameProblem);

  const text = (name: keyof typeof textConstraints): string | undefined => {
    const value = raw[name];
    if (value === undefined) return undefined;
    problems.push(...textProblems(name, value, textConstraints[name]));
    return asText(value);
  };
  const required = (name: 'ImageName' | 'BaseImage'): string => {
    const value = text(name);
    if (raw[name] === undefined) problems.push(`${name} is required`);
    return value ?? '';
  };
  const choice = <Name extends keyof typeof choices>(name: Name): Choice<Name> | undefined => {
    const allowed: readonly Choice<Name>[] = choices[name];
    const chosen = allowed.find((candidate) => candidate === raw[name]);
    if (raw[name] !== undefined && chosen === undefined) {
      problems.push(`${name} must be one of ${allowed.join(', ')}, not ${shown(raw[name])}`);
    }
    return chosen;
  };
  const flag = (name: 'Horovod'): boolean | undefined => {
    if (raw[name] === undefined) return undefined;
    const value = asText(raw[name]);
    if (value !== 'true' && value !== 'false') problems.push(`${name} must be true or false, not ${shown(raw[name])}`);
    return value === 'true';
  };

  const properties: ImageVersionProperties = {
    ImageName: required('ImageName'),
    BaseImage: required('BaseImage'),
    Aliases: declaredAliases(raw),
    metadata: {
      Horovod: flag('Horovod'),
      JobType: choice('JobType'),
      MLFramework: text('MLFramework'),
      Processor: choice('Processor'),
      ProgrammingLang: text('ProgrammingLang'),
      ReleaseNotes: text('ReleaseNotes'),
      VendorGuidance: choice('VendorGuidance'),
    },
  };
  text('Revision');
  problems.push(...aliasProblems(raw));
  return { properties, problems };
}

/** The aliases that properties declare, but for those that are the provider's own and not the template's to declare. */
export function declaredAliases(raw: ResourceProperties): readonly string[] {
  const list: readonly unknown[] = Array.isArray(raw['Aliases']) ? raw['Aliases'] : [];
  const declared = [raw['Alias'], ...list].map(asText).filter((alias) => alias !== undefined);
  return [...new Set(declared.filter((alias) => !alias.startsWith(reservedAliasPrefix)))];
}

/** Whether a request with these properties is refused before anything is called. */
export function isRefused(raw: ResourceProperties): boolean {
  return readWithProblems(raw).problems.length > 0;
}

/** Whether an image can have this name. */
export function isImageName(value: unknown): value is string {
  return typeof value === 'string' && textProblems('ImageName', value, textConstraints.ImageName).length === 0;
}

function nameProblem(name: string): readonly string[] {
  if (knownProperties.includes(name)) return [];
  if (readOnlyProperties.some((readOnly) => readOnly === name)) {
    return [`${name} is an attribute, read with Fn::GetAtt, and cannot be set`];
  }
  const nearest = knownProperties
    .map((known) => ({ known, edits: distance(known.toLowerCase(), name.toLowerCase()) }))
    .reduce((best, candidate) => (candidate.edits < best.edits ? candidate : best));
  const hint = nearest.edits <= Math.max(1, name.length / 3) ? ` (did you mean ${nearest.known}?)` : '';
  return [`${cut(name)} is not a property of an image version${hint}`];
}

function textProblems(name: string, value: unknown, constraint: TextConstraint): readonly string[] {
  const text = asText(value);
  if (text === undefined) return [`${name} must be a string, not ${shown(value)}`];
  const { shortest, longest, pattern, form } = constraint;
  const length = [...text].length;
  if (length < shortest || length > longest) {
    return [`${name} must have ${shortest} to ${longest} characters, not ${length}`];
  }
  return pattern === undefined || pattern.test(text) ? [] : [`${name} must be ${form}, not ${shown(text)}`];
}

function aliasProblems(raw: ResourceProperties): readonly string[] {
  const one = (name: string, value: unknown) => {
    if (asText(value)?.startsWith(reservedAliasPrefix)) {
      return [`${name} must not begin with "${reservedAliasPrefix}", which the provider keeps for its own aliases`];
    }
    return textProblems(name, value, aliasConstraint);
  };
  const alias = raw['Alias'] === undefined ? [] : one('Alias', raw['Alias']);
  const aliases: unknown = raw['Aliases'];
  if (aliases === undefined) return alias;
  if (!Array.isArray(aliases)) return [...alias, `Aliases must be a list of strings, not ${shown(aliases)}`];
  return [...alias, ...aliases.flatMap((value: unknown, index) => one(`Aliases[${index}]`, value))];
}

/** A scalar as CloudFormation would write it; undefined for lists, maps and null. */
function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A value as the template's author would recognise it, cut where it is long. */
function shown(value: unknown): string {
  return cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}
