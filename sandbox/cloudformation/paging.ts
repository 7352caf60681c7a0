/**
 * Cuts the API's lists into pages. A NextToken remembers the last item shown, not a count, so that stacks which come or
 * go between two pages neither hide nor repeat others.
 */
import { CloudFormationError } from './cloudformation-error.ts';

/** What CloudFormation gives at once: it cuts by bytes, and 100 summaries are within reach of that. */
export const defaultPageSize = 100;

export interface Listing<T> {
  /** What a token of this list may be used for. */
  readonly name: string;
  /** No two items have the same, and it stays. */
  readonly key: (item: T) => string;
  /** Items for which it does not hold are passed over, and keep their place. */
  readonly isListed: (item: T) => boolean;
}

/** The page after `NextToken`, in the order of `all`. Throws a ValidationError for a token of another list. */
export function page<T>(
  all: readonly T[],
  { name, key, isListed }: Listing<T>,
  NextToken: string | null,
  pageSize: number,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const last = NextToken === null ? undefined : keyFromToken(NextToken, name);
  const left = all.slice(last === undefined ? 0 : 1 + all.findIndex((item) => key(item) === last)).filter(isListed);
  const items = left.slice(0, pageSize);
  const shown = items.at(-1);
  const isLast = shown === undefined || items.length === left.length;
  return { items, NextToken: isLast ? undefined : tokenFor(key(shown), name) };
}

function tokenFor(key: string, name: string): string {
  return Buffer.from(`${name}\n${key}`).toString('base64url');
}

function keyFromToken(NextToken: string, name: string): string {
  const decoded = Buffer.from(NextToken, 'base64url').toString();
  if (decoded.startsWith(`${name}\n`)) return decoded.slice(name.length + 1);
  throw new CloudFormationError('ValidationError', 'Invalid NextToken.');
}
