/**
 * A custom resource request as CloudFormation sends it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */

/** Properties with every number and boolean as a string, as CloudFormation sends most of them. Nothing is validated. */
export type ResourceProperties = Readonly<Record<string, unknown>>;

interface RequestFields {
  /** A presigned URL, and so a credential: it must never reach a log line, an error or a Reason. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: ResourceProperties;
  /** In seconds. Some events have it here, beside ServiceToken, some in ResourceProperties, and some in both places. */
  readonly ServiceTimeout?: unknown;
  /**
   * When CloudFormation issued the request, in milliseconds since the epoch, with a resolution of one second; undefined
   * if ResponseURL does not contain it. Each delivery of a request has the same issue time.
   */
  readonly issuedAt: number | undefined;
}

export interface CreateRequest extends RequestFields {
  readonly RequestType: 'Create';
}

export interface UpdateRequest extends RequestFields {
  readonly RequestType: 'Update';
  readonly PhysicalResourceId: string;
  readonly OldResourceProperties: ResourceProperties;
}

export interface DeleteRequest extends RequestFields {
  readonly RequestType: 'Delete';
  readonly PhysicalResourceId: string;
}

export type Request = CreateRequest | UpdateRequest | DeleteRequest;

/**
 * The request in `event`.
 *
 * @throws Error if the event is no custom resource request: then nobody waits for an answer
 */
export function readRequest(event: unknown): Request {
  const fields = toRecord(event);
  const ResponseURL = text(fields, 'ResponseURL');
  const common = {
    ResponseURL,
    StackId: text(fields, 'StackId'),
    RequestId: text(fields, 'RequestId'),
    LogicalResourceId: text(fields, 'LogicalResourceId'),
    ResourceProperties: readProperties(fields['ResourceProperties']),
    ...('ServiceTimeout' in fields && { ServiceTimeout: fields['ServiceTimeout'] }),
    issuedAt: issueTime(ResponseURL),
  };
  switch (fields['RequestType']) {
    case 'Create':
      return { RequestType: 'Create', ...common };
    case 'Update':
      return {
        RequestType: 'Update',
        ...common,
        PhysicalResourceId: text(fields, 'PhysicalResourceId'),
        OldResourceProperties: readProperties(fields['OldResourceProperties']),
      };
    case 'Delete':
      return { RequestType: 'Delete', ...common, PhysicalResourceId: text(fields, 'PhysicalResourceId') };
    default:
      throw new Error('This is no custom resource request: RequestType is not Create, Update or Delete.');
  }
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** A valid property has one level of lists. Very deep values exhaust the call stack of code that logs or compares them. */
const deepestLevel = 20;

function readProperties(value: unknown): ResourceProperties {
  return Object.fromEntries(Object.entries(toRecord(value)).map(([name, property]) => [name, plain(property, 1)]));
}

/** The value with every scalar as a string, and with `...` in place of each list or map that is nested too deeply. */
function plain(value: unknown, level: number): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (level > deepestLevel) return '...';
  const inside = (item: unknown) => plain(item, level + 1);
  if (Array.isArray(value)) return value.map(inside);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inside(item)]));
}

function text(fields: ResourceProperties, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`This is no custom resource request: ${name} is missing.`);
}

/** ResponseURL contains the issue time in whole seconds. */
export const issueTimeResolutionMs = 1_000;

/** CloudFormation presigns ResponseURL for two hours. */
const responseUrlLifetimeMs = 7_200_000;

/**
 * The protocol has no issue time, but CloudFormation presigns ResponseURL when it issues the request. Lambda's retries
 * have the same URL. If CloudFormation issues a request again with the same RequestId, it signs a new URL, so RequestId and
 * issue time together identify a request. AWS documents neither form of the signature; both were observed.
 */
function issueTime(ResponseURL: string): number | undefined {
  if (!URL.canParse(ResponseURL)) return undefined;
  const query = new URL(ResponseURL).searchParams;
  return signedAt(query.get('X-Amz-Date')) ?? expiresAt(query.get('Expires'));
}

/** Signature version 4: `20261121T035810Z`. */
function signedAt(date: string | null): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? '');
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match;
  const instant = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Signature version 2: seconds since the epoch. */
function expiresAt(expires: string | null): number | undefined {
  return expires !== null && /^\d{9,11}$/.test(expires) ? Number(expires) * 1000 - responseUrlLifetimeMs : undefined;
}
