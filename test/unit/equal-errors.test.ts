// Jest, as every test here uses it, sees the whole of an error, wherever in what is compared it stands.
import { ProviderError } from '../../src/errors.ts';

const error = new ProviderError('Throttling', 'Rate exceeded.', { worthwhileMs: Number.POSITIVE_INFINITY });

test.each<[what: string, other: Error]>([
  ['another message', new ProviderError('Throttling', 'Too many.', { worthwhileMs: Number.POSITIVE_INFINITY })],
  ['another code', new ProviderError('NotFound', 'Rate exceeded.', { worthwhileMs: Number.POSITIVE_INFINITY })],
  ['no retry', new ProviderError('Throttling', 'Rate exceeded.')],
  [
    'being overdue',
    new ProviderError('Throttling', 'Rate exceeded.', { worthwhileMs: Number.POSITIVE_INFINITY, overdue: true }),
  ],
  ['another class', new Error('Rate exceeded.')],
])('An error differs from one with %s', async (_what, other) => {
  expect(error).not.toEqual(other);
  expect(error).not.toStrictEqual(other);
  expect({ outcome: 'failed', error }).not.toEqual({ outcome: 'failed', error: other });
  expect([error]).not.toContainEqual(other);
  expect({ details: { error } }).not.toMatchObject({ details: { error: other } });
  await expect(Promise.reject(error)).rejects.not.toEqual(other);
});

test('An error equals one that says the same, and can still be asked for in part', () => {
  expect(error).toEqual(
    new ProviderError('Throttling', 'Rate exceeded.', { worthwhileMs: Number.POSITIVE_INFINITY, cause: 'for the log' }),
  );
  expect(error).toMatchObject({ code: 'Throttling', worthwhileMs: Number.POSITIVE_INFINITY });
});
