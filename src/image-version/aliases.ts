/**
 * Aliases that others hold: an alias is unique in its image, and one that another version bears is never taken.
 */
import { ProviderError } from '../errors.ts';
import type { StepDependencies } from './dependencies.ts';

/** How long an alias may still be held by a version that is about to give it up. */
export const aliasPatienceMs = 60_000;

/**
 * Refuses aliases that other versions of the image bear.
 *
 * @param taken aliases that are wanted and borne by a version that is not ours
 * @param patientUntil the instant until which the refusal is worth another try
 * @throws ProviderError ResourceConflict that names each holder, if `taken` is not empty
 */
export async function refuseTakenAliases(
  ImageName: string,
  taken: readonly string[],
  patientUntil: number,
  { clock, imageVersions }: StepDependencies,
): Promise<void> {
  if (taken.length === 0) return;
  const holders = await Promise.all(
    taken.map(async (Alias) => {
      const holder = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
      return `alias ${Alias} is on ${holder ? `version ${holder.Version}` : 'another version'}`;
    }),
  );
  throw new ProviderError(
    'ResourceConflict',
    `In image ${ImageName}, ${holders.join(' and ')}, which this resource does not own; an alias can be on one ` +
      'version only. Remove it there, or declare another one.',
    { retryable: clock.now() < patientUntil },
  );
}
