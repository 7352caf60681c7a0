import { OutOfTime, ProviderError } from '../../src/errors.ts';
import { longestDelayMs, retry } from '../../src/retry.ts';
import { issuedAt } from '../support/provider/builders.ts';
import { fakeClock } from '../support/provider/fake-clock.ts';
import { throttled } from '../support/provider/fake-image-versions.ts';
import { fakeLog } from '../support/provider/fake-log.ts';

/** With deadlines in milliseconds from the present. */
function dependenciesWith({ request = 2_640_000, invocation = 7_200_000 } = {}) {
  const deadlines = { request: issuedAt + request, cleanUp: issuedAt + request, invocation: issuedAt + invocation };
  return { clock: fakeClock(issuedAt), log: fakeLog(), deadlines, random: () => 0.5 };
}

/** An attempt that fails with each of the errors in turn and then succeeds. */
function failing(...errors: readonly unknown[]) {
  const left = [...errors];
  return jest.fn(async () => {
    if (left.length > 0) throw left.shift();
    return 'done';
  });
}

describe('longestDelayMs', () => {
  test('doubles from a quarter of a second up to ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map(longestDelayMs)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});

describe('retry', () => {
  test('returns the result of an attempt that succeeds, without a delay', async () => {
    const dependencies = dependenciesWith();

    expect(await retry(failing(), dependencies)).toBe('done');
    expect(dependencies.clock.slept).toEqual([]);
    expect(dependencies.log.lines).toEqual([]);
  });

  test('repeats an attempt that may succeed later, with full jitter, and logs each failure', async () => {
    const dependencies = dependenciesWith();
    const error = throttled();
    const attempt = failing(error, throttled(), throttled());

    expect(await retry(attempt, dependencies)).toBe('done');

    expect(attempt).toHaveBeenCalledTimes(4);
    expect(dependencies.clock.slept).toEqual([125, 250, 500]);
    expect(dependencies.log.lines[0]).toEqual({
      level: 'warn',
      message:
        'The provider retries. Act on this only if the request fails: SageMaker refused: ThrottlingException: Rate exceeded.',
      details: { error, tries: 1, retryDelayMs: 125, timeLeftMs: 2_640_000 },
    });
  });

  test.each([
    ['a ProviderError that is not worth another try', new ProviderError('AccessDenied', 'No.')],
    ['OutOfTime', new OutOfTime()],
    ['a defect', new TypeError('x is not a function')],
  ])('throws %s at once', async (_what, error) => {
    const attempt = failing(error);

    await expect(retry(attempt, dependenciesWith())).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('tries for as long as the error says that it is worthwhile', async () => {
    const dependencies = dependenciesWith();
    const error = new ProviderError('ResourceConflict', 'Taken.', { worthwhileMs: 1_000 });
    const attempt = failing(...Array.from({ length: 20 }, () => error));

    await expect(retry(attempt, dependencies)).rejects.toBe(error);
    expect(dependencies.clock.slept).toEqual([125, 250, 500, 1000]);
  });

  test('throws the last failure at the deadline of the request, with the number of tries', async () => {
    const dependencies = dependenciesWith({ request: 400 });
    const attempt = failing(throttled(), throttled(), throttled(), throttled());

    await expect(retry(attempt, dependencies)).rejects.toMatchObject({
      code: 'Throttling',
      message: 'SageMaker refused: ThrottlingException: Rate exceeded. The provider tried 4 times.',
    });
    expect(dependencies.clock.slept).toEqual([125, 250, 25]);
  });

  test('throws the earlier failure if the last attempt had no time to begin', async () => {
    const overdue = new ProviderError('NotStabilized', 'Too late.', { overdue: true });

    await expect(retry(failing(throttled(), throttled(), overdue), dependenciesWith())).rejects.toMatchObject({
      code: 'Throttling',
      message: 'SageMaker refused: ThrottlingException: Rate exceeded. The provider tried 2 times.',
    });
    await expect(retry(failing(overdue), dependenciesWith())).rejects.toBe(overdue);
  });

  test('says that it tried once if there was no time for more', async () => {
    await expect(retry(failing(throttled()), dependenciesWith({ request: 0 }))).rejects.toMatchObject({
      code: 'Throttling',
      message: 'SageMaker refused: ThrottlingException: Rate exceeded. The provider tried once.',
    });
  });

  test('throws OutOfTime at the deadline of the invocation', async () => {
    await expect(retry(failing(throttled()), dependenciesWith({ invocation: 100 }))).rejects.toEqual(new OutOfTime());
  });
});
