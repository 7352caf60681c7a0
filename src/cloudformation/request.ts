/**
 * A custom resource request as CloudFormation sends it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */

/** Properties as they arrive: scalars mostly as strings, nothing checked yet. */
export type ResourceProperties = Readonly<Record<string, unknown>>;

interface RequestFields {
  /** A presigned URL, and so a credential: it must never reach a log line, an error or a Reason. */
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: ResourceProperties;
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
 * @throws Error if the event is no custom resource request: nobody waits for an answer then.
 */
export function readRequest(event: unknown): Request {
  const fields = record(event);
  const common = {
    ResponseURL: text(fields, 'ResponseURL'),
    StackId: text(fields, 'StackId'),
    RequestId: text(fields, 'RequestId'),
    LogicalResourceId: text(fields, 'LogicalResourceId'),
    ResourceProperties: record(fields['ResourceProperties']),
  };
  switch (fields['RequestType']) {
    case 'Create':
      return { RequestType: 'Create', ...common };
    case 'Update':
      return {
        RequestType: 'Update',
        ...common,
        PhysicalResourceId: text(fields, 'PhysicalResourceId'),
        OldResourceProperties: record(fields['OldResourceProperties']),
      };
    case 'Delete':
      return { RequestType: 'Delete', ...common, PhysicalResourceId: text(fields, 'PhysicalResourceId') };
    default:
      throw new Error('This is no custom resource request: RequestType is not Create, Update or Delete.');
  }
}

function record(value: unknown): ResourceProperties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function text(fields: ResourceProperties, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`This is no custom resource request: ${name} is missing.`);
}
