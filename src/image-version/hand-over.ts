/**
 * Hands aliases over between versions. An alias is on one version of an image at a time, and CloudFormation creates the
 * new version before it deletes the old one. So a fixed alias such as `latest` is taken from the version of the same stack
 * that has it. That version gets a marker in its place, and `return-aliases.ts` returns the alias if the stack rolls back.
 *
 * An alias of any other version is never taken. docs/decisions/0003-aliases-are-handed-over.md has the reasons.
 */
import { issueTimeResolutionMs, type Request } from '../cloudformation/request.ts';
import { ProviderError, untilDeadline } from '../errors.ts';
import type { ImageVersion, UpdateImageVersionRequest, VersionOfImage } from '../sagemaker/image-versions.ts';
import type { Actual, UpdateParameters } from './changes.ts';
import { byVersion, type ListedAliases, type LocatedAlias, locateAliases } from './find-versions.ts';
import type { DesiredVersion } from './journal.ts';
import {
  handOverMarker,
  isHandOverMarker,
  isOwnAlias,
  isOwnershipOf,
  reservedAliasPrefix,
  stackPrefix,
} from './ownership.ts';
import { firstStepMs, type RequestContext } from './request-context.ts';
import { isChanging, unlistedMs } from './stabilize.ts';
import { write } from './write.ts';

/** How long a version that this stack did not make may keep an alias before that is an error. */
const foreignAliasPatienceMs = 60_000;
/** How long a rollback waits for an alias on a version whose creation or deletion failed. */
const failedHolderPatienceMs = 30_000;

/** Returns those of the aliases that other versions of the image have. */
function heldElsewhere(
  aliases: readonly string[],
  onImage: readonly string[],
  onVersion: readonly string[],
): readonly string[] {
  return aliases.filter((alias) => onImage.includes(alias) && !onVersion.includes(alias));
}

interface Holder extends LocatedAlias {
  /** Who made the version: this resource, another of its stack, another stack, or somebody without this provider. */
  readonly madeBy: 'resource' | 'sibling' | 'stranger' | 'nobody';
}

/**
 * Finds the versions of this stack that have the aliases. In a rollback, an alias on any other version stays there, with a
 * warning: an error would leave the stack in UPDATE_ROLLBACK_FAILED because somebody moved an alias.
 *
 * @throws ProviderError ResourceConflict: worth another try for a minute if a version that this stack did not make has
 *   one and the request belongs to no rollback; until the deadline if SageMaker's answers on this differ
 */
export async function holdersOf(context: RequestContext, elsewhere: ListedAliases): Promise<readonly Holder[]> {
  const { ImageName } = elsewhere;
  const located = await locateAliases(context, elsewhere);
  const holders = located.map((alias) => ({ ...alias, madeBy: makerOf(alias.aliases, context.request) }));
  const foreign = holders.filter(({ madeBy }) => madeBy === 'stranger' || madeBy === 'nobody');
  if (foreign.length === 0) return holders;
  // An empty list does not show who made the version: the list is out of date, or the version is gone.
  const unlisted = foreign.find(({ aliases }) => aliases.length === 0);
  if (unlisted) throw answersDiffer({ ...unlisted, ImageName }, unlisted.Alias);
  if (await context.stack.rolledBackOperation()) {
    const details = foreign.map(({ Alias, Version, madeBy }) => ({ Alias, Version, madeBy }));
    context.log.warn(
      `In image ${ImageName}, ${foreign.map(describeHolder).join(' and ')}. The rollback does not move this alias, and ` +
        'restores everything else. Before the next update, remove the alias from that version, or from the template.',
      { ImageName, foreign: details },
    );
    return holders.filter((holder) => !foreign.includes(holder));
  }
  throw new ProviderError(
    'ResourceConflict',
    `In image ${ImageName}, ${foreign.map(describeHolder).join(' and ')}. An alias can be on one version ` +
      'only: remove it from that version and from any template that declares it, or declare another alias.',
    { worthwhileMs: foreignAliasPatienceMs },
  );
}

function makerOf(aliases: readonly string[], request: Request): Holder['madeBy'] {
  if (aliases.some((alias) => isOwnAlias(request, alias))) return 'resource';
  if (aliases.some((alias) => isOwnershipOf(stackPrefix(request), alias))) return 'sibling';
  return aliases.some((alias) => isOwnershipOf(reservedAliasPrefix, alias)) ? 'stranger' : 'nobody';
}

