/**
 * Whose a version is. Image versions cannot be tagged, but an alias is unique in its image and is set in the same call
 * that makes the version: so every version bears one alias that says which stack, resource and request made it, and
 * which version it replaces. The form is frozen: see docs/decisions/0002-the-service-is-the-ledger.md.
 */
import { createHash } from 'node:crypto';
import { issueTime } from '../cloudformation/issue-time.ts';
import type { Request } from '../cloudformation/request.ts';

/** Aliases that templates may not declare. */
export const reservedAliasPrefix = 'cfn-';

/** What an ownership alias says of the resource: all of it is in every request. */
export type ResourceOfStack = Pick<Request, 'StackId' | 'LogicalResourceId'>;

const hashLength = 16;
const ownershipForm = /^cfn-[0-9a-f]{16}-[0-9a-f]{16}-[0-9a-f]{16}-(\d+)$/;

/**
 * Names a request: the same for each delivery of it, another where CloudFormation issues a request again under the
 * same RequestId.
 */
export function requestHash(request: Request): string {
  return hash(request.RequestId, String(issueTime(request.ResponseURL) ?? ''));
}

/** The beginning of every alias that the provider has put on a version for this stack. */
export function stackPrefix({ StackId }: Pick<Request, 'StackId'>): string {
  return `${reservedAliasPrefix}${hash(StackId)}-`;
}

/** The beginning of the ownership alias of every version that this resource of this stack has made. */
export function resourcePrefix(request: ResourceOfStack): string {
  return `${stackPrefix(request)}${hash(request.LogicalResourceId)}-`;
}

/** Whether `alias` is an ownership alias that begins with `prefix`; a marker is none. */
export function isOwnershipOf(prefix: string, alias: string): boolean {
  return alias.startsWith(prefix) && ownershipForm.test(alias);
}

/** Whether `alias` is the ownership alias of a version that this resource of this stack has made. */
export function isOwnAlias(request: Request, alias: string): boolean {
  return isOwnershipOf(resourcePrefix(request), alias);
}

/** The number of the version that the version with this ownership alias replaced; 0 if none. */
export function predecessorIn(ownership: string): number {
  return Number(ownershipForm.exec(ownership)?.[1] ?? 0);
}

/**
 * The alias that a version bears in place of one that it has given to another version of the stack.
 *
 * @param taker the number of the version that has taken it
 */
export function gaveMarker(request: Request, alias: string, taker: number): string {
  return `${markerPrefix(request, alias)}${taker}`;
}

/** Whether `borne` is the marker of having given this alias, to whomever. */
export function isMarkerOf(request: Request, alias: string, borne: string): boolean {
  return borne.startsWith(markerPrefix(request, alias));
}

function markerPrefix(request: Request, alias: string): string {
  return `${stackPrefix(request)}gave-${hash(alias)}-`;
}

/**
 * The ownership alias of the version that this request makes: three hashes and a number, at most 70 of the 128 characters.
 *
 * @param predecessor the number of the version it replaces; 0 if none, or if that is of another image
 */
export function ownershipAlias(request: Request, predecessor: number): string {
  return `${requestPrefix(request, requestHash(request))}${predecessor}`;
}

/** The beginning of the ownership alias of the version that the request of this hash made for this resource. */
export function requestPrefix(request: ResourceOfStack, hashOfRequest: string): string {
  return `${resourcePrefix(request)}${hashOfRequest}-`;
}

/**
 * The idempotency token of a CreateImageVersion call: the same call of the same request has the same one, and any
 * other parameter gives another.
 *
 * @returns 36 characters, SageMaker's maximum
 */
export function clientToken(request: Request, parameters: object): string {
  return sha256(JSON.stringify([request.StackId, requestHash(request), parameters])).slice(0, 36);
}

function hash(...parts: readonly string[]): string {
  return sha256(parts.join('\n')).slice(0, hashLength);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
