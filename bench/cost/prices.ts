/**
 * What AWS asks in US East (N. Virginia), in dollars, before any free tier, read 2026-11-21.
 * https://aws.amazon.com/lambda/pricing/ and https://aws.amazon.com/step-functions/pricing/ (Standard Workflows; each
 * retry is a state transition).
 */
const perGbSecond = 0.0000166667;
const perRequest = 0.2 / 1_000_000;
const perStateTransition = 0.025 / 1_000;

/** What something has used up. */
export interface Usage {
  readonly gbSeconds: number;
  readonly requests: number;
  readonly stateTransitions: number;
}

export function dollars({ gbSeconds, requests, stateTransitions }: Usage): number {
  return gbSeconds * perGbSecond + requests * perRequest + stateTransitions * perStateTransition;
}
