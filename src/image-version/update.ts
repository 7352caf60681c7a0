/**
 * An Update: in place where SageMaker can change the version, by a new version where it cannot.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { persist } from '../persist.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import {
  type Actual,
  changes,
  declaredIn,
  droppedAliases,
  isChanged,
  keptMetadata,
  undoesReplacement,
} from './changes.ts';
import { createImageVersion } from './create.ts';
import type { StepDependencies } from './dependencies.ts';
import { askWhetherWanted, fence, fenceNewWork } from './fence.ts';
import { giveBackAliases } from './give-back.ts';
import { beginTaking, type Taking, updateTakingAliases } from './hand-over.ts';
import { isSameName } from './image-version-arn.ts';
import { gaveMarker, isOwnAlias } from './ownership.ts';
import type { ImageVersionProperties } from './properties.ts';
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
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  dependencies: StepDependencies,
): Promise<ImageVersion> {
  const taking = beginTaking(dependencies);
  const updated = await persist(() => updateInPlace(request, properties, current, taking, dependencies), dependencies);
  if (updated) return updated;

  const isOther = isChanged('ImageName', request.ResourceProperties, request.OldResourceProperties);
  const isSame = isSameName(current.ImageName, properties.ImageName) && !isOther;
  const predecessor = isSame ? current.Version : 0;
  const creation = await createImageVersion(request, { properties, predecessor }, dependencies);
  if (creation.outcome === 'failed') throw creation.error;
  return creation.version;
}

/** The updated version; undefined if a new one is needed, because the change asks for it or this one is gone. */
async function updateInPlace(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  taking: Taking,
  dependencies: StepDependencies,
): Promise<ImageVersion | undefined> {
  const actual = await ownVersion(request, current, dependencies);
  if (actual === undefined) return undefined;
  const declared = declaredIn(request, properties);
  if (undoesReplacement(declared, actual.version) || (await undoesRevision(request, actual.version, dependencies))) {
    await fence(request, dependencies);
    await purgeFailedReplacement(request, current, dependencies);
    // What is removed may have taken aliases meanwhile.
    const restored = await ownVersion(request, current, dependencies);
    return restored && applyChanges(request, properties, current, restored, taking, dependencies);
  }
  if (changes(declared, actual).kind !== 'replacement') {
    return applyChanges(request, properties, current, actual, taking, dependencies);
  }
  const predecessor = await predecessorToReturnTo(request, properties, current, actual.aliases, dependencies);
  const replaced = predecessor && (await ownVersion(request, predecessor, dependencies));
  return replaced && applyChanges(request, properties, predecessor, replaced, taking, dependencies);
}

/**
 * What there is of a version that this resource has made; undefined if it is gone, or never worked.
 *
 * @throws Superseded if it is gone because CloudFormation has gone on
 */
async function ownVersion(
  request: UpdateRequest,
  current: VersionOfImage,
  dependencies: StepDependencies,
): Promise<Actual | undefined> {
  const { imageVersions, log } = dependencies;
  const version = await stabilize(current, dependencies);
  const aliases = version ? await imageVersions.listAliases(current) : [];
  const isOwn = aliases.some((alias) => isOwnAlias(request, alias));
  if (version && isOwn && version.ImageVersionStatus !== 'CREATE_FAILED') return { version, aliases };
  log.warn("The resource's version is no longer there", { ...current, isOwn, status: version?.ImageVersionStatus });
  // A person has deleted it, or CloudFormation has gone on: a new one is wanted in the first case only.
  await askWhetherWanted(request, dependencies);
  return undefined;
}

/** Makes at most one UpdateImageVersion on the version, none where nothing differs. */
async function applyChanges(
  request: UpdateRequest,
  properties: ImageVersionProperties,
  current: VersionOfImage,
  actual: Actual,
  taking: Taking,
  dependencies: StepDependencies,
): Promise<ImageVersion> {
  const { imageVersions, log } = dependencies;
  const declared = declaredIn(request, properties);
  const kept = keptMetadata(declared, actual.version);
  if (kept.length > 0) log.warn('SageMaker cannot clear metadata, so it stays as it was', { ...current, kept });

  const change = changes(declared, actual, { stays: true });
  const parameters = change.kind === 'update' ? change.parameters : undefined;
  const added = parameters?.AliasesToAdd ?? [];
  const dropped = droppedAliases(declared);
  const movesAliases = added.length > 0 || dropped.length > 0;
  const onImage = movesAliases ? await imageVersions.listAliases({ ImageName: current.ImageName }) : [];
  if (parameters) {
    log.info('Updating the version', { ...current, ...parameters });
    const update = { version: current, parameters, onVersion: actual.aliases, onImage };
    await updateTakingAliases(request, update, taking, fenceNewWork, dependencies);
  }
  const owed = dropped.filter((alias) => onImage.includes(gaveMarker(request, alias, current.Version)));
  // An update that is being rolled back may come here only now: the rollback is not its business.
  await giveBackAliases(request, current, owed, dependencies, { pass: askWhetherWanted });
  return actual.version;
}
