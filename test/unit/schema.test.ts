import native from '../../sandbox/aws/aws-sagemaker-imageversion.json';
import model from '../../sandbox/aws/sagemaker.json';
import { type Property, propertyNamed, propertyTable } from '../../src/image-version/property-table.ts';
import { schema } from '../../src/schema.ts';

const added = Object.entries<Property>(propertyTable)
  .filter(([, { isAdded }]) => isAdded)
  .map(([name]) => name);
const ofNative = (pointers: readonly string[]) =>
  pointers.filter((pointer) => !added.includes(pointer.replace('/properties/', ''))).toSorted();

test('adds four properties to those of the native type', () => {
  expect(added).toEqual(['Revision', 'Adopt', 'ServiceToken', 'ServiceTimeout']);
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

test("has the lengths and the values of SageMaker's API", () => {
  interface Shape {
    readonly type: string;
    readonly min?: number;
    readonly max?: number;
    readonly enum?: readonly string[];
    readonly member?: { readonly shape: string };
  }
  const shapes = new Map(Object.entries<Shape>(model.shapes));
  const constraintOf = ({ type, min, max, enum: values, member }: Shape): object => ({
    type: type === 'list' ? 'array' : type,
    ...(min !== undefined && { minLength: min, maxLength: max }),
    ...(values !== undefined && { enum: values }),
    ...(member !== undefined && { items: constraintOf(shapes.get(member.shape) ?? { type: '' }) }),
  });
  const withoutWords = (constraint: object): object =>
    JSON.parse(
      JSON.stringify(constraint, (key, value) => (/^(pattern|description|mayBeEmpty)$/.test(key) ? undefined : value)),
    );
  const { ClientToken: _, ...members } = model.shapes.CreateImageVersionRequest.members;
  const inApi = Object.entries(members).map(([name, { shape }]) => [
    name,
    constraintOf(shapes.get(shape) ?? { type: '' }),
  ]);
  const ofTable = inApi.map(([name]) => [name, withoutWords(propertyNamed(String(name))?.constraint ?? {})]);

  expect(Object.fromEntries(ofTable)).toEqual(Object.fromEntries(inApi));
});

test('writes down the value that a version has without a property', () => {
  expect(schema.properties).toMatchObject({
    Horovod: { type: 'boolean', default: false },
    VendorGuidance: { default: 'NOT_PROVIDED' },
    ReleaseNotes: { type: 'string', minLength: 1, maxLength: 255, pattern: '^.*$', description: 'a single line' },
    Version: { type: 'string' },
  });
});
