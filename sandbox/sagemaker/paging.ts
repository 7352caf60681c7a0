/**
 * Filters lists by time and cuts them into pages. A NextToken contains the last item shown, not a count: items that are
 * created or deleted between two pages neither hide nor repeat others.
 */
import type { ListImagesRequest } from '@aws-sdk/client-sagemaker';
import { throwApiError } from './api-answer.ts';
import type { Input } from './model.ts';
import type { SageMakerSettings } from './settings.ts';
import type { ImageRecord } from './state.ts';

/** What the requests of all lists share. */
type ListRequest = Omit<Input<ListImagesRequest>, 'SortBy'>;

interface Listing<T> {
  /** Names the operation and its order. A token is valid only for a list of the same name. */
  readonly name: string;
  /** Sorts the items; no two items have the same key. */
  readonly key: (item: T) => string;
  readonly order: 'ASCENDING' | 'DESCENDING';
}

/** The requested page, and the token of the next page if there is one. Throws ValidationException for a wrong token. */
export function listPage<T>(
  items: readonly T[],
  { name, key, order }: Listing<T>,
  { MaxResults, NextToken }: Pick<ListRequest, 'MaxResults' | 'NextToken'>,
  { defaultPageSize, largestPageSize }: SageMakerSettings,
): { readonly items: readonly T[]; readonly NextToken?: string } {
  const direction = order === 'ASCENDING' ? 1 : -1;
  const compare = (a: string, b: string) => direction * (a < b ? -1 : Number(a > b));
  const [given, after] = `${Buffer.from(NextToken ?? '', 'base64url')}`.split('\n');
  if (NextToken !== undefined && (given !== name || after === undefined)) {
    throwApiError('ValidationException', 'Invalid NextToken.');
  }
  const left = items
    .filter((item) => after === undefined || compare(key(item), after) > 0)
    .toSorted((a, b) => compare(key(a), key(b)));
  const shown = left.slice(0, Math.min(MaxResults ?? defaultPageSize, largestPageSize));
  const last = shown.at(-1);
  if (last === undefined || shown.length === left.length) return { items: shown };
  return { items: shown, NextToken: Buffer.from(`${name}\n${key(last)}`).toString('base64url') };
}

type Times = Pick<ImageRecord, 'createdAtMs' | 'modifiedAtMs'>;

/** The key that sorts a record. `ownKey` sorts those of the same time, and all where `SortBy` is no time. */
export function sortKey(SortBy: string, { createdAtMs, modifiedAtMs }: Times, ownKey: string): string {
  if (SortBy === 'CREATION_TIME') return `${sortable(createdAtMs)} ${ownKey}`;
  return SortBy === 'LAST_MODIFIED_TIME' ? `${sortable(modifiedAtMs)} ${ownKey}` : ownKey;
}

/** `number` as a string; these strings sort in the order of their numbers. */
export function sortable(number: number): string {
  return String(number).padStart(20, '0');
}

/** The record with its times as the answers have them. */
export function withTimes<T extends Times>(record: T) {
  return { ...record, CreationTime: record.createdAtMs, LastModifiedTime: record.modifiedAtMs };
}

/** Whether the record passes the filter. A filter includes its own instant; instants are in milliseconds. */
export function isWithin({ createdAtMs, modifiedAtMs }: Times, filter: ListRequest): boolean {
  return (
    isBetween(createdAtMs, filter.CreationTimeAfter, filter.CreationTimeBefore) &&
    isBetween(modifiedAtMs, filter.LastModifiedTimeAfter, filter.LastModifiedTimeBefore)
  );
}

function isBetween(atMs: number, after = 0, before = Number.POSITIVE_INFINITY): boolean {
  return atMs >= after && atMs <= before;
}
