/**
 * Writes the part of the CDK constructs that follows from the schema of the resource and from the parameters of
 * template.yaml: for each, a member of the props, and the name under which CloudFormation knows it.
 */
import { isList, type Json, type JsonMap, mapOf } from '../sandbox/json.ts';

/** `ImageVersionProps` declares them, with types of the CDK. */
const writtenByHand = ['ServiceToken', 'ServiceTimeout', 'BaseImage'];

/** A TypeScript module with the members for the properties of the resource, and for the parameters of the provider. */
export function constructsModule(schema: JsonMap, parameters: JsonMap): string {
  const { properties, readOnlyProperties, createOnlyProperties, required } = schema;
  const left = [...writtenByHand, ...namesIn(readOnlyProperties)];
  const replacing = namesIn(createOnlyProperties);
  const ofVersion = Object.entries(mapOf(properties)).flatMap(([name, property]): readonly Member[] => {
    if (left.includes(name)) return [];
    const doc = [
      ...constraintInWords(mapOf(property)),
      ...(replacing.includes(name) ? ['A change replaces the version.'] : []),
    ];
    return [{ name, doc, type: typeOf(mapOf(property)), isRequired: isList(required) && required.includes(name) }];
  });
  const ofProvider = Object.entries(mapOf(parameters)).map(([name, declaration]): Member => {
    const { Description, Default, ...parameter } = mapOf(declaration);
    const byDefault = Default === undefined || Default === '' ? [] : [`@default ${JSON.stringify(Default)}`];
    return {
      name,
      doc: [String(Description), ...byDefault],
      type: typeOfParameter(parameter),
      isRequired: Default === undefined,
    };
  });
  return [
    '// Written by `npm run release`, from the table of properties and from template.yaml.',
    ...props('The properties of Custom::SageMakerImageVersion.', 'ImageVersionProperties', ofVersion),
    ...members('propertyMembers', 'ImageVersionProperties', ofVersion),
    ...props('The parameters of the provider, as in template.yaml.', 'ImageVersionProviderProps', ofProvider),
    ...members('parameterMembers', 'ImageVersionProviderProps', ofProvider),
    '',
  ].join('\n');
}

interface Member {
  /** CloudFormation's name. */
  readonly name: string;
  readonly doc: readonly string[];
  readonly type: string;
  readonly isRequired: boolean;
}

/** As in the CDK's own constructs: `imageName` for ImageName, and `mlFramework` for MLFramework. */
export function memberNameOf(name: string): string {
  return name.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

function props(doc: string, name: string, all: readonly Member[]): readonly string[] {
  const lines = all.flatMap((member) => [
    ...docComment(member.doc),
    `  readonly ${memberNameOf(member.name)}${member.isRequired ? '' : '?'}: ${member.type};`,
  ]);
  return [`/** ${doc} */`, `export interface ${name} {`, ...lines, '}'];
}

function docComment(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return ['  /**', ...lines.map((line) => `   * ${line.replaceAll('*/', '*\\/')}`), '   */'];
}

function members(name: string, props: string, all: readonly Member[]): readonly string[] {
  return [
    `export const ${name}: readonly (readonly [member: keyof ${props}, name: string])[] = [`,
    ...all.map((member) => `  ['${memberNameOf(member.name)}', '${member.name}'],`),
    '];',
  ];
}

function typeOf({ type, enum: choices, items }: JsonMap): string {
  if (isList(choices)) return choices.map(quoted).join(' | ');
  switch (type) {
    case 'array':
      return `readonly ${typeOf(mapOf(items))}[]`;
    case 'integer':
      return 'number';
    case 'boolean':
    case 'string':
      return type;
    default:
      throw new Error(`The schema has a property of another type: ${JSON.stringify(type)}`);
  }
}

function typeOfParameter({ Type, AllowedValues }: JsonMap): string {
  if (/^(CommaDelimitedList|List<.*>)$/.test(String(Type))) return 'readonly string[]';
  if (Type === 'Number') return isList(AllowedValues) ? AllowedValues.map(String).join(' | ') : 'number';
  if (!isList(AllowedValues)) return 'string';
  return AllowedValues.every((value) => value === 'true' || value === 'false')
    ? 'boolean'
    : AllowedValues.map(quoted).join(' | ');
}

/** Sentences for the comment of a member. */
function constraintInWords(property: JsonMap): readonly string[] {
  const { minLength, maxLength, minimum, maximum, description, items } = property;
  if (items !== undefined) return constraintInWords(mapOf(items)).map((text) => `For each: ${text}`);
  return [
    ...(description === undefined ? [] : [`It must be ${description}.`]),
    ...(maximum === undefined ? [] : [`A whole number from ${minimum} to ${maximum}.`]),
    ...(maxLength === undefined ? [] : [`${minLength}–${maxLength} characters.`]),
  ];
}

function namesIn(pointers: Json | undefined): readonly string[] {
  return isList(pointers) ? pointers.map((pointer) => String(pointer).replace('/properties/', '')) : [];
}

function quoted(value: Json): string {
  return `'${String(value)}'`;
}
