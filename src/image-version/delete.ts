/**
 * Deletes what a PhysicalResourceId names: an ARN names a version, and a placeholder id stands for what its Create may
 * have left. It also deletes what failed replacements of the version left. CloudFormation invents an id for a Create that it
 * has cancelled, or that nobody has answered. A Delete never fails because of invalid properties, and never deletes a
 * version that this resource neither made nor adopted.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteImageVersion.html
 */
import { type DeleteRequest, issueTimeResolutionMs } from '../cloudformation/request.ts';
import { isMadeSince, isMadeWithin } from '../cloudformation/stacks.ts';
import { ProviderError } from '../errors.ts';
import { isSameName, parseArn, tryParseArn } from '../sagemaker/image-version-arn.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { letGo } from './adopt.ts';
import { OwnedVersions } from './find-versions.ts';
import {
  adoptionIn,
  isOfAdoption,
  isOwnAlias,
  isOwnershipOf,
  predecessorIn,
  requestPrefix,
  reservedAliasPrefix,
} from './ownership.ts';
import { parsePhysicalResourceId } from './physical-resource-id.ts';
import { declaredAliases, isImageName } from './properties.ts';
import { firstDeliveryMs, type RequestContext } from './request-context.ts';
import { isRecent, returnAliases } from './return-aliases.ts';
import { tryRemovingReplacement } from './roll-back.ts';
import { lookAgainMs, remove, stabilizeWithAliases, unlistedMs } from './stabilize.ts';

/** The clocks of CloudFormation and SageMaker may differ by this much. */
const longestClockSkewMs = 2_000;
/** The longest time for the removal of what failed replacements left. The rest is for the Delete's own version. */
const longestReplacementRemovalMs = 120_000;

/**
 * Resolves when nothing is left of what the PhysicalResourceId stands for, as far as this Delete may remove it.
 *
 * @throws ProviderError if SageMaker refuses or fails to delete it
 * @throws Interruption if the invocation has no time left, or CloudFormation no longer waits for the request
 */
export async function deleteImageVersion(context: RequestContext<DeleteRequest>): Promise<void> {
  const { request } = context;
  const { ImageName } = request.ResourceProperties;
  const id = parsePhysicalResourceId(request.PhysicalResourceId, ImageName);
  if (id.kind === 'image version') {
    await removeFailedReplacements(context, id.version);
    return removeOwn(context, id.version, true);
  }
  // If no image can have such a name, the Create made nothing.
  if (id.kind === 'not created' || !isImageName(ImageName)) return;
  await context.stillWanted();
  if (id.kind === 'invented') return removeCancelled(context, ImageName);
  if (id.kind === 'denied' && (await isStillDenied(context, ImageName))) return;
  return removeUnconfirmed(context, ImageName, id.requestHash);
}

/**
 * The latest CreationTime of a version that this Delete can mean. Lambda may deliver a Delete again, long after
 * its version is gone. If somebody creates the image again, the numbers restart, so another version may have the same ARN.
 */
function latestCreation({ issuedAt = Number.POSITIVE_INFINITY }: DeleteRequest): number {
  return issuedAt + issueTimeResolutionMs + longestClockSkewMs;
}

/**
 * Removes the version if this resource made or adopted it, or lets it go if the adoption failed. If the resource
 * returns to the version that this one replaced, this first returns the aliases that this version took.
 *
 * @param isNamed whether the PhysicalResourceId names the version. Otherwise the version was never part of the stack.
 */
