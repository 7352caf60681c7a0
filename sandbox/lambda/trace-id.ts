/**
 * The X-Ray header that Lambda gives an invocation and the AWS SDKs send on with every call: it tells a simulated service
 * who calls.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */

/** A trace that names the invocation's request; every attempt of an event has the same. */
export function traceIdOf(awsRequestId: string): string {
  const digits = awsRequestId.replaceAll('-', '');
  return `Root=1-${digits.slice(0, 8)}-${digits.slice(8)};Parent=${digits.slice(16)};Sampled=0`;
}

/** The request that a trace names; undefined for what `traceIdOf` has not made. */
export function awsRequestIdOf(traceId: string): string | undefined {
  const [, first, rest = ''] = /^Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/.exec(traceId) ?? [];
  if (first === undefined) return undefined;
  return [first, rest.slice(0, 4), rest.slice(4, 8), rest.slice(8, 12), rest.slice(12)].join('-');
}
