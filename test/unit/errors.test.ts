import { asSentence, OutOfTime, ProviderError, Superseded } from '../../src/errors.ts';

describe('ProviderError', () => {
  test('carries its code, its Reason and its cause', () => {
    const cause = new Error('why');
    const error = new ProviderError('NotFound', 'There is no image.', { cause, retryable: true });

    expect(error).toMatchObject({ name: 'ProviderError', code: 'NotFound', message: 'There is no image.', cause });
    expect(error.retryable).toBe(true);
  });

  test('is not worth another try unless that is said', () => {
    expect(new ProviderError('NotFound', 'There is no image.').retryable).toBe(false);
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
        message: 'The provider itself failed unexpectedly; its log has the details.',
        retryable: false,
        cause: thrown,
      });
    },
  );
});

describe('OutOfTime', () => {
  test('is no ProviderError, so nobody answers it', () => {
    const error = new OutOfTime();

    expect(error).not.toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      name: 'OutOfTime',
      message: 'This invocation has no time left; the request goes on when Lambda delivers it again.',
    });
  });
});

describe('Superseded', () => {
  test('is no ProviderError, so nobody answers it', () => {
    const error = new Superseded();

    expect(error).not.toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({
      name: 'Superseded',
      message: 'CloudFormation no longer waits for this request, so nothing more is done for it.',
    });
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
});
