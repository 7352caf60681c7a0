/**
 * Reads and validates what a provider has put to its ResponseURL.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */

import { isMap, type Json, type JsonMap } from '../json.ts';

/** The ids that a response must repeat from its request. */
export interface RequestIds {
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

export type Response =
  | { readonly Status: 'SUCCESS'; readonly PhysicalResourceId: string; readonly Data: JsonMap }
  | { readonly Status: 'FAILED'; readonly PhysicalResourceId: string; readonly Reason: string }
  /** It breaks the protocol, so CloudFormation uses nothing in it. */
  | { readonly Status: 'INVALID'; readonly Reason: string };

const MAX_RESPONSE_BYTES = 4096;
const MAX_PHYSICAL_RESOURCE_ID_BYTES = 1024;

export function readResponse(body: string, request: RequestIds): Response {
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) return invalid('Response object is too long.');
  const response = parseObject(body);
  if (response === undefined) return invalid('Response is not a valid JSON object');

  for (const name of ['StackId', 'RequestId', 'LogicalResourceId'] as const) {
    if (response[name] !== request[name]) return invalid(`Invalid ${name}`);
  }
  const { Status, Reason, PhysicalResourceId, Data } = response;
  if (Status !== 'SUCCESS' && Status !== 'FAILED') return invalid('Invalid Status');
  if (typeof PhysicalResourceId !== 'string' || PhysicalResourceId === '') return invalid('Invalid PhysicalResourceId');
  if (Buffer.byteLength(PhysicalResourceId) > MAX_PHYSICAL_RESOURCE_ID_BYTES) {
    return invalid('Invalid PhysicalResourceId');
  }
  if (Status === 'FAILED') {
    const message = typeof Reason === 'string' ? Reason : '';
    return {
      Status,
      PhysicalResourceId,
      Reason: `Received response status [FAILED] from custom resource. Message returned: ${message} (RequestId: ${request.RequestId})`,
    };
  }
  if (Data !== undefined && Data !== null && !isMap(Data)) {
    return invalid('Value of property Data must be an object with String (or simple type) properties');
  }
  return { Status, PhysicalResourceId, Data: Data ?? {} };
}

function invalid(Reason: string): Response {
  return { Status: 'INVALID', Reason };
}

function parseObject(text: string): JsonMap | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    // CloudFormation treats a text that is not JSON like JSON that is not an object.
    return undefined;
  }
}
