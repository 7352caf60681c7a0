import { ProviderError } from '../../../src/errors.ts';
import { fromSageMaker, isSageMakerError } from '../../../src/sagemaker/errors.ts';

/** An error as the SDK throws it for an answer of SageMaker. */
function answered(name: string, { status = 400, message = 'Said so', requestId }: Partial<Answer> = {}): Error {
  const metadata = requestId === undefined ? {} : { requestId };
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status, attempts: 1, ...metadata } });
}

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly requestId: string;
}

/** An error as the SDK throws it where no answer came. */
function broken(name: string, details: object = {}): Error {
  return Object.assign(new Error('the URL and more'), { name, $metadata: { attempts: 1 }, ...details });
}

const adviceOf = {
  conflict: 'Try again when nothing else changes the image.',
  notFound: 'Check ImageName. If the template also declares the AWS::SageMaker::Image, let the version depend on it.',
  limit: 'Delete versions that are no longer needed, or ask for a higher quota in Service Quotas.',
  validation: 'Correct the property that SageMaker names, and check that the image itself is CREATED.',
  access: "Check that ImageName matches the provider's ImageNamePattern, and that nobody changed the provider's role.",
  later: 'Try again later.',
  refused: 'Correct what SageMaker names, then try again.',
  signature: 'The signature of the call had the wrong time. Try again, and report the error if it happens again.',
};

