/** What a check that has got nowhere may lack: properties that the provider can create something with. */
import type { Finding } from '../check/check-provider.ts';

/** Undefined where Creates have succeeded, or have failed in different ways. */
export function adviceOn(
  findings: readonly Pick<Finding, 'CreateFailed'>[],
  propertiesFile: string | undefined,
): string | undefined {
  // The first situation is the plainest: one Create on a good day.
  const [first] = findings;
  const ways = findings.flatMap(({ CreateFailed }) => (CreateFailed === undefined ? [] : [withoutIds(CreateFailed)]));
  if (first?.CreateFailed === undefined || new Set(ways).size > 1) return undefined;
  const these = propertiesFile === undefined ? 'none are given' : `those in ${propertiesFile}`;
  return (
    'Each Create has failed in the same way: this looks as if the provider could not create anything with these ' +
    `properties (${these}). Name a file with some that it can create something with: --properties FILE.`
  );
}

/** Ids of requests, log streams and the like are others in each. */
function withoutIds(failure: string): string {
  return failure.replace(/[0-9a-f]{8,}|\d+/gi, '…');
}
