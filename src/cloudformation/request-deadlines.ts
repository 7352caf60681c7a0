/**
 * The deadlines of a request, from its ServiceTimeout and Lambda's remaining time. Computed once for each invocation.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
 */
import type { Deadlines } from '../deadlines.ts';
import type { Request } from './request.ts';

/** CloudFormation's default and maximum. */
const longestServiceTimeoutMs = 3_600_000;
/** template.yaml limits the age of an event to 40 minutes, so the last attempt has at least four of these 44 minutes. */
const longestBudgetMs = 44 * 60_000;
/** Time for the rest of a call that has begun, and for every try to deliver the answer. */
const longestAnswerMs = 30_000;
const longestCleanUpMs = 5 * 60_000;

/**
 * The instants at which this invocation, the request and its clean-up end.
 *
 * @param remainingTimeMs the result of Lambda's `context.getRemainingTimeInMillis()`
 * @param now milliseconds since the epoch; used as the issue time of a request without one
 */
export function requestDeadlines(request: Request, remainingTimeMs: number, now: number): Deadlines {
  const serviceTimeouts = [request.ServiceTimeout, request.ResourceProperties['ServiceTimeout']];
  const serviceTimeoutMs = Math.min(...serviceTimeouts.map(readServiceTimeout));
  const issuedAt = request.issuedAt ?? now;
  const answerMs = Math.min(longestAnswerMs, serviceTimeoutMs / 10);
  const cleanUpMs = Math.min(longestCleanUpMs, serviceTimeoutMs / 5);
  return {
    invocation: now + remainingTimeMs - Math.min(longestAnswerMs, remainingTimeMs / 10),
    request: issuedAt + Math.min(longestBudgetMs, serviceTimeoutMs - answerMs - cleanUpMs),
    cleanUp: issuedAt + Math.min(longestBudgetMs + cleanUpMs, serviceTimeoutMs - answerMs),
  };
}

/** In milliseconds. CloudFormation validates the property, so any other value means the default. */
function readServiceTimeout(value: unknown): number {
  const seconds = Number(value ?? Number.NaN);
  return seconds >= 1 && seconds <= 3600 ? seconds * 1000 : longestServiceTimeoutMs;
}
