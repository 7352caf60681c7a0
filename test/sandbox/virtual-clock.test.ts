import { once } from 'node:events';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';

const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');

test('an hour passes in moments, and the clock shows it', async () => {
  const clock = new VirtualClock(EPOCH);

  await clock.run(() => clock.sleep(3_600_000));

  expect(new Date(clock.now()).toISOString()).toBe('2026-01-01T01:00:00.000Z');
});

test('run gives the value of its work', async () => {
  const clock = new VirtualClock(EPOCH);

  expect(await clock.run(async () => 'done')).toBe('done');
});

test('run throws the error of its work', async () => {
  const clock = new VirtualClock(EPOCH);

  await expect(clock.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});

test('timers fire in the order of their instants, and those of one instant in the order in which they were set', async () => {
  const clock = new VirtualClock(EPOCH);
  const order: string[] = [];
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms);
    order.push(`${name} at ${clock.now() - EPOCH}`);
  };

  await clock.run(() => Promise.all([sleeper('c', 20), sleeper('a', 10), sleeper('b', 10), sleeper('now', -5)]));

  expect(order).toEqual(['now at 0', 'a at 10', 'b at 10', 'c at 20']);
});

test('what a timer sets off comes to rest before the next timer fires, even one of the same instant', async () => {
  const clock = new VirtualClock(EPOCH);
  const order: string[] = [];
  const first = async () => {
    await clock.sleep(10);
    for (let step = 0; step < 100; step += 1) await Promise.resolve();
    await new Promise((resolve) => process.nextTick(resolve));
    await eventLoopTurn();
    order.push('first');
  };
  const second = async () => {
    await clock.sleep(10);
    order.push('second');
  };

  await clock.run(() => Promise.all([first(), second()]));

  expect(order).toEqual(['first', 'second']);
});

test('an aborted sleep rejects with the reason of the abort and leaves no timer', async () => {
  const clock = new VirtualClock(EPOCH);
  const controller = new AbortController();
  const reason = new Error('no longer needed');

  const outcome = clock.run(async () => {
    const sleep = clock.sleep(60_000, controller.signal);
    controller.abort(reason);
    await sleep.catch(async (error) => {
      await clock.sleep(1);
      throw error;
    });
  });

  await expect(outcome).rejects.toBe(reason);
  expect(clock.now() - EPOCH).toBe(1);
});

test('a sleep under a signal that has aborted already rejects at once', async () => {
  const clock = new VirtualClock(EPOCH);

  await expect(clock.sleep(10, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
});

test('a timeout aborts with a TimeoutError at its virtual instant, even if nothing else is set', async () => {
  const clock = new VirtualClock(EPOCH);

  const signal = await clock.run(async () => {
    const timeout = clock.timeout(30_000);
    await once(timeout, 'abort');
    return timeout;
  });

  expect(signal.reason).toBeInstanceOf(DOMException);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError', message: 'The operation was aborted due to timeout' });
  expect(clock.now() - EPOCH).toBe(30_000);
});

test('a timeout nobody waits for does not stretch a run', async () => {
  const clock = new VirtualClock(EPOCH);

  await clock.run(async () => {
    clock.timeout(900_000);
    await clock.sleep(10);
  });

  expect(clock.now() - EPOCH).toBe(10);
});

test('a run ends with its work, though others still sleep', async () => {
  const clock = new VirtualClock(EPOCH);

  let background: Promise<unknown> = Promise.resolve();
  await clock.run(async () => {
    await clock.sleep(1);
    background = clock.sleep(1000);
  });
  await clock.run(() => background);

  expect(clock.now() - EPOCH).toBe(1001);
});

test('work that nothing will ever wake is reported as a deadlock', async () => {
  const clock = new VirtualClock(EPOCH);

  const run = clock.run(async () => {
    await clock.sleep(1500);
    await new Promise(() => {});
  });

  await expect(run).rejects.toThrow(
    'Virtual time stands still: the work has not settled, but no timer is set. It waits for an event that never ' +
      'comes, or for input and output. It is 2026-01-01T00:00:01.500Z; timers fired so far: 1.',
  );
});

test('a duration that is not a number is refused', async () => {
  const clock = new VirtualClock(EPOCH);

  await expect(clock.sleep(Number.NaN)).rejects.toThrow('Not a number of milliseconds to wait: NaN');
});

test('two runs at once are refused', async () => {
  const clock = new VirtualClock(EPOCH);

  const first = clock.run(() => clock.sleep(1));

  await expect(clock.run(() => clock.sleep(1))).rejects.toThrow('The virtual clock is running already');
  await first;
});

test('a timeout that somebody hears comes to rest before the next timer fires', async () => {
  const clock = new VirtualClock(EPOCH);
  const order: string[] = [];
  const listener = async () => {
    await once(clock.timeout(10), 'abort');
    await eventLoopTurn();
    order.push('timeout');
  };
  const sleeper = async () => {
    await clock.sleep(10);
    order.push('sleep');
  };

  await clock.run(() => Promise.all([listener(), sleeper()]));

  expect(order).toEqual(['timeout', 'sleep']);
});

test('a timeout that nobody hears has aborted all the same when its instant is over', async () => {
  const clock = new VirtualClock(EPOCH);
  const signal = clock.timeout(10);

  await clock.run(() => clock.sleep(11));

  expect(signal.aborted).toBe(true);
});
