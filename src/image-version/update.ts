/**
 * An Update changes the version in place if SageMaker can, and creates a new version otherwise. In a rollback, it returns
 * to the version that the stack had before: see `roll-back.ts`.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateImageVersion.html
 */
import type { UpdateRequest } from '../cloudformation/request.ts';
import { isMadeSince } from '../cloudformation/stacks.ts';
import { orphansCommand } from '../commands.ts';
import { isInterruption, ProviderError } from '../errors.ts';
import { isSameName } from '../sagemaker/image-version-arn.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import {
  type Actual,
  changesInPlace,
  type Declared,
  declaredIn,
  droppedAliases,
  isChanged,
  isPartlyDone,
  isReplacement,
  keptMetadata,
  newAliases,
  undoesReplacement,
} from './changes.ts';
import { createImageVersion } from './create.ts';
import { updateTakingAliases } from './hand-over.ts';
import { handOverMarker, isOwnAlias, isOwnershipByRequest } from './ownership.ts';
import type { ImageVersionProperties } from './properties.ts';
import type { RequestContext } from './request-context.ts';
import { removeMarkers, returnAliases } from './return-aliases.ts';
import { removeFailedReplacement, removeFailedReturn, versionBefore } from './roll-back.ts';
import { lookAgainMs, stabilizeWithAliases, unlistedMs } from './stabilize.ts';

/** A version of this resource: its number, the name of the image in the template's spelling, and its state. */
interface OwnVersion extends Actual {
  readonly current: VersionOfImage;
}

/**
 * Brings the version to what the template declares, or replaces it. A replaced version stays: CloudFormation deletes or
 * retains it when the whole stack is updated.
 *
 * @param current the version in the request's PhysicalResourceId
 * @returns the current version; in a rollback perhaps the version that the resource had before; or a new version
 * @throws ProviderError if that fails; `undo` removes the new version
 * @throws Interruption if the invocation has no time left, or CloudFormation no longer waits for the request
 */
export async function updateImageVersion(
  context: RequestContext<UpdateRequest>,
  properties: ImageVersionProperties,
  current: VersionOfImage,
): Promise<ImageVersion> {
  const { Adopt } = properties;
  const { ResourceProperties, OldResourceProperties } = context.request;
  if (
    Adopt !== undefined &&
    Adopt !== current.Version &&
    isChanged('Adopt', ResourceProperties, OldResourceProperties)
  ) {
    context.log.warn(
      `Version ${Adopt} of image ${properties.ImageName} is not adopted: Adopt counts only when CloudFormation creates the ` +
        'resource. Remove Adopt, or give the resource another logical id. CloudFormation then deletes version ' +
        `${current.Version}, unless a policy retains it.`,
      { ...current, Adopt },
    );
  }
  const updated = await context.retry(() => updateInPlace(context, properties, current));
  if (!('replaced' in updated)) return updated;

  const isSameImage = isSameName(current.ImageName, properties.ImageName) && !isOtherImage(context.request);
  const desired = isSameImage
    ? { ...updated, properties, predecessor: current.Version }
    : { properties, predecessor: 0 };
  const made = await createImageVersion(context, desired, () => requireReplacementAllowed(context, current));
  // A rollback that began meanwhile may have looked for this version before it existed, and the Delete of another
  // version may look only in another image. If the request is superseded, `undo` removes the version.
  await context.stillWanted(0);
  return made;
}

/**
 * CloudFormation replaces no resource where rollback is disabled, except in EXPRESS mode. Only the answer to the Update
 * of a custom resource shows that it is a replacement, and by then the new version has the aliases of the old one.
 *
 * @throws ProviderError InvalidRequest if CloudFormation would not accept the replacement
 * @throws Superseded if CloudFormation no longer waits for this request
 */
