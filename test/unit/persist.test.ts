import { OutOfTime, ProviderError } from '../../src/errors.ts';
import { persist, retryCeilingMs } from '../../src/persist.ts';
import { throttled } from '../support/provider/fake-image-versions.ts';
import { world } from '../support/provider/world.ts';

/** An attempt that fails with each of the errors in turn and then succeeds. */
function failing(...errors: readonly unknown[]) {
  const left = [...errors];
  return jest.fn(async () => {
    if (left.length > 0) throw left.shift();
    return 'done';
  });
}

describe('retryCeilingMs', () => {
  test('doubles from a quarter of a second up to ten seconds', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 60].map(retryCeilingMs)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});

describe('persist', () => {
  test('gives the result of an attempt that succeeds, without a pause', async () => {
    const dependencies = world();

    expect(await persist(failing(), dependencies)).toBe('done');
    expect(dependencies.clock.slept).toEqual([]);
    expect(dependencies.log.lines).toEqual([]);
  });

  test('repeats what may succeed later, with full jitter, and logs each retry', async () => {
    const dependencies = world();
    const attempt = failing(throttled(), throttled(), throttled());

    expect(await persist(attempt, dependencies)).toBe('done');

    expect(attempt).toHaveBeenCalledTimes(4);
    expect(dependencies.clock.slept).toEqual([125, 250, 500]);
    expect(dependencies.log.lines[0]).toEqual({
      level: 'warn',
      message: 'Retrying',
      details: {
        code: 'Throttling',
        error: 'SageMaker refused: ThrottlingException: Rate exceeded.',
        attempt: 1,
        retryDelayMs: 125,
        timeLeftMs: 2_640_000,
      },
    });
  });

  test.each([
    ['a ProviderError that is not retryable', new ProviderError('AccessDenied', 'No.')],
    ['OutOfTime', new OutOfTime()],
    ['a defect', new TypeError('x is not a function')],
  ])('throws %s at once', async (_what, error) => {
    const dependencies = world();
    const attempt = failing(error);

    await expect(persist(attempt, dependencies)).rejects.toBe(error);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('ends at the deadline of the request with what the last attempt was told, and how often it was tried', async () => {
    const dependencies = world({ deadlinesMs: { request: 400 } });
    const attempt = failing(throttled(), throttled(), throttled(), throttled());

    const persisting = persist(attempt, dependencies);

    await expect(persisting).rejects.toMatchObject({
      code: 'Throttling',
      message: 'SageMaker refused: ThrottlingException: Rate exceeded. It was tried 4 times.',
    });
    expect(dependencies.clock.slept).toEqual([125, 250, 25]);
  });

  test('tells what the attempts were refused for, not that the last one came too late', async () => {
    const dependencies = world();
    const overdue = new ProviderError('NotStabilized', 'Too late.', { overdue: true });

    await expect(persist(failing(throttled(), throttled(), overdue), dependencies)).rejects.toMatchObject({
      code: 'Throttling',
      message: 'SageMaker refused: ThrottlingException: Rate exceeded. It was tried 2 times.',
    });
    await expect(persist(failing(overdue), dependencies)).rejects.toBe(overdue);
  });

  test('says that it was tried once where there was no time for more', async () => {
    const dependencies = world({ deadlinesMs: { request: 0 } });

    const persisting = persist(failing(throttled()), dependencies);

    await expect(persisting).rejects.toMatchObject({
      code: 'Throttling',
      message: 'SageMaker refused: ThrottlingException: Rate exceeded. It was tried once.',
    });
  });

  test('throws OutOfTime at the deadline of the invocation', async () => {
    const dependencies = world({ deadlinesMs: { invocation: 100 } });

    await expect(persist(failing(throttled()), dependencies)).rejects.toEqual(new OutOfTime());
  });
});
