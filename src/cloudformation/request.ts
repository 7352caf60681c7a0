/**
 * A custom resource request as CloudFormation sends it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */

/** Properties as CloudFormation sends them: most scalars as strings, nothing validated. */
export type ResourceProperties = Readonly<Record<string, unknown>>;

interface RequestFields {
  /** A presigned URL, and so a credential: it must never reach a log line, an error or a Reason. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: ResourceProperties;
  /**
   * When CloudFormation issued the request, in milliseconds since the epoch and whole seconds; undefined if ResponseURL
   * does not contain it. Each delivery of a request has the same issue time.
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
    ResourceProperties: toRecord(fields['ResourceProperties']),
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
        OldResourceProperties: toRecord(fields['OldResourceProperties']),
      };
    case 'Delete':
      return { RequestType: 'Delete', ...common, PhysicalResourceId: text(fields, 'PhysicalResourceId') };
    default:
      throw new Error('This is no custom resource request: RequestType is not Create, Update or Delete.');
  }
}

function toRecord(value: unknown): ResourceProperties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(fields: ResourceProperties, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`This is no custom resource request: ${name} is missing.`);
}

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