function describeHolder({ Alias, Version, madeBy }: Holder): string {
  const maker = madeBy === 'nobody' ? 'which was not made with this provider' : 'which another stack has made';
  return `alias ${Alias} is on version ${Version}, ${maker}`;
}

/** The aliases that a new version is to have, and what is known of the versions that have them. */
export interface WantedAliases extends Pick<DesiredVersion, 'properties'> {
  /** The versions of this stack that had them before the creation. */
  readonly holders: readonly Actual[];
}

/**
 * Adds the declared aliases that the new version does not have. Usually the version that it replaces has all of them. Then
 * this reads only the two versions, and not the image, which may have many aliases of retained versions.
 *
 * @throws ProviderError ResourceConflict if a version that this stack did not make has one of them; NotFound, with no
 *   alias taken, if the version itself is gone
 * @throws Superseded if CloudFormation no longer waits for the request; `undo` returns what was taken
 */
export async function ensureAliases(
  context: RequestContext,
  version: VersionOfImage,
  wanted: WantedAliases,
): Promise<void> {
  let isFirstAttempt = true;
  await context.retry(() => {
    const attempt = addAliases(context, version, { ...wanted, isFirstAttempt });
    isFirstAttempt = false;
    return attempt;
  });
}

async function addAliases(
  context: RequestContext,
  version: VersionOfImage,
  { properties: { Aliases }, holders, isFirstAttempt }: WantedAliases & { readonly isFirstAttempt: boolean },
): Promise<void> {
  const { imageVersions, request } = context;
  const { ImageName } = version;
  const onVersion = await imageVersions.listAliases(version);
  if (!onVersion.some((alias) => isOwnAlias(request, alias))) {
    const isThere = (await imageVersions.describeImageVersion(version)) !== undefined;
    throw gone(version, isThere ? unlistedMs : 0);
  }
  const AliasesToAdd = Aliases.filter((alias) => !onVersion.includes(alias));
  if (AliasesToAdd.length === 0) return;
  const known: Actual[] = [];
  for (const { version: before } of holders) {
    const { Version } = before;
    if (known.some((one) => one.version.Version === Version)) continue;
    const holder = isFirstAttempt ? before : await imageVersions.describeImageVersion({ ImageName, Version });
    // A person may have moved the alias since. Who made the version cannot have changed.
    if (holder) known.push({ version: holder, aliases: await imageVersions.listAliases({ ImageName, Version }) });
  }
  const onKnown = known.flatMap(({ aliases }) => aliases);
  const hasAll = AliasesToAdd.every((alias) => onKnown.includes(alias));
  const onImage = hasAll ? onKnown : await imageVersions.listAliases({ ImageName });
  await updateTakingAliases(context, {
    version,
    parameters: { AliasesToAdd },
    onVersion,
    onImage,
    known,
    isFirstStep: false,
  });
}

function gone({ ImageName, Version }: VersionOfImage, worthwhileMs: number): ProviderError {
  const reason =
    `Version ${Version} of image ${ImageName} disappeared, or lost its ownership alias, before it had its aliases. CloudFormation cancelled the ` +
    'request, or somebody deleted the version. Look at the other events of the stack, then try again.';
  return new ProviderError('NotFound', reason, { worthwhileMs });
}

/** A call of UpdateImageVersion, and the state that was read before it. */
export interface PlannedUpdate {
  readonly version: VersionOfImage;
  readonly parameters: UpdateParameters;
  /** The aliases of the version. */
  readonly onVersion: readonly string[];
  /**
   * The aliases of the image; needed only if `parameters` adds some. For a new version, the aliases of known versions
   * suffice if they contain every added alias: no marker can name the new version yet.
   */
  readonly onImage: readonly string[];
  /** Other versions that were just read. */
  readonly known?: readonly Actual[] | undefined;
  /** Whether this is the first change that the request makes. */
  readonly isFirstStep: boolean;
}

/**
 * Removes stale markers, takes the added aliases from the versions of this stack that have them, then makes the call.
 *
 * @throws ProviderError ResourceConflict, with no alias taken, if a version that this stack did not make has one of
 *   them, or while a holder is changing or CREATE_FAILED; NotStabilized if the first step is past the deadline
 * @throws OutOfTime at the invocation's deadline; Superseded if CloudFormation no longer waits for the request: then
 *   `undo` returns what was taken
 */
