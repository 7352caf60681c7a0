/**
 * One HTTP PUT of a response body to ResponseURL: the I/O alone, without policy.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * Sends `body` to `url` and tells the HTTP status, whatever it is. Redirects are not followed.
 *
 * Content-Type is empty because CloudFormation signs the URL for an empty one; with any other, some Regions answer 403.
 *
 * @throws Error if the exchange breaks or `signal` aborts. Its message does not carry the URL.
 */
export type Put = (url: URL, body: string, signal: AbortSignal) => Promise<number>;

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
