/**
 * Reads what the AWS SDK throws into a ProviderError. Errors are recognised by their code: SageMaker's texts change.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */

import { asSentence, type ErrorCode, ProviderError } from '../errors.ts';
import { member } from '../member.ts';

interface Verdict {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** What the person who reads stack events can do about it. */
  readonly advice: string;
}

const verdicts: ReadonlyMap<string, Verdict> = new Map(
  Object.entries({
    ResourceInUse: {
      code: 'ResourceConflict',
      retryable: true,
      advice: 'Try again when nothing else changes the image.',
    },
    ResourceNotFound: {
      code: 'NotFound',
      retryable: false,
      advice: 'Check ImageName, and let the version depend on its AWS::SageMaker::Image where one template has both.',
    },
    ResourceLimitExceeded: {
      code: 'ServiceLimitExceeded',
      retryable: false,
      advice: 'Delete versions that are no longer needed, or ask for a higher quota in Service Quotas.',
    },
    ValidationException: {
      code: 'InvalidRequest',
      retryable: false,
      advice: 'Correct the property that SageMaker names, and see that the image itself is CREATED.',
    },
  } satisfies Record<string, Verdict>),
);

const accessDenied: Verdict = {
  code: 'AccessDenied',
  retryable: false,
  advice: "Check that the image's name is within the provider's image name pattern and that its role is unchanged.",
};
const throttled: Verdict = { code: 'Throttling', retryable: true, advice: 'Try again later.' };
const failing: Verdict = { code: 'GeneralServiceException', retryable: true, advice: 'Try again later.' };
const refused: Verdict = { code: 'InvalidRequest', retryable: false, advice: 'Correct the properties and try again.' };

/** What the SDK throws before it sends anything; whatever else comes without a status is a broken exchange. */
const neverSent = ['CredentialsProviderError', 'TypeError', 'RangeError', 'ReferenceError'];

/** What an exchange ends with when the time for one call is over. */
const timedOut = /^(AbortError|TimeoutError)$/;
const accessCodes = /^(AccessDenied|UnrecognizedClient|ExpiredToken|InvalidSignature|NotAuthorized|OptInRequired)/;
/** What SageMaker, or the SDK that could not read it, calls an exchange that broke on the way. */
const brokenCodes = /^(RequestTimeout|InternalFailure|ServiceUnavailable|SyntaxError)/;
const throttlingCodes = /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown)/;

/**
 * @param tried what was being done, as in "SageMaker refused to <tried>"
 */
export function fromSageMaker(thrown: unknown, tried: string): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const { name, message, status, requestId, code: networkCode } = facts(thrown);
  if (status === undefined) {
    if (!neverSent.includes(name)) {
      const reason = timedOut.test(name)
        ? `SageMaker did not answer in time when it was asked to ${tried}.`
        : `SageMaker could not be reached to ${tried} (${networkCode ?? name}).`;
      return new ProviderError('NetworkFailure', reason, { cause: thrown, retryable: true });
    }
    const reason = `The provider could not call SageMaker to ${tried} (${name}); its log has the details.`;
    return new ProviderError('InternalFailure', reason, { cause: thrown });
  }
  const { code, retryable, advice } = verdict(name, status);
  const said = message === '' ? `${name}.` : `${name}: ${asSentence(message)}`;
  const request = requestId === undefined ? '' : ` (SageMaker request ${requestId})`;
  return new ProviderError(code, `SageMaker refused to ${tried}${request}: ${said} ${advice}`, {
    cause: thrown,
    retryable,
  });
}

/** Whether SageMaker answered with this code. */
export function isSageMakerError(thrown: unknown, codes: readonly string[]): boolean {
  const { name, status } = facts(thrown);
  return status !== undefined && codes.includes(name);
}

function verdict(name: string, status: number): Verdict {
  if (throttlingCodes.test(name) || status === 429) return throttled;
  // Below 400, or where it could not be read, the answer itself was broken; 408 is a request that did not arrive.
  if (status >= 500 || status < 400 || status === 408 || brokenCodes.test(name)) return failing;
  if (accessCodes.test(name) || status === 401 || status === 403) return accessDenied;
  return verdicts.get(name) ?? refused;
}

interface SdkFacts {
  readonly name: string;
  readonly message: string;
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** How the exchange broke, as the operating system has it: `ECONNRESET` and the like. */
  readonly code: string | undefined;
}

function facts(thrown: unknown): SdkFacts {
  const name = member(thrown, 'name');
  const message = member(thrown, 'message');
  const metadata = member(thrown, '$metadata');
  const status = member(metadata, 'httpStatusCode');
  const requestId = member(metadata, 'requestId');
  const code = member(thrown, 'code');
  return {
    name: typeof name === 'string' ? name : 'unknown error',
    message: typeof message === 'string' ? message : String(thrown),
    status: typeof status === 'number' ? status : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    code: typeof code === 'string' ? code : undefined,
  };
}
