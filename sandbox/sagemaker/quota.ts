/**
 * Service quotas. AWS publishes no numbers for images and their versions; the sandbox has none unless it is told so.
 */
import { ApiError } from './api-error.ts';

/** Throws ResourceLimitExceeded if one more would be too many. */
export function refuseBeyondQuota(what: string, used: number, quota: number): void {
  if (used < quota) return;
  throw new ApiError(
    'ResourceLimitExceeded',
    `The account-level service limit '${what}' is ${quota} ${what}, with current utilization of ${used} ${what} and a ` +
      `request delta of 1 ${what}. Please contact AWS support to request an increase for this limit.`,
  );
}
