/**
 * Custom::* and AWS::CloudFormation::CustomResource: sends a request to the provider and reads its response.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
import { isMap, type Json, type JsonMap, mapOf } from '../json.ts';
import { type Random, randomUuid } from '../random.ts';
import { isPlainMap, scalarText } from '../template/evaluate.ts';
import { declarationProblem, type Problem, type ResourceDeclaration } from '../template/template.ts';
import type { ResourceCall, ResourceOutcome, ResourceType } from './resource-type.ts';
import type { ResponseBucket } from './response-bucket.ts';
import type { Surroundings } from './run.ts';
import type { CloudFormationSettings } from './settings.ts';

/** Hands a request to the function or topic with this ARN, and returns at once. Throws an Error if there is none. */
export type SendRequest = (ServiceToken: string, request: Json) => void;

type Services = Surroundings & { readonly invokeEvent: SendRequest; readonly bucket: ResponseBucket };

export function createCustomResourceType(services: Services): ResourceType {
  return {
    problems: customResourceProblems,
    // The provider decides it with the PhysicalResourceId of its response.
    requiresRecreation: () => 'Conditionally',
    create: async (call) => {
      const outcome = await request(call, { RequestType: 'Create' }, '', services);
      const given = outcome.kind === 'refused' ? '' : outcome.PhysicalResourceId;
      if (given !== '') call.progress('Resource creation Initiated', given);
      if (outcome.kind === 'succeeded') return outcome;
      const invented = inventedPhysicalResourceId(call, services.random);
      if (outcome.kind === 'refused') return outcome;
      // The provider may have created something, and the Delete needs a PhysicalResourceId.
      return { ...outcome, PhysicalResourceId: given || invented };
    },
    update: async (call, { PhysicalResourceId, Properties: OldProperties }) => {
      if (call.Properties['ServiceToken'] !== OldProperties['ServiceToken']) {
        return { kind: 'refused', Reason: 'Modifying service token is not allowed.' };
      }
      const kind = { RequestType: 'Update', PhysicalResourceId, OldResourceProperties: OldProperties };
      const outcome = await request(call, kind, PhysicalResourceId, services);
      if (outcome.kind === 'succeeded' && outcome.PhysicalResourceId !== PhysicalResourceId) {
        const reason = 'Requested update required the provider to create a new physical resource';
        call.progress(reason, outcome.PhysicalResourceId);
      }
      return outcome;
    },
    delete: (call, PhysicalResourceId) =>
      request(call, { RequestType: 'Delete', PhysicalResourceId }, PhysicalResourceId, services),
    missingAttribute: ({ attributesKey }, attribute) =>
      `CustomResource attribute error: Vendor response doesn't contain ${attribute} attribute in object ` +
      `${attributesKey} in S3 bucket cloudformation-custom-resource-storage-${services.settings.region}`,
  };
}

/** `fallbackId` is the PhysicalResourceId of the outcome where the provider has not given a valid one. */
async function request(call: ResourceCall, kind: JsonMap, fallbackId: string, services: Services) {
  const { clock, random, invokeEvent, bucket, settings } = services;
  const { StackId, LogicalResourceId, ResourceType, Properties, signal } = call;
  const { ServiceToken } = Properties;
  const RequestId = randomUuid(random);
  const attributesKey = `${StackId}|${LogicalResourceId}|${RequestId}`;
  const timeoutSeconds = Number(scalarText(Properties['ServiceTimeout'] ?? 3600));
  const isTimeoutValid = Number.isInteger(timeoutSeconds) && timeoutSeconds >= 1 && timeoutSeconds <= 3600;
  const refused = (Reason: string): ResourceOutcome => ({ kind: 'refused', Reason });
  if (!isTimeoutValid) return refused('ServiceTimeout must be a number of seconds from 1 to 3600');
  if (typeof ServiceToken !== 'string' || !ServiceToken.startsWith('arn:')) return refused('Invalid service token.');

  const { ResponseURL, arrival } = bucket.presign(attributesKey);
  const ids = { StackId, RequestId, LogicalResourceId };
  const common = { ServiceToken, ResponseURL, ...ids, ResourceType, ResourceProperties: Properties };
  try {
    invokeEvent(ServiceToken, withServiceTimeout({ ...kind, ...common }, settings));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }

  const done = new AbortController();
  const noResponse =
    'CloudFormation did not receive a response from your Custom Resource. ' +
    `Please check your logs for requestId [${RequestId}]. If you are using the Python cfn-response module, ` +
    'you may need to update your Lambda function code so that CloudFormation can attach the updated version.';
  const cancelledOutcome: ResourceOutcome = { kind: 'cancelled', PhysicalResourceId: fallbackId };
  const timeout = clock.sleep(timeoutSeconds * 1000, done.signal).then(
    (): ResourceOutcome => ({ kind: 'failed', Reason: noResponse, PhysicalResourceId: fallbackId }),
    // The race is already over, so nothing reads this outcome.
    () => cancelledOutcome,
  );
  const cancelled = new Promise<ResourceOutcome>((resolve) => {
    signal.addEventListener('abort', () => resolve(cancelledOutcome), { once: true, signal: done.signal });
  });
  const answered = arrival.then((body): ResourceOutcome => {
    const response = readResponse(body, ids);
    const { PhysicalResourceId = fallbackId } = response;
    if (response.Status !== 'SUCCESS') return { kind: 'failed', Reason: response.Reason, PhysicalResourceId };
    return { kind: 'succeeded', PhysicalResourceId, Attributes: response.Data, attributesKey };
  });
  const outcome = await Promise.race([answered, timeout, cancelled]);
  done.abort();
  return outcome;
}

