/**
 * The answers and errors of the simulated SageMaker, in the wire format AWS JSON 1.1.
 * The names of SageMaker's own errors do not end in `Exception`; most names of the errors common to all of AWS do.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function successAnswer(output: object, requestId: string): ApiAnswer {
  return { status: 200, headers: headers(requestId), body: JSON.stringify(output) };
}

/** The answer to a call that failed. The SDK shows `code` as the error's name. */
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

/** SageMaker's own errors. Their text is in the member `Message`; the text of all other errors is in `message`. */
const modelledCodes = ['ResourceInUse', 'ResourceLimitExceeded', 'ResourceNotFound'] as const;

type ApiErrorCode =
  | (typeof modelledCodes)[number]
  | 'AccessDeniedException'
  | 'MissingAuthenticationToken'
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
    return errorAnswer(this.code, this.message, requestId, {
      status: this.code === 'MissingAuthenticationToken' ? 403 : 400,
      messageMember: modelledCodes.some((code) => code === this.code) ? 'Message' : 'message',
    });
  }
}

export function throwApiError(code: ApiErrorCode, message: string): never {
  throw new ApiError(code, message);
}