async function removeOwn(
  context: RequestContext<DeleteRequest>,
  version: VersionOfImage,
  isNamed: boolean,
): Promise<void> {
  const { journal, log, request } = context;
  const { ImageName, Version } = version;
  const actual = await stabilizeWithAliases(context, version);
  if (actual === undefined) {
    log.info('The version is already gone', { ...version });
    // A person may have deleted it, or an earlier Delete, which failed or died before the aliases went back: SageMaker
    // changes no version that is CREATE_FAILED.
    if (isNamed) await returnAliases(context, version, mayHaveTaken(request), () => context.stack.mayBeRollingBack());
    return;
  }
  const { CreationTime, ImageVersionArn } = actual.version;
  const { aliases } = actual;
  const adoption = adoptionIn(request, Version, aliases);
  if (isNamed && (await isAnother(context, ImageVersionArn))) {
    log.warn(
      `The provider keeps version ${Version} of image ${ImageName}, because this Delete is for another version, ` +
        `${request.PhysicalResourceId}. If the stack has no operation in progress, find out who invoked the function.`,
      { ...version, ImageVersionArn },
    );
    return;
  }
  if (Math.max(isNamed ? CreationTime.getTime() : 0, adoption?.adoptedAt ?? 0) > latestCreation(request)) {
    log.warn(
      `The provider keeps version ${Version} of image ${ImageName}, because it is newer than this Delete: somebody ` +
        'created the image again, or the resource adopted the version again. You need not do anything.',
      {
        ...version,
        CreationTime,
      },
    );
    return;
  }
  const ownership = aliases.find((alias) => isOwnAlias(request, alias));
  if (ownership === undefined && request.ResourceProperties['Adopt'] !== undefined && !isNamed) {
    log.info('Another delivery has let the version go', { ...version, aliases });
    return;
  }
  if (ownership !== undefined && isOfAdoption(ownership) && adoption === undefined) {
    log.error(
      `The provider keeps version ${Version} of image ${ImageName}: this resource adopted it, but the alias that shows when is ` +
        'missing. Delete the version if nobody needs it.',
      { ...version, aliases, needsAttention: true },
    );
    return;
  }
  if (ownership === undefined) {
    log.error(
      `The provider keeps version ${Version} of image ${ImageName}, because no alias shows that this resource made it. ` +
        'Find out who made it, and delete it if nobody needs it.',
      { ...version, aliases, needsAttention: true },
    );
    return;
  }
  const isFailedAdoption = adoption && !(isNamed && (await context.stack.hasCompletedSince(adoption.adoptedAt)));
  const taker = { ...version, described: actual.version };
  const isDue = isNamed && !isFailedAdoption ? () => isTakenBack(context, taker, ownership) : undefined;
  const taken = mayHaveTaken(request, aliases);
  // SageMaker may refuse to change a version that it could not create or delete: its aliases go back when it is gone.
  const mayChange = actual.version.ImageVersionStatus === 'CREATED';
  const returned = mayChange ? await returnAliases(context, taker, taken, isDue) : [];
  if (isFailedAdoption) await letGo(context, version);
  else {
    journal.removing = version;
    await remove(context, version);
    journal.removing = undefined;
  }
  if (!isNamed || (mayChange && !isRecent(context, taker))) return;
  // Some seconds ago, SageMaker may have shown the other aliases as they were before the version took them.
  await returnAliases(
    context,
    version,
    taken.filter((alias) => !returned.includes(alias)),
    isDue,
  );
}

/**
 * Whether the PhysicalResourceId is the ARN of another version, whose image has the same name: in another account, Region
 * or partition. AWS does not document whether ARNs keep the case of an image's name. So if only the case differs, this
 * looks at the id that the resource has now. If that is the ARN that SageMaker shows, the PhysicalResourceId is the ARN
 * of another version.
 */
async function isAnother(context: RequestContext<DeleteRequest>, ImageVersionArn: string): Promise<boolean> {
  const { PhysicalResourceId } = context.request;
  if (PhysicalResourceId === ImageVersionArn) return false;
  if (!isSameName(PhysicalResourceId, ImageVersionArn)) return true;
  const current = await context.stack.currentId();
  return current !== PhysicalResourceId && isSameName(current, ImageVersionArn);
}

/**
 * The aliases that the version may have taken. The declared ones count too: an earlier delivery of this Delete may have
 * removed them from the version already.
 *
 * @param onVersion the aliases of the version
 */