/** The event with ServiceTimeout where `serviceTimeoutIn` puts it. */
function withServiceTimeout(event: JsonMap, { serviceTimeoutIn }: CloudFormationSettings): JsonMap {
  const { ServiceTimeout, ...ResourceProperties } = mapOf(event['ResourceProperties']);
  if (serviceTimeoutIn === 'ResourceProperties' || ServiceTimeout === undefined) return event;
  if (serviceTimeoutIn === 'both') return { ...event, ServiceTimeout };
  const { ServiceTimeout: _, ...OldResourceProperties } = mapOf(event['OldResourceProperties']);
  const isUpdate = event['OldResourceProperties'] !== undefined;
  return { ...event, ServiceTimeout, ResourceProperties, ...(isUpdate && { OldResourceProperties }) };
}

const ID_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

function inventedPhysicalResourceId({ StackName, LogicalResourceId }: ResourceCall, random: Random): string {
  const suffix = Array.from({ length: 12 }, () => ID_CHARACTERS[Math.floor(random() * ID_CHARACTERS.length)]);
  return `${StackName}-${LogicalResourceId}-${suffix.join('')}`;
}

export function isCustomResourceType(ResourceType: string): boolean {
  return ResourceType === 'AWS::CloudFormation::CustomResource' || ResourceType.startsWith('Custom::');
}

export type CustomResourceRequest = NonNullable<ReturnType<typeof requestIn>>;

/** The request in an event, or in the record that an OnFailure destination gets; undefined for every other event. */
export function requestIn(payload: Json) {
  const event = mapOf(mapOf(payload)['requestPayload'] ?? payload);
  const { LogicalResourceId, RequestId, RequestType } = event;
  if (typeof LogicalResourceId !== 'string' || typeof RequestId !== 'string') return undefined;
  if (typeof RequestType !== 'string') return undefined;
  return { event, LogicalResourceId, RequestId, RequestType };
}

function customResourceProblems(declaration: ResourceDeclaration): readonly Problem[] {
  const { LogicalResourceId, Type, Properties, hasMoreProperties } = declaration;
  const problem = (text: string) => declarationProblem(declaration, `Resource ${LogicalResourceId}: ${text}`);
  const isTypeValid = !Type.startsWith('Custom::') || (/^Custom::[\w@-]+$/.test(Type) && Type.length <= 60);
  const lacksToken = isPlainMap(Properties) && !hasMoreProperties && !Object.hasOwn(Properties, 'ServiceToken');
  const rule = 'may have at most 60 characters, and only letters, digits, _, @ and - after Custom::';
  const need =
    "a custom resource needs the property ServiceToken: the ARN of its provider's Lambda function or SNS topic";
  return [...(isTypeValid ? [] : [problem(`the type ${Type} ${rule}`)]), ...(lacksToken ? [problem(need)] : [])];
}

const idNames = ['StackId', 'RequestId', 'LogicalResourceId'] as const;

/** The ids that a response must repeat from its request. */
export type RequestIds = Readonly<Record<(typeof idNames)[number], string>>;

type Response =
  | { readonly Status: 'SUCCESS'; readonly PhysicalResourceId: string; readonly Data: JsonMap }
  | { readonly Status: 'FAILED'; readonly PhysicalResourceId: string; readonly Reason: string }
  /** It breaks the protocol, so CloudFormation uses nothing in it. */
  | { readonly Status: 'INVALID'; readonly PhysicalResourceId?: never; readonly Reason: string };

const MAX_RESPONSE_BYTES = 4096;
const MAX_PHYSICAL_RESOURCE_ID_BYTES = 1024;

export function readResponse(body: string, request: RequestIds): Response {
  const invalid = (Reason: string) => ({ Status: 'INVALID', Reason }) as const;
  if (Buffer.byteLength(body) > MAX_RESPONSE_BYTES) return invalid('Response object is too long.');
  const response = parseObject(body);
  if (response === undefined) return invalid('Response is not a valid JSON object');

  const wrongId = idNames.find((name) => response[name] !== request[name]);
  if (wrongId !== undefined) return invalid(`Invalid ${wrongId}`);
  const { Status, Reason, PhysicalResourceId, Data } = response;
  if (Status !== 'SUCCESS' && Status !== 'FAILED') return invalid('Invalid Status');
  const idBytes = typeof PhysicalResourceId === 'string' ? Buffer.byteLength(PhysicalResourceId) : 0;
  if (typeof PhysicalResourceId !== 'string' || idBytes === 0 || idBytes > MAX_PHYSICAL_RESOURCE_ID_BYTES) {
    return invalid('Invalid PhysicalResourceId');
  }
  if (Status === 'FAILED') {
    const message = `Message returned: ${typeof Reason === 'string' ? Reason : ''} (RequestId: ${request.RequestId})`;
    const received = `Received response status [FAILED] from custom resource. ${message}`;
    return { Status, PhysicalResourceId, Reason: received };
  }
  if (Data !== undefined && Data !== null && !isMap(Data)) {
    return invalid('Value of property Data must be an object with String (or simple type) properties');
  }
  return { Status, PhysicalResourceId, Data: Data ?? {} };
}

/** The JSON object that a provider has sent; undefined if it is none. */
export function parseObject(text: string): JsonMap | undefined {
  try {
    const value: Json = JSON.parse(text);
    return isMap(value) ? value : undefined;
  } catch {
    // CloudFormation treats a text that is not JSON like JSON that is not an object.
    return undefined;
  }
}
