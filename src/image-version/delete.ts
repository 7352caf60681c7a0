/**
 * A Delete: by ARN of this resource's own version, or by what a marker id says there is to look for. It never fails
 * over properties, and never touches a version that this resource has not made.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 */
import type { DeleteRequest } from '../cloudformation/request.ts';
import { persist } from '../persist.ts';
import type { VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import { versionOfImage } from './image-version-arn.ts';
import { requestPrefix, resourcePrefix } from './ownership.ts';
import { parsePhysicalResourceId } from './physical-resource-id.ts';
import { remove } from './remove.ts';
import { stabilize } from './stabilize.ts';

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
      return deleteByOwnership(resourcePrefix(request), request, dependencies);
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
  if (aliases.some((alias) => alias.startsWith(resourcePrefix(request)))) return remove(version, dependencies);
  log.warn("The version is not this resource's own, so it stays", { ...version, aliases });
}

async function deleteByOwnership(
  prefix: string,
  { ResourceProperties: { ImageName } }: DeleteRequest,
  dependencies: StepDependencies,
): Promise<void> {
  const { imageVersions, log } = dependencies;
  if (typeof ImageName !== 'string') return;
  const aliases = await persist(() => imageVersions.listAliases({ ImageName }), dependencies);
  for (const Alias of aliases.filter((alias) => alias.startsWith(prefix))) {
    const made = await persist(() => imageVersions.describeImageVersionByAlias({ ImageName, Alias }), dependencies);
    const version = made && versionOfImage(made.ImageVersionArn, ImageName);
    if (version === undefined) continue;
    log.info('Found a version that this resource has made', { ...version, ownership: Alias });
    await stabilize(version, dependencies);
    await remove(version, dependencies);
  }
}
