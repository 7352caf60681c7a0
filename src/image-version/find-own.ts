/**
 * Finds versions by their ownership aliases.
 */
import { ProviderError } from '../errors.ts';
import type { ImageVersion } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';

/** Every version of the image that bears an alias of which `isWanted` holds. */
export async function findOwn(
  ImageName: string,
  isWanted: (alias: string) => boolean,
  { imageVersions }: StepDependencies,
): Promise<readonly ImageVersion[]> {
  const aliases = await imageVersions.listAliases({ ImageName });
  return Promise.all(aliases.filter(isWanted).map((Alias) => bearerOf(ImageName, Alias, imageVersions)));
}

/**
 * The version that bears an alias which has just been listed.
 *
 * @throws ProviderError ResourceConflict, retryable, if there is none: it is going, or describing it is forbidden
 */
export async function bearerOf(
  ImageName: string,
  Alias: string,
  imageVersions: StepDependencies['imageVersions'],
): Promise<ImageVersion> {
  const bearer = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
  if (bearer) return bearer;
  const reason = `Image ${ImageName} has the alias ${Alias}, but the version that bears it cannot be described.`;
  throw new ProviderError('ResourceConflict', reason, { retryable: true });
}
