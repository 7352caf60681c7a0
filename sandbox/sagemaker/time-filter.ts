/**
 * The filters of ListImages and ListImageVersions by instants. A filter keeps what happened at its own instant too.
 */
export interface TimeFilter {
  readonly CreationTimeAfter?: number;
  readonly CreationTimeBefore?: number;
  readonly LastModifiedTimeAfter?: number;
  readonly LastModifiedTimeBefore?: number;
}

/** Whether the record passes. Instants are in milliseconds. */
export function isWithin(
  { createdAtMs, modifiedAtMs }: { readonly createdAtMs: number; readonly modifiedAtMs: number },
  filter: TimeFilter,
): boolean {
  return (
    createdAtMs >= (filter.CreationTimeAfter ?? Number.NEGATIVE_INFINITY) &&
    createdAtMs <= (filter.CreationTimeBefore ?? Number.POSITIVE_INFINITY) &&
    modifiedAtMs >= (filter.LastModifiedTimeAfter ?? Number.NEGATIVE_INFINITY) &&
    modifiedAtMs <= (filter.LastModifiedTimeBefore ?? Number.POSITIVE_INFINITY)
  );
}
