import { type AskedFault, faultDescription, readFaults } from '../../../sandbox/cli/faults.ts';
import { FaultInjector, type FaultInjectorDependencies } from '../../../sandbox/faults/fault-injector.ts';
import { type InvocationResult, traceIdOf } from '../../../sandbox/lambda/function.ts';
import type { Attempt } from '../../../sandbox/lambda/lambda.ts';
import { randomUuid, seededRandom } from '../../../sandbox/random.ts';
import { successAnswer } from '../../../sandbox/sagemaker/api-answer.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';

const start = Date.UTC(2026, 10, 21, 9);
const awsRequestId = '64f4a8be-bd0f-468b-9121-802f9c5feaa5';

function disturbed(given: readonly string[], dependencies: Partial<FaultInjectorDependencies<AskedFault>> = {}) {
  const { faults, problems } = readFaults(given);
  expect(problems).toEqual([]);
  const clock = new VirtualClock(start);
  const told: string[] = [];
  const random = seededRandom(1);
  const onFault = (fault: AskedFault, what: string) => told.push(faultDescription(fault, what));
  const newRequestId = () => randomUuid(random);
  const injector = new FaultInjector({ clock, random, newRequestId, onFault, ...dependencies }, faults);
  let carriedOut = 0;
  const next = async () => {
    carriedOut += 1;
    return successAnswer({}, 'id');
  };
  /** What the caller sees: a status and a code, or that the connection broke; and what SageMaker has done. */
  const call = async (operation: string) => {
    const before = carriedOut;
    const seen = await clock.run(() =>
      injector.interceptor(operation, {}, next, traceIdOf(awsRequestId)).then(
        ({ status, body }) => [status, JSON.parse(body).__type].filter((each) => each !== undefined).join(' '),
        (error: Error) => error.message,
      ),
    );
    return `${seen}${carriedOut > before ? ', carried out' : ''}`;
  };
  return { injector, clock, told, call };
}

const request: Attempt = {
  functionArn: 'arn',
  event: { RequestType: 'Create', RequestId: 'one', LogicalResourceId: 'A' },
  awsRequestId,
  number: 1,
};
const returned: InvocationResult = { outcome: 'returned', payload: null };

test.each([
  ['throttle', '400 ThrottlingException'],
  ['fail', '500 InternalFailure'],
  ['in-use', '400 ResourceInUse'],
  ['access-denied', '400 AccessDeniedException'],
  ['reset', 'socket hang up'],
  ['lost-answer', 'socket hang up, carried out'],
  ['slow', '200, carried out'],
  ['hang', 'socket hang up, carried out'],
])('%s: the caller sees %s', async (fault, seen) => {
  const { call, told } = disturbed([`${fault}=1`]);

  expect(await call('ListAliases')).toBe(seen);
  expect(await call('ListAliases')).toBe('200, carried out');
  expect(told).toEqual([`${fault} (ListAliases)`]);
});

test('only the operation that is named is hit, and no image', async () => {
  const { call } = disturbed(['fail=CreateImageVersion:1', 'throttle=1']);

  expect(await call('DescribeImage')).toBe('200, carried out');
  expect(await call('CreateImageVersion')).toBe('500 InternalFailure');
  expect(await call('CreateImageVersion')).toBe('400 ThrottlingException');
  expect(await call('CreateImageVersion')).toBe('200, carried out');
});

test('a share of the calls is hit, the same in every run from a seed', async () => {
  const { call, told } = disturbed(['reset=30%']);

  for (let calls = 0; calls < 100; calls += 1) await call('ListAliases');

  expect(told).toHaveLength(35);
});

test('slow takes eight seconds', async () => {
  const { call, clock } = disturbed(['slow=1']);

  await call('ListAliases');

  expect(clock.now() - start).toBe(8000);
});

test('kill ends whatever runs the request that calls', async () => {
  const killed: string[] = [];
  const kill = async (id: string) => void killed.push(id);
  const { call } = disturbed(['kill'], { kill });

  expect(await call('DescribeImageVersion')).toBe('200, carried out');
  expect(await call('CreateImageVersion')).toBe('socket hang up, carried out');
  expect(await call('CreateImageVersion')).toBe('200, carried out');
  expect(killed).toEqual([awsRequestId]);
});

test('late, then lambda-throttle: what has been throttled is not late once more', async () => {
  const { injector, clock, told } = disturbed(['late=5', 'lambda-throttle=1']);
  const run = async () => returned;

  const first = await clock.run(() => injector.intercept(request, run));
  const second = await clock.run(() => injector.intercept({ ...request, number: 2 }, run));

  expect([first.outcome, second.outcome]).toEqual(['throttled', 'returned']);
  expect(told).toEqual(['lambda-throttle']);
});

test('late holds the first delivery back', async () => {
  const { injector, clock } = disturbed(['late=5']);

  await clock.run(() => injector.intercept(request, async () => returned));

  expect(clock.now() - start).toBe(5000);
});

test('duplicate delivers a request once more, and idle waits for that', async () => {
  const { injector, clock } = disturbed(['duplicate=2']);
  const deliveries: number[] = [];
  const run = async () => {
    deliveries.push(clock.now() - start);
    return returned;
  };

  await clock.run(async () => {
    await injector.intercept(request, run);
    await injector.idle({ idle: async () => {} });
  });

  expect(deliveries).toEqual([0, 2000]);
});

