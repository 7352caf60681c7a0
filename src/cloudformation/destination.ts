/**
 * The hosts that the provider sends answers to. An event that CloudFormation did not send can have any ResponseURL.
 * Lambda's own Runtime API listens on the loopback interface, and other services of the account may listen in a VPC.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 * https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
import { ProviderError } from '../errors.ts';
import type { Request } from './request.ts';

/** Hosts that may get answers besides the buckets of CloudFormation. */
export interface AnswerHosts {
  /** Over https. An entry that begins with a dot stands for every host that ends with it. */
  readonly https: readonly string[];
  /** Over http: the host that the sandbox listens on. Undefined in Lambda. */
  readonly http: string | undefined;
}

/** @param environment of the function: template.yaml sets RESPONSE_URL_HOSTS, and the sandbox sets HTTP_RESPONSE_HOST */
export function answerHosts(environment: Readonly<Record<string, string | undefined>>): AnswerHosts {
  const { RESPONSE_URL_HOSTS = '', HTTP_RESPONSE_HOST } = environment;
  return { https: RESPONSE_URL_HOSTS.split(',').filter(Boolean), http: HTTP_RESPONSE_HOST };
}

/**
 * The URL that the answer is sent to.
 *
 * @throws ProviderError InvalidRequest if the provider sends no answer there. The error names only the host of the URL,
 *   because the rest is a credential
 */
export function destinationOf({ ResponseURL, LogicalResourceId, StackId }: Request, hosts: AnswerHosts): URL {
  // `new URL` would throw an error that contains its input, the credential.
  const url = URL.canParse(ResponseURL) ? new URL(ResponseURL) : undefined;
  if (url !== undefined && isAllowed(url, hosts)) return url;
  const host = url === undefined ? 'no host, because it is not a URL' : `${url.protocol}//${url.hostname}`;
  const reason =
    `The provider sends answers only to CloudFormation's buckets. The ResponseURL for resource ${LogicalResourceId} of ` +
    `stack ${StackId} names ${host}. Find out what invoked the function. If it was CloudFormation, add the host to the ` +
    'parameter ResponseUrlHosts of the provider.';
  throw new ProviderError('InvalidRequest', reason);
}

function isAllowed({ protocol, hostname }: URL, { https, http }: AnswerHosts): boolean {
  if (protocol === 'http:') return hostname === http;
  const isNamed = (host: string) => (host.startsWith('.') ? hostname.endsWith(host) : hostname === host);
  return protocol === 'https:' && (isBucketOfCloudFormation(hostname) || https.some(isNamed));
}

/** The domains of S3 in AWS's partitions. */
const partitionDomains = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'amazonaws.eu',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
];

/** S3's forms of a bucket's host. Older Regions have `s3-` before their name, and us-east-1 may have no name. */
const bucketHost =
  /^cloudformation-custom-resource-response-([a-z0-9]+)\.s3(?:-fips)?(?:\.dualstack)?(?:[.-]([a-z]+(?:-[a-z]+)+-\d+))?\.(.+)$/;

/** Anybody can create a bucket whose name contains the name of another Region, so bucket and host must name the same one. */
function isBucketOfCloudFormation(hostname: string): boolean {
  const [, ofBucket, Region = 'us-east-1', domain = ''] = bucketHost.exec(hostname) ?? [];
  return ofBucket === Region.replaceAll('-', '') && partitionDomains.includes(domain);
}
