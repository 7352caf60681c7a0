/**
 * Removing a version: for a Delete, and for what a failed Create has made.
 */
import { pause } from '../deadlines.ts';
import { asSentence, ProviderError } from '../errors.ts';
import { persist } from '../persist.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import { pollDelayMs, stabilize } from './stabilize.ts';

/**
 * Deletes the version and waits until it is gone. Content if it is gone already; patient while SageMaker refuses,
 * because the version is still CREATING, is being deleted, or its image is being modified.
 *
 * @throws ProviderError NotStabilized with SageMaker's FailureReason if the deletion fails
 */
export async function remove(version: VersionOfImage, dependencies: StepDependencies): Promise<void> {
  const { imageVersions, log } = dependencies;
  const { ImageName, Version } = version;
  for (;;) {
    log.info('Deleting the version', { ImageName, Version });
    await persist(() => imageVersions.deleteImageVersion(version), dependencies);
    const left = await stabilize(version, dependencies);
    if (left === undefined) return;
    const what = `version ${Version} of image ${ImageName}`;
    if (left.ImageVersionStatus === 'DELETE_FAILED') {
      const cause = asSentence(left.FailureReason ?? 'none given');
      throw new ProviderError(
        'NotStabilized',
        `SageMaker could not delete ${what}. FailureReason: ${cause} ` +
          'Detach it from domains, spaces and user profiles that use it.',
      );
    }
    const late = new ProviderError('NotStabilized', `SageMaker still shows ${what} although it was deleted.`);
    await pause(pollDelayMs(0), late, dependencies);
  }
}
