import type { Json } from '../../../sandbox/json.ts';
import type { FunctionConfiguration, InvocationContext, InvocationResult } from '../../../sandbox/lambda/function.ts';
import {
  type AttemptResult,
  createLambda,
  type LambdaDependencies,
  type NextStep,
  type QueuedEvent,
} from '../../../sandbox/lambda/lambda.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';
import { functionConfiguration } from './configuration.ts';

const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');
const PROVIDER = 'arn:aws:lambda:eu-west-1:111122223333:function:provider';
const FAILSAFE = 'arn:aws:lambda:eu-west-1:111122223333:function:failsafe';

const returned: InvocationResult = { outcome: 'returned', payload: null };
const threw: InvocationResult = { outcome: 'threw', errorType: 'Error', errorMessage: 'broken' };
const throttled: AttemptResult = { outcome: 'throttled' };

/** A provider and a failsafe. The invocations of the provider end with `results`, each after `durationMs`. */
function arrange(
  results: readonly InvocationResult[],
  options: {
    durationMs?: number;
    configuration?: Partial<FunctionConfiguration>;
    intercept?: LambdaDependencies['intercept'];
  } = {},
) {
  const clock = new VirtualClock(EPOCH);
  const invocations: { at: number; event: Json; context: InvocationContext }[] = [];
  const records: Json[] = [];
  const provider = {
    configuration: functionConfiguration({
      EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 2400, OnFailure: FAILSAFE },
      ...options.configuration,
    }),
    executor: {
      invoke: async (event: Json, context: InvocationContext) => {
        const result = results[invocations.length] ?? returned;
        invocations.push({ at: clock.now(), event, context });
        await clock.sleep(options.durationMs ?? 0);
        return result;
      },
      close: async () => {},
    },
  };
  const failsafe = {
    configuration: functionConfiguration({ FunctionName: 'failsafe' }),
    executor: {
      invoke: async (event: Json) => {
        records.push(event);
        return returned;
      },
      close: async () => {},
    },
  };
  const attempts: string[] = [];
  const steps: (NextStep | undefined)[] = [];
  const lambda = createLambda({
    clock,
    random: seededRandom(1),
    executor: ({ FunctionName }) => (FunctionName === 'failsafe' ? failsafe : provider).executor,
    onAttempt: ({ number }, { outcome }, next) => {
      attempts.push(`${number} ${outcome}`);
      steps.push(next);
    },
    ...(options.intercept && { intercept: options.intercept }),
  });
  lambda.deploy([provider.configuration, failsafe.configuration]);
  const gapsInSeconds = () => invocations.slice(1).map(({ at }, index) => (at - (invocations[index]?.at ?? 0)) / 1000);
  /** Invokes a function and waits until no event is queued or running. */
  const deliver = async (event: Json = {}, functionArn = PROVIDER) => {
    lambda.invokeEvent(functionArn, event);
    await clock.run(() => lambda.idle());
  };
  return { clock, lambda, deliver, invocations, records, attempts, steps, gapsInSeconds };
}

test('an event is invoked once, soon after its acceptance, with the deadline of the function', async () => {
  const { invocations, records, deliver } = arrange([returned]);

  await deliver({ RequestType: 'Create' });

  expect(invocations).toEqual([
    {
      at: expect.any(Number),
      event: { RequestType: 'Create' },
      context: {
        awsRequestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
        invokedFunctionArn: PROVIDER,
        deadlineMs: (invocations[0]?.at ?? 0) + 900_000,
      },
    },
  ]);
  expect((invocations[0]?.at ?? 0) - EPOCH).toBeLessThan(50);
  expect(records).toEqual([]);
});

test('a failing event is retried after one minute and then after two, with the same request id', async () => {
  const { invocations, attempts, gapsInSeconds, deliver } = arrange([threw, { outcome: 'timed out' }, returned]);

  await deliver();

  expect(gapsInSeconds()).toEqual([60, 120]);
  expect(new Set(invocations.map(({ context }) => context.awsRequestId)).size).toBe(1);
  expect(attempts).toEqual(['1 threw', '2 timed out', '3 returned']);
});

test('each failed attempt is reported with what follows', async () => {
  const { steps, deliver } = arrange([threw, threw, threw]);

  await deliver();

  expect(steps).toEqual([
    { does: 'retry', afterMs: 60_000 },
    { does: 'retry', afterMs: 120_000 },
    { does: 'give up', destination: FAILSAFE },
    // The failsafe has returned.
    undefined,
  ]);
});

test('the queue has the next attempt of an event that waits, and nothing at the end', async () => {
  const { clock, lambda, deliver } = arrange([threw, returned]);
  const event = { RequestType: 'Create' };
  let seen: readonly QueuedEvent[] = [];
  void clock.sleep(30_000).then(() => {
    seen = lambda.queue();
  });

  await deliver(event);

  expect(seen).toEqual([expect.objectContaining({ event, number: 2, functionArn: PROVIDER })]);
  expect(((seen[0]?.beginsAt ?? 0) - EPOCH) / 1000).toBeCloseTo(60, 0);
  expect(lambda.queue()).toEqual([]);
});

test('the wait for a retry begins at the end of the attempt', async () => {
  const { gapsInSeconds, deliver } = arrange([threw, threw], { durationMs: 900_000 });

  await deliver();

  expect(gapsInSeconds()).toEqual([960, 1020]);
});

