/**
 * Turns what the AWS SDK throws into a ProviderError. The error code decides, because SageMaker's texts change.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */
import { asSentence, type ErrorCode, getProperty, getString, ProviderError, untilDeadline } from '../errors.ts';

interface Classification {
  readonly code: ErrorCode;
  readonly worthwhileMs?: number;
  /** What the person who reads the stack's events can do. */
  readonly advice: string;
}

const classifications: ReadonlyMap<string, Classification> = new Map(
  Object.entries({
    ResourceInUse: {
      code: 'ResourceConflict',
      worthwhileMs: untilDeadline,
      advice: 'Try again when nothing else changes the image.',
    },
    ResourceNotFound: {
      code: 'NotFound',
      advice: 'Check ImageName. If the template also declares the AWS::SageMaker::Image, let the version depend on it.',
    },
    ResourceLimitExceeded: {
      code: 'ServiceLimitExceeded',
      advice: 'Delete versions that are no longer needed, or ask for a higher quota in Service Quotas.',
    },
    ValidationException: {
      code: 'InvalidRequest',
      advice: 'Correct the property that SageMaker names, and check that the image itself is CREATED.',
    },
  } satisfies Record<string, Classification>),
);

const accessDenied: Classification = {
  code: 'AccessDenied',
  advice: "Check that ImageName matches the provider's ImageNamePattern, and that nobody changed the provider's role.",
};
const later = { worthwhileMs: untilDeadline, advice: 'Try again later.' };
const throttled: Classification = { code: 'Throttling', ...later };
const failing: Classification = { code: 'GeneralServiceException', ...later };
const staleSignature: Classification = {
  code: 'AccessDenied',
  worthwhileMs: 10_000,
  advice: 'The signature of the call had the wrong time. Try again, and report the error if it happens again.',
};
const refused: Classification = { code: 'InvalidRequest', advice: 'Correct what SageMaker names, then try again.' };

/** The SDK throws these before it sends anything. Any other error without a status means that the exchange broke. */
const neverSent = ['CredentialsProviderError', 'TypeError', 'RangeError', 'ReferenceError'];

/** The SDK throws these when the time for one call is over. */
const timedOut = /^(AbortError|TimeoutError)$/;
const accessCodes = /^(AccessDenied|UnrecognizedClient|ExpiredToken|NotAuthorized|OptInRequired)/;
/**
 * Lambda may freeze a process after it signs a call and before it sends it, or the clock of the process may be wrong. The
 * SDK corrects its clock by the response, and each try has a new signature.
 */
const staleSignatureCodes =
  /^(InvalidSignature|SignatureDoesNotMatch|RequestExpired|RequestTimeTooSkewed|RequestInTheFuture)/;
/** Error codes of SageMaker, or of the SDK that cannot read the response, for an exchange that broke. */
const brokenCodes = /^(RequestTimeout|InternalFailure|ServiceUnavailable|SyntaxError)/;
const throttlingCodes = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/;

/** @param tried the call in words, as in "SageMaker refused to create a version of image x" */
export function fromSageMaker(thrown: unknown, tried: string): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const { name, message, status, requestId, code: networkCode } = sdkError(thrown);
  if (status === undefined) {
    if (!neverSent.includes(name)) {
      const reason = timedOut.test(name)
        ? `The provider tried to ${tried}, but SageMaker did not answer in time. Try again later.`
        : `The provider could not reach SageMaker to ${tried} (${networkCode ?? name}). Try again later.`;
      return new ProviderError('NetworkFailure', reason, { cause: thrown, worthwhileMs: untilDeadline });
    }
    const reason = `The provider could not call SageMaker to ${tried} (${name}). Read the provider's log, and report the error.`;
    return new ProviderError('InternalFailure', reason, { cause: thrown });
  }
  const { code, worthwhileMs = 0, advice } = classify(name, status);
  const said = message === '' ? `${name}.` : `${name}: ${asSentence(message)}`;
  const request = requestId === undefined ? '' : ` (SageMaker request ${requestId})`;
  return new ProviderError(code, `SageMaker refused to ${tried}${request}: ${said} ${advice}`, {
    cause: thrown,
    worthwhileMs,
  });
}

/** Whether SageMaker answered with one of these codes. */
export function isSageMakerError(thrown: unknown, codes: readonly string[]): boolean {
  const { name, status } = sdkError(thrown);
  return status !== undefined && codes.includes(name);
}

function classify(name: string, status: number): Classification {
  if (throttlingCodes.test(name) || status === 429) return throttled;
  // With a status below 400 the SDK could not read the response. 408 means that the request did not arrive.
  if (status >= 500 || status < 400 || status === 408 || brokenCodes.test(name)) return failing;
  if (staleSignatureCodes.test(name)) return staleSignature;
  if (accessCodes.test(name) || status === 401 || status === 403) return accessDenied;
  return classifications.get(name) ?? refused;
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  /** Undefined if SageMaker did not answer. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** The operating system's code for a broken exchange: `ECONNRESET` and the like. */
  readonly code: string | undefined;
}

function sdkError(thrown: unknown): SdkError {
  const metadata = getProperty(thrown, '$metadata');
  const status = getProperty(metadata, 'httpStatusCode');
  return {
    name: getString(thrown, 'name') ?? 'unknown error',
    message: getString(thrown, 'message') ?? String(thrown),
    status: typeof status === 'number' ? status : undefined,
    requestId: getString(metadata, 'requestId'),
    code: getString(thrown, 'code'),
  };
}
