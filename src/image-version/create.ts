/**
 * Creates a version, or adopts one: for a Create, for an Update of a placeholder id, and for an Update that replaces.
 * It looks for the version first, so a request that is delivered twice, or killed at any point and delivered again,
 * creates one version.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateImageVersion.html
 */
import { asSentence, ProviderError } from '../errors.ts';
import { parseArn } from '../sagemaker/image-version-arn.ts';
import type { ImageVersion, VersionOfImage } from '../sagemaker/image-versions.ts';
import { adopt, requireAdoptable } from './adopt.ts';
import type { Actual } from './changes.ts';
import { versionWithAlias } from './find-versions.ts';
import { ensureAliases, holdersOf } from './hand-over.ts';
import type { Creation, DesiredVersion } from './journal.ts';
import { clientToken, handOverMarker, ownershipAlias } from './ownership.ts';
import { firstStepMs, type RequestContext } from './request-context.ts';
import { removeMarkers } from './return-aliases.ts';
import { lookAgainMs, readListed, stabilize, stabilizeWithAliases } from './stabilize.ts';
import { write } from './write.ts';

/** SageMaker may take this long to show a version that it has just created. An assumption: see stabilize.ts. */
const unseenAfterCreationMs = 10_000;
/** To look for more aliases than this, one by one, would cost more calls than to list those of the image. */
const mostAliasesToLookFor = 5;

/**
 * Creates the version, waits until it is CREATED, and takes its aliases from the other versions of the stack that have
 * them. Each of those versions gets a marker in place of its alias. The marker names the new version, and
 * `return-aliases.ts` uses it to return the alias.
 *
 * @param beforeCreation called before the provider creates a version; throws if the provider must not create one. By
 *   default it throws Superseded if CloudFormation no longer waits for the request
 * @returns the version, which is CREATED
 * @throws ProviderError if SageMaker refuses or fails; `undo` removes the version, or lets it go
 * @throws Interruption if the invocation has no time left, or CloudFormation no longer waits for the request
 */
export async function createImageVersion(
  context: RequestContext,
  desired: DesiredVersion,
  beforeCreation: () => Promise<void> = () => context.stillWanted(firstStepMs),
): Promise<ImageVersion> {
  const { ImageName, BaseImage } = desired.properties;
  const creation = context.journal.recordCreation(desired);
  let { replaced } = desired;
  const { ImageVersionArn, hasAliases, holders } = await context.retry(() => {
    const attempt = findOrCreate(context, { ...desired, replaced }, creation, beforeCreation);
    // The next attempt may come much later, so it reads the aliases again.
    replaced = undefined;
    return attempt;
  });
  const version = parseArn(ImageVersionArn, ImageName);
  if (desired.adopted !== undefined) {
    // Another resource may have adopted it at the same time.
    await context.wait(lookAgainMs);
    // Until SageMaker lists this adoption, it may not list another one either.
    const ownership = ownershipAlias(context.request, desired);
    await requireAdoptable(context, desired.properties, () =>
      stabilizeWithAliases(context, version, (alias) => alias === ownership),
    );
  }
  // A slow call may have taken longer than CloudFormation waits.
  await context.stillWanted(firstStepMs);
  const created = await untilCreated(context, version, BaseImage);
  await context.stillWanted();
  if (!hasAliases) await ensureAliases(context, version, { ...desired, holders });
  return created;
}

interface Created {
  readonly ImageVersionArn: string;
  /** Whether the version certainly has all aliases that the template declares. */
  readonly hasAliases: boolean;
  /**
   * The versions that had declared aliases before the creation. None if an earlier delivery made the version: it may
   * have moved some aliases already, and only the aliases of the image show the markers that it left.
   */
  readonly holders: readonly Actual[];
}

