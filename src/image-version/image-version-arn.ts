/**
 * The ARN of an image version, the only place where its number is read from: SageMaker's "latest" may be anybody's.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import { ProviderError } from '../errors.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';

const pattern = /^arn:[^:]+:sagemaker:[^:]+:\d{12}:image-version\/([A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*)\/([1-9]\d*)$/;

/** The image and number that an ARN of any partition names; undefined if it is no image version's ARN. */
export function parseImageVersionArn(arn: string): VersionOfImage | undefined {
  const match = pattern.exec(arn);
  const [, ImageName, Version] = match ?? [];
  return ImageName === undefined || Version === undefined ? undefined : { ImageName, Version: Number(Version) };
}

/**
 * The version that an ARN names, under the name that a template uses where the two differ in case alone: whether ARNs
 * keep the case of an image's name is not documented.
 *
 * @param declaredImageNames what templates have as ImageName, if anything
 */
export function versionOfImage(arn: string, ...declaredImageNames: readonly unknown[]): VersionOfImage | undefined {
  const parsed = parseImageVersionArn(arn);
  if (parsed === undefined) return undefined;
  const names = declaredImageNames.filter((name) => typeof name === 'string');
  return { ...parsed, ImageName: names.find((name) => isSameName(parsed.ImageName, name)) ?? parsed.ImageName };
}

/** Whether two image names are the same but for their case. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/**
 * As `versionOfImage`, of an ARN that SageMaker has given.
 *
 * @throws ProviderError InternalFailure where it has another form
 */
export function namedBy(ImageVersionArn: string, ImageName: string): VersionOfImage {
  const version = versionOfImage(ImageVersionArn, ImageName);
  if (version) return version;
  throw new ProviderError('InternalFailure', `SageMaker answered with an ARN of no known form: ${ImageVersionArn}.`);
}
