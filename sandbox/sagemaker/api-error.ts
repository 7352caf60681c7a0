/**
 * The errors an operation may end in. Thrown by the operations, turned into answers by `sagemaker.ts` and `server.ts`.
 *
 * The model's own errors carry no `Exception` at the end of their names; the errors that every AWS service knows mostly
 * do. https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */
import { type ApiAnswer, errorAnswer } from './api-answer.ts';

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
