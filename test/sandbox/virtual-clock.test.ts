import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { seededRandom } from '../../sandbox/random.ts';
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

test('time stands still while work is held', async () => {
  const clock = new VirtualClock(EPOCH);
  let heldAt = 0;
  const held = clock.hold(async () => {
    for (let turn = 0; turn < 100; turn += 1) await eventLoopTurn();
    heldAt = clock.now() - EPOCH;
  });

  await clock.run(() => Promise.all([clock.sleep(1000), held]));

  expect(heldAt).toBe(0);
});

test('time passes for a hold that stands back, and stands still again once it works', async () => {
  const clock = new VirtualClock(EPOCH);
  const instants: number[] = [];
  const exchange = clock.hold(async () => {
    await clock.standBack(() => clock.sleep(500));
    for (let turn = 0; turn < 100; turn += 1) await eventLoopTurn();
    instants.push(clock.now() - EPOCH);
  });

  await clock.run(() => Promise.all([exchange, clock.sleep(501)]));

  expect(instants).toEqual([500]);
});

test('a hold whose caller gave up while it stood back leaves other holds alone', async () => {
  const clock = new VirtualClock(EPOCH);
  const lateAnswer = () => clock.standBack(() => clock.sleep(5000));
  const impatient = async () => {
    const signal = clock.timeout(100);
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await clock.hold(() => Promise.race([lateAnswer(), aborted]));
    return clock.hold(async () => {
      for (let turn = 0; turn < 100; turn += 1) await eventLoopTurn();
      return clock.now() - EPOCH;
    });
  };

  const secondExchangeEndedAt = await clock.run(async () => {
    const [at] = await Promise.all([impatient(), clock.sleep(6000)]);
    return at;
  });

  expect(secondExchangeEndedAt).toBe(100);
});

test('standing back outside a hold is refused', async () => {
  const clock = new VirtualClock(EPOCH);

  await expect(clock.standBack(() => clock.sleep(1))).rejects.toThrow(
    'standBack outside a hold: nobody waits for this work',
  );
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

test('a run ends with its work, though others still sleep or hold', async () => {
  const clock = new VirtualClock(EPOCH);
  let release = () => {};
  const opened = new Promise<void>((resolve) => {
    release = resolve;
  });

  let background: Promise<unknown> = Promise.resolve();
  await clock.run(async () => {
    await clock.sleep(1);
    background = Promise.all([clock.sleep(1000), clock.hold(() => opened)]);
  });
  release();
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
    'Virtual time stands still: the work has not settled, but no timer is set and nothing is held. It waits for an ' +
      'event that never comes, or for input and output outside a hold. It is 2026-01-01T00:00:01.500Z; timers fired ' +
      'so far: 1; holds open and standing back: 0.',
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

test('the same seed gives the same trace, with many sleepers that talk over real sockets', async () => {
  const first = await traceOfManyExchanges(7);
  const second = await traceOfManyExchanges(7);
  const other = await traceOfManyExchanges(8);

  expect(first).toHaveLength(2 * 20 * 10);
  expect(second).toEqual(first);
  expect(other).not.toEqual(first);
});

/** Twenty clients sleep and call ten times each; the server answers some of them late. Both sides write the trace. */
async function traceOfManyExchanges(seed: number): Promise<string[]> {
  const clock = new VirtualClock(EPOCH);
  const random = seededRandom(seed);
  const trace: string[] = [];
  const note = (line: string) => trace.push(`${clock.now() - EPOCH} ${line}`);
  const answer = async () => {
    if (random() < 0.3) await clock.standBack(() => clock.sleep(Math.floor(random() * 50)));
    return Array.from({ length: 1 + Math.floor(random() * 4) }, () => 'x'.repeat(40_000));
  };
  const server = createServer(async (incoming, response) => {
    incoming.resume();
    await once(incoming, 'end');
    note(`server ${incoming.url}`);
    for (const chunk of await answer()) response.write(chunk);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const exchange = (path: string) =>
    new Promise<number>((resolve, reject) => {
      request({ port: address.port, host: '127.0.0.1', path, method: 'POST' }, (response) => {
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
        });
        response.on('end', () => resolve(length));
      })
        .on('error', reject)
        .end('y'.repeat(Math.floor(random() * 100_000)));
    });
  const client = async (name: number) => {
    for (let call = 0; call < 10; call += 1) {
      await clock.sleep(Math.floor(random() * 30));
      const length = await clock.hold(() => exchange(`/${name}/${call}`));
      note(`client /${name}/${call} ${length}`);
    }
  };

  try {
    await clock.run(() => Promise.all(Array.from({ length: 20 }, (_, name) => client(name))));
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return trace;
}
