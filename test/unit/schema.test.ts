import native from '../../sandbox/aws/aws-sagemaker-imageversion.json';
import { type Property, propertyNamed, propertyTable } from '../../src/image-version/property-table.ts';
import { schema } from '../../src/schema.ts';

const added = Object.entries<Property>(propertyTable)
  .filter(([, { isAdded }]) => isAdded)
  .map(([name]) => name);
const ofNative = (pointers: readonly string[]) =>
  pointers.filter((pointer) => !added.includes(pointer.replace('/properties/', ''))).toSorted();

test('adds three properties to those of the native type', () => {
  expect(added).toEqual(['Revision', 'ServiceToken', 'ServiceTimeout']);
  expect(ofNative(Object.keys(schema.properties))).toEqual(Object.keys(native.properties).toSorted());
});

test.each([
  'required',
  'createOnlyProperties',
  'readOnlyProperties',
  'writeOnlyProperties',
  'primaryIdentifier',
] as const)('has the %s of the native type', (list) => {
  expect(ofNative(schema[list])).toEqual(native[list].toSorted());
});

test('has the lengths and the values of the native type', () => {
  const definitions: Readonly<Record<string, object>> = native.definitions;
  const constraintsOf = (definition: object) =>
    Object.fromEntries(
      Object.entries(definition).filter(([key]) => ['type', 'minLength', 'maxLength', 'enum'].includes(key)),
    );
  const settable = ofNative(Object.keys(propertyTable));

  expect(settable).toHaveLength(11);
  for (const name of settable) {
    expect({ name, ...constraintsOf(propertyNamed(name)?.constraint ?? {}) }).toEqual({
      name,
      ...constraintsOf(definitions[name] ?? {}),
    });
  }
});

test('writes down the value that a version has without a property', () => {
  expect(schema.properties).toMatchObject({
    Horovod: { type: 'boolean', default: false },
    VendorGuidance: { default: 'NOT_PROVIDED' },
    ReleaseNotes: { type: 'string', minLength: 1, maxLength: 255, pattern: '^.*$', description: 'a single line' },
    Version: { type: 'string' },
  });
});
