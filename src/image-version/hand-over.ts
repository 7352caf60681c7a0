/**
 * Aliases that move between versions. An alias is on one version of an image at a time, and a new version is made
 * before the old one goes: so a fixed alias such as `latest` is taken from the version of the same stack that bears it,
 * which keeps a marker in its place, and goes back there if the stack rolls back.
 *
 * An alias of any other version is never taken. docs/decisions/0003-aliases-are-handed-over.md tells why it works.
 */
import type { Request } from '../cloudformation/request.ts';
import { whileNobodyWaits } from '../deadlines.ts';
import { OutOfTime, ProviderError, Superseded } from '../errors.ts';
import { persist } from '../persist.ts';
import type { UpdateImageVersionRequest, VersionOfImage } from '../sagemaker/image-versions.ts';
import type { StepDependencies } from './dependencies.ts';
import { fence } from './fence.ts';
import { giveBackAliases } from './give-back.ts';
import { gaveMarker, isMarkerOf, isOwnAlias, isOwnershipOf, reservedAliasPrefix, stackPrefix } from './ownership.ts';
import { isChanging } from './stabilize.ts';

/** How long a version that is not of this stack may still hold an alias before that is an error. */
const patienceMs = 60_000;

/** Until when a refused alias is worth another try. */
export function patientUntil({ clock }: StepDependencies): number {
  return clock.now() + patienceMs;
}

/** What all attempts to bring one version its aliases share. */
export interface Taking {
  /** The instant until which an alias on a foreign version is worth another try. */
  readonly until: number;
  /** What was taken from other versions of the stack so far. */
  readonly taken: Set<string>;
}

export function beginTaking(dependencies: StepDependencies): Taking {
  return { until: patientUntil(dependencies), taken: new Set() };
}

/** Which of the `wanted` aliases other versions of the image bear. */
export function takenAliases(
  wanted: readonly string[],
  onImage: readonly string[],
  onVersion: readonly string[],
): readonly string[] {
  return wanted.filter((alias) => onImage.includes(alias) && !onVersion.includes(alias));
}

interface Holder {
  readonly Alias: string;
  readonly Version: number;
  /** This resource, another one of its stack, another stack, or nobody through this provider. */
  readonly madeBy: 'resource' | 'sibling' | 'stranger' | 'nobody';
  readonly ImageVersionStatus: string;
}

/**
 * Tells who bears the aliases, and refuses those that are on a version of another stack, or of none.
 *
 * @param taken aliases that other versions of the image bear
 * @param until the instant until which the refusal is worth another try
 * @throws ProviderError ResourceConflict that names every foreign holder
 */
export async function findHolders(
  request: Request,
  ImageName: string,
  taken: readonly string[],
  until: number,
  { clock, imageVersions }: StepDependencies,
): Promise<readonly Holder[]> {
  const holders: Holder[] = [];
  for (const Alias of taken) {
    const holder = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
    // It may have been given up a moment ago.
    if (holder === undefined) continue;
    const { Version, ImageVersionStatus } = holder;
    const aliases = await imageVersions.listAliases({ ImageName, Version });
    holders.push({
      Alias,
      Version,
      madeBy: makerOf(aliases, request),
      ImageVersionStatus,
    });
  }
  const foreign = holders.filter(({ madeBy }) => madeBy === 'stranger' || madeBy === 'nobody');
  if (foreign.length === 0) return holders;
  throw new ProviderError(
    'ResourceConflict',
    `In image ${ImageName}, ${foreign.map(whereIsIt).join(' and ')}; an alias can be on one version only. ` +
      'Remove it there, or declare another one.',
    { retryable: clock.now() < until },
  );
}

function makerOf(aliases: readonly string[], request: Request): Holder['madeBy'] {
  if (aliases.some((alias) => isOwnAlias(request, alias))) return 'resource';
  if (aliases.some((alias) => isOwnershipOf(stackPrefix(request), alias))) return 'sibling';
  return aliases.some((alias) => isOwnershipOf(reservedAliasPrefix, alias)) ? 'stranger' : 'nobody';
}

function whereIsIt({ Alias, Version, madeBy }: Holder): string {
  const maker = madeBy === 'nobody' ? 'which was not made with this provider' : 'which another stack has made';
  return `alias ${Alias} is on version ${Version}, ${maker}`;
}

/** An UpdateImageVersion that is to be made, and what there is before it. */
export interface PlannedUpdate {
  readonly version: VersionOfImage;
  readonly parameters: Omit<UpdateImageVersionRequest, keyof VersionOfImage>;
  /** The aliases of the version. */
  readonly onVersion: readonly string[];
  /** The aliases of the image; needed only where some are added. */
  readonly onImage: readonly string[];
}

/**
 * Makes the update, having taken the aliases that it adds from the versions of this stack that bear them.
 *
 * @param pass the fence, as close before each step as can be: what is read before may take long
 * @throws ProviderError ResourceConflict if one is on a version of another stack, or of none; nothing is taken then
 * @throws Superseded as `pass` does; what was taken goes back first
 */
export async function updateTakingAliases(
  request: Request,
  { version, parameters, onVersion, onImage }: PlannedUpdate,
  { until, taken }: Taking,
  pass: typeof fence,
  dependencies: StepDependencies,
): Promise<void> {
  const added = parameters.AliasesToAdd ?? [];
  const elsewhere = takenAliases(added, onImage, onVersion);
  try {
    const holders = await findHolders(request, version.ImageName, elsewhere, until, dependencies);
    refuseUnready(holders, version.ImageName);
    await pass(request, dependencies);
    for (const giver of new Set(holders.map(({ Version }) => Version))) {
      const aliases = holders.filter(({ Version }) => Version === giver).map(({ Alias }) => Alias);
      for (const alias of aliases) taken.add(alias);
      tellTaking(holders, giver, version, aliases, dependencies);
      await releaseAliases(request, giver, aliases, version, onImage, dependencies);
      await pass(request, dependencies).catch(unlessOverdue);
    }
    await dependencies.imageVersions.updateImageVersion({
      ...version,
      ...parameters,
      ...withoutMarkers(request, added, onVersion, parameters.AliasesToDelete),
    });
  } catch (thrown) {
    if (thrown instanceof Superseded) await takeBack(request, version, [...taken], dependencies);
    throw thrown;
  }
}

