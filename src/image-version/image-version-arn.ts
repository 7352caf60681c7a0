/**
 * The ARN of an image version, the only place where its number is read from: SageMaker's "latest" may be anybody's.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import type { VersionOfImage } from '../sagemaker/image-versions.ts';

const pattern = /^arn:[^:]+:sagemaker:[^:]+:\d{12}:image-version\/([A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*)\/([1-9]\d*)$/;

/** The image and number that an ARN of any partition names; undefined if it is no image version's ARN. */
export function parseImageVersionArn(arn: string): VersionOfImage | undefined {
  const match = pattern.exec(arn);
  const [, ImageName, Version] = match ?? [];
  return ImageName === undefined || Version === undefined ? undefined : { ImageName, Version: Number(Version) };
}

/**
 * The version that an ARN names, under the name that the template uses where the two differ in case alone: whether
 * ARNs keep the case of an image's name is not documented.
 */
export function versionOfImage(arn: string, declaredImageName: unknown): VersionOfImage | undefined {
  const parsed = parseImageVersionArn(arn);
  if (parsed === undefined || typeof declaredImageName !== 'string') return parsed;
  return isSameName(parsed.ImageName, declaredImageName) ? { ...parsed, ImageName: declaredImageName } : parsed;
}

/** Whether two image names are the same but for their case. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