test('when all retries have failed, the OnFailure destination gets the record', async () => {
  const { invocations, records, attempts, deliver } = arrange([threw, threw, threw]);

  await deliver({ RequestType: 'Create' });

  expect(records).toEqual([
    {
      version: '1.0',
      timestamp: new Date(invocations[2]?.at ?? 0).toISOString(),
      requestContext: {
        requestId: invocations[0]?.context.awsRequestId,
        functionArn: `${PROVIDER}:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { RequestType: 'Create' },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'Error', errorMessage: 'broken' },
    },
  ]);
  expect(attempts).toEqual(['1 threw', '2 threw', '3 threw', '1 returned']);
});

test.each([
  [
    { outcome: 'timed out' } as const,
    { errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: ID Error: Task timed out after 900.00 seconds' },
  ],
  [
    { outcome: 'exited', errorMessage: 'RequestId: ID Error: Runtime exited with error: signal: killed' } as const,
    { errorType: 'Runtime.ExitError', errorMessage: 'RequestId: ID Error: Runtime exited with error: signal: killed' },
  ],
])('the record contains the error of an invocation that ended with %j', async (result, responsePayload) => {
  const { invocations, records, deliver } = arrange([result], {
    configuration: {
      EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 2400, OnFailure: FAILSAFE },
    },
  });

  await deliver();

  const awsRequestId = invocations[0]?.context.awsRequestId ?? '';
  const text = JSON.stringify(records[0]).replaceAll(awsRequestId, 'ID');
  expect(JSON.parse(text)).toMatchObject({ requestContext: { approximateInvokeCount: 1 }, responsePayload });
});

test('an event is not retried beyond its maximum age', async () => {
  const { records, gapsInSeconds, deliver } = arrange([threw, threw], {
    durationMs: 60_000,
    configuration: {
      EventInvokeConfig: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 240, OnFailure: FAILSAFE },
    },
  });

  await deliver();

  expect(gapsInSeconds()).toEqual([120]);
  expect(records).toMatchObject([{ requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 } }]);
});

test('a throttled event is retried ever later, up to its maximum age, and its record has no response', async () => {
  const instants: number[] = [];
  const { clock, invocations, records, deliver } = arrange([], {
    intercept: async ({ functionArn }, run) => {
      if (functionArn === FAILSAFE) return run();
      instants.push(clock.now());
      return throttled;
    },
  });

  await deliver({ RequestType: 'Delete' });

  const gaps = instants.slice(1).map((at, index) => (at - (instants[index] ?? 0)) / 1000);
  expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 300, 300]);
  expect(invocations).toEqual([]);
  expect(records).toEqual([
    {
      version: '1.0',
      timestamp: expect.any(String),
      requestContext: {
        requestId: expect.any(String),
        functionArn: `${PROVIDER}:$LATEST`,
        condition: 'EventAgeExceeded',
        approximateInvokeCount: 0,
      },
      requestPayload: { RequestType: 'Delete' },
    },
  ]);
});

test('throttles do not count as retries after errors', async () => {
  const results = [throttled, threw, throttled, threw];
  const { attempts, deliver } = arrange([], { intercept: async (_, run) => results.shift() ?? run() });

  await deliver();

  expect(attempts).toEqual(['1 throttled', '2 threw', '3 throttled', '4 threw', '5 returned']);
});

test('an interceptor can deliver an event twice', async () => {
  const { clock, invocations, deliver } = arrange([], {
    durationMs: 5000,
    intercept: async (_, run) => {
      const [result] = await Promise.all([run(), clock.sleep(1000).then(run)]);
      return result;
    },
  });

  await deliver();

  expect(invocations.map(({ context }) => context.awsRequestId)).toEqual(
    Array(2).fill(invocations[0]?.context.awsRequestId),
  );
  expect((invocations[1]?.at ?? 0) - (invocations[0]?.at ?? 0)).toBe(1000);
});

test('the settings of a published alias do not apply to the function without it', async () => {
  const configuration = {
    AutoPublishAlias: 'live',
    EventInvokeConfig: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 2400, OnFailure: FAILSAFE },
  };
  const byAlias = arrange([threw, threw, threw], { configuration });
  const byFunction = arrange([threw, threw, threw], { configuration });

  await byAlias.deliver({}, `${PROVIDER}:live`);
  await byFunction.deliver();

  expect(byAlias.invocations).toHaveLength(1);
  expect(byAlias.records).toMatchObject([
    { requestContext: { functionArn: `${PROVIDER}:live` }, responseContext: { executedVersion: '1' } },
  ]);
  expect(byFunction.invocations).toHaveLength(3);
  expect(byFunction.records).toEqual([]);
});

test.each([
  'provider2',
  'provider:test',
  // The alias after another separator.
  'provider-live',
])('the unknown function or qualifier %s is refused at once', (name) => {
  const { lambda } = arrange([], { configuration: { AutoPublishAlias: 'live' } });
  const arn = `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;

  expect(() => lambda.invokeEvent(arn, {})).toThrow(
    expect.objectContaining({ name: 'ResourceNotFound', message: `Function not found: ${arn}` }),
  );
});

test('a missing destination is refused before anything is invoked', () => {
  const EventInvokeConfig = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, OnFailure: `${FAILSAFE}2` };

  expect(() => arrange([], { configuration: { EventInvokeConfig } })).toThrow(`Function not found: ${FAILSAFE}2`);
});

test('close drops queued events', async () => {
  const { clock, lambda, invocations, records } = arrange([threw]);

  lambda.invokeEvent(PROVIDER, {});
  await clock.run(async () => {
    await clock.sleep(10_000);
    await lambda.close();
    await lambda.idle();
    await clock.sleep(600_000);
  });

  expect(invocations).toHaveLength(1);
  expect(records).toEqual([]);
});

test('the same seed gives the same instants and request ids', async () => {
  const trace = async () => {
    const { clock, lambda, invocations } = arrange([threw, returned, threw]);
    for (const name of ['a', 'b', 'c']) lambda.invokeEvent(PROVIDER, { name });
    await clock.run(() => lambda.idle());
    return invocations;
  };

  expect(await trace()).toEqual(await trace());
});
