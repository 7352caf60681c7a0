/**
 * Waiting until a version has stopped changing: a judge of its status, and the one polling loop.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeImageVersion.html
 */
import { pause } from '../deadlines.ts';
import { ProviderError } from '../errors.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';

const shortestPollDelayMs = 1_500;
const longestPollDelayMs = 9_000;

/** A twelfth of the time waited so far, within limits that docs/performance.md weighs: the lag stays in proportion. */
export function pollDelayMs(waitedMs: number): number {
  return Math.min(longestPollDelayMs, Math.max(shortestPollDelayMs, Math.round(waitedMs / 12)));
}

/** Whether SageMaker is still at work on the version. */
export function isChanging({ ImageVersionStatus }: { readonly ImageVersionStatus: string }): boolean {
  return ImageVersionStatus === 'CREATING' || ImageVersionStatus === 'DELETING';
}

/**
 * Polls until the version is CREATED, CREATE_FAILED, DELETE_FAILED or gone.
 *
 * @param unseenMs for how long a version that has not been seen yet may be missing before it counts as gone: some time,
 *   where it has only just been made
 * @returns the version as last described, undefined if it is gone
 * @throws ProviderError NotStabilized at the request's deadline, OutOfTime at the invocation's
 */
export async function stabilize(
  version: VersionOfImage,
  dependencies: StepDependencies,
  { unseenMs = 0 }: { readonly unseenMs?: number } = {},
): Promise<ImageVersion | undefined> {
  const { clock, imageVersions, log } = dependencies;
  const begun = clock.now();
  for (let isSeen = false; ; ) {
    const described = await persist(() => imageVersions.describeImageVersion(version), dependencies);
    if (described && !isChanging(described)) return described;
    if (described === undefined && (isSeen || clock.now() - begun >= unseenMs)) return undefined;
    isSeen ||= described !== undefined;

    const status = described?.ImageVersionStatus ?? 'not to be found';
    log.debug('Polling', { ...version, status });
    await pause(pollDelayMs(clock.now() - begun), stillChanging(version, status), dependencies);
  }
}

function stillChanging({ ImageName, Version }: VersionOfImage, status: string): ProviderError {
  const reason = `Version ${Version} of image ${ImageName} was still ${status} when the time for the request had run out.`;
  return new ProviderError('NotStabilized', reason);
}
