// The CDK constructs follow from the table of properties and from the parameters of template.yaml.
import { readFileSync } from 'node:fs';
import { constructsModule, memberNameOf } from '../../release/constructs.ts';
import { readTemplate } from '../../release/template.ts';
import { mapOf } from '../../sandbox/json.ts';
import { attributeNames, propertyTable } from '../../src/image-version/property-table.ts';
import { schema } from '../../src/schema.ts';

const parameters = mapOf(readTemplate()['Parameters']);
const generated = constructsModule(JSON.parse(JSON.stringify(schema)), parameters);
const construct = readFileSync('cdk/image-version.ts', 'utf8');

/** The members of an interface, by name, with what follows: `?: string;`. */
function membersOf(name: string, text: string): ReadonlyMap<string, string> {
  const [, body = ''] = new RegExp(`^export interface ${name} .*?\\{\n(.*?)^\\}`, 'ms').exec(text) ?? [];
  const members = body.matchAll(/^ {2}readonly (\w+)(\??: .*);$/gm);
  return new Map([...members].map(([, member = '', rest = '']) => [member, rest]));
}

test('ImageVersion has a member for every property', () => {
  const members = new Map([
    ...membersOf('ImageVersionProps', construct),
    ...membersOf('ImageVersionProperties', generated),
  ]);

  expect([...members.keys()]).toEqual(expect.arrayContaining(Object.keys(propertyTable).map(memberNameOf)));
  expect(generated).toContain("  ['mlFramework', 'MLFramework'],\n");
});

test('ImageVersion has a getter for every attribute', () => {
  const getters = [...construct.matchAll(/^ {2}get (\w+)\(\)/gm)].map(([, name]) => name);

  expect(getters.toSorted()).toEqual(attributeNames.map(memberNameOf).toSorted());
});

test('ImageVersionProvider has a member for every parameter', () => {
  const members = membersOf('ImageVersionProviderProps', generated);

  expect([...members.keys()]).toEqual(Object.keys(parameters).map(memberNameOf));
  expect([members.get('imageNamePattern'), members.get('runtime'), members.get('nativeTypeMacro')]).toEqual([
    ': string',
    "?: 'nodejs24.x' | 'nodejs22.x'",
    '?: boolean',
  ]);
});

test('the types and the comments say what CloudFormation accepts', () => {
  const properties = {
    Name: { type: 'string', minLength: 1, maxLength: 9, description: 'a name' },
    XMLName: { type: 'array', items: { type: 'string', minLength: 0, maxLength: 3 } },
    Level: { type: 'string', enum: ['LOW', 'HIGH'] },
    Adopt: { type: 'integer', minimum: 1, maximum: 7 },
    IsNew: { type: 'boolean' },
    Arn: { type: 'string' },
    BaseImage: { type: 'string' },
  };
  const pointers = { createOnlyProperties: ['/properties/Name'], readOnlyProperties: ['/properties/Arn'] };
  const taken = {
    Count: { Type: 'Number', Description: 'How many.', Default: 3 },
    Names: { Type: 'CommaDelimitedList', Description: 'Which ones.' },
  };

  expect(constructsModule({ properties, required: ['Name'], ...pointers }, taken)).toBe(`\
// Written by \`npm run release\`, from the table of properties and from template.yaml.
/** The properties of Custom::SageMakerImageVersion. */
export interface ImageVersionProperties {
  /**
   * It must be a name.
   * 1–9 characters.
   * A change replaces the version.
   */
  readonly name: string;
  /**
   * For each: 0–3 characters.
   */
  readonly xmlName?: readonly string[];
  readonly level?: 'LOW' | 'HIGH';
  /**
   * A whole number from 1 to 7.
   */
  readonly adopt?: number;
  readonly isNew?: boolean;
}
export const propertyMembers: readonly (readonly [member: keyof ImageVersionProperties, name: string])[] = [
  ['name', 'Name'],
  ['xmlName', 'XMLName'],
  ['level', 'Level'],
  ['adopt', 'Adopt'],
  ['isNew', 'IsNew'],
];
/** The parameters of the provider, as in template.yaml. */
export interface ImageVersionProviderProps {
  /**
   * How many.
   * @default 3
   */
  readonly count?: number;
  /**
   * Which ones.
   */
  readonly names: readonly string[];
}
export const parameterMembers: readonly (readonly [member: keyof ImageVersionProviderProps, name: string])[] = [
  ['count', 'Count'],
  ['names', 'Names'],
];
`);
});
