/** The floor: one Describe, signed by hand, with neither SDK nor logger. */
import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:https';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

export function handler(): Promise<void> {
  const endpoint = new URL(process.env['AWS_ENDPOINT_URL_SAGEMAKER'] ?? '');
  const region = process.env['AWS_REGION'] ?? '';
  const body = JSON.stringify({ ImageName: 'my-image', Version: 1 });
  const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `${at.slice(0, 8)}/${region}/sagemaker/aws4_request`;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host: endpoint.host,
    'x-amz-date': at,
    'x-amz-security-token': process.env['AWS_SESSION_TOKEN'] ?? '',
    'x-amz-target': 'SageMaker.DescribeImageVersion',
  };
  const signed = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${process.env['AWS_SECRET_ACCESS_KEY']}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${process.env['AWS_ACCESS_KEY_ID']}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;

  return new Promise((resolve, reject) => {
    request(endpoint, { method: 'POST', headers: { ...headers, authorization } }, (response) => {
      response.on('end', resolve).resume();
    })
      .on('error', reject)
      .end(body);
  });
}