function mayHaveTaken({ ResourceProperties }: DeleteRequest, onVersion: readonly string[] = []): readonly string[] {
  const present = onVersion.filter((alias) => !alias.startsWith(reservedAliasPrefix));
  return [...new Set([...present, ...declaredAliases(ResourceProperties)])];
}

/**
 * Whether the aliases that the version took go back: in a rollback; in the deletion of a stack that has completed no
 * operation since the version was created; or if the resource still has the version that this one replaced. To undo a
 * failed operation, CloudFormation may delete the whole stack, for example a nested one: an adopted version that gave
 * the aliases stays. Where rollback is disabled, CloudFormation refuses a replacement, and may delete the new version
 * in an operation whose status shows no rollback.
 *
 * @param ownership the ownership alias of the version
 */
async function isTakenBack(
  context: RequestContext<DeleteRequest>,
  { ImageName, Version, described: { CreationTime } }: VersionOfImage & { readonly described: ImageVersion },
  ownership: string,
): Promise<boolean> {
  if (await context.stack.mayBeRollingBack()) return true;
  const isDeletion = await context.stack.isBeingDeleted();
  if (isDeletion && !(await context.stack.hasCompletedSince(CreationTime.getTime()))) return true;
  const live = tryParseArn(await context.stack.currentId());
  // If somebody created the image again, a new version may have the number of the predecessor.
  const isPredecessor = live !== undefined && live.Version === predecessorIn(ownership) && live.Version < Version;
  return isPredecessor && isSameName(live.ImageName, ImageName);
}

/**
 * Removes what this resource made to replace the version, if no event of the stack has its ARN. The Update of a
 * rollback does so too, but CloudFormation sends none if somebody deletes the stack instead, or if the rollback undoes
 * several operations. If Lambda delivers an old Delete again, it must not remove what an Update creates now.
 */
async function removeFailedReplacements(
  context: RequestContext<DeleteRequest>,
  { ImageName, Version }: VersionOfImage,
): Promise<void> {
  const { clock, deadline, request } = context;
  const isReplacement = (alias: string) => isOwnAlias(request, alias) && predecessorIn(alias) === Version;
  if (!(await context.imageVersions.listAliases({ ImageName })).some(isReplacement)) return;
  const brief = context.within(Math.min(longestReplacementRemovalMs, (deadline - clock.now()) / 3));
  await tryRemovingReplacement(brief, { ImageName }, async () => {
    const failed = await brief.stack.failedOperations();
    if (failed === undefined) return;
    const known = [
      await brief.stack.currentId(),
      ...failed.events.map(({ PhysicalResourceId = '' }) => PhysicalResourceId),
    ];
    for (const made of await new OwnedVersions(brief, ImageName).find(isReplacement)) {
      const isMeant = isMadeSince(failed, made) && made.CreationTime.getTime() <= latestCreation(request);
      if (!isMeant || known.some((id) => isSameName(id, made.ImageVersionArn))) continue;
      const version = { ImageName, Version: made.Version };
      await tryRemovingReplacement(brief, version, () => removeUnknown(brief, version));
      // A failed removal leaves this set.
      context.journal.removing = undefined;
    }
  });
}

/** Removes a version of this resource that was never part of the stack, and returns the aliases that it took. */
async function removeUnknown(context: RequestContext<DeleteRequest>, version: VersionOfImage): Promise<void> {
  context.log.info('Found a version of this resource', { ...version });
  await removeOwn(context, version, false);
  // The invocation that created it may still run, and take aliases again.
  await returnAliases(context, version, mayHaveTaken(context.request));
}

/** Removes what the request with this hash made. That request has ended, but SageMaker may not list its alias yet. */
async function removeUnconfirmed(
  context: RequestContext<DeleteRequest>,
  ImageName: string,
  requestHash: string,
): Promise<void> {
  const prefix = requestPrefix(context.request, requestHash);
  const owned = new OwnedVersions(context, ImageName);
  await removeMade(context, () => owned.find((alias) => isOwnershipOf(prefix, alias)), unlistedMs);
}

