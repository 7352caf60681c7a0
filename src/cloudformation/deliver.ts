/**
 * Delivery of the answer: CloudFormation takes it as an object PUT to the presigned ResponseURL.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
import type { Clock } from '../clock.ts';
import { ProviderError } from '../errors.ts';
import type { Log } from '../log.ts';
import { member } from '../member.ts';
import type { Put } from './put.ts';

const tries = 4;
const attemptTimeoutMs = 4_000;
/** At most; half of it at least. */
const firstDelayMs = 400;

export interface DeliverDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly put: Put;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * Resolves once the bucket has taken the body (any 2xx); tries four times with growing, jittered pauses.
 *
 * @throws ProviderError NetworkFailure, without the URL, if no try succeeded
 */
export async function deliver(destination: URL, body: string, dependencies: DeliverDependencies): Promise<void> {
  const { clock, log, put, random } = dependencies;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await put(destination, body, clock.timeout(attemptTimeoutMs)).then(
      (status) => (status >= 200 && status < 300 ? undefined : `HTTP status ${status}`),
      (error: unknown) => failureName(error),
    );
    if (failure === undefined) return;
    log.warn('The answer was not taken', { attempt, failure });
    if (attempt === tries) {
      throw new ProviderError('NetworkFailure', `The answer could not be delivered in ${tries} tries: ${failure}.`);
    }
    await clock.sleep(firstDelayMs * 2 ** (attempt - 1) * (0.5 + random() / 2));
  }
}

/**
 * Where the answer goes: https anywhere, plain http only on this machine, where a simulated CloudFormation listens.
 *
 * @throws ProviderError InvalidRequest, without the URL, if ResponseURL is nowhere to send to
 */
export function destinationOf(ResponseURL: string): URL {
  // `new URL` would throw an error that carries its input, the credential.
  const url = URL.canParse(ResponseURL) ? new URL(ResponseURL) : undefined;
  const loopback = ['localhost', '127.0.0.1', '[::1]'];
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.includes(url.hostname))) return url;
  throw new ProviderError('InvalidRequest', 'ResponseURL is not an https URL, so the answer can go nowhere.');
}

/** `ECONNRESET`, `TimeoutError` and the like: a name, because a message might quote what was sent. */
function failureName(error: unknown): string {
  const [code, name] = [member(error, 'code'), member(error, 'name')];
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : 'unknown failure';
}
