/**
 * Undoes what a failed or superseded request has done, as far as the journal shows: removes the version that it
 * created, or lets go the version that it adopted, and returns the aliases that it took.
 */
import { afterFailedDelete, deleteCommand, orphansCommand, usersCommand } from '../commands.ts';
import { isInterruption, ProviderError } from '../errors.ts';
import { isSameName, parseArn } from '../sagemaker/image-version-arn.ts';
import { letGo } from './adopt.ts';
import type { Creation } from './journal.ts';
import { ownershipAlias, requestHash } from './ownership.ts';
import { notCreatedId } from './physical-resource-id.ts';
import type { RequestContext } from './request-context.ts';
import { removeReturning, returnAliases } from './return-aliases.ts';
import { stabilize } from './stabilize.ts';

/** After a version is CREATED, the delivery that waits for it answers within this time: it polls, and takes aliases. */
const answerMs = 15_000;

/**
 * What a failed request left: nothing; a version that the provider could not remove; or `unconfirmed`, perhaps a version.
 * `denied`: SageMaker denied this delivery access to the image, so only another delivery can have left a version.
 */
export type Left = 'nothing' | 'denied' | 'unconfirmed' | { readonly ImageVersionArn: string };

export interface Undone {
  /** The failure, for the answer. */
  readonly error: ProviderError;
  readonly left: Left;
}

/**
 * Undoes a request that failed with `thrown`.
 *
 * @returns `superseded` if CloudFormation no longer waits for the request: then there must be no answer
 * @throws OutOfTime if the invocation has no time left; the next one continues
 */
export async function undo(context: RequestContext, thrown: unknown): Promise<Undone | 'superseded'> {
  if (isInterruption(thrown, 'OutOfTime')) throw thrown;
  const { creation, removing } = context.journal;
  if (isInterruption(thrown, 'Superseded') || (creation && !(await mayRemove(context, creation)))) {
    await undoSuperseded(context.unhurried());
    return 'superseded';
  }
  const error = ProviderError.from(thrown);
  logFailure(context, error);
  if (creation) return undoCreation(context, creation, error);
  if (context.request.RequestType !== 'Delete') return { error, left: 'nothing' };
  const { request } = context;
  const isInUse = removing && error.code === 'ResourceConflict';
  const users = isInUse ? ` To list what uses the version: ${usersCommand(request, removing)}.` : '';
  const left = removing
    ? `delete this version alone: ${deleteCommand(request, removing)}`
    : `look for versions that are left: ${orphansCommand(request)}`;
  const reason = `${error.message}${users} ${afterFailedDelete(left)}`;
  return { error: new ProviderError(error.code, reason, { cause: error }), left: 'nothing' };
}

/**
 * Whether CloudFormation still waits for the request, so that the request may remove what it created. If another
 * delivery of it may have created the version, this first waits, because that delivery may answer SUCCESS soon after
 * the version is CREATED.
 */
async function mayRemove(context: RequestContext, creation: Creation): Promise<boolean> {
  const { desired, isMadeHere, mayExist } = creation;
  // Until this delivery has seen that no version exists, one may exist.
  if (isMadeHere || !mayExist) return context.isStillWanted();
  const { ImageName } = desired.properties;
  const Alias = ownershipAlias(context.request, desired);
  const settle = async () => {
    const found = await context.imageVersions.describeImageVersionByAlias({ ImageName, Alias });
    if (found === undefined) return;
    const stable = await stabilize(context, { ImageName, Version: found.Version });
    const leftMs = context.deadline - context.clock.now();
    if (stable?.ImageVersionStatus === 'CREATED') await context.wait(Math.max(0, Math.min(answerMs, leftMs)));
  };
  await settle().catch((failure: unknown) => {
    if (isInterruption(failure)) throw failure;
    context.log.info('Not waiting before the removal', { ImageName, error: failure });
  });
  return context.isStillWanted(0);
}

function logFailure({ journal, log, request }: RequestContext, error: ProviderError): void {
  const { ImageName } = request.ResourceProperties;
  const ImageVersionArn = journal.creation?.ImageVersionArn;
  const details = { ImageName, ImageVersionArn, ...journal.removing, error };
  // A version that disappeared usually means that CloudFormation cancelled the request, so this is no error.
  if (error.code === 'NotFound' && ImageVersionArn !== undefined)
    log.warn(`The request failed: ${error.message}`, details);
  else log.error(`The request failed: ${error.message}`, details);
}

