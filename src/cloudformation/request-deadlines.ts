/**
 * Reads a request and Lambda's remaining time into deadlines, once for each invocation.
 */
import type { Deadlines } from '../deadlines.ts';
import { issueTime } from './issue-time.ts';
import type { Request } from './request.ts';

/** CloudFormation's own default and maximum. */
const longestServiceTimeoutMs = 3_600_000;
/** With the event age that the template sets, a last attempt may start at 40 minutes: so four are left for it. */
const longestBudgetMs = 44 * 60_000;
/** What an answer may take: a call that is under way, and the delivery with its tries. */
const longestAnswerMs = 30_000;
const longestCleanUpMs = 5 * 60_000;

/**
 * @param remainingTimeMs what `context.getRemainingTimeInMillis()` says
 * @param now milliseconds since the epoch; stands in for the issue time where ResponseURL does not tell it
 */
export function requestDeadlines(request: Request, remainingTimeMs: number, now: number): Deadlines {
  const serviceTimeoutMs = readServiceTimeout(request.ResourceProperties['ServiceTimeout']);
  const issuedAt = issueTime(request.ResponseURL) ?? now;
  const answerMs = Math.min(longestAnswerMs, serviceTimeoutMs / 10);
  const cleanUpMs = Math.min(longestCleanUpMs, serviceTimeoutMs / 5);
  return {
    invocation: now + remainingTimeMs - Math.min(longestAnswerMs, remainingTimeMs / 10),
    request: issuedAt + Math.min(longestBudgetMs, serviceTimeoutMs - answerMs - cleanUpMs),
    cleanUp: issuedAt + Math.min(longestBudgetMs + cleanUpMs, serviceTimeoutMs - answerMs),
  };
}

/** In milliseconds. CloudFormation checks the property itself, so anything unreadable means its default. */
function readServiceTimeout(value: unknown): number {
  const seconds = Number(value ?? Number.NaN);
  return seconds >= 1 && seconds <= 3600 ? seconds * 1000 : longestServiceTimeoutMs;
}
