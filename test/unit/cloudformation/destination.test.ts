import { readFileSync } from 'node:fs';
import { type AnswerHosts, answerHosts, destinationOf } from '../../../src/cloudformation/destination.ts';
import { ProviderError } from '../../../src/errors.ts';
import { createRequest, responseUrl } from '../../support/provider/builders.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const destination = (ResponseURL: string, hosts: AnswerHosts) => destinationOf(createRequest({ ResponseURL }), hosts);
const inLambda = answerHosts({});
const bucket = (host: string) =>
  `https://cloudformation-custom-resource-response-${host}/arn%3Aaws?X-Amz-Signature=c0ffee`;

function refusal(host: string): ProviderError {
  return new ProviderError(
    'InvalidRequest',
    "The provider sends answers only to CloudFormation's buckets. The ResponseURL for resource Stable of stack " +
      `${createRequest().StackId} names ${host}. Find out what invoked the function. If it was CloudFormation, add the ` +
      'host to the parameter ResponseUrlHosts of the provider.',
  );
}

describe('An answer', () => {
  // The first five forms stand in events that people have published.
  test.each([
    responseUrl(),
    bucket('useast1.s3.amazonaws.com'),
    bucket('uswest2.s3-us-west-2.amazonaws.com'),
    bucket('eucentral1.s3.eu-central-1.amazonaws.com'),
    bucket('cnnorth1.s3.cn-north-1.amazonaws.com.cn'),
    bucket('useast1.s3.us-east-1.amazonaws.com'),
    bucket('usgovwest1.s3-us-gov-west-1.amazonaws.com'),
    bucket('usgoveast1.s3-fips.us-gov-east-1.amazonaws.com'),
    bucket('apsoutheast7.s3.dualstack.ap-southeast-7.amazonaws.com'),
    bucket('eusccentral1.s3.eusc-central-1.amazonaws.eu'),
    bucket('euscdeeast1.s3.eusc-de-east-1.amazonaws.eu'),
    bucket('usisoeast1.s3.us-iso-east-1.c2s.ic.gov'),
    bucket('usisobeast1.s3.us-isob-east-1.sc2s.sgov.gov'),
    bucket('euisoewest1.s3.eu-isoe-west-1.cloud.adc-e.uk'),
    bucket('usisofsouth1.s3.us-isof-south-1.csp.hci.ic.gov'),
  ])('may go to CloudFormation’s bucket, whole: %s', (ResponseURL) => {
    expect(destination(ResponseURL, inLambda).href).toBe(ResponseURL);
  });

  test.each([
    ['https://example.com', 'https://example.com/x'],
    ['https://127.0.0.1', 'https://127.0.0.1:9001/2018-06-01/runtime/invocation/next'],
    ['http://127.0.0.1', 'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next'],
    ['http://localhost', 'http://localhost/x'],
    ['http://[::1]', 'http://[::1]:9/x'],
    ['https://169.254.169.254', 'https://169.254.169.254/latest'],
    ['ftp://localhost', 'ftp://localhost/x'],
    ['file://', 'file:///x'],
    ...[
      // A bucket that anybody can create: with another Region's name, or with that of no Region.
      'useast1.s3.eu-west-1.amazonaws.com',
      'mine.s3.amazonaws.com',
      'euwest1.s3.amazonaws.com',
      'mine.s3-eu-west-1.amazonaws.com',
      'euwest1.s3-eu-west-1.amazonaws.com.example.com',
      'euwest1.s3-eu-west-1.example.com',
      'euwest1.s3-website-eu-west-1.amazonaws.com',
      'useast1.example.s3.amazonaws.com',
    ].map((host) => [`https://cloudformation-custom-resource-response-${host}`, bucket(host)]),
    [
      'https://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com.',
      bucket('euwest1.s3-eu-west-1.amazonaws.com.'),
    ],
    [
      'http://cloudformation-custom-resource-response-euwest1.s3-eu-west-1.amazonaws.com',
      responseUrl().replace('s', ''),
    ],
    [
      'https://x.cloudformation-custom-resource-response-useast1.s3.amazonaws.com',
      `https://x.${bucket('useast1.s3.amazonaws.com').slice(8)}`,
    ],
    ['no host, because it is not a URL', 'not a URL, but X-Amz-Signature=c0ffee'],
  ])('may not go to %s, and the refusal has the host alone', (host, ResponseURL) => {
    const thrown = thrownBy(() => destination(ResponseURL, inLambda));

    expect(thrown).toEqual(refusal(host));
    expect(thrown).toHaveProperty('cause', undefined);
  });

  test('may go to a host that the parameter ResponseUrlHosts names, over https', () => {
    const hosts = answerHosts({ RESPONSE_URL_HOSTS: 's3.example.com,.internal.example.com' });

    expect(destination('https://s3.example.com/x', hosts).hostname).toBe('s3.example.com');
    expect(destination('https://a.internal.example.com/x', hosts).hostname).toBe('a.internal.example.com');
    for (const host of ['https://not-s3.example.com', 'https://internal.example.com', 'http://s3.example.com']) {
      expect(thrownBy(() => destination(`${host}/x`, hosts))).toEqual(refusal(host));
    }
    expect(destination(responseUrl(), hosts).href).toBe(responseUrl());
  });

  test('may go over http to the host where the sandbox listens, and to no other', () => {
    const hosts = answerHosts({ HTTP_RESPONSE_HOST: '127.0.0.1' });

    expect(destination('http://127.0.0.1:4711/x', hosts).href).toBe('http://127.0.0.1:4711/x');
    for (const host of ['http://localhost', 'http://127.0.0.1.nip.io', 'https://127.0.0.1']) {
      expect(thrownBy(() => destination(`${host}/x`, hosts))).toEqual(refusal(host));
    }
  });
});

test('An answer may go to every partition that the SDK has', () => {
  const partitions = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
  const domains = [...readFileSync(partitions, 'utf8').matchAll(/"dnsSuffix": "(.+)"/g)].map(([, domain]) => domain);

  expect(domains.length).toBeGreaterThan(6);
  for (const domain of domains) {
    const ResponseURL = bucket(`xxyy1.s3.xx-yy-1.${domain}`);
    expect(destination(ResponseURL, inLambda).href).toBe(ResponseURL);
  }
});
