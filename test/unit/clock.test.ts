import { systemClock } from '../../src/clock.ts';

describe('systemClock', () => {
  test('tells the time of day', () => {
    const before = Date.now();
    const now = systemClock.now();

    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('sleeps', async () => {
    await expect(systemClock.sleep(1)).resolves.toBeUndefined();
  });

  test('does not fall asleep under a signal that has aborted', async () => {
    await expect(systemClock.sleep(3_600_000, AbortSignal.abort('enough'))).rejects.toBe('enough');
  });

  test('wakes up with the reason of a signal that aborts', async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(3_600_000, controller.signal);

    controller.abort('enough');

    await expect(sleep).rejects.toBe('enough');
  });

  test('leaves nothing on the signal when it has slept', async () => {
    const controller = new AbortController();
    const removed = jest.spyOn(controller.signal, 'removeEventListener');

    await systemClock.sleep(1, controller.signal);

    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });

  test('makes signals that abort with a TimeoutError', async () => {
    const signal = systemClock.timeout(1);
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));

    // An unreferenced timer: something else has to keep the process awake.
    const awake = setInterval(() => {}, 1000);
    await aborted;
    clearInterval(awake);

    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });
});
