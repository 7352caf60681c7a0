/**
 * The presigned URL to which a provider puts its response: SigV4's query form, signed by chance, because only this
 * sandbox ever checks the signature.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { type Random, randomHex } from '../random.ts';

export const EXPIRES_SECONDS = 7200;

/** A URL under `endpoint` for the object `key`, valid for two hours from `now`. */
export function presignUrl(endpoint: string, key: string, region: string, now: number, random: Random): string {
  const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': date,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Expires': String(EXPIRES_SECONDS),
    'X-Amz-Credential': `AKIASANDBOX/${date.slice(0, 8)}/${region}/s3/aws4_request`,
    'X-Amz-Signature': randomHex(64, random),
  });
  const path = encodeURIComponent(key).replaceAll('%2F', '/');
  return `${endpoint}/${path}?${query}`;
}

/** What S3 signs of a URL: the same for two URLs that differ only in encoding or in the order of their parameters. */
export function canonicalForm(url: string): string {
  const { pathname, searchParams } = new URL(url);
  const parameters = [...searchParams].map(([name, value]) => `${name}=${value}`).sort();
  return `${decodeURIComponent(pathname)}?${parameters.join('&')}`;
}

/** The object's key. */
export function keyOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname).slice(1);
}