async function requireReplacementAllowed(
  context: RequestContext<UpdateRequest>,
  { ImageName, Version }: VersionOfImage,
): Promise<void> {
  const operation = await context.stack.operation();
  await context.stillWanted(0);
  if (!operation?.isRollbackDisabled || operation.StackStatus.includes('ROLLBACK')) return;
  if (operation.isExpress) {
    context.log.warn(
      `The provider replaces version ${Version} of image ${ImageName} in EXPRESS mode, and CloudFormation does not roll back. ` +
        `If this stack operation fails, a version may be left. This command lists it: ${orphansCommand(context.request)}`,
      { ImageName, Version },
    );
  } else {
    // The stack stays UPDATE_FAILED, and CloudFormation then refuses an update with rollback. It rolls back a nested stack
    // only together with the outermost one.
    const stack = operation.RootId ?? context.request.StackId;
    throw new ProviderError(
      'InvalidRequest',
      `This update has to replace version ${Version} of image ${ImageName}, but rollback is disabled for the stack, and ` +
        `CloudFormation then accepts no replacement. The provider changed nothing. If stack ${stack} was ever ` +
        `CREATE_COMPLETE or UPDATE_COMPLETE, run aws cloudformation rollback-stack --stack-name ${stack}, which undoes every ` +
        'update since then, and deploy this update with rollback enabled. If that stack never was, do not run the ' +
        'command, because it deletes the stack. Then, or if you get this Reason again, give the resource another logical ' +
        'id in the template.',
    );
  }
}

function isOtherImage({ ResourceProperties, OldResourceProperties }: UpdateRequest): boolean {
  return isChanged('ImageName', ResourceProperties, OldResourceProperties);
}

/** The resource needs a new version. */
interface NeedsNewVersion {
  /** The current one; undefined if it is gone. */
  readonly replaced: Actual | undefined;
}

/** The updated version, unless the change needs a new one, or this one is gone. */
async function updateInPlace(
  context: RequestContext<UpdateRequest>,
  properties: ImageVersionProperties,
  current: VersionOfImage,
): Promise<ImageVersion | NeedsNewVersion> {
  const gone = { replaced: undefined };
  const actual = await ownVersion(context, current);
  if (actual === undefined) {
    // Even if somebody has deleted the current version, a failed replacement may have left another one.
    await removeFailedReplacement(context, current);
    if (isOtherImage(context.request)) await removeFailedReturn(context, properties.ImageName);
    return gone;
  }
  // An earlier delivery of this request made this version. It has the number of the one that is gone, because somebody
  // created the image again.
  if (actual.aliases.some((alias) => isOwnershipByRequest(context.request, alias))) return gone;
  const declared = declaredIn(context.request, properties);
  // The template changes back to what the version already is, so its replacement failed.
  if (undoesReplacement(declared, actual.version)) return (await restore(context, declared, actual)) ?? gone;
  if (!isReplacement(declared, actual.version)) return applyChanges(context, declared, actual);

  const needsNewVersion = { replaced: actual };
  const rollback = await context.stack.rolledBackOperation();
  if (rollback === undefined) return needsNewVersion;
  // The version is older than the operation, so its replacement failed. `undoesReplacement` does not find every
  // such case: a version does not show its Revision, and SageMaker may show its BaseImage in another form.
  if (!isMadeSince(rollback, actual.version)) return (await restore(context, declared, actual)) ?? gone;
  const before = await versionBefore(context, rollback, properties.ImageName);
  const replaced = before && (await ownVersion(context, before));
  return replaced ? applyChanges(context, declared, replaced) : needsNewVersion;
}

/** Restores a version whose replacement failed, and then removes what the replacement left, if the time suffices. */
async function restore(
  context: RequestContext<UpdateRequest>,
  declared: Declared,
  actual: OwnVersion,
): Promise<ImageVersion | undefined> {
  await context.stillWanted();
  const { current } = actual;
  const restored = await applyChanges(context, declared, actual).catch((thrown: unknown) => {
    if (isInterruption(thrown)) throw thrown;
    context.log.info('Removing the failed replacement first', {
      ...current,
      error: thrown,
    });
    return undefined;
  });
  await removeFailedReplacement(context, current);
  if (restored) return restored;
  const again = await ownVersion(context, current);
  return again && applyChanges(context, declared, again);
}

/** The state of a version that this resource made; undefined if it is gone, never worked, or is not the resource's. */
async function ownVersion(
  context: RequestContext<UpdateRequest>,
  { ImageName, Version }: VersionOfImage,
): Promise<OwnVersion | undefined> {
  const { log, request } = context;
  const actual = await stabilizeWithAliases(context, { ImageName, Version });
  const isOwn = actual?.aliases.some((alias) => isOwnAlias(request, alias));
  const ImageVersionStatus = actual?.version.ImageVersionStatus;
  if (actual && isOwn && ImageVersionStatus !== 'CREATE_FAILED') return { current: { ImageName, Version }, ...actual };
  log.warn(
    `Version ${Version} of image ${ImageName} is not a working version of this resource any more. If CloudFormation still ` +
      'waits for the request, the provider replaces the version. Check who changed or deleted the version.',
    { ImageName, Version, isOwn, ImageVersionStatus },
  );
  return undefined;
}

