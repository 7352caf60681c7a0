import { answerAction } from '../../sandbox/cloudformation/server.ts';
import { type Fault, forever, type PersonFault } from '../../sandbox/faults/fault.ts';
import { FaultInjector } from '../../sandbox/faults/fault-injector.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { successAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { deny, onCall } from '../support/scenario.ts';

function disturbed(...faults: readonly Fault[]) {
  const clock = new VirtualClock(0);
  const told: string[] = [];
  const acts: PersonFault[] = [];
  const faultInjector = new FaultInjector(
    {
      clock,
      random: seededRandom(1),
      newRequestId: () => 'request-1',
      person: async (fault) => {
        acts.push(fault);
      },
      onFault: (fault, what) => told.push(`${fault.on} (${what})`),
    },
    faults,
  );
  /** The calls that SageMaker has carried out. */
  const carriedOut: string[] = [];
  /** What each of the calls, one after the other, is answered with. */
  const call = async (...operations: readonly string[]) => {
    const seen: string[] = [];
    for (const operation of operations) {
      const next = async () => {
        carriedOut.push(operation);
        return successAnswer({}, 'id');
      };
      const { status, body } = await clock.run(() => faultInjector.interceptor(operation, {}, next, undefined));
      seen.push(status === 200 ? '200' : JSON.parse(body).__type);
    }
    return seen;
  };
  return { faultInjector, clock, told, acts, carriedOut, call };
}

describe('Permissions that are taken away', () => {
  test('are missing for one operation from its nth call on, and for no other', async () => {
    const { call, told, carriedOut } = disturbed(deny('ListAliases', { nth: 2 }));

    expect(
      await call('ListAliases', 'DescribeImageVersion', 'ListAliases', 'DescribeImageVersion', 'ListAliases'),
    ).toEqual(['200', '200', 'AccessDeniedException', '200', 'AccessDeniedException']);
    expect(carriedOut).toEqual(['ListAliases', 'DescribeImageVersion', 'DescribeImageVersion']);
    expect(told).toEqual(['call (ListAliases)', 'call (ListAliases)']);
  });

  test('are missing for everything about versions from the nth of all calls on; those about images are CloudFormation’s', async () => {
    const { call } = disturbed(deny('everything', { nth: 2 }));

    expect(await call('DescribeImage', 'ListAliases', 'CreateImageVersion', 'DescribeImage')).toEqual([
      '200',
      '200',
      'AccessDeniedException',
      '200',
    ]);
  });

  test('are there again for the operation that follows', async () => {
    const { faultInjector, call } = disturbed(deny('everything'));

    expect(await call('ListAliases')).toEqual(['AccessDeniedException']);
    faultInjector.begin([]);
    expect(await call('ListAliases')).toEqual(['200']);
  });

  test('let nothing be carried out by a call that something else happens to as well', async () => {
    const throttled = onCall('ListAliases', 'throttle');
    const slow = onCall('CreateImageVersion', 'slow-request');
    const { call, carriedOut } = disturbed(deny('everything'), throttled, slow);

    expect(await call('ListAliases', 'CreateImageVersion')).toEqual(['ThrottlingException', 'AccessDeniedException']);
    expect(carriedOut).toEqual([]);
  });
});

describe('A limit of the rate', () => {
  test('throttles what comes when the bucket is empty, and lets as many calls pass as tokens have come back', async () => {
    const { call, clock, carriedOut } = disturbed({ on: 'rate', capacity: 2, perSecond: 0.5 });

    expect(await call('ListAliases', 'CreateImageVersion', 'ListAliases', 'DescribeImage')).toEqual([
      '200',
      '200',
      'ThrottlingException',
      '200',
    ]);
    await clock.run(() => clock.sleep(2_000));
    expect(await call('ListAliases', 'ListAliases')).toEqual(['200', 'ThrottlingException']);
    await clock.run(() => clock.sleep(60_000));
    expect(await call('ListAliases', 'ListAliases', 'ListAliases')).toEqual(['200', '200', 'ThrottlingException']);
    expect(carriedOut).toHaveLength(6);
  });

  test('counts no call for another fault that it has throttled', async () => {
    const { call } = disturbed({ on: 'rate', capacity: 1, perSecond: 0 }, onCall('ListAliases', 'in-use', { nth: 2 }));

    expect(await call('ListAliases', 'ListAliases', 'ListAliases')).toEqual([
      '200',
      'ThrottlingException',
      'ThrottlingException',
    ]);
  });
});

