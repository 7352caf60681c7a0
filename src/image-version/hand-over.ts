/**
 * Hands aliases over between versions. An alias is on one version of an image at a time, and CloudFormation creates the
 * new version before it deletes the old one. So a fixed alias such as `latest` is taken from the version of the same stack
 * that has it. That version gets a marker in its place, and `return-aliases.ts` returns the alias if the stack rolls back.
 *
 * An alias of any other version is never taken. docs/decisions/0003-aliases-are-handed-over.md has the reasons.
 */
import type { Request } from '../cloudformation/request.ts';
import { ProviderError, untilDeadline } from '../errors.ts';
import type { UpdateImageVersionRequest, VersionOfImage } from '../sagemaker/image-versions.ts';
import { handOverMarker, isHandOverMarker, isOwnAlias, isOwnershipOf, stackPrefix } from './ownership.ts';
import { reservedAliasPrefix } from './property-table.ts';
import { firstStepMs, type RequestContext } from './request-context.ts';
import { isChanging } from './stabilize.ts';

/** How long a version of another stack may keep an alias before that is an error. */
const foreignAliasPatienceMs = 60_000;

/** Those of the aliases that other versions of the image have. */
export function heldElsewhere(
  aliases: readonly string[],
  onImage: readonly string[],
  onVersion: readonly string[],
): readonly string[] {
  return aliases.filter((alias) => onImage.includes(alias) && !onVersion.includes(alias));
}

interface Holder {
  readonly Alias: string;
  readonly Version: number;
  /** This resource, another resource of its stack, another stack, or nobody with this provider. */
  readonly madeBy: 'resource' | 'sibling' | 'stranger' | 'nobody';
  readonly ImageVersionStatus: string;
}

/**
 * The versions that have the aliases.
 *
 * @throws ProviderError ResourceConflict, worth another try for a minute, with every alias that is on a version of another
 *   stack, or of none
 */
export async function holdersOf(
  { imageVersions, request }: RequestContext,
  ImageName: string,
  elsewhere: readonly string[],
): Promise<readonly Holder[]> {
  const holders: Holder[] = [];
  for (const Alias of elsewhere) {
    const version = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
    // The version may have lost the alias a moment ago.
    if (version === undefined) continue;
    const { Version, ImageVersionStatus } = version;
    const aliases = await imageVersions.listAliases({ ImageName, Version });
    holders.push({ Alias, Version, madeBy: makerOf(aliases, request), ImageVersionStatus });
  }
  const foreign = holders.filter(({ madeBy }) => madeBy === 'stranger' || madeBy === 'nobody');
  if (foreign.length === 0) return holders;
  throw new ProviderError(
    'ResourceConflict',
    `In image ${ImageName}, ${foreign.map(whereItIs).join(' and ')}; an alias can be on one version only. ` +
      'Remove it there, or declare another one.',
    { worthwhileMs: foreignAliasPatienceMs },
  );
}

function makerOf(aliases: readonly string[], request: Request): Holder['madeBy'] {
  if (aliases.some((alias) => isOwnAlias(request, alias))) return 'resource';
  if (aliases.some((alias) => isOwnershipOf(stackPrefix(request), alias))) return 'sibling';
  return aliases.some((alias) => isOwnershipOf(reservedAliasPrefix, alias)) ? 'stranger' : 'nobody';
}

function whereItIs({ Alias, Version, madeBy }: Holder): string {
  const maker = madeBy === 'nobody' ? 'which was not made with this provider' : 'which another stack has made';
  return `alias ${Alias} is on version ${Version}, ${maker}`;
}

/**
 * Adds to a version all aliases that its template declares and it does not have.
 *
 * @throws ProviderError ResourceConflict if a version of another stack, or of none, has one of them; NotFound if the
 *   version itself is gone: then no alias is taken for it
 * @throws Superseded if CloudFormation no longer waits for the request; `undo` returns what was taken
 */
export async function ensureAliases(
  context: RequestContext,
  version: VersionOfImage,
  declared: readonly string[],
): Promise<void> {
  const { imageVersions, request } = context;
  await context.retry(async () => {
    const onVersion = await imageVersions.listAliases(version);
    if (!onVersion.some((alias) => isOwnAlias(request, alias))) throw gone(version);
    const AliasesToAdd = declared.filter((alias) => !onVersion.includes(alias));
    if (AliasesToAdd.length === 0) return;
    const onImage = await imageVersions.listAliases({ ImageName: version.ImageName });
    await updateTakingAliases(context, {
      version,
      parameters: { AliasesToAdd },
      onVersion,
      onImage,
      isFirstStep: false,
    });
  });
}

function gone({ ImageName, Version }: VersionOfImage): ProviderError {
  const reason =
    `Version ${Version} of image ${ImageName} disappeared before it had its aliases. CloudFormation cancelled the ` +
    'request, or somebody deleted the version. Look at the other events of the stack, then try again.';
  return new ProviderError('NotFound', reason);
}

