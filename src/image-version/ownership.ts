/**
 * The ownership alias of a version. Image versions have no tags, but an alias is unique in its image, and the call that
 * creates a version sets it. So every version has one alias that names the stack, the resource and the request that made
 * it, and the version that it replaces. The form is frozen: docs/decisions/0002-the-service-is-the-ledger.md.
 */
import { createHash } from 'node:crypto';
import type { Request } from '../cloudformation/request.ts';
import { ProviderError } from '../errors.ts';
import type { ImageVersion } from '../sagemaker/image-versions.ts';
import { reservedAliasPrefix } from './property-table.ts';
import type { RequestContext } from './request-context.ts';

/** The parts of a request that identify its resource. */
export type ResourceOfStack = Pick<Request, 'StackId' | 'LogicalResourceId'>;

/** How long SageMaker may list an alias that no version has any more. */
const listedPatienceMs = 60_000;

const hashLength = 16;
const ownershipForm = /^cfn-[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]{16}-(\d+)$/;

/**
 * Each delivery of a request has the same hash. If CloudFormation issues a request again with the same RequestId, the hash
 * differs.
 */
export function requestHash(request: Request): string {
  return hash(request.RequestId, String(request.issuedAt ?? ''));
}

/** The prefix of every alias that the provider sets for this stack. */
export function stackPrefix({ StackId }: Pick<Request, 'StackId'>): string {
  return `${reservedAliasPrefix}${hash(StackId)}-`;
}

/** The prefix of the ownership alias of every version that this resource made. */
export function resourcePrefix(request: ResourceOfStack): string {
  return `${stackPrefix(request)}${hash(request.LogicalResourceId)}-`;
}

/** Whether `alias` is an ownership alias with this prefix. A hand-over marker is not. */
export function isOwnershipOf(prefix: string, alias: string): boolean {
  return alias.startsWith(prefix) && ownershipForm.test(alias);
}

/** Whether `alias` is the ownership alias of a version that this resource made. */
export function isOwnAlias(request: Request, alias: string): boolean {
  return isOwnershipOf(resourcePrefix(request), alias);
}

/** Whether `alias` is the ownership alias of a version that this very request made. */
export function isOwnershipByRequest(request: Request, alias: string): boolean {
  return isOwnershipOf(requestPrefix(request, requestHash(request)), alias);
}

/** The number of the version that was replaced by the version with this ownership alias; 0 if none. */
export function predecessorIn(ownership: string): number {
  return Number(ownershipForm.exec(ownership)?.[1] ?? 0);
}

/**
 * The alias that a version gets in place of one that it gives to another version of the stack.
 *
 * @param taker the number of the version that takes the alias
 */
export function handOverMarker(request: Request, alias: string, taker: number): string {
  return `${markerPrefix(request, alias)}${taker}`;
}

/** Whether `candidate` is a marker for this alias, whatever version took it. */
export function isHandOverMarker(request: Request, alias: string, candidate: string): boolean {
  return candidate.startsWith(markerPrefix(request, alias));
}

function markerPrefix(request: Request, alias: string): string {
  return `${stackPrefix(request)}gave-${hash(alias)}-`;
}

/**
 * The ownership alias of the version that this request creates: three hashes and a number, at most 70 of 128 characters.
 *
 * @param predecessor the number of the version that it replaces; 0 if there is none, or if it is of another image
 */
export function ownershipAlias(request: Request, predecessor: number): string {
  return `${requestPrefix(request, requestHash(request))}${predecessor}`;
}

/** The prefix of the ownership alias of the version that the request with this hash created for this resource. */
export function requestPrefix(request: ResourceOfStack, hashOfRequest: string): string {
  return `${resourcePrefix(request)}${hashOfRequest}-`;
}

/**
 * The idempotency token of a CreateImageVersion call. It is equal for the same call of the same request, and differs if any
 * parameter differs.
 *
 * @returns 36 characters, SageMaker's maximum
 */
