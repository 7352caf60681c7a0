/**
 * Delivers the answer: an HTTP PUT to the presigned ResponseURL.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../clock.ts';
import { getString, ProviderError } from '../errors.ts';
import type { Log } from '../log.ts';

/**
 * Sends `body` to `url` and resolves with the HTTP status, whatever it is. Follows no redirect.
 *
 * @throws Error if the exchange breaks or `signal` aborts. Its message does not contain the URL.
 */
export type Put = (url: URL, body: string, signal: AbortSignal) => Promise<number>;

const longestTryMs = 4_000;
const tries = 4;
/** Upper bound of the first delay. Jitter removes up to half of it. */
const firstDelayMs = 400;

export interface DeliverDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly put: Put;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * Resolves once S3 has accepted the body (any 2xx). Tries four times, with growing, jittered delays.
 *
 * @throws ProviderError NetworkFailure, without the URL, if no try succeeded
 */
export async function deliver(destination: URL, body: string, dependencies: DeliverDependencies): Promise<void> {
  const { clock, log, put, random } = dependencies;
  for (let tried = 1; ; tried += 1) {
    const failure = await put(destination, body, clock.timeout(longestTryMs)).then(
      (status) => (status >= 200 && status < 300 ? undefined : `HTTP status ${status}`),
      (error: unknown) => failureName(error),
    );
    if (failure === undefined) return;
    log.warn(
      `S3 did not accept the answer at try ${tried} of ${tries}: ${failure}. If every try fails, Lambda delivers the ` +
        'request again. If you see this often, check the route to S3: without it, no stack gets an answer.',
      { tried, failure },
    );
    if (tried === tries) {
      throw new ProviderError('NetworkFailure', `S3 did not accept the answer in ${tries} tries: ${failure}.`);
    }
    await clock.sleep(firstDelayMs * 2 ** (tried - 1) * (0.5 + random() / 2));
  }
}

/** `ECONNRESET`, `TimeoutError` and the like: a name, because a message may quote the request. */
function failureName(error: unknown): string {
  return getString(error, 'code') ?? getString(error, 'name') ?? 'unknown failure';
}

/** Over node:http and node:https. Content-Type is empty: CloudFormation signs an empty one, and S3 refuses others. */
export const put: Put = (url, body, signal) =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const exchange = send(url, { method: 'PUT', headers, signal }, (response) => {
      response.on('error', reject);
      response.on('end', () => resolve(response.statusCode ?? 0));
      response.resume();
    });
    exchange.on('error', reject);
    exchange.end(body);
  });