describe('CloudFormation’s API', () => {
  /** Status and code of each answer. */
  const asked = async ({ refuseQuery }: FaultInjector, ...operations: readonly string[]) => {
    const seen: string[] = [];
    for (const operation of operations) {
      const stacks = { findStack: () => undefined, listStacks: () => [], refuseQuery };
      const parameters = new URLSearchParams({ Action: operation, StackName: 'none' });
      const given = await answerAction(stacks, parameters, 'id').catch(String);
      seen.push(typeof given === 'string' ? given : `${given.status} ${given.refusal?.Code}`);
    }
    return seen;
  };
  const answered = '400 ValidationError';

  test.each([
    ['throttle', '400 Throttling'],
    ['fail', '500 InternalFailure'],
    ['access-denied', '403 AccessDenied'],
    ['reset', 'Error: socket hang up'],
  ] as const)('does not answer where the fault is %s', async (does, expected) => {
    const { faultInjector, told } = disturbed({ on: 'CloudFormation', does, nth: 2, count: 1 });

    expect(await asked(faultInjector, 'DescribeStacks', 'DescribeStacks', 'DescribeStacks')).toEqual([
      answered,
      expected,
      answered,
    ]);
    expect(told).toEqual(['CloudFormation (CloudFormation)']);
  });

  test('denies one operation where only that one is meant', async () => {
    const { faultInjector } = disturbed({
      on: 'CloudFormation',
      does: 'access-denied',
      nth: 1,
      count: forever,
      operations: ['DescribeStackEvents'],
    });

    expect(await asked(faultInjector, 'DescribeStacks', 'DescribeStackEvents')).toEqual([answered, '403 AccessDenied']);
  });
});

test('A read is stale only in its time, and only where its operation is meant', async () => {
  const { faultInjector, clock } = disturbed({
    on: 'reads',
    operations: ['ListAliases'],
    behindMs: 20_000,
    afterMs: 1_000,
    ms: 5_000,
  });
  const behind = () => ['ListAliases', 'DescribeImageVersion'].map(faultInjector.staleness.behindMs);

  expect(behind()).toEqual([0, 0]);
  await clock.run(() => clock.sleep(1_000));
  expect(behind()).toEqual([20_000, 0]);
  await clock.run(() => clock.sleep(5_000));
  expect(behind()).toEqual([0, 0]);
});

test('An operation of CloudFormation shows the state of some time ago, or the present one', async () => {
  const reads = { on: 'reads', operations: ['DescribeStacks'], behindMs: 3_000, afterMs: 0, ms: 60_000 } as const;
  const { faultInjector, clock } = disturbed(reads);

  await clock.run(() => clock.sleep(10_000));

  expect(['DescribeStacks', 'DescribeStackEvents'].map(faultInjector.shownAt)).toEqual([7_000, undefined]);
});

test('A request that Lambda has throttled is no longer throttled in the operation that follows', async () => {
  const { faultInjector } = disturbed({ on: 'attempt', does: 'throttle', nth: 1, count: 1, times: 3 });
  const attempt = { functionArn: 'provider', event: { RequestType: 'Create' }, awsRequestId: 'one' };
  const run = async () => ({ outcome: 'returned', payload: null }) as const;

  expect(await faultInjector.intercept({ ...attempt, number: 1 }, run)).toEqual({ outcome: 'throttled' });
  expect(await faultInjector.intercept({ ...attempt, number: 2 }, run)).toEqual({ outcome: 'throttled' });
  faultInjector.begin([]);
  expect(await faultInjector.intercept({ ...attempt, number: 3 }, run)).toEqual(await run());
});

test('What a person does by hand comes when it is due, and the operation that follows does not end it', async () => {
  const fault = { on: 'person', does: 'move-alias', ImageName: 'studio', Alias: 'latest', afterMs: 3_000 } as const;
  const { faultInjector, clock, acts } = disturbed(fault);

  await clock.run(() => clock.sleep(1_000));
  faultInjector.begin([]);
  expect(acts).toEqual([]);
  await clock.run(() => faultInjector.idle({ idle: async () => {} }));
  expect(acts).toEqual([fault]);
  expect(clock.now()).toBe(3_000);
});
