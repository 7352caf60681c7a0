/**
 * SageMaker's constraints on what a template may say, as data. `properties.ts` applies them.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html
 */

export interface TextConstraint {
  /** In characters. */
  readonly shortest: number;
  readonly longest: number;
  readonly pattern?: RegExp;
  /** The pattern in words. */
  readonly form?: string;
}

const nameWithVersion: TextConstraint = {
  shortest: 1,
  longest: 128,
  pattern: /^[a-zA-Z]+ ?\d+\.\d+(\.\d+)?$/,
  form: 'a name and a version, such as "Python 3.12" or "PyTorch 2.9.1"',
};

const singleLine = { pattern: /^.*$/, form: 'a single line' };

export const textConstraints = {
  ImageName: {
    shortest: 1,
    longest: 63,
    pattern: /^[a-zA-Z0-9]([-.]?[a-zA-Z0-9])*$/,
    form: 'the name, not an ARN: letters and digits, with single hyphens or dots between them',
  },
  // SageMaker would take control characters as well, but BaseImage stands in every answer, which they would swell.
  BaseImage: { shortest: 1, longest: 255, pattern: /^\P{Cc}*$/u, form: 'a single line without control characters' },
  Revision: { shortest: 1, longest: 128 },
  MLFramework: nameWithVersion,
  ProgrammingLang: nameWithVersion,
  ReleaseNotes: { shortest: 1, longest: 255, ...singleLine },
} as const satisfies Record<string, TextConstraint>;

export const aliasConstraint: TextConstraint = {
  shortest: 1,
  longest: 128,
  pattern: /^[a-zA-Z0-9_][a-zA-Z0-9-_.]*$/,
  form: 'letters, digits, "-", "_" and ".", beginning with none of "-" and "."',
};

export const choices = {
  JobType: ['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL'],
  Processor: ['CPU', 'GPU'],
  VendorGuidance: ['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED'],
} as const;

/** Attributes of the resource, which a template reads and never sets. */
export const readOnlyProperties = ['ContainerImage', 'ImageArn', 'ImageVersionArn', 'Version'] as const;