/** Finds the version that this request created or adopted earlier; or does it now, with the aliases that are free. */
async function findOrCreate(
  context: RequestContext,
  desired: DesiredVersion,
  creation: Creation,
  beforeCreation: () => Promise<void>,
): Promise<Created> {
  const { properties, replaced } = desired;
  const { imageVersions, log, request } = context;
  const { ImageName, BaseImage, Aliases, metadata } = properties;
  const ownership = ownershipAlias(request, desired);

  const { seen, known } = await seenAliases(context, desired, ownership);
  if (seen.includes(ownership)) {
    const { ImageVersionArn } = await versionWithAlias(context, ImageName, ownership);
    log.info('An earlier call made the version', { ImageVersionArn });
    creation.found(ImageVersionArn);
    return { ImageVersionArn, hasAliases: false, holders: [] };
  }
  creation.foundNone();
  const adoptable = desired.adopted === undefined ? undefined : await requireAdoptable(context, properties, readListed);
  const elsewhere = Aliases.filter((alias) => seen.includes(alias) && !adoptable?.aliases.includes(alias));
  const aliases = elsewhere.filter((alias) => !replaced?.aliases.includes(alias));
  // Throws if a version that this stack did not make has one of them.
  const holders = await holdersOf(context, { ImageName, aliases, known });

  await beforeCreation();
  context.requireTimeLeft();
  if (desired.adopted !== undefined) {
    // The version may have been in this stack before, and may have old markers. A rollback must not find them.
    const Version = desired.adopted;
    const old = Aliases.filter((alias) => seen.includes(handOverMarker(request, alias, Version)));
    if (old.length > 0) await removeMarkers(context, { ImageName, Version }, old);
  }
  log.info(adoptable ? 'Adopting a version' : 'Creating a version', { ImageName, BaseImage, ownership });
  const free = Aliases.filter((alias) => !elsewhere.includes(alias));
  const parameters = { ImageName, BaseImage, Aliases: [ownership, ...free], ...metadata };
  const input = { ...parameters, ClientToken: clientToken(request, parameters) };
  const call = () => (adoptable ? adopt(context, adoptable, desired, free) : imageVersions.createImageVersion(input));
  const attempt = () => creation.attempt(call);
  const ImageVersionArn = await write(context, attempt, () => context.stillWanted(firstStepMs));
  log.info(adoptable ? 'Adopted the version' : 'SageMaker creates the version', { ImageVersionArn });
  return { ImageVersionArn, hasAliases: elsewhere.length === 0, holders: replaced ? [replaced, ...holders] : holders };
}

interface Seen {
  /** The aliases of the image, as far as they matter here. */
  readonly seen: readonly string[];
  /** Versions with some of them that were read on the way. */
  readonly known: readonly Actual[];
}

/**
 * Reads the aliases of the image. A Retain policy may keep many versions, and each has aliases. So in a first delivery
 * of a replacement, this does not list all of them: it knows those of the replaced version, and looks for `ownership`
 * and for the few others that the template declares.
 */
async function seenAliases(
  { imageVersions, isFirstDelivery }: RequestContext,
  { properties: { ImageName, Aliases }, replaced }: DesiredVersion,
  ownership: string,
): Promise<Seen> {
  const { aliases: onPredecessor = [] } = replaced ?? {};
  const others = Aliases.filter((alias) => !onPredecessor.includes(alias));
  const listed = async () => ({ seen: await imageVersions.listAliases({ ImageName }), known: [] });
  if (onPredecessor.length === 0 || !isFirstDelivery || others.length > mostAliasesToLookFor) return listed();
  const made = await imageVersions.describeImageVersionByAlias({ ImageName, Alias: ownership });
  const known: Actual[] = [];
  let isAnyMissing = false;
  for (const Alias of others) {
    if (known.some(({ aliases }) => aliases.includes(Alias))) continue;
    const version = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
    if (version === undefined) {
      isAnyMissing = true;
      continue;
    }
    const aliases = await imageVersions.listAliases({ ImageName, Version: version.Version });
    // One of the two answers is out of date.
    if (!aliases.includes(Alias)) return listed();
    known.push({ version, aliases });
  }
  // SageMaker's answer for a missing alias is the same as for a role that may not describe it. So this describes an
  // alias that exists. If SageMaker does not show that one, the role may not describe it.
  const [Alias = ''] = onPredecessor;
  const mayDescribe =
    !isAnyMissing || (await imageVersions.describeImageVersionByAlias({ ImageName, Alias })) !== undefined;
  if (!mayDescribe) return listed();
  const seen = [...onPredecessor, ...known.flatMap(({ aliases }) => aliases)];
  return { seen: made ? [...seen, ownership] : seen, known };
}

async function untilCreated(
  context: RequestContext,
  version: VersionOfImage,
  BaseImage: string,
): Promise<ImageVersion> {
  const stable = await stabilize(context, version, unseenAfterCreationMs);
  if (stable?.ImageVersionStatus === 'CREATED') return stable;

  const what = `version ${version.Version} of image ${version.ImageName}`;
  if (stable === undefined) {
    throw new ProviderError(
      'NotFound',
      `The new ${what} disappeared before it was CREATED. CloudFormation cancelled the request, another delivery of it ` +
        'failed, or somebody deleted the version. Look at the other events of the stack, then try again.',
    );
  }
  const cause = asSentence(stable.FailureReason ?? 'none given');
  throw new ProviderError(
    'NotStabilized',
    `SageMaker could not create ${what} from ${BaseImage}. FailureReason: ${cause} ` +
      "Check that BaseImage exists in ECR and that the image's role may read it, then try again.",
  );
}
