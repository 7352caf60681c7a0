/**
 * The table of properties as a CloudFormation registry schema: the build writes it as `dist/schema.json`. The sandbox
 * checks templates with it, and so can any validator of JSON Schema.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
 */
import {
  attributeNames,
  type Constraint,
  isReadOnly,
  type Property,
  propertyTable,
} from './image-version/property-table.ts';

const properties: readonly (readonly [string, Property])[] = Object.entries(propertyTable);

const readOnly = attributeNames.filter(isReadOnly);

const pointers = (names: readonly string[]) => names.map((name) => `/properties/${name}`);

const namesWhere = (isSo: (property: Property) => boolean) =>
  properties.filter(([, property]) => isSo(property)).map(([name]) => name);

/** JSON Schema cannot express that the provider ignores an empty item. */
function inSchema(constraint: Constraint): Constraint {
  if (constraint.type !== 'array' || !constraint.items.mayBeEmpty) return constraint;
  const { mayBeEmpty: _, ...items } = constraint.items;
  return { ...constraint, items: { ...items, minLength: 0, pattern: `^$|${items.pattern}` } };
}

export const schema = {
  typeName: 'Custom::SageMakerImageVersion',
  description: 'A version of an Amazon SageMaker image',
  properties: {
    ...Object.fromEntries(
      properties.map(([name, { constraint, neutral }]) => [
        name,
        { ...inSchema(constraint), ...(neutral !== undefined && { default: neutral }) },
      ]),
    ),
    ...Object.fromEntries(readOnly.map((name) => [name, { type: 'string' }])),
  },
  required: namesWhere(({ required = false }) => required),
  createOnlyProperties: pointers(namesWhere(({ change }) => change === 'replacement')),
  readOnlyProperties: pointers(readOnly),
  // DescribeImageVersion does not return them.
  writeOnlyProperties: pointers(namesWhere(({ change, isAdded = false }) => change === 'aliases' || isAdded)),
  primaryIdentifier: pointers(['ImageVersionArn']),
  additionalProperties: false,
  // The registry's form has no such member: Fn::GetAtt there returns only readOnlyProperties.
  attributes: pointers(attributeNames),
};