export async function updateTakingAliases(context: RequestContext, update: PlannedUpdate): Promise<void> {
  const { imageVersions, journal } = context;
  const { version, parameters, onVersion, onImage, known, isFirstStep } = update;
  const { ImageName } = version;
  const { AliasesToAdd: wanted = [], ...others } = parameters;
  const trustedMs = isFirstStep ? firstStepMs : undefined;

  const elsewhere = heldElsewhere(wanted, onImage, onVersion);
  const located = await holdersOf(context, { ImageName, aliases: elsewhere, known });
  const failed = await failedHolders(context, located);
  const holders = located.filter((holder) => !failed.includes(holder));
  const added = wanted.filter((alias) => !elsewhere.includes(alias) || isAmong(holders, alias));
  // Only this request can have set a marker that names a version of its own.
  const stale = isFirstStep
    ? await staleMarkers(context, { ...update, parameters: { AliasesToAdd: added } }, holders)
    : [];
  refuseUnready([...holders, ...stale], version);
  // A rollback may keep the new version. Then nothing returns an alias that it takes after the request is cancelled.
  await context.stillWanted(holders.length > 0 ? firstStepMs : trustedMs);
  if (isFirstStep) context.requireTimeLeft();
  const change = (parameters: UpdateImageVersionRequest) =>
    write(
      context,
      () => imageVersions.updateImageVersion(parameters),
      () => context.stillWanted(trustedMs),
    );
  for (const [Version, markers] of byVersion(stale)) {
    await change({ ImageName, Version, AliasesToDelete: markers.map(({ Alias }) => Alias) });
    await context.stillWanted(trustedMs);
  }
  for (const [Version, given] of byVersion(holders)) {
    const aliases = given.map(({ Alias }) => Alias);
    logHandOver(context, version, given);
    journal.recordTaken(version, aliases);
    const markers = aliases.map((alias) => handOverMarker(context.request, alias, version.Version));
    const AliasesToAdd = markers.filter((marker) => !onImage.includes(marker) || isAmong(stale, marker));
    const swap = { AliasesToDelete: aliases, ...(AliasesToAdd.length > 0 && { AliasesToAdd }) };
    const begunAt = context.clock.now();
    await change({ ImageName, Version, ...swap });
    // The alias is on no version now, so the move goes on past the deadline, but not for a cancelled request.
    await context.stillWanted(context.clock.now() - begunAt > firstStepMs ? 0 : trustedMs);
  }
  const AliasesToDelete = [...(others.AliasesToDelete ?? []), ...markersOf(context.request, added, onVersion)];
  const markers = failed.map((holder) => handOverMarker(context.request, holder.Alias, holder.Version));
  const AliasesToAdd = [...added, ...markers.filter((marker) => !onImage.includes(marker))];
  const changes = {
    ...others,
    ...(AliasesToAdd.length > 0 && { AliasesToAdd }),
    ...(AliasesToDelete.length > 0 && { AliasesToDelete }),
  };
  if (Object.keys(changes).length > 0) await change({ ...version, ...changes });
  journal.clearTaken();
}

/**
 * The markers that earlier hand-overs of these aliases to the same version left. A rollback must not find such a marker:
 * it would return the alias to a version that gave it away before this operation.
 */
async function staleMarkers(
  context: RequestContext,
  { version: taker, parameters: { AliasesToAdd = [] }, onVersion, onImage }: PlannedUpdate,
  holders: readonly Holder[],
): Promise<readonly LocatedAlias[]> {
  const { request } = context;
  const holderOf = new Map(holders.map(({ Alias, Version }) => [Alias, Version]));
  const markers = new Map(AliasesToAdd.map((alias) => [handOverMarker(request, alias, taker.Version), alias]));
  const listed = [...markers.keys()].filter((marker) => onImage.includes(marker) && !onVersion.includes(marker));
  const located = await locateAliases(context, { ImageName: taker.ImageName, aliases: listed });
  return located.filter(({ Alias, Version, version }) => {
    const holder = holderOf.get(markers.get(Alias) ?? '');
    // No version has the alias while it is between its giver and its taker: another delivery may have moved it.
    return holder === undefined ? isUnmodifiedSinceIssue(context, version) : holder !== Version;
  });
}

/**
 * Whether this request has certainly not modified the version. AWS does not document that a change of aliases sets
 * LastModifiedTime, so LastModifiedTime counts only in a first delivery: no earlier delivery can have changed an alias.
 */
