/**
 * Whether a request is signed as AWS would accept it, worked out anew from the request that has arrived.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const authorization =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/(?<scope>(?<date>\d+)\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request), SignedHeaders=(?<signed>[^,]+), Signature=(?<signature>\w+)$/;

/** Requests without a query, as those of SageMaker and CloudFormation are. */
export function isSigned({ method, url, headers }: IncomingMessage, body: string, secretAccessKey: string): boolean {
  const { scope, date, region, service, signed, signature } =
    authorization.exec(headers.authorization ?? '')?.groups ?? {};
  if (!scope || !date || !region || !service || !signed) return false;
  const canonicalHeaders = signed.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const path = (url ?? '').split('/').map(encodeURIComponent).join('/');
  const canonicalRequest = [method, path, '', canonicalHeaders.join(''), signed, sha256(body)].join('\n');
  const stringToSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonicalRequest)].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, stringToSign).toString('hex') === signature;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
