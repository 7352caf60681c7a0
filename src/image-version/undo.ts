/**
 * Undoes what a failed or superseded request has done, as far as the journal shows: removes the version that it created,
 * and returns the aliases that it took.
 */
import { isInterruption, ProviderError } from '../errors.ts';
import { parseArn } from '../sagemaker/image-version-arn.ts';
import type { Creation } from './journal.ts';
import { ownershipAlias, requestHash } from './ownership.ts';
import { notCreatedId } from './physical-resource-id.ts';
import type { RequestContext } from './request-context.ts';
import { mayBeRollingBack, returnAliases } from './return-aliases.ts';
import { remove } from './stabilize.ts';

/**
 * What a failed request left: nothing; nothing that it was allowed to look for; something that it could not look for; or a
 * version that it could not remove.
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
  if (isInterruption(thrown, 'Superseded') || (creation && !(await context.isStillWanted()))) {
    await undoSuperseded(context.unhurried());
    return 'superseded';
  }
  const error = ProviderError.from(thrown);
  logFailure(context, error);
  if (creation) return undoCreation(context, creation, error);
  if (removing === undefined) return { error, left: 'nothing' };
  // CloudFormation repeats the Delete if the stack is deleted again. In the clean-up after an update it tries three times.
  const { ImageName, Version } = removing;
  const reason =
    `${error.message} If the stack is DELETE_FAILED or ROLLBACK_FAILED, delete it again afterwards. Otherwise keep the ` +
    `stack, and delete this version alone: aws sagemaker delete-image-version --image-name ${ImageName} --version-number ${Version}`;
  return { error: new ProviderError(error.code, reason, { cause: error }), left: 'nothing' };
}

function logFailure({ journal, log, request }: RequestContext, error: ProviderError): void {
  const { ImageName } = request.ResourceProperties;
  const ImageVersionArn = journal.creation?.ImageVersionArn;
  const details = { ImageName, ImageVersionArn, ...journal.removing, error };
  // A version that disappeared usually means that CloudFormation cancelled the request: warn, do not alarm.
  if (error.code === 'NotFound' && ImageVersionArn !== undefined)
    log.warn(`The request failed: ${error.message}`, details);
  else log.error(`The request failed: ${error.message}`, details);
}

async function undoCreation(context: RequestContext, creation: Creation, error: ProviderError): Promise<Undone> {
  try {
    const left = await removeCreated(context.cleaningUp(), creation);
    const isDenied = error.code === 'AccessDenied' && !creation.isMadeHere && context.isFirstDelivery;
    return { error, left: left === 'unconfirmed' && isDenied ? 'denied' : left };
  } catch (second) {
    // After the deadline Lambda may not deliver the request again. The Delete that follows removes what is left.
    if (isInterruption(second) && context.clock.now() < context.deadline) throw second;
    const { ImageVersionArn } = creation;
    const why = isInterruption(second) ? 'The time for the request ended.' : ProviderError.from(second).message;
    const what =
      ImageVersionArn === undefined
        ? 'The provider could not find out whether it had created a version'
        : 'The provider could not remove what it had created';
    context.log.error(`${what}: ${why} The next Delete of the resource tries it again.`, {
      ImageVersionArn,
      error: second,
    });
    return {
      error: new ProviderError(error.code, `${error.message} ${what}: ${why}`, { cause: error }),
      left: ImageVersionArn === undefined ? 'unconfirmed' : { ImageVersionArn },
    };
  }
}

/** Removes the version, if there is one, and resolves with what is left. */
async function removeCreated(context: RequestContext, creation: Creation): Promise<'nothing' | 'unconfirmed'> {
  const { imageVersions, request } = context;
  const { properties, predecessor } = creation.desired;
  const { ImageName, Aliases } = properties;
  const ownership = ownershipAlias(request, predecessor);
  if (creation.ImageVersionArn === undefined) {
    if (!creation.mayExist) return 'nothing';
    const found = await imageVersions.describeImageVersionByAlias({ ImageName, Alias: ownership });
    if (found === undefined) return 'unconfirmed';
    creation.found(found.ImageVersionArn);
  }
  const version = parseArn(creation.ImageVersionArn ?? '', ImageName);
  await returnAliases(context, version, Aliases);
  await remove(context, version);
  const left = await imageVersions.listAliases({ ImageName });
  return left.includes(ownership) ? 'unconfirmed' : 'nothing';
}

/** Nobody waits for an answer, so this may take as long as the invocation has. A failure is logged. */
async function undoSuperseded(context: RequestContext): Promise<void> {
  const { creation, taken } = context.journal;
  if (taken) {
    const { taker, aliases } = taken;
    // Another delivery may have answered with the taker. Then the stack goes on, and the aliases stay where they are.
    await context.bestEffort(
      () => returnAliases(context, taker, [...aliases], () => mayBeRollingBack(context)),
      `Version ${taker.Version} of image ${taker.ImageName} may keep ${[...aliases].join(', ')}, which the provider could ` +
        'not return after CloudFormation cancelled the request. Check which version should have them.',
      { ...taker, aliases: [...aliases] },
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
    `The provider could not remove ${ImageVersionArn}, which CloudFormation no longer waits for. Run the orphans command, ` +
      'and delete the version if no stack refers to it.',
    { ImageVersionArn },
  );
}

/**
 * Whether nobody refers to the version of a superseded request: it was never CREATED, or CloudFormation has another id for
 * the resource. A version from an earlier invocation may have been retained since, unless the answer was `not-created`.
 */
async function isUnclaimed(
  context: RequestContext,
  { desired, isMadeHere }: Creation,
  ImageVersionArn: string,
): Promise<boolean> {
  const version = parseArn(ImageVersionArn, desired.properties.ImageName);
  const described = await context.imageVersions.describeImageVersion(version);
  const status = described?.ImageVersionStatus;
  if (status === 'CREATE_FAILED' || status === 'CREATING') return true;
  const resource = await context.resource();
  if (resource === undefined || resource === 'gone') return resource === 'gone' && isMadeHere;
  const { PhysicalResourceId } = resource;
  return (
    PhysicalResourceId === notCreatedId(requestHash(context.request)) ||
    (isMadeHere && PhysicalResourceId !== ImageVersionArn)
  );
}