test('break keeps every invocation from running, but for the failsafe', async () => {
  const { injector } = disturbed(['break']);
  const record: Attempt = { ...request, event: { requestPayload: request.event } };
  const run = async () => returned;

  const ofRequest = await injector.invoke(request, run);
  const ofRecord = await injector.invoke(record, run);

  expect([ofRequest.outcome, ofRecord.outcome]).toEqual(['exited', 'returned']);
});

test('bucket-refuses answers for S3, then lets through', async () => {
  const { injector } = disturbed(['bucket-refuses=1']);
  const delivery = { url: 'http://127.0.0.1/key', headers: {}, body: '' };

  const next = async () => ({ status: 200, body: '' });

  expect(await injector.interceptDelivery(delivery, next)).toMatchObject({ status: 503 });
  expect(await injector.interceptDelivery(delivery, next)).toMatchObject({ status: 200 });
});

test('rate throttles what comes faster, and lets calls through again after a while', async () => {
  const { call, clock, told } = disturbed(['rate=2']);

  const atOnce = [await call('ListAliases'), await call('ListAliases'), await call('ListAliases')];
  await clock.run(() => clock.sleep(500));
  const later = await call('ListAliases');

  expect([...atOnce, later]).toEqual([
    '200, carried out',
    '200, carried out',
    '400 ThrottlingException',
    '200, carried out',
  ]);
  expect(told).toEqual(['rate (ListAliases)']);
});

test('stale makes reads show the state of some seconds ago', () => {
  const { injector, told } = disturbed(['stale=20']);

  expect(injector.staleness.behindMs('ListAliases')).toBe(20_000);
  expect(injector.staleness.behindMs('ListImages')).toBe(0);
  expect(told).toEqual(['stale (ListAliases)']);
});

test.each([
  ['stacks-throttle=1', 'Rate exceeded'],
  ['stacks-fail=1', 'The request processing has failed.'],
  ['stacks-reset=1', 'socket hang up'],
])('%s hits one question to CloudFormation, with: %s', (given, message) => {
  const { injector } = disturbed([given]);

  expect(() => injector.refuseQuery('DescribeStacks')).toThrow(message);
  expect(() => injector.refuseQuery('DescribeStacks')).not.toThrow();
});

test('stacks-denied denies every answer of CloudFormation', () => {
  const { injector } = disturbed(['stacks-denied']);

  for (const operation of ['DescribeStacks', 'DescribeStackEvents', 'DescribeStacks']) {
    expect(() => injector.refuseQuery(operation)).toThrow(`not authorized to perform: cloudformation:${operation}`);
  }
});

test('stacks-stale makes CloudFormation show the state of some seconds ago', async () => {
  const { injector, clock, told } = disturbed(['stacks-stale=3']);

  await clock.run(() => clock.sleep(10_000));

  expect(injector.shownAt('DescribeStacks')).toBe(clock.now() - 3_000);
  expect(told).toEqual(['stacks-stale (DescribeStacks)']);
});

test('person makes somebody change the image', async () => {
  const acts: object[] = [];
  const { injector, clock, told } = disturbed(['person=delete-version:mine:latest'], {
    person: async ({ does, ImageName, Alias }) => void acts.push({ does, ImageName, Alias }),
  });

  await clock.run(() => injector.idle({ idle: async () => {} }));

  expect(acts).toEqual([{ does: 'delete-version', ImageName: 'mine', Alias: 'latest' }]);
  expect(told).toEqual(['person (delete-version, image mine)']);
});

test('every answer that a fault gives has a SageMaker request id of its own', async () => {
  const { injector } = disturbed(['throttle=2', 'fail=1', 'in-use=1', 'access-denied=ListAliases:1']);
  const next = async () => successAnswer({}, 'carried out');
  const ids: (string | undefined)[] = [];

  for (let calls = 0; calls < 5; calls += 1) {
    const { headers } = await injector.interceptor('ListAliases', {}, next, traceIdOf(awsRequestId));
    ids.push(headers['x-amzn-RequestId']);
  }

  expect(ids.filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id ?? ''))).toHaveLength(5);
  expect(new Set(ids).size).toBe(5);
});

/** What a version may be made from. */
function subject(tag: string): Parameters<FaultInjector['failures']['versionCreation']>[0] {
  const BaseImage = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:${tag}`;
  return Object.assign(Object.create(null), { ImageName: 'mine', Version: 1, ImageVersionArn: 'arn', BaseImage });
}

test('of several create-failed any that is meant hits, and all that are meant have happened', () => {
  const happened: string[] = [];
  const onFault = ({ given }: AskedFault) => happened.push(given);
  const { injector } = disturbed(['create-failed=1.9', 'create-failed=:1', 'create-failed=1.4'], { onFault });

  expect(injector.failures.versionCreation(subject('2.0'))).toBeUndefined();
  expect(injector.failures.versionCreation(subject('1.4'))).toBe('Injected by --fault create-failed.');
  expect(happened).toEqual(['create-failed=:1', 'create-failed=1.4']);
});

test('create-failed and delete-failed hit the versions that are meant', () => {
  const { injector } = disturbed(['create-failed=:1.4', 'delete-failed']);

  expect(injector.failures.versionCreation(subject('1.4'))).toBe('Injected by --fault create-failed.');
  expect(injector.failures.versionCreation(subject('1.5'))).toBeUndefined();
  expect(injector.failures.versionCreation(subject('does-not-exist'))).toContain('was not found in Amazon ECR');
  expect(injector.failures.versionDeletion(subject('1.5'))).toBe('Injected by --fault delete-failed.');
});