/** Time that has run out in between must not leave on nobody what was taken. */
function unlessOverdue(thrown: unknown): void {
  if (!(thrown instanceof ProviderError && thrown.overdue)) throw thrown;
}

/**
 * Gives back what a superseded request has taken, if the stack rolls back: another delivery may have answered with the
 * version, and then the stack goes on, and so may the aliases. Nobody hears of a failure.
 *
 * @throws OutOfTime when this invocation cannot wait any longer
 */
async function takeBack(
  request: Request,
  taker: VersionOfImage,
  aliases: readonly string[],
  dependencies: StepDependencies,
): Promise<void> {
  const unhurried = { ...dependencies, deadlines: whileNobodyWaits(dependencies.deadlines) };
  try {
    await giveBackAliases(request, taker, aliases, unhurried);
  } catch (thrown) {
    if (thrown instanceof OutOfTime) throw thrown;
    dependencies.log.error('What was taken could not be given back', { taker, aliases, error: thrown });
  }
}

/**
 * SageMaker changes no version that it still creates or deletes, and none that has never worked, which its own request is
 * about to remove; and it says so in more than one way.
 *
 * @throws ProviderError ResourceConflict, retryable, if a holder is one
 */
function refuseUnready(holders: readonly Holder[], ImageName: string): void {
  const unready = holders.find((holder) => isChanging(holder) || holder.ImageVersionStatus === 'CREATE_FAILED');
  if (unready === undefined) return;
  const { Alias, Version, ImageVersionStatus } = unready;
  const reason = `In image ${ImageName}, alias ${Alias} is on version ${Version}, which is ${ImageVersionStatus}.`;
  throw new ProviderError('ResourceConflict', reason, { retryable: true });
}

/** A resource that loses an alias to another one may still declare it: two cannot have it, and no event says so. */
function tellTaking(
  holders: readonly Holder[],
  giver: number,
  taker: VersionOfImage,
  aliases: readonly string[],
  { log }: StepDependencies,
): void {
  const details = { giver, taker, aliases };
  const isOwn = holders.some(({ Version, madeBy }) => Version === giver && madeBy === 'resource');
  if (isOwn) log.info('Taking aliases from the version that is being replaced', details);
  else log.warn('Taking aliases from another resource of the stack, which must no longer declare them', details);
}

/**
 * Has a version of this stack swap the aliases for markers that name the taker. Where an earlier giver bears that marker
 * it stays there: the taker is older than this hand-over, so no rollback of it deletes the taker.
 */
async function releaseAliases(
  request: Request,
  giver: number,
  aliases: readonly string[],
  taker: VersionOfImage,
  onImage: readonly string[],
  { imageVersions }: StepDependencies,
): Promise<void> {
  const { ImageName } = taker;
  const markers = aliases.map((alias) => gaveMarker(request, alias, taker.Version));
  const AliasesToAdd = markers.filter((marker) => !onImage.includes(marker));
  await imageVersions.updateImageVersion({
    ImageName,
    Version: giver,
    AliasesToDelete: [...aliases],
    ...(AliasesToAdd.length > 0 && { AliasesToAdd }),
  });
}

/** What to delete of a version that gets aliases: the markers of when it gave them away, beside `AliasesToDelete`. */
function withoutMarkers(
  request: Request,
  added: readonly string[],
  onVersion: readonly string[],
  AliasesToDelete: readonly string[] = [],
): { AliasesToDelete?: string[] } {
  const markers = onVersion.filter((borne) => added.some((alias) => isMarkerOf(request, alias, borne)));
  const all = [...AliasesToDelete, ...markers];
  return all.length > 0 ? { AliasesToDelete: all } : {};
}

/**
 * Puts on a version all aliases that its template wants and it does not bear yet.
 *
 * @throws ProviderError ResourceConflict if a version of another stack, or of none, bears one of them; NotFound if the
 *   version itself is gone: then nobody else's aliases are touched for it
 * @throws Superseded when CloudFormation no longer waits for the request; what was taken has gone back then
 */
export async function bringAliases(
  request: Request,
  version: VersionOfImage,
  wanted: readonly string[],
  dependencies: StepDependencies,
): Promise<void> {
  const { imageVersions } = dependencies;
  const taking = beginTaking(dependencies);
  await persist(async () => {
    const onVersion = await imageVersions.listAliases(version);
    if (!onVersion.some((alias) => isOwnAlias(request, alias))) throw gone(version);
    const AliasesToAdd = wanted.filter((alias) => !onVersion.includes(alias));
    if (AliasesToAdd.length === 0) return;
    const onImage = await imageVersions.listAliases({ ImageName: version.ImageName });
    const update = { version, parameters: { AliasesToAdd }, onVersion, onImage };
    await updateTakingAliases(request, update, taking, fence, dependencies);
  }, dependencies);
}

function gone({ ImageName, Version }: VersionOfImage): ProviderError {
  const reason =
    `Version ${Version} of image ${ImageName} is gone before it had its aliases: the request was cancelled, or somebody ` +
    'has deleted it. Try again.';
  return new ProviderError('NotFound', reason);
}
