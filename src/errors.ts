/**
 * What can go wrong, in one class. Every failure that reaches CloudFormation is a `ProviderError`.
 */

/**
 * CloudFormation's handler error codes, as far as the provider needs them.
 * https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
 */
export type ErrorCode =
  | 'InvalidRequest'
  | 'NotFound'
  | 'AccessDenied'
  | 'ResourceConflict'
  | 'ServiceLimitExceeded'
  | 'Throttling'
  | 'NotStabilized'
  | 'GeneralServiceException'
  | 'NetworkFailure'
  | 'InternalFailure';

interface ProviderErrorOptions {
  readonly cause?: unknown;
  /** Whether the same step may succeed when it is planned and tried again. */
  readonly retryable?: boolean;
  /** Whether there was no time left to begin the step: what has kept it from beginning earlier says more. */
  readonly overdue?: boolean;
}

/**
 * A failure whose message, the Reason, is a sentence for the person who reads stack events: what was tried, what
 * SageMaker said, what to do next. Stack traces and causes go to the log, never into the Reason.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly overdue: boolean;

  constructor(
    code: ErrorCode,
    reason: string,
    { cause, retryable = false, overdue = false }: ProviderErrorOptions = {},
  ) {
    super(reason, { cause });
    this.code = code;
    this.retryable = retryable;
    this.overdue = overdue;
  }

  /** The error itself where it is one already; anything else is a defect of the provider, an InternalFailure. */
  static from(thrown: unknown): ProviderError {
    if (thrown instanceof ProviderError) return thrown;
    return new ProviderError('InternalFailure', 'The provider itself failed unexpectedly; its log has the details.', {
      cause: thrown,
    });
  }
}

/**
 * Thrown, and never answered, when Lambda's remaining time no longer allows another step: Lambda delivers the request
 * again, and the next invocation goes on where this one was.
 */
export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';

  constructor() {
    super('This invocation has no time left; the request goes on when Lambda delivers it again.');
  }
}

/**
 * Thrown, and never answered, when CloudFormation no longer waits for the request: it has cancelled it, or has had its
 * answer. An answer could be taken for that of a later request under the same RequestId.
 */
export class Superseded extends Error {
  override readonly name = 'Superseded';

  constructor() {
    super('CloudFormation no longer waits for this request, so nothing more is done for it.');
  }
}

/** What a service says, as a sentence that others can follow. */
export function asSentence(said: string): string {
  return said.replace(/[.\s]*$/, '.');
}
