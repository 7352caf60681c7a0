/**
 * Checks properties against a schema of CloudFormation's registry, in the words of CloudFormation's own validator.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 * https://github.com/aws-cloudformation/cloudformation-resource-schema
 */
import { isList, isMap, type Json } from '../json.ts';
import { isPlainMap, isWrittenOut } from '../template/evaluate.ts';
import { isPropertyName } from '../template/sections.ts';

/** The part of JSON Schema that the schemas in `sandbox/aws` and those of providers use. Maps have no other properties. */
export interface PropertySchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
  readonly items?: PropertySchema;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Completes the sentence "It must be …". */
  readonly description?: string;
  /** The value of a resource that was created without the property. */
  readonly default?: Json;
}

/** Its lists of properties contain JSON pointers: `/properties/Name`. */
export interface ResourceSchema {
  readonly typeName: string;
  readonly definitions?: Readonly<Record<string, PropertySchema>>;
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
  readonly createOnlyProperties?: readonly string[];
  readonly readOnlyProperties?: readonly string[];
  readonly writeOnlyProperties?: readonly string[];
  /** What Fn::GetAtt returns, where that is more than readOnlyProperties. */
  readonly attributes?: readonly string[];
}

interface Violation {
  /** The property, which may be missing or extraneous. */
  readonly name: string;
  /** With the path of the value: `#/Tags/0/Key: expected minLength: 1, actual: 0`. */
  readonly text: string;
}

/** What is wrong with the properties. Every scalar counts as a string, and an intrinsic function as a valid value. */
export function violations(Properties: Json, schema: ResourceSchema): readonly Violation[] {
  return [...violationsIn(Properties, schema, [])];

  function* violationsIn(value: Json, definition: PropertySchema, path: readonly string[]): Generator<Violation> {
    const { $ref, type = 'object', items = {}, properties = {}, required = [], pattern = '' } = definition;
    const { maxItems = Number.MAX_VALUE, minLength = 0, maxLength = Number.MAX_VALUE } = definition;
    const at = ['#', ...path].join('/');
    const violation = (message: string, key = '') => ({ name: path[0] ?? key, text: `${at}: ${message}` });
    if ($ref !== undefined) {
      yield* violationsIn(value, schema.definitions?.[$ref.replace('#/definitions/', '')] ?? {}, path);
    } else if (!isList(value) && !isPlainMap(value) && !isWrittenOut(value)) {
      // Known only later.
    } else if (jsonType(value) !== (jsonTypes[type] ?? SCALAR)) {
      yield violation(`expected type: ${jsonTypes[type] ?? SCALAR}, found: ${jsonType(value)}`);
    } else if (type === 'boolean' && !['true', 'false'].includes(`${value}`)) {
      yield violation('expected type: Boolean, found: String');
    } else if (isList(value)) {
      if (value.length > maxItems) yield violation(`expected maximum item count: ${maxItems}, found: ${value.length}`);
      for (const [index, item] of value.entries()) yield* violationsIn(item, items, [...path, `${index}`]);
    } else if (isMap(value)) {
      const missing = required.filter((key) => !Object.hasOwn(value, key));
      yield* missing.map((key) => violation(`required key [${key}] not found`, key));
      for (const [key, each] of Object.entries(value).filter(([key]) => isPropertyName(key))) {
        const isReadOnly = path.length === 0 && namesIn(schema.readOnlyProperties).includes(key);
        const { [key]: property } = isReadOnly ? {} : properties;
        if (property === undefined) yield violation(`extraneous key [${key}] is not permitted`, key);
        else yield* violationsIn(each, property, [...path, key]);
      }
    } else {
      const { length } = [...`${value}`];
      if (length < minLength) yield violation(`expected minLength: ${minLength}, actual: ${length}`);
      if (length > maxLength) yield violation(`expected maxLength: ${maxLength}, actual: ${length}`);
      const failing = (keyword: string) => violation(`failed validation constraint for keyword [${keyword}]`);
      if (!new RegExp(pattern, 'u').test(`${value}`)) yield failing('pattern');
      if (definition.enum?.includes(`${value}`) === false) yield failing('enum');
    }
  }
}

export function namesIn(pointers: readonly string[] = []): readonly string[] {
  return pointers.map((pointer) => pointer.replace('/properties/', ''));
}

/** In the words of the validator, which is written in Java. A boolean arrives as text. */
const SCALAR = 'String';
const jsonTypes: Readonly<Record<string, string>> = { object: 'JSONObject', array: 'JSONArray' };

function jsonType(value: Json): string {
  if (isList(value)) return 'JSONArray';
  if (isMap(value)) return 'JSONObject';
  return value === null ? 'Null' : SCALAR;
}
