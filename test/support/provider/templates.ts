/** Any valid properties, for property-based tests: the table of properties says which. */
import fc from 'fast-check';
import type { ResourceProperties } from '../../../src/cloudformation/request.ts';
import { type Constraint, type Property, propertyTable } from '../../../src/image-version/property-table.ts';

/** Scalars of which some fit each form of a text: names, names with a version, lines, and what is not a string. */
const scalar = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,20}$/),
  fc.stringMatching(/^[a-zA-Z]{1,9} ?[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,2})?$/),
  fc.stringMatching(/^[ -~é😀]{1,60}$/u),
  fc.nat(),
  fc.boolean(),
  fc.double({ noNaN: true }),
);

function anyValue(constraint: Constraint): fc.Arbitrary<unknown> {
  if (constraint.type === 'boolean') return fc.boolean();
  if (constraint.type === 'integer') return fc.integer({ min: constraint.minimum, max: constraint.maximum });
  if (constraint.type === 'array') return fc.array(anyValue(constraint.items), { maxLength: 4 });
  if ('enum' in constraint) return fc.constantFrom(...constraint.enum);
  const { minLength, maxLength, pattern = '' } = constraint;
  const form = new RegExp(pattern, 'u');
  return scalar.filter((value) => {
    const text = String(value);
    return text.length >= minLength && text.length <= maxLength && form.test(text);
  });
}

const properties: readonly (readonly [string, Property])[] = Object.entries(propertyTable);

/** Properties as a template writes them, scalars in their own types. */
export const templates: fc.Arbitrary<ResourceProperties> = fc.record(
  Object.fromEntries(properties.map(([name, { constraint }]) => [name, anyValue(constraint)])),
  { requiredKeys: properties.filter(([, { required }]) => required).map(([name]) => name) },
);

/** The same properties as CloudFormation hands them over: every scalar a string, lists and maps as they are. */
export function stringified(properties: ResourceProperties): ResourceProperties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}
