/**
 * The S3 bucket that receives the responses of custom resources. A provider puts to it over HTTP
 * (`response-bucket-server.ts`) or, in process, through `put`: the rules are the same.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
import type { Clock } from '../../src/clock.ts';
import type { Random } from '../random.ts';
import { canonicalForm, EXPIRES_SECONDS, keyOf, presignUrl } from './presigned-url.ts';

/** What S3 answers to a PUT. */
export interface PutAnswer {
  readonly status: number;
  readonly body: string;
}

/** A PUT on its way to the bucket; header names in lower case. */
export interface Delivery {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers in the bucket's stead, or lets the delivery through (undefined), at once or later. */
export type DisturbDelivery = (delivery: Delivery) => Promise<PutAnswer | undefined>;

export interface ResponseBucket {
  /** A URL for one response, and the first body that is put to it. */
  presign(key: string): { readonly ResponseURL: string; readonly arrival: Promise<string> };
  put(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<PutAnswer>;
  /** Where URLs that are presigned from now on point: no slash at the end. */
  setEndpoint(endpoint: string): void;
}

interface Expected {
  readonly url: string;
  readonly expiresAt: number;
  readonly arrive: (body: string) => void;
}

export function createResponseBucket(
  region: string,
  { clock, random, disturb }: { readonly clock: Clock; readonly random: Random; readonly disturb?: DisturbDelivery },
): ResponseBucket {
  let endpoint = `https://cloudformation-custom-resource-response-${region.replaceAll('-', '')}.s3.${region}.amazonaws.com`;
  const expected = new Map<string, Expected>();

  return {
    setEndpoint: (url) => {
      endpoint = url;
    },
    presign(key) {
      const ResponseURL = presignUrl(endpoint, key, region, clock.now(), random);
      const { promise: arrival, resolve: arrive } = deferred();
      expected.set(key, { url: ResponseURL, expiresAt: clock.now() + EXPIRES_SECONDS * 1000, arrive });
      return { ResponseURL, arrival };
    },
    async put(url, headers, body) {
      const delivery = { url, headers: lowerCased(headers), body };
      const disturbed = await disturb?.(delivery);
      if (disturbed !== undefined) return disturbed;
      const object = expected.get(keyOf(url));
      const refusal = refuse(delivery, object, clock.now());
      if (refusal !== undefined) return refusal;
      // A second object takes the first one's place in S3, but CloudFormation has read the first.
      object?.arrive(received(delivery));
      return { status: 200, body: '' };
    },
  };
}

function refuse({ url, headers, body }: Delivery, object: Expected | undefined, now: number): PutAnswer | undefined {
  const length = Number(headers['content-length']);
  if (Number.isNaN(length))
    return s3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  const isSigned = object !== undefined && canonicalForm(url) === canonicalForm(object.url) && !headers['content-type'];
  if (!isSigned) {
    const message =
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.';
    return s3Error(403, 'SignatureDoesNotMatch', message);
  }
  if (now > object.expiresAt) return s3Error(403, 'AccessDenied', 'Request has expired');
  if (length <= Buffer.byteLength(body)) return undefined;
  return s3Error(
    400,
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period.',
  );
}

/** HTTP ends a body where Content-Length says, be it in the middle of a character. */
function received({ headers, body }: Delivery): string {
  return Buffer.from(body).subarray(0, Number(headers['content-length'])).toString();
}

/** An error document as S3 sends it. */
export function s3Error(status: number, code: string, message: string): PutAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body };
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function deferred() {
  let resolve: (body: string) => void = () => {};
  const promise = new Promise<string>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