async function undoCreation(context: RequestContext, creation: Creation, error: ProviderError): Promise<Undone> {
  try {
    const left = await removeCreated(context.cleaningUp(), creation);
    const isDenied = error.code === 'AccessDenied' && !creation.isMadeHere && context.isFirstDelivery;
    return { error, left: left === 'unconfirmed' && isDenied ? 'denied' : left };
  } catch (failure) {
    // After the deadline, Lambda might not deliver the request again. The rollback removes what is left.
    if (isInterruption(failure) && context.clock.now() < context.deadline) throw failure;
    const { ImageVersionArn } = creation;
    const { ImageName } = creation.desired.properties;
    const why = isInterruption(failure) ? 'The time for the request ended.' : ProviderError.from(failure).message;
    const what =
      ImageVersionArn === undefined
        ? `find out whether it had created a version of image ${ImageName}`
        : `${removalOf(creation)} ${ImageVersionArn}`;
    const advice = `The provider could not ${what}. Cause: ${why} The rollback or the next Delete of the resource tries again.`;
    context.log.error(advice, { ImageName, ImageVersionArn, error: failure });
    return {
      error: new ProviderError(error.code, `${error.message} ${advice}`, { cause: error }),
      left: ImageVersionArn === undefined ? 'unconfirmed' : { ImageVersionArn },
    };
  }
}

function removalOf({ desired }: Creation): string {
  return desired.adopted === undefined
    ? 'remove the version that the request had created:'
    : 'let the version go that the request had adopted:';
}

/** Removes the version, if there is one, and resolves with what is left. */
async function removeCreated(context: RequestContext, creation: Creation): Promise<'nothing' | 'unconfirmed'> {
  const { imageVersions, request } = context;
  const { ImageName, Aliases } = creation.desired.properties;
  const ownership = ownershipAlias(request, creation.desired);
  let { ImageVersionArn } = creation;
  if (ImageVersionArn === undefined) {
    if (!creation.mayExist) return 'nothing';
    const found = await imageVersions.describeImageVersionByAlias({ ImageName, Alias: ownership });
    if (found === undefined) return 'unconfirmed';
    ImageVersionArn = found.ImageVersionArn;
    creation.found(ImageVersionArn);
  }
  const version = parseArn(ImageVersionArn, ImageName);
  if (creation.desired.adopted === undefined) await removeReturning(context, version, Aliases);
  else {
    await returnAliases(context, version, Aliases);
    await letGo(context, version);
  }
  const left = await imageVersions.listAliases({ ImageName });
  // Another delivery may have created a version in the meantime.
  return left.includes(ownership) ? 'unconfirmed' : 'nothing';
}

/** Nobody waits for an answer, so this may use all the time of the invocation, and only logs a failure. */
async function undoSuperseded(context: RequestContext): Promise<void> {
  const { creation, taken } = context.journal;
  if (taken) {
    const { taker, aliases } = taken;
    // The answer of another delivery may name the taker. Then the stack does not undo the request, and the aliases stay.
    await context.bestEffort(
      () => returnAliases(context, taker, [...aliases], () => context.stack.mayBeUndone()),
      `In image ${taker.ImageName}, the aliases ${[...aliases].join(', ')} may be on no version, or on version ` +
        `${taker.Version}: the provider took them for a request that CloudFormation no longer waits for, and could not return ` +
        'them. Add them to the version that should have them.',
      { ...taker, aliases: [...aliases], needsAttention: true },
    );
  }
  if (creation?.ImageVersionArn === undefined) return;
  const { ImageVersionArn } = creation;
  await context.bestEffort(
    async () => {
      if (await isUnclaimed(context, creation, ImageVersionArn)) {
        await removeCreated(context, creation);
      }
    },
    `CloudFormation no longer waits for a request, and the provider could not ${removalOf(creation)} ${ImageVersionArn}. ` +
      (creation.desired.adopted === undefined
        ? `Delete the version only if this command lists it: ${orphansCommand(context.request)}`
        : 'If no stack refers to it, remove its aliases that begin with cfn- from it. Do not delete it.'),
    { ImageVersionArn, needsAttention: true },
  );
}

/**
 * Whether no stack refers to the version of a superseded request: it was never CREATED, or its resource is gone or has
 * another id. Somebody may have retained the version of an earlier invocation, unless that invocation answered with
 * `not-created`, or the events of the stack show that CloudFormation got no answer with the version.
 */
async function isUnclaimed(
  context: RequestContext,
  { desired, isMadeHere }: Creation,
  ImageVersionArn: string,
): Promise<boolean> {
  const version = parseArn(ImageVersionArn, desired.properties.ImageName);
  const described = await context.imageVersions.describeImageVersion(version);
  // A later Create may have adopted it again.
  const isOwn = async () =>
    (await context.imageVersions.listAliases(version)).includes(ownershipAlias(context.request, desired));
  if (desired.adopted !== undefined && !(await isOwn())) return false;
  // This answer of CloudFormation showed that the request is superseded. A later one, or SageMaker's, may be older.
  const resource = context.stack.lastResource;
  const { PhysicalResourceId: id = '' } = resource === 'gone' ? {} : (resource ?? {});
  const isItsId = (other: string) => isSameName(other, ImageVersionArn);
  if (isItsId(id)) return false;
  const status = described?.ImageVersionStatus;
  if (status === 'CREATE_FAILED' || status === 'CREATING') return true;
  if (id === notCreatedId(requestHash(context.request)) || (isMadeHere && resource !== undefined)) return true;
  return context.stack.hasEndedWithout(isItsId);
}
