import image from '../../../sandbox/aws/aws-sagemaker-image.json';
import imageVersion from '../../../sandbox/aws/aws-sagemaker-imageversion.json';
import { isMap, type Json, type JsonMap, mapOf } from '../../../sandbox/json.ts';

test.each([image, imageVersion])('every keyword in the schema of $typeName is interpreted', (schema) => {
  const ofValues = ['$ref', 'type', 'properties', 'required', 'items', 'maxItems', 'minLength', 'maxLength', 'pattern'];
  const ofResources = ['typeName', 'definitions', 'readOnlyProperties', 'createOnlyProperties', 'enum'];
  // `format` is cfn-lint's. Every list may be empty, and every map is closed. Only Version, which nobody can set, has a
  // `minimum`.
  const idle = ['format', 'minItems', 'additionalProperties', 'minimum'];
  const aboutHandlers = ['tagging', 'primaryIdentifier', 'additionalIdentifiers', 'writeOnlyProperties', 'sourceUrl'];

  const parts = [schema, ...Object.values<Json>(schema.definitions)].flatMap(partsOf);
  const unknown = parts
    .flatMap((part) => Object.keys(part))
    .filter((name) => ![...ofValues, ...ofResources, ...idle, ...aboutHandlers].includes(name));

  expect(unknown).toEqual([]);
  expect(new Set(parts.map((part) => part['minItems'] ?? 0))).toEqual(new Set([0]));
  expect(parts.filter((part) => 'properties' in part && part['additionalProperties'] !== false)).toEqual([]);
});

/** The schema of a value, and those of the values in it. */
function partsOf(schema: Json): readonly JsonMap[] {
  if (!isMap(schema)) return [];
  const inner: readonly Json[] = [...Object.values(mapOf(schema['properties'])), schema['items'] ?? null];
  return [schema, ...inner.flatMap(partsOf)];
}
