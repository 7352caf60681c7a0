/**
 * An Update: in place where SageMaker can change the version, by a new version where it cannot.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { ProviderError } from '../errors.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { aliasPatienceMs, refuseTakenAliases } from './aliases.ts';
import { changes, keptMetadata, type UpdateParameters } from './changes.ts';
import { createImageVersion } from './create.ts';
import type { StepDependencies } from './dependencies.ts';
import { isSameName } from './image-version-arn.ts';
import { resourcePrefix } from './ownership.ts';
import type { ImageVersionProperties } from './properties.ts';
import { stabilize } from './stabilize.ts';

/**
 * Brings the version to what the template wants, with at most one UpdateImageVersion, or replaces it. The replaced
 * version stays: CloudFormation deletes it, or doesn't, when the whole stack has been updated.
 *
 * @param current the version that the request's PhysicalResourceId names
 * @returns the version in place, or the new one
 * @throws ProviderError if neither works; what was made is removed then
 */
export async function updateImageVersion(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  dependencies: StepDependencies,
): Promise<ImageVersion> {
  const patientUntil = dependencies.clock.now() + aliasPatienceMs;
  const updated = await persist(
    () => updateInPlace(request, properties, current, patientUntil, dependencies),
    dependencies,
  );
  if (updated) return updated;

  const predecessor = isSameName(current.ImageName, properties.ImageName) ? current.Version : 0;
  const creation = await createImageVersion(request, { properties, predecessor }, dependencies);
  if (creation.outcome === 'failed') throw creation.error;
  return creation.version;
}

/** The updated version; undefined if a new one is needed, because the change asks for it or this one is gone. */
async function updateInPlace(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  patientUntil: number,
  dependencies: StepDependencies,
): Promise<ImageVersion | undefined> {
  const { imageVersions, log } = dependencies;
  const version = await stabilize(current, dependencies);
  const aliases = version ? await imageVersions.listAliases(current) : [];
  const own = aliases.some((alias) => alias.startsWith(resourcePrefix(request)));
  if (version === undefined || !own || version.ImageVersionStatus === 'CREATE_FAILED') {
    log.warn("The resource's version is no longer there: making a new one", { ...current, own });
    return undefined;
  }

  const declared = { properties, raw: request.ResourceProperties, old: request.OldResourceProperties };
  const change = changes(declared, { version, aliases });
  if (change.kind === 'replacement') return undefined;

  const kept = keptMetadata(declared, version);
  if (kept.length > 0) log.warn('SageMaker cannot clear metadata, so it stays as it was', { ...current, kept });
  if (change.kind === 'none') return version;

  log.info('Updating the version', { ...current, ...change.parameters });
  await callUpdate(current, change.parameters, patientUntil, dependencies);
  return version;
}

async function callUpdate(
  current: VersionOfImage,
  parameters: UpdateParameters,
  patientUntil: number,
  dependencies: StepDependencies,
): Promise<void> {
  const { imageVersions } = dependencies;
  const { ImageName, Version } = current;
  try {
    await imageVersions.updateImageVersion({ ImageName, Version, ...parameters });
  } catch (thrown) {
    if (ProviderError.from(thrown).code === 'ResourceConflict') {
      const [present, own] = [await imageVersions.listAliases({ ImageName }), await imageVersions.listAliases(current)];
      const taken = (parameters.AliasesToAdd ?? []).filter((alias) => present.includes(alias) && !own.includes(alias));
      await refuseTakenAliases(ImageName, taken, patientUntil, dependencies);
    }
    throw thrown;
  }
}