function isUnmodifiedSinceIssue(context: RequestContext, { LastModifiedTime }: ImageVersion): boolean {
  const { issuedAt } = context.request;
  if (!context.isFirstDelivery || issuedAt === undefined || LastModifiedTime === undefined) return false;
  return LastModifiedTime.getTime() < issuedAt - issueTimeResolutionMs;
}

function isAmong(held: readonly LocatedAlias[], alias: string): boolean {
  return held.some(({ Alias }) => Alias === alias);
}

/**
 * The holders that a rollback leaves as they are, because their creation or deletion failed. CloudFormation deletes
 * them only after the rollback of the other resources, so waiting would end in UPDATE_ROLLBACK_FAILED. The version that
 * wants the alias gets a marker instead, and the Delete of the holder returns the alias.
 */
async function failedHolders(context: RequestContext, holders: readonly Holder[]): Promise<readonly Holder[]> {
  const { clock, log, request } = context;
  const failed = holders.filter(({ version }) => /^(CREATE|DELETE)_FAILED$/.test(version.ImageVersionStatus));
  const isEarly = clock.now() < context.issuedAt + failedHolderPatienceMs;
  if (failed.length === 0 || isEarly || !(await context.stack.rolledBackOperation())) return [];
  const { ImageName } = request.ResourceProperties;
  const aliases = failed.map(({ Alias, Version }) => ({ Alias, Version }));
  log.warn(
    `In image ${ImageName}, versions whose creation or deletion failed have aliases that the rollback cannot move: ` +
      `${aliases.map(({ Alias, Version }) => `${Alias} is on version ${Version}`).join(', ')}. When CloudFormation deletes such a ` +
      'version, its aliases go back. If such a version stays, delete it, and update the resource that declares the alias.',
    { ImageName, aliases },
  );
  return failed;
}

/**
 * SageMaker updates no version that it is creating or deleting, and its error is not always the same. The request that
 * made a CREATE_FAILED version is about to remove it. If the taker itself seems to have an alias that SageMaker did not
 * list for it, one of the two answers is out of date.
 *
 * @throws ProviderError ResourceConflict, worth another try, if a holder is such a version
 */
function refuseUnready(holders: readonly LocatedAlias[], taker: VersionOfImage): void {
  const { ImageName } = taker;
  const itself = holders.find(({ Version }) => Version === taker.Version);
  if (itself !== undefined) throw answersDiffer(taker, itself.Alias);
  const unready = holders.find(({ version }) => isChanging(version) || version.ImageVersionStatus === 'CREATE_FAILED');
  if (unready === undefined) return;
  const { Alias, Version, version } = unready;
  const reason =
    `In image ${ImageName}, alias ${Alias} is on version ${Version}, which is ${version.ImageVersionStatus}. ` +
    'Try again when that version is CREATED or gone. If it is CREATE_FAILED, delete it.';
  throw new ProviderError('ResourceConflict', reason, { worthwhileMs: untilDeadline });
}

/** One of SageMaker's answers is out of date. */
function answersDiffer({ ImageName, Version }: VersionOfImage, Alias: string): ProviderError {
  const reason =
    `SageMaker's answers differ on whether version ${Version} of image ${ImageName} has the alias ${Alias}. Try again ` +
    'later.';
  return new ProviderError('ResourceConflict', reason, { worthwhileMs: untilDeadline });
}

/** Warns if another resource loses an alias: it may still declare the alias, and no event of the stack shows that. */
function logHandOver({ log }: RequestContext, taker: VersionOfImage, given: readonly Holder[]): void {
  const { ImageName } = taker;
  const [giver] = given.map(({ Version }) => Version);
  const aliases = given.map(({ Alias }) => Alias);
  const details = { ImageName, Version: taker.Version, giver, aliases };
  if (given.some(({ madeBy }) => madeBy === 'resource')) {
    log.info('Taking aliases', details);
  } else {
    log.warn(
      `Version ${taker.Version} of image ${ImageName} takes the aliases ${aliases.join(', ')} from version ${giver}, which ` +
        'another resource of the stack made. Check that the template declares each alias for one resource only.',
      details,
    );
  }
}

/** The markers on a version for aliases that it gave to another version and now gets again. */
function markersOf(request: Request, added: readonly string[], onVersion: readonly string[]): readonly string[] {
  return onVersion.filter((marker) => added.some((alias) => isHandOverMarker(request, alias, marker)));
}