/**
 * Makes at most one call of UpdateImageVersion on the version, none if nothing differs. Then it returns the aliases
 * that the version took and the template no longer declares, if the stack may be rolling back. Otherwise it removes
 * their markers.
 *
 * @returns the description that was read before the change
 */
async function applyChanges(
  context: RequestContext<UpdateRequest>,
  declared: Declared,
  read: OwnVersion,
): Promise<ImageVersion> {
  const { imageVersions, log, request } = context;
  const dropped = droppedAliases(declared);
  const actual = await upToDate(context, read, declared);
  const { current } = actual;
  const { ImageName, Version } = current;
  const kept = keptMetadata(declared, actual.version);
  if (kept.length > 0) {
    log.warn(
      `Version ${Version} of image ${ImageName} keeps ${kept.join(', ')}: the template no longer declares them, but ` +
        'SageMaker cannot clear them. Declare other values, or change Revision for a new version.',
      { ImageName, Version, kept },
    );
  }
  const parameters = changesInPlace(declared, actual);
  const movesAliases = dropped.length > 0 || parameters?.AliasesToAdd !== undefined;
  const onImage = movesAliases ? await imageVersions.listAliases({ ImageName }) : [];
  if (parameters) {
    log.info('Updating the version', { ...current, ...parameters });
    const update = { version: current, parameters, onVersion: actual.aliases, onImage, isFirstStep: true };
    await updateTakingAliases(context, update);
  }
  const taken = dropped.filter((alias) => onImage.includes(handOverMarker(request, alias, Version)));
  if (taken.length > 0) {
    const settleMarkers = (await context.stack.mayBeRollingBack()) ? returnAliases : removeMarkers;
    // A superseded request must leave the aliases to the rollback.
    await context.stillWanted(0);
    await settleMarkers(context, { ...current, described: actual.version }, taken);
  }
  return actual.version;
}

/**
 * The version as it is now. SageMaker may show it as it was some seconds ago, before an Update of this resource changed
 * it. So this looks by another call for each dropped alias that the list of aliases does not have, and for each added
 * alias that it has. If that call says otherwise, the rest of the list is old too. Then this reads everything again,
 * but only for 25 s after the request was issued. In a rollback, all answers may be old, because the Update that is
 * rolled back has just ended: if they show that a change is not necessary, this looks twice.
 */
async function upToDate(
  context: RequestContext<UpdateRequest>,
  { current, ...actual }: OwnVersion,
  declared: Declared,
): Promise<OwnVersion> {
  const { clock, imageVersions } = context;
  const { ImageName, Version } = current;
  const isHere = async (Alias: string) =>
    (await imageVersions.describeImageVersionByAlias({ ImageName, Alias }))?.Version === Version;
  const until = Math.min(context.issuedAt + unlistedMs, context.deadline);
  let { version, aliases: listed } = actual;
  for (let isFirstLook = true; ; isFirstLook = false) {
    const unlisted: string[] = [];
    for (const alias of droppedAliases(declared).filter((alias) => !listed.includes(alias))) {
      if (await isHere(alias)) unlisted.push(alias);
    }
    const gone: string[] = [];
    for (const alias of newAliases(declared).filter((alias) => listed.includes(alias))) {
      if (!(await isHere(alias))) gone.push(alias);
    }
    const agree = unlisted.length + gone.length === 0;
    const needsSecondLook = async () =>
      isFirstLook && isPartlyDone(declared, { version, aliases: listed }) && (await context.stack.mayBeRollingBack());
    if (clock.now() >= until || (agree && !(await needsSecondLook()))) {
      return { current, version, aliases: [...listed.filter((alias) => !gone.includes(alias)), ...unlisted] };
    }
    await context.wait(lookAgainMs);
    version = (await imageVersions.describeImageVersion(current)) ?? version;
    listed = await imageVersions.listAliases(current);
  }
}