/**
 * Removes what a cancelled Create made. CloudFormation stops waiting for a Create when a sibling fails, and sends a
 * Delete with an id that it invents. The Create may still be queued or running. This removes only versions of that
 * Create: somebody may have retained an older one on purpose, and the stack may refer to a newer one.
 */
async function removeCancelled(context: RequestContext<DeleteRequest>, ImageName: string): Promise<void> {
  const { request } = context;
  // A Create replaces no version.
  const isOfCreate = (alias: string) => isOwnAlias(request, alias) && predecessorIn(alias) === 0;
  let create = await context.stack.cancelledCreate();
  let isFirstLook = true;
  const owned = new OwnedVersions(context, ImageName);
  const isMadeByIt = (version: ImageVersion) => {
    const adoptedAt = owned.adoptedAt(version);
    return create && isMadeWithin(create, adoptedAt === undefined ? version : { CreationTime: new Date(adoptedAt) });
  };
  const find = async () => {
    const found = await owned.find(isOfCreate);
    // By now, the stack may create the resource again.
    if (!isFirstLook && found.some(isMadeByIt)) create = (await context.stack.cancelledCreate()) ?? create;
    isFirstLook = false;
    if (found.length > 0 && create === undefined) throw cannotDate(ImageName, found);
    return found.filter(isMadeByIt);
  };
  // A queued Create asks CloudFormation before it creates a version, and stops. A call that has begun may take 10 s,
  // and SageMaker may list its alias 25 s later.
  await removeMade(context, find, firstDeliveryMs);
}

/** Versions of this resource exist, and CloudFormation did not show whether the cancelled Create made them. */
function cannotDate(ImageName: string, found: readonly ImageVersion[]): ProviderError {
  const numbers = found.map(({ Version }) => Version).join(', ');
  return new ProviderError(
    'GeneralServiceException',
    'CloudFormation did not show the cancelled Create, so the provider could not find out which of the versions ' +
      `${numbers} of image ${ImageName} the cancelled Create made, and deleted none of them. ` +
      "Check that the provider's role may call cloudformation:DescribeStackEvents.",
  );
}

/**
 * Whether SageMaker still denies access to the image, as it did to the Create. Then no version exists: only a role with
 * access can have created one. Without this, a mistake in ImageNamePattern would keep the stack from rolling back.
 */
async function isStillDenied({ imageVersions, log }: RequestContext, ImageName: string): Promise<boolean> {
  const denial = await imageVersions.listAliases({ ImageName }).then(
    () => undefined,
    (thrown: unknown) => {
      const error = ProviderError.from(thrown);
      if (error.code === 'AccessDenied') return error;
      throw thrown;
    },
  );
  if (denial === undefined) return false;
  log.warn(
    `SageMaker denies access to image ${ImageName}, as it did to the Create, so the Create made no version. Check ` +
      'ImageName and the ImageNamePattern of the provider.',
    { ImageName, error: denial },
  );
  return true;
}

/**
 * Removes the versions that `find` finds, which were never part of the stack. It keeps the version that the resource has
 * now: if `find` finds that one, somebody wrote the id by hand, or the stack created the version later. If there is
 * nothing to remove, it looks again until `searchMs` after the issue of the Delete. A short ServiceTimeout ends the search
 * earlier, so that the Delete can succeed.
 */
async function removeMade(
  context: RequestContext<DeleteRequest>,
  find: () => Promise<readonly ImageVersion[]>,
  searchMs: number,
): Promise<void> {
  const { clock, request } = context;
  const until = Math.min(context.issuedAt + searchMs, context.deadline);
  for (;;) {
    const found = await find();
    const current = found.length > 0 ? await context.stack.currentId() : '';
    const made = found.filter(({ ImageVersionArn }) => !isSameName(ImageVersionArn, current));
    for (const { ImageVersionArn } of made) {
      await removeUnknown(context, parseArn(ImageVersionArn, request.ResourceProperties['ImageName']));
    }
    if (made.length > 0 || clock.now() >= until) return;
    await context.wait(lookAgainMs);
  }
}
