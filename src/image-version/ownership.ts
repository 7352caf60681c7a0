/**
 * The aliases that the provider itself sets: the ownership alias of a version, hand-over markers and adoption markers.
 * Image versions have no tags, but an alias is unique in its image, and the call that creates or adopts a version sets
 * its ownership alias. So this alias names the stack, the resource and the request that made or adopted the version,
 * and the version that it replaces. The form is frozen: docs/decisions/0002-the-service-is-the-ledger.md.
 */
import { createHash } from 'node:crypto';
import type { Request } from '../cloudformation/request.ts';

/** Aliases with this prefix belong to the provider. Templates must not declare them. */
export const reservedAliasPrefix = 'cfn-';

/** The parts of a request that identify its resource. */
export type ResourceOfStack = Pick<Request, 'StackId' | 'LogicalResourceId'>;

const hashLength = 16;
/** How many aliases an adoption marker can record: an alias has at most 128 characters. */
const mostRecorded = 14;
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

/** The prefix of the ownership alias of every version that this resource made or adopted. */
export function resourcePrefix(request: ResourceOfStack): string {
  return `${stackPrefix(request)}${hash(request.LogicalResourceId)}-`;
}

/** Whether `alias` is an ownership alias with this prefix. A hand-over marker is not. */
export function isOwnershipOf(prefix: string, alias: string): boolean {
  return alias.startsWith(prefix) && ownershipForm.test(alias);
}

/** Whether `alias` is the ownership alias of a version that this resource made or adopted. */
export function isOwnAlias(request: Request, alias: string): boolean {
  return isOwnershipOf(resourcePrefix(request), alias);
}

/** Whether `alias` is the ownership alias of a version that this very request made or adopted. */
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

/** Where the version of a request comes from. */
export interface Origin {
  /** The number of the version that it replaces; 0 if there is none, or if it is of another image. */
  readonly predecessor: number;
  /** The number of the version to adopt; undefined if the provider creates one. */
  readonly adopted?: number | undefined;
}

/** What an adoption marker shows. */
export interface Adoption {
  readonly marker: string;
  /** When CloudFormation issued the Create that adopted the version, in milliseconds since the epoch. */
  readonly adoptedAt: number;
  /** Whether the version may have had this alias before. */
  readonly had: (alias: string) => boolean;
  /** Whether this is a hand-over marker for an alias that the version did not have before. */
  readonly isForAdded: (candidate: string) => boolean;
  /** The end of the marker, which shows these aliases. */
  readonly recorded: string;
}

/** The end of an adoption marker: four hexadecimal digits for each alias of the version, or `all` if there are too many. */
export function recordOf(aliases: readonly string[]): string {
  const declarable = aliases.filter((alias) => !alias.startsWith(reservedAliasPrefix));
  return declarable.length > mostRecorded ? 'all' : declarable.map(shortHash).join('');
}

/**
 * The alias that an adopted version gets beside its ownership alias. If the operation fails, the version loses the declared
 * aliases that it did not have before.
 */
export function adoptionMarker(
  request: Request,
  Version: number,
  { adoptedAt, recorded }: Pick<Adoption, 'adoptedAt' | 'recorded'>,
): string {
  return `${adoptionPrefix(request, Version)}${adoptedAt.toString(36)}-${recorded}`;
}

/** Whether `alias` shows that some stack adopted the version. */
export function isAdoptionMarker(alias: string): boolean {
  return /^cfn-[0-9a-f]{16}-[0-9a-f]{16}-adopted-/.test(alias);
}

function adoptionPrefix(request: Request, Version: number): string {
  return `${resourcePrefix(request)}adopted-${Version}-`;
}

/** The latest adoption of this version, if this resource adopted it. */
export function adoptionIn(request: Request, Version: number, aliases: readonly string[]): Adoption | undefined {
  const prefix = adoptionPrefix(request, Version);
  // After the prefix comes the time of the adoption.
  const marker = aliases
    .filter((alias) => alias.startsWith(prefix))
    .toSorted()
    .at(-1);
  if (marker === undefined) return undefined;
  const [adoptedAt = '', recorded = ''] = marker.slice(prefix.length).split('-');
  const hashes: readonly string[] = recorded.match(/.{4}/g) ?? [];
  const isRecorded = (start: string) => recorded === 'all' || hashes.includes(start);
  return {
    marker,
    adoptedAt: Number.parseInt(adoptedAt, 36),
    had: (alias) => isRecorded(shortHash(alias)),
    isForAdded: (candidate) => {
      const [, start] = /-gave-(.{4})/.exec(candidate) ?? [];
      return start !== undefined && !isRecorded(start);
    },
    recorded,
  };
}

/**
 * The ownership alias of the version that this request creates or adopts: three hashes and a number, at most 65 of 128
 * characters. The number is that of the replaced version, and 00 if the request adopts the version.
 */
export function ownershipAlias(request: Request, { predecessor, adopted }: Origin): string {
  return `${requestPrefix(request, requestHash(request))}${adopted === undefined ? predecessor : '00'}`;
}

/** Whether the version with this ownership alias was adopted. Then it has an adoption marker too. */
export function isOfAdoption(ownership: string): boolean {
  return ownership.endsWith('-00');
}

/** The prefix of the ownership alias of the version that this resource got from the request with this hash. */
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

function shortHash(alias: string): string {
  return hash(alias).slice(0, 4);
}

function hash(...parts: readonly string[]): string {
  return sha256(parts.join('\n')).slice(0, hashLength);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
