/**
 * A Delete: by ARN of this resource's own version, or by what a marker id says there is to look for. It never fails
 * over properties, and never touches a version that this resource has not made.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 */
import { issueTime } from '../cloudformation/issue-time.ts';
import type { DeleteRequest } from '../cloudformation/request.ts';
import { pause } from '../deadlines.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import { fence, youngMs } from './fence.ts';
import { giveBackAliases } from './hand-over.ts';
import { versionOfImage } from './image-version-arn.ts';
import { isOwnershipOf, requestPrefix, reservedAliasPrefix, resourcePrefix } from './ownership.ts';
import { parsePhysicalResourceId } from './physical-resource-id.ts';
import { declaredAliases } from './properties.ts';
import { remove } from './remove.ts';
import { creationTimeResolutionMs } from './roll-back.ts';
import { stabilize } from './stabilize.ts';

const lookAgainMs = 5_000;

/**
 * Resolves when what the id stands for is gone.
 *
 * @throws ProviderError if SageMaker refuses, or fails, to delete it
 */
export async function deleteImageVersion(request: DeleteRequest, dependencies: StepDependencies): Promise<void> {
  const { PhysicalResourceId, ResourceProperties } = request;
  const id = parsePhysicalResourceId(PhysicalResourceId, ResourceProperties['ImageName']);
  switch (id.kind) {
    case 'not created':
      return;
    case 'image version':
      return deleteOwn(id.version, request, dependencies);
    case 'unconfirmed':
      return deleteByOwnership(requestPrefix(request, id.request), request, dependencies);
    case 'invented':
      return deleteCancelled(request, dependencies);
  }
}

async function deleteOwn(
  version: VersionOfImage,
  request: DeleteRequest,
  dependencies: StepDependencies,
): Promise<void> {
  const { imageVersions, log } = dependencies;
  if ((await stabilize(version, dependencies)) === undefined) {
    log.info('The version is gone already', { ...version });
    return;
  }
  const aliases = await persist(() => imageVersions.listAliases(version), dependencies);
  if (!aliases.some((alias) => isOwnershipOf(resourcePrefix(request), alias))) {
    log.warn("The version is not this resource's own, so it stays", { ...version, aliases });
    return;
  }
  // The declared ones as well: an earlier delivery may have taken one off already.
  const declared = declaredAliases(request.ResourceProperties);
  const borne = aliases.filter((alias) => !alias.startsWith(reservedAliasPrefix));
  await giveBackAliases(request, version, [...new Set([...borne, ...declared])], dependencies);
  await remove(version, dependencies);
}

/** Deletes what bears an ownership alias of this prefix; keeps looking for a while, since it may be made just now. */
async function deleteByOwnership(
  prefix: string,
  request: DeleteRequest,
  dependencies: StepDependencies,
  { since = 0 }: { readonly since?: number } = {},
): Promise<void> {
  const { clock } = dependencies;
  const { ImageName } = request.ResourceProperties;
  if (typeof ImageName !== 'string') return;
  // A Create that has not called SageMaker by then asks before it does.
  const until = (issueTime(request.ResponseURL) ?? clock.now()) + youngMs;
  await fence(request, dependencies);
  for (;;) {
    const found = await persist(() => findOwn(ImageName, prefix, dependencies), dependencies);
    const recent = found.filter(({ CreationTime }) => CreationTime.getTime() >= since);
    for (const { ImageVersionArn } of recent) {
      const version = versionOfImage(ImageVersionArn, ImageName);
      if (version === undefined) continue;
      dependencies.log.info('Found a version that this resource has made', { ...version });
      await stabilize(version, dependencies);
      await deleteOwn(version, request, dependencies);
    }
    if (recent.length > 0 || clock.now() >= until) return;
    await pause(lookAgainMs, 'The time for the request had run out.', dependencies);
  }
}

async function findOwn(
  ImageName: string,
  prefix: string,
  { imageVersions }: StepDependencies,
): Promise<readonly ImageVersion[]> {
  const aliases = await imageVersions.listAliases({ ImageName });
  const own = aliases.filter((alias) => isOwnershipOf(prefix, alias));
  const described = await Promise.all(
    own.map((Alias) => imageVersions.describeImageVersionByAlias({ ImageName, Alias })),
  );
  return described.filter((version) => version !== undefined);
}

/**
 * CloudFormation stops waiting for a Create when a sibling fails, and sends a Delete with an id that it makes up. The
 * Create may still be queued, calling or waiting. Only what this stack operation has made is meant: an older version
 * of this resource was retained on purpose.
 */
async function deleteCancelled(request: DeleteRequest, dependencies: StepDependencies): Promise<void> {
  const operation = await dependencies.stacks.currentOperation(request.StackId);
  if (operation === undefined) {
    dependencies.log.warn('It is unknown since when the stack operation runs, so nothing is deleted');
    return;
  }
  const since = operation.startedAt - creationTimeResolutionMs;
  await deleteByOwnership(resourcePrefix(request), request, dependencies, { since });
}
