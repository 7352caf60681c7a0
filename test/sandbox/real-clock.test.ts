import { realClock } from '../../sandbox/real-clock.ts';

test('an aborted sleep rejects with the reason of the abort', async () => {
  const controller = new AbortController();
  const reason = new Error('no longer needed');

  const sleep = realClock.sleep(60_000, controller.signal);
  controller.abort(reason);

  await expect(sleep).rejects.toBe(reason);
});

test('a sleep ends', async () => {
  await expect(realClock.sleep(1)).resolves.toBeUndefined();
});
