/**
 * The aliases and placeholder ids that the provider writes, put together without its code: their form can never change.
 * docs/decisions/0002-the-service-is-the-ledger.md
 */
import { createHash } from 'node:crypto';
import type { Request } from '../../../src/cloudformation/request.ts';
import { createRequest, issuedAt, updateRequest } from './builders.ts';

type RequestNames = Partial<Pick<Request, 'StackId' | 'LogicalResourceId' | 'RequestId'>>;

/** The hash that names a request. */
function hashOf({ RequestId }: Pick<Request, 'RequestId'>, at: number = issuedAt): string {
  return hash(`${RequestId}\n${at}`);
}

/**
 * The ownership alias of the version that a request makes.
 *
 * @param names what differs from the Create of `createRequest`
 * @param predecessor the number of the version that it replaces
 */
export function ownership(names: RequestNames = {}, predecessor: number = 0): string {
  const { StackId, LogicalResourceId, RequestId } = { ...createRequest(), ...names };
  return `cfn-${hash(StackId)}-${hash(LogicalResourceId)}-${hashOf({ RequestId })}-${predecessor}`;
}

/** What a version of the stack has in place of an alias that version `taker` has taken from it. */
export function marker(alias: string, taker: number): string {
  return `cfn-${hash(createRequest().StackId)}-gave-${hash(alias)}-${taker}`;
}

/** What version 1 has beside its ownership alias if the stack adopted it when it had these aliases. */
export function adopted(had: readonly string[] = [], at: number = issuedAt): string {
  return adoptedWith(had.map((alias) => hash(alias).slice(0, 4)).join(''), at);
}

export function adoptedWith(record: string, at: number = issuedAt): string {
  const { StackId, LogicalResourceId } = createRequest();
  return `cfn-${hash(StackId)}-${hash(LogicalResourceId)}-adopted-1-${at.toString(36)}-${record}`;
}

/** On the version that the Create of `createRequest` makes. */
export const own = ownership();
/** On the version that the Create of `createRequest` adopts. */
export const adoptedOwn = `${own}0`;
/** On the version by which the Update of `updateRequest` replaces version 1. */
export const replacing = ownership({ RequestId: updateRequest().RequestId }, 1);
/** On the version of another resource of the stack. */
export const sibling = ownership({ LogicalResourceId: 'Sibling' });
/** On the version of another stack. */
export const foreign = ownership({ StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/other/1' });

/** The id of a failed Create that has left nothing. */
export const notCreated = `not-created/${hashOf(createRequest())}`;
/** The id of a failed Create that may have left a version. */
export const unconfirmed = `unconfirmed/${hashOf(createRequest())}`;
/** The id of a failed Create that was not allowed to look for what an earlier delivery may have left. */
export const denied = `denied/${hashOf(createRequest())}`;
/** An id that CloudFormation makes up for a Create that it has cancelled. */
export const invented = 'studio-Stable-1B2C3D4E5F';

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