describe('fromSageMaker', () => {
  test.each([
    ['ResourceInUse', 400, 'ResourceConflict', true, adviceOf.conflict],
    ['ResourceNotFound', 400, 'NotFound', false, adviceOf.notFound],
    ['ResourceLimitExceeded', 400, 'ServiceLimitExceeded', false, adviceOf.limit],
    ['ValidationException', 400, 'InvalidRequest', false, adviceOf.validation],
    ['AccessDeniedException', 400, 'AccessDenied', false, adviceOf.access],
    ['UnrecognizedClientException', 400, 'AccessDenied', false, adviceOf.access],
    ['ExpiredTokenException', 400, 'AccessDenied', false, adviceOf.access],
    ['NotAuthorized', 400, 'AccessDenied', false, adviceOf.access],
    ['OptInRequired', 400, 'AccessDenied', false, adviceOf.access],
    ['AnyRefusal', 401, 'AccessDenied', false, adviceOf.access],
    ['AnyRefusal', 403, 'AccessDenied', false, adviceOf.access],
    ['ThrottlingException', 400, 'Throttling', true, adviceOf.later],
    ['Throttling', 400, 'Throttling', true, adviceOf.later],
    ['TooManyRequestsException', 400, 'Throttling', true, adviceOf.later],
    ['RequestLimitExceeded', 400, 'Throttling', true, adviceOf.later],
    ['SlowDown', 503, 'Throttling', true, adviceOf.later],
    ['AnyRefusal', 429, 'Throttling', true, adviceOf.later],
    ['InternalFailure', 500, 'GeneralServiceException', true, adviceOf.later],
    ['ServiceUnavailable', 503, 'GeneralServiceException', true, adviceOf.later],
    ['AnyBrokenAnswer', 200, 'GeneralServiceException', true, adviceOf.later],
    ['SyntaxError', 400, 'GeneralServiceException', true, adviceOf.later],
    ['RequestTimeout', 408, 'GeneralServiceException', true, adviceOf.later],
    ['AnyRefusal', 400, 'InvalidRequest', false, adviceOf.refused],
  ])('reads %s with status %d as %s', (name, status, code, isWorthwhile, advice) => {
    const thrown = answered(name, { status });

    const error = fromSageMaker(thrown, 'do a thing');

    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      code,
      worthwhileMs: isWorthwhile ? Number.POSITIVE_INFINITY : 0,
      message: `SageMaker refused to do a thing: ${name}: Said so. ${advice}`,
      cause: thrown,
    });
  });

  test.each([
    ['InvalidSignatureException', 400],
    ['SignatureDoesNotMatch', 403],
    ['RequestExpired', 400],
    ['RequestTimeTooSkewed', 403],
    ['RequestInTheFuture', 403],
  ])('reads %s with status %d as worth another try for 10 s, with another signature', (name, status) => {
    expect(fromSageMaker(answered(name, { status }), 'do a thing')).toMatchObject({
      code: 'AccessDenied',
      worthwhileMs: 10_000,
      message: `SageMaker refused to do a thing: ${name}: Said so. ${adviceOf.signature}`,
    });
  });

  test('names the request that SageMaker can be asked about', () => {
    const thrown = answered('ValidationException', { message: 'No good.', requestId: '4f2b' });

    expect(fromSageMaker(thrown, 'do a thing').message).toBe(
      `SageMaker refused to do a thing (SageMaker request 4f2b): ValidationException: No good. ${adviceOf.validation}`,
    );
  });

  test.each(['TimeoutError', 'AbortError'])(
    'reads a call that ended in a %s, because its time was over, as a NetworkFailure that is worth another try',
    (name) => {
      const thrown = broken(name);

      expect(fromSageMaker(thrown, 'do a thing')).toMatchObject({
        code: 'NetworkFailure',
        worthwhileMs: Number.POSITIVE_INFINITY,
        message: 'The provider tried to do a thing, but SageMaker did not answer in time. Try again later.',
        cause: thrown,
      });
    },
  );

  test.each([
    ['Error', { code: 'ECONNRESET' }, 'ECONNRESET'],
    ['EPIPE', {}, 'EPIPE'],
  ])('reads an exchange that broke with %s %j as a NetworkFailure that is worth another try', (name, details, told) => {
    const thrown = broken(name, details);

    expect(fromSageMaker(thrown, 'do a thing')).toMatchObject({
      code: 'NetworkFailure',
      worthwhileMs: Number.POSITIVE_INFINITY,
      message: `The provider could not reach SageMaker to do a thing (${told}). Try again later.`,
      cause: thrown,
    });
  });

  test.each(['CredentialsProviderError', 'TypeError'])(
    'reads a %s, after which nothing was sent, as an InternalFailure, without its text',
    (name) => {
      expect(fromSageMaker(broken(name), 'do a thing')).toMatchObject({
        code: 'InternalFailure',
        worthwhileMs: 0,
        message: `The provider could not call SageMaker to do a thing (${name}). Read the provider's log, and report the error.`,
      });
    },
  );

  test.each(['a string', undefined, null, {}])('reads even %j, which is no Error', (thrown) => {
    expect(fromSageMaker(thrown, 'do a thing')).toMatchObject({
      code: 'NetworkFailure',
      message: 'The provider could not reach SageMaker to do a thing (unknown error). Try again later.',
    });
  });

  test.each(['constructor', '__proto__'])('reads even the code %s as a refusal', (name) => {
    expect(fromSageMaker(answered(name), 'do a thing')).toMatchObject({ code: 'InvalidRequest', worthwhileMs: 0 });
  });

  test('leaves a ProviderError as it is', () => {
    const error = new ProviderError('NotFound', 'Not there.');

    expect(fromSageMaker(error, 'do a thing')).toBe(error);
  });
});

describe('isSageMakerError', () => {
  test('goes by the code, whatever the text', () => {
    expect(isSageMakerError(answered('ResourceNotFound', { message: 'anything' }), ['ResourceNotFound'])).toBe(true);
    expect(isSageMakerError(answered('Other', { message: 'ResourceNotFound' }), ['ResourceNotFound'])).toBe(false);
  });

  test('is false where SageMaker has not answered', () => {
    expect(isSageMakerError(broken('ResourceNotFound'), ['ResourceNotFound'])).toBe(false);
    expect(isSageMakerError(undefined, ['ResourceNotFound'])).toBe(false);
  });
});
