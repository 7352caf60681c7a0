/**
 * The answers and errors of the simulated SageMaker, in the wire format AWS JSON 1.1.
 * The names of SageMaker's own errors do not end in `Exception`; most names of the errors common to all of AWS do.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */
import published from '../aws/sagemaker.json';
import { ownEntry } from '../json.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function successAnswer(output: unknown, requestId: string): ApiAnswer {
  const headers = { 'x-amzn-RequestId': requestId, 'content-type': 'application/x-amz-json-1.1' };
  return { status: 200, headers, body: JSON.stringify(output) };
}

/** The answer to a call that failed. The SDK shows `code` as the error's name. */
export function errorAnswer(code: string, message: string, requestId: string, { status = 400 } = {}): ApiAnswer {
  const shapes: Readonly<Record<string, { readonly type: string; readonly members?: object }>> = published.shapes;
  // The model has SageMaker's own errors, with the member `Message`.
  const [member = 'message'] = Object.keys(ownEntry(shapes, code)?.members ?? {});
  return { ...successAnswer({ __type: code, [member]: message }, requestId), status };
}

type ApiErrorCode =
  | 'AccessDeniedException'
  | 'MissingAuthenticationToken'
  | 'ResourceInUse'
  | 'ResourceLimitExceeded'
  | 'ResourceNotFound'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'ValidationException';

/** A call that SageMaker refuses. The operations throw it; `sagemaker.ts` and `server.ts` turn it into an answer. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }

  toAnswer(requestId: string): ApiAnswer {
    const status = this.code === 'MissingAuthenticationToken' ? 403 : 400;
    return errorAnswer(this.code, this.message, requestId, { status });
  }
}

export function throwApiError(code: ApiErrorCode, message: string): never {
  throw new ApiError(code, message);
}
