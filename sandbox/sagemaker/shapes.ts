/**
 * The shapes of an operation's input: constraints as data, from which the input also gets its type. `members.ts`
 * declares SageMaker's members with them.
 *
 * A value of the wrong JSON type is a SerializationException at once. Broken constraints are collected in AWS's words,
 * and one ValidationException names them all.
 */
import { isMap, type Json } from '../json.ts';
import { ApiError } from './api-answer.ts';

export interface Shape<T> {
  /** The constraints of a scalar, for the message about a list of such scalars. Empty for lists and structures. */
  readonly constraints: readonly string[];
  /**
   * `value` as a `T`, or undefined if it breaks a constraint: `read` then adds to `broken`. `at` is the member's path in
   * messages. Throws SerializationException if the JSON type is wrong.
   */
  read(value: Json, at: string, broken: string[]): T | undefined;
}

export type Members = Readonly<Record<string, Shape<unknown>>>;
export type ValueOf<S> = S extends Shape<infer T> ? T : never;

/** The value of a structure with these members. A member that is absent or null is left out. */
export type Structure<Required extends Members, Optional extends Members> = {
  readonly [Name in keyof Required]: ValueOf<Required[Name]>;
} & { readonly [Name in keyof Optional]?: ValueOf<Optional[Name]> };

/** A constraint of a scalar in AWS's words, with its check. */
type Rule<T> = readonly [text: string, isMet: (value: T) => boolean];

/** A string. `pattern` must match the whole string. */
export function text({ min = 0, max, pattern }: { min?: number; max: number; pattern?: string }): Shape<string> {
  const rules: Rule<string>[] = [
    [`Member must have length less than or equal to ${max}`, (value) => [...value].length <= max],
    [`Member must have length greater than or equal to ${min}`, (value) => [...value].length >= min],
  ];
  if (pattern !== undefined) {
    const expression = new RegExp(`^(?:${pattern})$`, 'u');
    rules.push([`Member must satisfy regular expression pattern: ${pattern}`, (value) => expression.test(value)]);
  }
  return scalar(toText, rules);
}

export function choice<const Choice extends string>(choices: readonly Choice[]): Shape<Choice> {
  const constraint = `Member must satisfy enum value set: [${choices.join(', ')}]`;
  return {
    constraints: [constraint],
    read(value, at, broken) {
      const given = toText(value);
      const chosen = choices.find((each) => each === given);
      if (chosen === undefined) broken.push(violation(given, at, constraint));
      return chosen;
    },
  };
}

export function integer({ min, max = 2 ** 31 - 1 }: { min: number; max?: number }): Shape<number> {
  return scalar(toInteger, [
    [`Member must have value less than or equal to ${max}`, (value) => value <= max],
    [`Member must have value greater than or equal to ${min}`, (value) => value >= min],
  ]);
}

export const flag: Shape<boolean> = scalar(toBoolean, []);

/** An instant: in seconds since the epoch on the wire, read as milliseconds. */
export const instant: Shape<number> = scalar(toMilliseconds, []);

export function list<T>(item: Shape<T>, { max = Number.POSITIVE_INFINITY } = {}): Shape<readonly T[]> {
  return {
    constraints: [],
    read(value, at, broken) {
      if (!Array.isArray(value)) throw mistyped(value, 'a list');
      const brokenItems: string[] = [];
      const items = value.map((each, index) => item.read(each, `${at}.${index + 1}.member`, brokenItems));
      const shown = `[${value.join(', ')}]`;
      if (value.length > max) broken.push(violation(shown, at, `Member must have length less than or equal to ${max}`));
      else if (brokenItems.length === 0) return items.filter((each) => each !== undefined);
      else if (item.constraints.length === 0) broken.push(...brokenItems);
      else broken.push(violation(shown, at, `Member must satisfy constraint: [${item.constraints.join(', ')}]`));
      return undefined;
    },
  };
}

/** A map with these members. It ignores unknown names, as AWS does. */
export function structure<R extends Members, O extends Members>(required: R, optional: O): Shape<Structure<R, O>> {
  return {
    constraints: [],
    read(value, at, broken) {
      if (!isMap(value)) throw mistyped(value, 'a structure');
      const read: Record<string, unknown> = {};
      for (const [name, member] of Object.entries({ ...required, ...optional })) {
        // The first letter is small in AWS's messages, as in the service's Java beans.
        const path = name.charAt(0).toLowerCase() + name.slice(1);
        const memberAt = at === '' ? path : `${at}.${path}`;
        const given = value[name] ?? null;
        if (given !== null) read[name] = member.read(given, memberAt, broken);
        else if (name in required) broken.push(violation(null, memberAt, 'Member must not be null'));
      }
      // The compiler cannot follow a map that is filled name by name; the loop above proves the type.
      return broken.length === 0 ? (read as Structure<R, O>) : undefined;
    },
  };
}

function scalar<T extends boolean | number | string>(to: (value: Json) => T, rules: readonly Rule<T>[]): Shape<T> {
  return {
    constraints: rules.map(([rule]) => rule),
    read(value, at, broken) {
      const converted = to(value);
      const unmet = rules.filter(([, isMet]) => !isMet(converted));
      broken.push(...unmet.map(([rule]) => violation(converted, at, rule)));
      return unmet.length === 0 ? converted : undefined;
    },
  };
}

function toText(value: Json): string {
  if (typeof value === 'string') return value;
  throw mistyped(value, 'a String');
}

function toInteger(value: Json): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw mistyped(value, 'an Integer');
}

function toBoolean(value: Json): boolean {
  if (typeof value === 'boolean') return value;
  throw mistyped(value, 'a Boolean');
}

function toMilliseconds(value: Json): number {
  if (typeof value === 'number') return value * 1000;
  throw mistyped(value, 'a Timestamp');
}

function violation(value: null | boolean | number | string, at: string, constraint: string): string {
  const shown = value === null ? 'null' : `'${value}'`;
  return `Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}`;
}

function mistyped(value: Json, wanted: string): ApiError {
  return new ApiError('SerializationException', `${jsonType(value)} can not be converted to ${wanted}`);
}

function jsonType(value: Json): string {
  if (value === null) return 'NULL_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  if (typeof value === 'string') return 'STRING_VALUE';
  return Array.isArray(value) ? 'START_ARRAY' : 'START_OBJECT';
}
