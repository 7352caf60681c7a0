/**
 * When CloudFormation issued a request, as far as the request tells.
 *
 * The protocol has no such field, but ResponseURL is presigned at that moment. Lambda's redeliveries carry the same
 * URL, while CloudFormation signs anew when it issues a request again under the same RequestId: so RequestId and issue
 * time together name a request. Both forms of the signature are observed, neither is documented.
 */

/** CloudFormation presigns for two hours. */
const responseUrlLifetimeMs = 7_200_000;

/** The issue time in milliseconds since the epoch; undefined where the URL does not tell. */
export function issueTime(ResponseURL: string): number | undefined {
  if (!URL.canParse(ResponseURL)) return undefined;
  const query = new URL(ResponseURL).searchParams;
  return signedAt(query.get('X-Amz-Date')) ?? expiresAt(query.get('Expires'));
}

/** Signature version 4: `20261121T035810Z`. */
function signedAt(date: string | null): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? '');
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Signature version 2: seconds since the epoch. */
function expiresAt(expires: string | null): number | undefined {
  return expires !== null && /^\d{9,11}$/.test(expires) ? Number(expires) * 1000 - responseUrlLifetimeMs : undefined;
}
