import type { Context } from 'aws-lambda';
import { createInProcessExecutor, type InProcessHandler } from '../../../sandbox/lambda/in-process-executor.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { functionConfiguration } from './configuration.ts';

const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');
const invocation = { awsRequestId: 'id', invokedFunctionArn: 'arn', deadlineMs: EPOCH + 900_000 };

function invoke(handler: InProcessHandler, clock = new VirtualClock(EPOCH), event = {}) {
  const executor = createInProcessExecutor(handler, functionConfiguration(), { clock, random: seededRandom(1) });
  return clock.run(() => executor.invoke(event, invocation));
}

test('a handler gets the event and the context of the invocation', async () => {
  const clock = new VirtualClock(EPOCH);
  const seen: { event: unknown; context: Context; remaining: number }[] = [];

  const result = await invoke(
    async (event, context) => {
      await clock.sleep(1000);
      seen.push({ event, context, remaining: context.getRemainingTimeInMillis() });
      return { done: true, at: new Date(0) };
    },
    clock,
    { RequestType: 'Create' },
  );

  expect(result).toEqual({ outcome: 'returned', payload: { done: true, at: '1970-01-01T00:00:00.000Z' } });
  expect(seen).toEqual([
    {
      event: { RequestType: 'Create' },
      remaining: 899_000,
      context: expect.objectContaining({
        awsRequestId: 'id',
        invokedFunctionArn: 'arn',
        functionName: 'provider',
        memoryLimitInMB: '256',
        logGroupName: '/aws/lambda/provider',
        logStreamName: expect.stringMatching(/^2026\/01\/01\/\[\$LATEST\][0-9a-f]{32}$/),
      }),
    },
  ]);
});

test('a handler that returns nothing gives null', async () => {
  expect(await invoke(async () => {})).toEqual({ outcome: 'returned', payload: null });
});

test('what a handler does to its event stays with this invocation', async () => {
  const event = { list: [1] };

  await invoke(
    async (received) => {
      if (typeof received === 'object' && received !== null) Reflect.deleteProperty(received, 'list');
    },
    new VirtualClock(EPOCH),
    event,
  );

  expect(event).toEqual({ list: [1] });
});

test('a handler that throws gives the name and message of its error', async () => {
  const handler = () => {
    throw new RangeError('too much');
  };

  expect(await invoke(handler)).toEqual({ outcome: 'threw', errorType: 'RangeError', errorMessage: 'too much' });
});

test('a handler that throws something else gives its type and text', async () => {
  expect(await invoke(() => Promise.reject('text'))).toEqual({
    outcome: 'threw',
    errorType: 'string',
    errorMessage: 'text',
  });
});

test('a handler that is still at work at the deadline has timed out', async () => {
  const clock = new VirtualClock(EPOCH);

  const result = await invoke(() => new Promise(() => {}), clock);

  expect(result).toEqual({ outcome: 'timed out' });
  expect(clock.now()).toBe(EPOCH + 900_000);
});

test('an invocation that has ended leaves no timer behind', async () => {
  const clock = new VirtualClock(EPOCH);

  await invoke(async () => {}, clock);

  await expect(clock.run(() => new Promise(() => {}))).rejects.toThrow('Virtual time stands still');
  expect(clock.now()).toBe(EPOCH);
});
