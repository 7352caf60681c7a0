/**
 * Every property of the resource, one row each. The types, the validation, the changes, the macro and `dist/schema.json`
 * follow from this table. The constraints are those of SageMaker's API.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html
 */

import { reservedAliasPrefix } from './ownership.ts';

interface Text {
  readonly type: 'string';
  /** In characters, as `maxLength`. */
  readonly minLength: number;
  readonly maxLength: number;
  /** A regular expression with the flag `u`; `description` explains it. */
  readonly pattern?: string;
  /** The pattern in words. They complete the sentence "It must be …". */
  readonly description?: string;
  /**
   * Whether an empty text is valid, and counts as none. An empty CommaDelimitedList parameter is a list of one empty
   * text.
   */
  readonly mayBeEmpty?: true;
}

interface Choice {
  readonly type: 'string';
  readonly enum: readonly string[];
}

/** What a value must be, in the form of a CloudFormation registry schema. */
export type Constraint =
  | Text
  | Choice
  | { readonly type: 'boolean' }
  | { readonly type: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'array'; readonly items: Text };

export interface Property {
  /** What a change of the property causes. `none`: it counts only for the first version, or for no version. */
  readonly change: 'replacement' | 'metadata' | 'aliases' | 'none';
  readonly constraint: Constraint;
  readonly required?: true;
  /** The value of a version that was made without the property. SageMaker cannot clear metadata that has no such value. */
  readonly neutral?: boolean | string;
  /** Whether AWS::SageMaker::ImageVersion lacks the property. */
  readonly isAdded?: true;
  /** Whether CloudFormation checks the value. The provider reads only ServiceTimeout, for its deadlines. */
  readonly isOfCloudFormation?: true;
}

const text = (maxLength: number, form: Pick<Text, 'pattern' | 'description'> = {}): Text => ({
  type: 'string',
  minLength: 1,
  maxLength,
  ...form,
});

const alias = text(128, {
  pattern: `^(?!${reservedAliasPrefix})[a-zA-Z0-9_][a-zA-Z0-9-_.]*$`,
  description: 'letters, digits, "-", "_" and ".", beginning with none of "-", "." and "cfn-"',
});

const nameWithVersion = text(128, {
  pattern: '^[a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?$',
  description: 'a name and a version, such as "Python 3.12" or "PyTorch 2.9.1"',
});

export const propertyTable = {
  ImageName: {
    change: 'replacement',
    required: true,
    constraint: text(63, {
      pattern: '^[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*$',
      description: 'the name, not an ARN: letters and digits, with single hyphens or dots between them',
    }),
  },
  BaseImage: {
    change: 'replacement',
    required: true,
    // SageMaker accepts control characters. But the answer contains BaseImage, and JSON writes each one as six bytes.
    constraint: text(255, {
      pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
      description: 'a single line without control characters',
    }),
  },
  Revision: { change: 'replacement', constraint: text(128), isAdded: true },
  Adopt: { change: 'none', constraint: { type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 }, isAdded: true },
  Horovod: { change: 'metadata', constraint: { type: 'boolean' }, neutral: false },
  JobType: { change: 'metadata', constraint: { type: 'string', enum: ['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL'] } },
  MLFramework: { change: 'metadata', constraint: nameWithVersion },
  Processor: { change: 'metadata', constraint: { type: 'string', enum: ['CPU', 'GPU'] } },
  ProgrammingLang: { change: 'metadata', constraint: nameWithVersion },
  ReleaseNotes: { change: 'metadata', constraint: text(255, { pattern: '^.*$', description: 'a single line' }) },
  VendorGuidance: {
    change: 'metadata',
    constraint: { type: 'string', enum: ['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED'] },
    neutral: 'NOT_PROVIDED',
  },
  Alias: { change: 'aliases', constraint: alias },
  Aliases: { change: 'aliases', constraint: { type: 'array', items: { ...alias, mayBeEmpty: true } } },
  ServiceToken: { change: 'none', constraint: text(2048), isAdded: true, isOfCloudFormation: true },
  ServiceTimeout: {
    change: 'none',
    // In seconds.
    constraint: { type: 'integer', minimum: 1, maximum: 3600 },
    isAdded: true,
    isOfCloudFormation: true,
  },
} as const satisfies Readonly<Record<string, Property>>;

/** The attributes that Fn::GetAtt can read. */
export const attributeNames = [
  'ImageVersionArn',
  'Version',
  'ImageArn',
  'ImageName',
  'BaseImage',
  'ContainerImage',
] as const;

export type AttributeName = (typeof attributeNames)[number];

type Table = typeof propertyTable;

export type MetadataName = {
  [Name in keyof Table]: Table[Name]['change'] extends 'metadata' ? Name : never;
}[keyof Table];

type ValueOf<C extends Constraint> = C extends Choice ? C['enum'][number] : C extends Text ? string : boolean;

/** What SageMaker stores about a version and can change. Undefined where the template does not set it. */
export type Metadata = { readonly [Name in MetadataName]: ValueOf<Table[Name]['constraint']> | undefined };

export const metadataNames = Object.keys(propertyTable).filter(
  (name): name is MetadataName => propertyNamed(name)?.change === 'metadata',
);

/** Undefined where the resource has no such property. */
export function propertyNamed(name: string): Property | undefined {
  const table: Readonly<Record<string, Property>> = propertyTable;
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether `name` is an attribute that a template cannot set. */
export function isReadOnly(name: string): boolean {
  return propertyNamed(name) === undefined && attributeNames.some((attribute) => attribute === name);
}
