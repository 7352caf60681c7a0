/**
 * Finds versions by their ownership aliases.
 */
import { ProviderError, untilDeadline } from '../errors.ts';
import type { ImageVersion } from '../sagemaker/image-versions.ts';
import type { RequestContext } from './request-context.ts';

/** Every version of the image that has an alias for which `isOwn` is true. */
export async function ownedVersions(
  context: RequestContext,
  ImageName: string,
  isOwn: (alias: string) => boolean,
): Promise<readonly ImageVersion[]> {
  return context.retry(async () => {
    const aliases = await context.imageVersions.listAliases({ ImageName });
    return Promise.all(aliases.filter(isOwn).map((alias) => versionWithAlias(context, ImageName, alias)));
  });
}

/**
 * The version with an alias that SageMaker has just listed.
 *
 * @throws ProviderError ResourceConflict, worth another try, if SageMaker describes none: it deletes the version, or the
 *   role may not describe it
 */
export async function versionWithAlias(
  { imageVersions }: RequestContext,
  ImageName: string,
  Alias: string,
): Promise<ImageVersion> {
  const version = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
  if (version) return version;
  const reason =
    `Image ${ImageName} has the alias ${Alias}, but SageMaker does not describe the version with it. ` +
    "Check that the provider's role may call sagemaker:DescribeImageVersion, then try again.";
  throw new ProviderError('ResourceConflict', reason, { worthwhileMs: untilDeadline });
}