/** A call of UpdateImageVersion, and the state that was read before it. */
export interface PlannedUpdate {
  readonly version: VersionOfImage;
  readonly parameters: Omit<UpdateImageVersionRequest, keyof VersionOfImage>;
  /** The aliases of the version. */
  readonly onVersion: readonly string[];
  /** The aliases of the image; needed only if `parameters` adds some. */
  readonly onImage: readonly string[];
  /** Whether this is the first change that the request makes. */
  readonly isFirstStep: boolean;
}

/**
 * Makes the call, after it has taken the added aliases from the versions of this stack that have them.
 *
 * @throws ProviderError ResourceConflict if a version of another stack, or of none, has one of them; nothing is taken then
 * @throws Superseded if CloudFormation no longer waits for the request; `undo` returns what was taken
 */
export async function updateTakingAliases(context: RequestContext, update: PlannedUpdate): Promise<void> {
  const { imageVersions, journal } = context;
  const { version, parameters, onVersion, onImage, isFirstStep } = update;
  const added = parameters.AliasesToAdd ?? [];
  const trustedMs = isFirstStep ? firstStepMs : undefined;

  const holders = await holdersOf(context, version.ImageName, heldElsewhere(added, onImage, onVersion));
  refuseUnready(holders, version.ImageName);
  await context.stillWanted(trustedMs);
  if (isFirstStep) context.requireTimeLeft();
  for (const giver of new Set(holders.map(({ Version }) => Version))) {
    const given = holders.filter(({ Version }) => Version === giver);
    const aliases = given.map(({ Alias }) => Alias);
    logHandOver(context, version, given);
    journal.takes(version, aliases);
    await swapForMarkers(context, { giver, aliases, taker: version }, onImage);
    // Once an alias is off its giver, the move ends even after the deadline.
    await context.stillWanted(trustedMs);
  }
  const AliasesToDelete = [...(parameters.AliasesToDelete ?? []), ...markersOf(context.request, added, onVersion)];
  await imageVersions.updateImageVersion({
    ...version,
    ...parameters,
    ...(AliasesToDelete.length > 0 && { AliasesToDelete }),
  });
  journal.arrived();
}

/**
 * SageMaker changes no version that it is creating or deleting, and answers with more than one error. A version that is
 * CREATE_FAILED is about to be removed by its own request.
 *
 * @throws ProviderError ResourceConflict, worth another try, if a holder is such a version
 */
function refuseUnready(holders: readonly Holder[], ImageName: string): void {
  const unready = holders.find((holder) => isChanging(holder) || holder.ImageVersionStatus === 'CREATE_FAILED');
  if (unready === undefined) return;
  const { Alias, Version, ImageVersionStatus } = unready;
  const reason =
    `In image ${ImageName}, alias ${Alias} is on version ${Version}, which is ${ImageVersionStatus}. ` +
    'Try again when SageMaker no longer changes that version.';
  throw new ProviderError('ResourceConflict', reason, { worthwhileMs: untilDeadline });
}

/** A resource that loses an alias to another one may still declare it, and no event of the stack shows that. */
function logHandOver({ log }: RequestContext, taker: VersionOfImage, given: readonly Holder[]): void {
  const { ImageName } = taker;
  const [giver] = given.map(({ Version }) => Version);
  const aliases = given.map(({ Alias }) => Alias);
  const details = { ImageName, Version: taker.Version, giver, aliases };
  if (given.some(({ madeBy }) => madeBy === 'resource')) {
    log.info('Taking aliases from the version that is replaced', details);
  } else {
    log.warn(
      `Version ${taker.Version} of image ${ImageName} takes ${aliases.join(', ')} from version ${giver}, which another ` +
        'resource of the stack made. Check that the template declares each alias for one resource only.',
      details,
    );
  }
}

interface HandOver {
  /** The number of the version that gives the aliases. */
  readonly giver: number;
  readonly aliases: readonly string[];
  readonly taker: VersionOfImage;
}

/**
 * Replaces the aliases of the giver by markers that name the taker. A marker that an earlier giver has stays there: then
 * the taker is older than this hand-over, and no rollback of it deletes the taker.
 */
async function swapForMarkers(
  { imageVersions, request }: RequestContext,
  { giver, aliases, taker }: HandOver,
  onImage: readonly string[],
): Promise<void> {
  const markers = aliases.map((alias) => handOverMarker(request, alias, taker.Version));
  const AliasesToAdd = markers.filter((marker) => !onImage.includes(marker));
  await imageVersions.updateImageVersion({
    ImageName: taker.ImageName,
    Version: giver,
    AliasesToDelete: [...aliases],
    ...(AliasesToAdd.length > 0 && { AliasesToAdd }),
  });
}

/** The markers on a version for aliases that it once gave and now gets again. */
function markersOf(request: Request, added: readonly string[], onVersion: readonly string[]): readonly string[] {
  return onVersion.filter((marker) => added.some((alias) => isHandOverMarker(request, alias, marker)));
}
