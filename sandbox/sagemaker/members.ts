/**
 * SageMaker's constraints for every member of the image operations' input.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html and the pages of the other
 * operations.
 */
import { choice, flag, instant, integer, list, structure, text, type ValueOf } from './shapes.ts';

const TAG_PATTERN = '([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)';
const LANGUAGE_PATTERN = '[a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?';

export const ImageName = text({ min: 1, max: 63, pattern: '[a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}' });
export const RoleArn = text({
  min: 20,
  max: 2048,
  pattern: 'arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
});
export const DisplayName = text({ min: 1, max: 128, pattern: '\\S(.*\\S)?' });
export const Description = text({ min: 1, max: 512, pattern: '.*' });
export const Tags = list(
  structure(
    { Key: text({ min: 1, max: 128, pattern: TAG_PATTERN }), Value: text({ max: 256, pattern: TAG_PATTERN }) },
    {},
  ),
  { max: 50 },
);
export const DeleteProperties = list(text({ min: 1, max: 11, pattern: '(^DisplayName$)|(^Description$)' }), { max: 2 });

export const BaseImage = text({ min: 1, max: 255, pattern: '.*' });
export const ClientToken = text({ min: 1, max: 36, pattern: '[a-zA-Z0-9-]+' });
export const Version = integer({ min: 0 });
export const Alias = text({ min: 1, max: 128, pattern: '(?!^[.-])^([a-zA-Z0-9-_.]+)' });
export const Aliases = list(Alias);

/** The metadata of a version: CreateImageVersion and UpdateImageVersion share these members. */
export const metadataMembers = {
  VendorGuidance: choice(['NOT_PROVIDED', 'STABLE', 'TO_BE_ARCHIVED', 'ARCHIVED']),
  JobType: choice(['TRAINING', 'INFERENCE', 'NOTEBOOK_KERNEL']),
  MLFramework: text({ min: 1, max: 128, pattern: LANGUAGE_PATTERN }),
  ProgrammingLang: text({ min: 1, max: 128, pattern: LANGUAGE_PATTERN }),
  Processor: choice(['CPU', 'GPU']),
  Horovod: flag,
  ReleaseNotes: text({ min: 1, max: 255, pattern: '.*' }),
};

export type VersionMetadata = {
  readonly [Name in keyof typeof metadataMembers]?: ValueOf<(typeof metadataMembers)[Name]>;
};

export const pageMembers = {
  MaxResults: integer({ min: 1, max: 100 }),
  NextToken: text({ max: 8192, pattern: '.*' }),
};

/** The time filters of ListImages and ListImageVersions; each includes its own instant. */
export const timeMembers = {
  CreationTimeAfter: instant,
  CreationTimeBefore: instant,
  LastModifiedTimeAfter: instant,
  LastModifiedTimeBefore: instant,
};

export const SortOrder = choice(['ASCENDING', 'DESCENDING']);
export const NameContains = text({ max: 63, pattern: '[a-zA-Z0-9\\-.]+' });
