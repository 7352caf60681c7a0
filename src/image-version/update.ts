/**
 * An Update: in place where SageMaker can change the version, by a new version where it cannot.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { type Actual, changes, keptMetadata, undoesReplacement } from './changes.ts';
import { createImageVersion } from './create.ts';
import type { StepDependencies } from './dependencies.ts';
import { fence } from './fence.ts';
import { giveBackAliases, patientUntil, releaseAliases, takenAliases, withoutMarkers } from './hand-over.ts';
import { isSameName } from './image-version-arn.ts';
import { isOwnershipOf, resourcePrefix } from './ownership.ts';
import { declaredAliases, type ImageVersionProperties, isRefused } from './properties.ts';
import { predecessorToReturnTo, purgeFailedReplacement, undoesRevision } from './roll-back.ts';
import { stabilize } from './stabilize.ts';

/**
 * Brings the version to what the template wants, or replaces it. The replaced version stays: CloudFormation deletes
 * it, or doesn't, when the whole stack has been updated.
 *
 * @param current the version that the request's PhysicalResourceId names
 * @returns the version in place, the one it has replaced where the stack rolls back to that, or a new one
 * @throws ProviderError if none of it works; what was made is removed then
 */
export async function updateImageVersion(
  received: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  dependencies: StepDependencies,
): Promise<ImageVersion> {
  const request = withoutRefused(received);
  const until = patientUntil(dependencies);
  const updated = await persist(() => updateInPlace(request, properties, current, until, dependencies), dependencies);
  if (updated) return updated;

  const predecessor = isSameName(current.ImageName, properties.ImageName) ? current.Version : 0;
  const creation = await createImageVersion(request, { properties, predecessor }, dependencies);
  if (creation.outcome === 'failed') throw creation.error;
  return creation.version;
}

/** An update whose properties were refused has touched nothing, so there is nothing of it to take back. */
function withoutRefused(request: UpdateRequest): UpdateRequest {
  const { ResourceProperties, OldResourceProperties } = request;
  return isRefused(OldResourceProperties) ? { ...request, OldResourceProperties: ResourceProperties } : request;
}

/** The updated version; undefined if a new one is needed, because the change asks for it or this one is gone. */
async function updateInPlace(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  until: number,
  dependencies: StepDependencies,
): Promise<ImageVersion | undefined> {
  const actual = await ownVersion(request, current, dependencies);
  if (actual === undefined) return undefined;
  const declared = { properties, raw: request.ResourceProperties, old: request.OldResourceProperties };
  if (undoesReplacement(declared, actual.version) || (await undoesRevision(request, actual.version, dependencies))) {
    await purgeFailedReplacement(request, current, dependencies);
    // What is removed may have taken aliases meanwhile.
    const restored = await ownVersion(request, current, dependencies);
    return restored && applyChanges(request, properties, current, restored, until, dependencies);
  }
  if (changes(declared, actual).kind !== 'replacement') {
    return applyChanges(request, properties, current, actual, until, dependencies);
  }
  const predecessor = await predecessorToReturnTo(request, properties, current, actual.aliases, dependencies);
  const replaced = predecessor && (await ownVersion(request, predecessor, dependencies));
  return replaced && applyChanges(request, properties, predecessor, replaced, until, dependencies);
}

/** What there is of a version that this resource has made; undefined if it is gone, or never worked. */
async function ownVersion(
  request: UpdateRequest,
  current: VersionOfImage,
  dependencies: StepDependencies,
): Promise<Actual | undefined> {
  const { imageVersions, log } = dependencies;
  const version = await stabilize(current, dependencies);
  const aliases = version ? await imageVersions.listAliases(current) : [];
  const isOwn = aliases.some((alias) => isOwnershipOf(resourcePrefix(request), alias));
  if (version && isOwn && version.ImageVersionStatus !== 'CREATE_FAILED') return { version, aliases };
  log.warn("The resource's version is no longer there", { ...current, isOwn, status: version?.ImageVersionStatus });
  return undefined;
}

/** Makes at most one UpdateImageVersion on the version, none where nothing differs. */
async function applyChanges(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  actual: Actual,
  until: number,
  dependencies: StepDependencies,
): Promise<ImageVersion> {
  const { imageVersions, log } = dependencies;
  const declared = { properties, raw: request.ResourceProperties, old: request.OldResourceProperties };
  const kept = keptMetadata(declared, actual.version);
  if (kept.length > 0) log.warn('SageMaker cannot clear metadata, so it stays as it was', { ...current, kept });

  const change = changes(declared, actual, { stays: true });
  if (change.kind === 'update') {
    await fence(request, dependencies);
    log.info('Updating the version', { ...current, ...change.parameters });
    const added = change.parameters.AliasesToAdd ?? [];
    const onImage = added.length > 0 ? await imageVersions.listAliases({ ImageName: current.ImageName }) : [];
    await releaseAliases(request, takenAliases(added, onImage, actual.aliases), current, until, dependencies);
    await imageVersions.updateImageVersion({
      ...current,
      ...change.parameters,
      ...withoutMarkers(request, added, actual.aliases, change.parameters.AliasesToDelete),
    });
  }
  const removed = declaredAliases(declared.old).filter((alias) => !properties.Aliases.includes(alias));
  await giveBackAliases(request, current, removed, dependencies);
  return actual.version;
}
