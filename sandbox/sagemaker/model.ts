/**
 * Reads the input and shapes the output of an image operation as AWS's published model of SageMaker describes them.
 * `.ci/published_models.py` compares the model with the newest one, and renews it.
 *
 * A value of the wrong JSON type is a SerializationException at once. Broken constraints are collected in AWS's words,
 * and one ValidationException names them all.
 */
import published from '../aws/sagemaker.json';
import { isList, isMap, type Json } from '../json.ts';
import { throwApiError } from './api-answer.ts';

/** A request of the SDK as an operation gets it: required members are there, and instants are in milliseconds. */
export type Input<Request> = { readonly [Name in keyof Request]: Read<Exclude<Request[Name], undefined>> };
type Read<T> = T extends Date
  ? number
  : T extends readonly (infer Item)[]
    ? readonly Read<Item>[]
    : T extends object
      ? Input<T>
      : T;

type Reference = { readonly shape: string };

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, Reference>>;
  readonly member?: Reference;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
}

/** A constraint in AWS's words, with its check. */
type Rule = readonly [text: string, isMet: (value: Json) => boolean];

const operations: Readonly<Record<string, { readonly input: Reference; readonly output: Reference }>> =
  published.operations;
const shapes = new Map(
  Object.entries<Shape>(published.shapes).map(([name, shape]) => [name, { ...shape, rules: rulesOf(shape) }]),
);

/** The members that CreateImageVersion sets and UpdateImageVersion changes. */
export const metadataMembers: readonly string[] = Object.keys(
  published.shapes.UpdateImageVersionRequest.members,
).filter((name) => name !== 'ImageName' && Object.hasOwn(published.shapes.CreateImageVersionRequest.members, name));

/** The members of the input that the model has and that are not null, as the operation takes them. Throws ApiError. */
export function readInput(operation: string, input: Json): Json {
  const broken: string[] = [];
  const read = readValue(operations[operation]?.input, input, '', broken);
  if (broken.length === 0) return read;
  const count = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`;
  return throwApiError('ValidationException', `${count} detected: ${broken.join('; ')}`);
}

/** The members of the output that the model has, with instants in seconds. An operation may return more than these. */
export function shapeOutput(operation: string, output: object): unknown {
  return writeValue(operations[operation]?.output, output);
}

/** Adds to `broken` what SageMaker says about the value at this path, and about what is in it. */
function readValue(reference: Reference | undefined, value: Json, at: string, broken: string[]): Json {
  const { type, rules, member, members = {}, required = [] } = shapeOf(reference);
  const [words, isOfType] = jsonTypes[type] ?? [type, () => false];
  if (!isOfType(value)) throwApiError('SerializationException', `${jsonType(value)} can not be converted to ${words}`);
  const unmet = rules.filter(([, isMet]) => !isMet(value));
  broken.push(...unmet.map(([text]) => violation(value, at, text)));
  if (isMap(value)) {
    const read = Object.entries(members).map(([name, reference]): [string, Json] => {
      // The first letter is small in AWS's messages, as in the service's Java beans.
      const path = `${at}${at && '.'}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      const given = value[name] ?? null;
      if (given !== null) return [name, readValue(reference, given, path, broken)];
      if (required.includes(name)) broken.push(violation(null, path, 'Member must not be null'));
      return [name, null];
    });
    return Object.fromEntries(read.filter(([, each]) => each !== null));
  }
  if (!isList(value)) return type === 'timestamp' ? Number(value) * 1000 : value;
  if (unmet.length > 0) return value;

  const brokenItems: string[] = [];
  const items = value.map((item, index) => readValue(member, item, `${at}.${index + 1}.member`, brokenItems));
  const rulesOfItems = shapeOf(member).rules.map(([text]) => text);
  // AWS shows a list of scalars whole, with all constraints of its items.
  if (rulesOfItems.length === 0) broken.push(...brokenItems);
  else if (brokenItems.length > 0) {
    broken.push(violation(value, at, `Member must satisfy constraint: [${rulesOfItems.join(', ')}]`));
  }
  return items;
}

function writeValue(reference: Reference | undefined, value: unknown): unknown {
  const { type, member, members = {} } = shapeOf(reference);
  if (Array.isArray(value)) return value.map((item: unknown) => writeValue(member, item));
  if (typeof value === 'object' && value !== null) {
    const known = Object.entries(value).filter(([name]) => Object.hasOwn(members, name));
    return Object.fromEntries(known.map(([name, each]) => [name, writeValue(members[name], each)]));
  }
  if (type === 'timestamp' && typeof value === 'number') return value / 1000;
  // A template can have a number as text.
  return type === 'integer' && typeof value === 'string' ? Number(value) : value;
}

function shapeOf(reference: Reference | undefined) {
  const shape = shapes.get(reference?.shape ?? '');
  if (shape === undefined) throw new Error(`The model of SageMaker has no shape ${reference?.shape}.`);
  return shape;
}

function rulesOf({ type, min, max = type === 'integer' ? 2 ** 31 - 1 : undefined, pattern, enum: values }: Shape) {
  const rules: Rule[] = [];
  const measured = type === 'integer' ? 'value' : 'length';
  if (max !== undefined) {
    rules.push([`Member must have ${measured} less than or equal to ${max}`, (value) => sizeOf(value) <= max]);
  }
  if (min !== undefined) {
    rules.push([`Member must have ${measured} greater than or equal to ${min}`, (value) => sizeOf(value) >= min]);
  }
  if (pattern !== undefined) {
    const expression = new RegExp(`^(?:${pattern})$`, 'u');
    rules.push([`Member must satisfy regular expression pattern: ${pattern}`, (value) => expression.test(`${value}`)]);
  }
  if (values !== undefined) {
    const isOne = (value: Json) => values.some((each) => each === value);
    rules.push([`Member must satisfy enum value set: [${values.join(', ')}]`, isOne]);
  }
  return rules;
}

function sizeOf(value: Json): number {
  if (typeof value === 'number') return value;
  return isList(value) ? value.length : [...`${value}`].length;
}

const jsonTypes: Readonly<Record<string, readonly [words: string, isOfType: (value: Json) => boolean]>> = {
  structure: ['a structure', isMap],
  list: ['a list', isList],
  string: ['a String', (value) => typeof value === 'string'],
  integer: ['an Integer', Number.isInteger],
  boolean: ['a Boolean', (value) => typeof value === 'boolean'],
  timestamp: ['a Timestamp', (value) => typeof value === 'number'],
};

function violation(value: Json, at: string, constraint: string): string {
  const shown = value === null ? 'null' : `'${isList(value) ? `[${value.join(', ')}]` : value}'`;
  return `Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}`;
}

function jsonType(value: Json): string {
  if (value === null) return 'NULL_VALUE';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  if (typeof value === 'string') return 'STRING_VALUE';
  return isList(value) ? 'START_ARRAY' : 'START_OBJECT';
}
