import {
  asSentence,
  getProperty,
  getString,
  isInterruption,
  OutOfTime,
  ProviderError,
  Superseded,
} from '../../src/errors.ts';

describe('ProviderError', () => {
  test('carries its code, its Reason and its cause', () => {
    const cause = new Error('why');
    const error = new ProviderError('NotFound', 'There is no image.', {
      cause,
      worthwhileMs: Number.POSITIVE_INFINITY,
    });

    expect(error).toMatchObject({ name: 'ProviderError', code: 'NotFound', message: 'There is no image.', cause });
    expect(error.worthwhileMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('is never worth another try by default', () => {
    expect(new ProviderError('NotFound', 'There is no image.').worthwhileMs).toBe(0);
  });

  test('from leaves a ProviderError as it is', () => {
    const error = new ProviderError('NotFound', 'There is no image.');

    expect(ProviderError.from(error)).toBe(error);
  });

  test.each([new TypeError('x is not a function'), 'a string', undefined])(
    'from takes %p for a defect of the provider, and keeps its text out of the Reason',
    (thrown) => {
      expect(ProviderError.from(thrown)).toMatchObject({
        code: 'InternalFailure',
        message: 'The provider failed unexpectedly. Read its log, and report the error.',
        worthwhileMs: 0,
        cause: thrown,
      });
    },
  );
});

test.each([
  ['OutOfTime', new OutOfTime(), 'This invocation has no time left. The next delivery of the request continues.'],
  [
    'Superseded',
    new Superseded(),
    'CloudFormation no longer waits for this request, so the provider stops and does not answer it.',
  ],
])('%s is no ProviderError, so nobody answers it', (name, error, message) => {
  expect(error).not.toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ name, message });
});

describe('isInterruption', () => {
  // The bundle that asks CloudFormation has its own copy of the classes.
  const copy = Object.assign(new Error('No time.'), { name: 'OutOfTime' });

  test.each([
    ['OutOfTime', new OutOfTime(), true, true],
    ['OutOfTime of another bundle', copy, true, true],
    ['Superseded', new Superseded(), true, false],
    ['a ProviderError', new ProviderError('NotFound', 'There is no image.'), false, false],
    ['a thrown name', { name: 'OutOfTime' }, false, false],
    ['nothing', undefined, false, false],
  ])('decides on %s by its name', (_what, thrown, isAny, isOutOfTime) => {
    expect(isInterruption(thrown)).toBe(isAny);
    expect(isInterruption(thrown, 'OutOfTime')).toBe(isOutOfTime);
  });
});

describe('getProperty', () => {
  test.each([
    [{ code: 'ECONNRESET' }, 'ECONNRESET', 'ECONNRESET'],
    [{ code: 42 }, 42, undefined],
    [{}, undefined, undefined],
    [null, undefined, undefined],
    ['code', undefined, undefined],
  ])('reads code of %j, and getString reads it if it is a string', (value, property, text) => {
    expect(getProperty(value, 'code')).toBe(property);
    expect(getString(value, 'code')).toBe(text);
  });
});

describe('asSentence', () => {
  test.each([
    ['Rate exceeded', 'Rate exceeded.'],
    ['Rate exceeded.', 'Rate exceeded.'],
    ['Rate exceeded...\n', 'Rate exceeded.'],
    ['Python 3.12 is not there', 'Python 3.12 is not there.'],
  ])('ends %j with one full stop', (said, sentence) => {
    expect(asSentence(said)).toBe(sentence);
  });

  test('reads a long run of spaces once', () => {
    const spaces = ' '.repeat(1_000_000);

    expect(asSentence(`Said${spaces}so${spaces}`)).toBe(`Said${spaces}so.`);
  });
});
