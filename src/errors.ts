/**
 * Everything that can go wrong. A failure that reaches CloudFormation is a `ProviderError`; an `Interruption` ends an
 * invocation without an answer.
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

/** For `worthwhileMs`: a refusal that is worth another try for as long as the request has time. */
export const untilDeadline = Number.POSITIVE_INFINITY;

interface ProviderErrorOptions {
  readonly cause?: unknown;
  /** How long another try may succeed, in milliseconds since the first try; 0 if never. */
  readonly worthwhileMs?: number;
  /** Whether the step did not begin because the time had ended. If AWS refused it before, that refusal explains more. */
  readonly overdue?: boolean;
}

/**
 * A failure. Its message is the Reason: a sentence for the person who reads the stack's events. It contains what the
 * provider tried, what AWS answered, and what to do next. Stack traces and causes are for the log.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly code: ErrorCode;
  readonly worthwhileMs: number;
  readonly overdue: boolean;

  constructor(
    code: ErrorCode,
    reason: string,
    { cause, worthwhileMs = 0, overdue = false }: ProviderErrorOptions = {},
  ) {
    super(reason, { cause });
    this.code = code;
    this.worthwhileMs = worthwhileMs;
    this.overdue = overdue;
  }

  /** Returns a ProviderError as it is. Anything else is a defect of the provider and becomes an InternalFailure. */
  static from(thrown: unknown): ProviderError {
    if (thrown instanceof ProviderError) return thrown;
    const reason = 'The provider failed unexpectedly. Read its log, and report the error.';
    return new ProviderError('InternalFailure', reason, { cause: thrown });
  }
}

/** Ends an invocation without an answer to CloudFormation. */
export abstract class Interruption extends Error {
  abstract override readonly name: 'OutOfTime' | 'Superseded';
}

/** The invocation has no time left. Lambda delivers the request again, and the next invocation continues. */
export class OutOfTime extends Interruption {
  override readonly name = 'OutOfTime';

  constructor() {
    super('This invocation has no time left. The next delivery of the request continues.');
  }
}

/**
 * CloudFormation no longer waits for the request: it has cancelled the request, or has received an answer. If the provider
 * answered now, CloudFormation could use the answer for a later request with the same RequestId.
 */
export class Superseded extends Interruption {
  override readonly name = 'Superseded';

  constructor() {
    super('CloudFormation no longer waits for this request, so the provider stops and does not answer it.');
  }
}

/**
 * Recognizes an interruption by its name: the bundle that asks CloudFormation has its own copy of these classes.
 *
 * @param name the only kind to recognize
 */
export function isInterruption(thrown: unknown, name?: Interruption['name']): thrown is Interruption {
  const thrownName = thrown instanceof Error ? thrown.name : undefined;
  return name === undefined ? thrownName === 'OutOfTime' || thrownName === 'Superseded' : thrownName === name;
}

/** The text with one full stop at its end, so that another sentence can follow. */
export function asSentence(text: string): string {
  // Without the lookbehind, the time would grow with the square of the length of a run of spaces.
  return text.replace(/(?<![.\s])[.\s]*$/, '.');
}

/** The property `name` of a value of unknown shape; undefined if the value is no object or has no such property. */
export function getProperty(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** As `getProperty`, for a string; undefined for any other type. */
export function getString(value: unknown, name: string): string | undefined {
  const found = getProperty(value, name);
  return typeof found === 'string' ? found : undefined;
}
