/**
 * The ARN of an image version. The provider reads the number of a version that it created from its ARN,
 * because somebody else may have made the version that SageMaker describes as the latest.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
import { ProviderError } from '../errors.ts';
import type { VersionOfImage } from './image-versions.ts';

const pattern = /^arn:[^:]+:sagemaker:[^:]+:\d{12}:image-version\/([A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*)\/([1-9]\d*)$/;

/**
 * The image and number in an ARN of any partition; undefined if it is not the ARN of an image version.
 *
 * @param declaredImageNames values of ImageName in templates, if any. If one of them differs from the name in the ARN in
 *   case alone, the result has its spelling: AWS does not document whether ARNs keep the case of an image's name
 */
export function tryParseArn(arn: string, ...declaredImageNames: readonly unknown[]): VersionOfImage | undefined {
  const [, ImageName, Version] = pattern.exec(arn) ?? [];
  if (ImageName === undefined || Version === undefined) return undefined;
  const names = declaredImageNames.filter((name) => typeof name === 'string');
  return { ImageName: names.find((name) => isSameName(ImageName, name)) ?? ImageName, Version: Number(Version) };
}

/**
 * As `tryParseArn`, for an ARN from SageMaker.
 *
 * @throws ProviderError InternalFailure if it has another form
 */
export function parseArn(arn: string, declaredImageName: unknown): VersionOfImage {
  const version = tryParseArn(arn, declaredImageName);
  if (version) return version;
  throw new ProviderError('InternalFailure', `SageMaker returned an ARN of unknown form: ${arn}. Report this error.`);
}

/** Whether two names of images, or two ARNs, are equal, or differ in case alone. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
