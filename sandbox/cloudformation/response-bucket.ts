/**
 * The S3 bucket that receives the responses of custom resources. A provider puts its response to a presigned URL: over
 * HTTP, or in process through `put`, under the same rules. The signature is random: nothing but this bucket checks it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TimeAndChance } from '../clock.ts';
import { type HttpServer, listenOnLoopback } from '../http-server.ts';
import { type Random, randomHex } from '../random.ts';

export interface PutAnswer {
  readonly status: number;
  readonly body: string;
}

/** A PUT to the bucket; header names are in lower case. */
export interface PutRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Is called with every PUT: it answers the PUT itself, calls `next`, or does both. It rejects to break the connection. */
export type InterceptDelivery = (delivery: PutRequest, next: () => Promise<PutAnswer>) => Promise<PutAnswer>;

export type ResponseBucket = ReturnType<typeof createResponseBucket>;

type Expected = Readonly<{ url: string; expiresAt: number; arrive: (body: string) => void }>;

export function createResponseBucket(
  region: string,
  services: TimeAndChance & { readonly intercept?: InterceptDelivery },
) {
  const { clock, random, intercept = (_delivery, next) => next() } = services;
  let endpoint = `https://cloudformation-custom-resource-response-${region.replaceAll('-', '')}.s3.${region}.amazonaws.com`;
  const expected = new Map<string, Expected>();

  return {
    /** Sets the endpoint of the URLs that are presigned from now on. It has no slash at the end. */
    setEndpoint: (url: string) => {
      endpoint = url;
    },
    /** A URL for one response, and a promise of the first body that is put to it. */
    presign(key: string) {
      const path = encodeURIComponent(key).replaceAll('%2F', '/');
      const ResponseURL = `${endpoint}/${path}?${signature(region, clock.now(), random)}`;
      const expiresAt = clock.now() + EXPIRES_SECONDS * 1000;
      const arrival = new Promise<string>((arrive) => expected.set(key, { url: ResponseURL, expiresAt, arrive }));
      return { ResponseURL, arrival };
    },
    async put(url: string, headers: PutRequest['headers'], body: string): Promise<PutAnswer> {
      const lowerCased = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const delivery = { url, headers: Object.fromEntries(lowerCased), body };
      return intercept(delivery, async () => {
        const object = expected.get(keyOf(url));
        const refusal = refuse(delivery, object, clock.now());
        if (refusal !== undefined) return refusal;
        // S3 replaces the first object with a second one, but CloudFormation has already read the first.
        // HTTP ends a body after Content-Length bytes, even in the middle of a character.
        object?.arrive(Buffer.from(body).subarray(0, Number(delivery.headers['content-length'])).toString());
        return { status: 200, body: '' };
      });
    },
  };
}

function refuse({ url, headers, body }: PutRequest, object: Expected | undefined, now: number): PutAnswer | undefined {
  const length = Number(headers['content-length']);
  const lengthNeeded = 'You must provide the Content-Length HTTP header.';
  if (Number.isNaN(length)) return s3Error(411, 'MissingContentLength', lengthNeeded);
  const isSigned = object !== undefined && canonicalForm(url) === canonicalForm(object.url) && !headers['content-type'];
  if (!isSigned) return s3Error(403, 'SignatureDoesNotMatch', wrongSignature);
  if (now > object.expiresAt) return s3Error(403, 'AccessDenied', 'Request has expired');
  return length > Buffer.byteLength(body) ? s3Error(400, 'RequestTimeout', timedOut) : undefined;
}

const wrongSignature =
  'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
const timedOut = 'Your socket connection to the server was not read from or written to within the timeout period.';

export function s3Error(status: number, code: string, message: string): PutAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body };
}

const EXPIRES_SECONDS = 7200;

/** The query of a URL that is valid for two hours from `now`. */
function signature(region: string, now: number, random: Random): URLSearchParams {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': date,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': String(EXPIRES_SECONDS),
    'X-Amz-Credential': `AKIASANDBOX/${date.slice(0, 8)}/${region}/s3/aws4_request`,
    'X-Amz-Signature': randomHex(64, random),
  });
}

/** What S3 signs of a URL. URLs that differ only in encoding or in the order of their parameters have the same form. */
function canonicalForm(url: string): string {
  const { searchParams } = new URL(url);
  searchParams.sort();
  return `${keyOf(url)}?${searchParams}`;
}

export function keyOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname).slice(1);
}

/** Serves `bucket` on a loopback port. URLs that are presigned from now on point to it. */
export async function listenResponseBucket(bucket: ResponseBucket): Promise<HttpServer> {
  const answer = async (request: IncomingMessage): Promise<PutAnswer> => {
    if (request.method !== 'PUT') {
      return s3Error(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');
    }
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    return bucket.put(`${server.url}${request.url ?? '/'}`, Object.fromEntries(headers), await text(request));
  };
  const server = await listenOnLoopback(async (request, response) => {
    const { status, body } = await answer(request).catch((error: unknown) => ({ status: 500, body: String(error) }));
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  });
  bucket.setEndpoint(server.url);
  return server;
}