export function clientToken(request: Request, parameters: object): string {
  return sha256(JSON.stringify([request.StackId, requestHash(request), parameters])).slice(0, 36);
}

/**
 * The versions of an image, found by their ownership aliases. It describes each version once, because its number and its
 * CreationTime never change. It makes one call at a time, because SageMaker throttles many calls at once.
 */
export class OwnedVersions {
  readonly #context: RequestContext;
  readonly #ImageName: string;
  readonly #described = new Map<string, ImageVersion>();

  constructor(context: RequestContext, ImageName: string) {
    this.#context = context;
    this.#ImageName = ImageName;
  }

  /** Every version that has an alias for which `isOwn` is true. */
  find(isOwn: (alias: string) => boolean): Promise<readonly ImageVersion[]> {
    const ImageName = this.#ImageName;
    return this.#context.retry(async () => {
      const aliases = await this.#context.imageVersions.listAliases({ ImageName });
      const versions: ImageVersion[] = [];
      for (const alias of aliases.filter(isOwn)) {
        const version = this.#described.get(alias) ?? (await versionWithAlias(this.#context, ImageName, alias));
        this.#described.set(alias, version);
        versions.push(version);
      }
      return versions;
    });
  }
}

/** An alias on a version. */
export interface HeldAlias {
  readonly Alias: string;
  readonly Version: number;
}

/** A version as SageMaker has described it, and all its aliases. */
export interface KnownVersion {
  readonly described: ImageVersion;
  readonly onVersion: readonly string[];
}

/** An alias on a version that SageMaker has described. */
export interface LocatedAlias extends HeldAlias, KnownVersion {}

/** Groups the aliases by the version that has them. */
export function byVersion<H extends HeldAlias>(held: readonly H[]): ReadonlyMap<number, readonly H[]> {
  const groups = new Map<number, H[]>();
  for (const one of held) groups.set(one.Version, [...(groups.get(one.Version) ?? []), one]);
  return groups;
}

/** Aliases that SageMaker has just listed, and versions that the provider has just read. */
export interface ListedAliases {
  readonly ImageName: string;
  readonly aliases: readonly string[];
  readonly known?: readonly KnownVersion[] | undefined;
}

/**
 * Finds the versions with the aliases. Each version is read once, however many of the aliases it has.
 *
 * @throws ProviderError as `versionWithAlias` does
 */
export async function locateAliases(
  context: RequestContext,
  { ImageName, aliases, known = [] }: ListedAliases,
): Promise<readonly LocatedAlias[]> {
  const versions = [...known];
  const located: LocatedAlias[] = [];
  for (const Alias of aliases) {
    let version = versions.find(({ onVersion }) => onVersion.includes(Alias));
    if (version === undefined) {
      const described = await versionWithAlias(context, ImageName, Alias);
      const onVersion = await context.imageVersions.listAliases({ ImageName, Version: described.Version });
      version = { described, onVersion };
      versions.push(version);
    }
    located.push({ ...version, Alias, Version: version.described.Version });
  }
  return located;
}

/**
 * The version with an alias that SageMaker has just listed.
 *
 * @throws ProviderError ResourceConflict, worth another try for a minute, if SageMaker describes none: the version has
 *   just lost the alias, or the role may not describe it. SageMaker's answer does not show which
 */
export async function versionWithAlias(
  { imageVersions }: RequestContext,
  ImageName: string,
  Alias: string,
): Promise<ImageVersion> {
  const version = await imageVersions.describeImageVersionByAlias({ ImageName, Alias });
  if (version) return version;
  const reason =
    `Image ${ImageName} has the alias ${Alias}, but SageMaker does not describe the version that has this alias. ` +
    "Check that the provider's role may call sagemaker:DescribeImageVersion, then try again.";
  throw new ProviderError('ResourceConflict', reason, { worthwhileMs: listedPatienceMs });
}

function hash(...parts: readonly string[]): string {
  return sha256(parts.join('\n')).slice(0, hashLength);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
