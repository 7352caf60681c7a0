/**
 * What the simulated SageMaker says, as it stands on the wire: AWS JSON 1.1.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import type { Json } from '../json.ts';

export interface ApiAnswer {
  /** The HTTP status. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string;
}

/** The answer to a call that succeeded. */
export function successAnswer(output: Json, requestId: string): ApiAnswer {
  return { status: 200, headers: headers(requestId), body: JSON.stringify(output) };
}

/** The answer to a call that failed. `code` is what clients see as the error's name. */
export function errorAnswer(
  code: string,
  message: string,
  requestId: string,
  { status = 400, messageMember = 'message' }: { status?: number; messageMember?: 'Message' | 'message' } = {},
): ApiAnswer {
  const body = JSON.stringify({ __type: code, [messageMember]: message });
  return { status, headers: headers(requestId), body };
}

function headers(requestId: string): ApiAnswer['headers'] {
  return { 'x-amzn-RequestId': requestId, 'content-type': 'application/x-amz-json-1.1' };
}

/** Errors of SageMaker's model, whose text stands in the member `Message`. */
type ModelledCode = 'ResourceInUse' | 'ResourceLimitExceeded' | 'ResourceNotFound';

/** Errors common to all of AWS, whose text stands in the member `message`. */
type CommonCode =
  | 'AccessDeniedException'
  | 'MissingAuthenticationToken'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'ValidationException';

export type ApiErrorCode = ModelledCode | CommonCode;

export class ApiError extends Error {
  readonly code: ApiErrorCode;

  constructor(code: ApiErrorCode, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }

  toAnswer(requestId: string): ApiAnswer {
    return errorAnswer(this.code, this.message, requestId, {
      status: this.code === 'MissingAuthenticationToken' ? 403 : 400,
      messageMember: isModelled(this.code) ? 'Message' : 'message',
    });
  }
}

function isModelled(code: ApiErrorCode): code is ModelledCode {
  return code === 'ResourceInUse' || code === 'ResourceLimitExceeded' || code === 'ResourceNotFound';
}
