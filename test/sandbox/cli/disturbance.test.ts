import { createDisturbance, type DisturbanceDependencies } from '../../../sandbox/cli/faults/disturbance.ts';
import { readFaults } from '../../../sandbox/cli/faults/faults.ts';
import type { Attempt } from '../../../sandbox/lambda/asynchronous-invocation.ts';
import { type InvocationResult, traceIdOf } from '../../../sandbox/lambda/function.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { successAnswer } from '../../../sandbox/sagemaker/api-answer.ts';
import { VirtualClock } from '../../../sandbox/virtual-clock.ts';

const start = Date.UTC(2026, 10, 21, 9);
const awsRequestId = '64f4a8be-bd0f-468b-9121-802f9c5feaa5';

function disturbed(given: readonly string[], dependencies: Partial<DisturbanceDependencies> = {}) {
  const { faults, problems } = readFaults(given);
  expect(problems).toEqual([]);
  const clock = new VirtualClock(start);
  const told: string[] = [];
  const random = seededRandom(1);
  const onFault: DisturbanceDependencies['onFault'] = (_fault, happened) => told.push(happened);
  const disturbance = createDisturbance(faults, { clock, random, onFault, ...dependencies });
  let carriedOut = 0;
  const next = async () => {
    carriedOut += 1;
    return successAnswer({}, 'id');
  };
  /** What the caller sees: a status and a code, or that the connection broke; and what SageMaker has done. */
  const call = async (operation: string) => {
    const before = carriedOut;
    const seen = await clock.run(() =>
      disturbance.interceptor(operation, {}, next, traceIdOf(awsRequestId)).then(
        ({ status, body }) => [status, JSON.parse(body).__type].filter((each) => each !== undefined).join(' '),
        (error: Error) => error.message,
      ),
    );
    return `${seen}${carriedOut > before ? ', carried out' : ''}`;
  };
  return { ...disturbance, clock, told, call };
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
  const { intercept, clock, told } = disturbed(['late=5', 'lambda-throttle=1']);
  const run = async () => returned;

  const first = await clock.run(() => intercept(request, run));
  const second = await clock.run(() => intercept({ ...request, number: 2 }, run));

  expect([first.outcome, second.outcome]).toEqual(['throttled', 'returned']);
  expect(told).toEqual(['lambda-throttle']);
});

test('late holds the first delivery back', async () => {
  const { intercept, clock } = disturbed(['late=5']);

  await clock.run(() => intercept(request, async () => returned));

  expect(clock.now() - start).toBe(5000);
});

test('duplicate delivers a request once more, and idle waits for that', async () => {
  const { intercept, clock, idle } = disturbed(['duplicate=2']);
  const deliveries: number[] = [];
  const run = async () => {
    deliveries.push(clock.now() - start);
    return returned;
  };

  await clock.run(async () => {
    await intercept(request, run);
    await idle();
  });

  expect(deliveries).toEqual([0, 2000]);
});

test('break keeps every invocation from running, but for the failsafe', async () => {
  const { invoke } = disturbed(['break']);
  const record: Attempt = { ...request, event: { requestPayload: request.event } };
  const run = async () => returned;

  const ofRequest = await invoke(request, run);
  const ofRecord = await invoke(record, run);

  expect([ofRequest.outcome, ofRecord.outcome]).toEqual(['exited', 'returned']);
});

test('bucket-refuses answers for S3, then lets through', async () => {
  const { interceptDelivery } = disturbed(['bucket-refuses=1']);
  const delivery = { url: 'http://127.0.0.1/key', headers: {}, body: '' };

  const next = async () => ({ status: 200, body: '' });

  expect(await interceptDelivery(delivery, next)).toMatchObject({ status: 503 });
  expect(await interceptDelivery(delivery, next)).toMatchObject({ status: 200 });
});

test('every answer that a fault gives has a SageMaker request id of its own', async () => {
  const { interceptor } = disturbed(['throttle=2', 'fail=1', 'in-use=1', 'access-denied=ListAliases:1']);
  const next = async () => successAnswer({}, 'carried out');
  const ids: (string | undefined)[] = [];

  for (let calls = 0; calls < 5; calls += 1) {
    const { headers } = await interceptor('ListAliases', {}, next, traceIdOf(awsRequestId));
    ids.push(headers['x-amzn-RequestId']);
  }

  expect(ids.filter((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id ?? ''))).toHaveLength(5);
  expect(new Set(ids).size).toBe(5);
});

/** What a version may be made from. */
function subject(tag: string): Parameters<ReturnType<typeof disturbed>['failures']['versionCreation']>[0] {
  const BaseImage = `111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:${tag}`;
  return Object.assign(Object.create(null), { ImageName: 'mine', Version: 1, ImageVersionArn: 'arn', BaseImage });
}

test('of several create-failed any that is meant hits, and all that are meant have happened', () => {
  const happened: string[] = [];
  const onFault: DisturbanceDependencies['onFault'] = ({ given }) => happened.push(given);
  const { failures } = disturbed(['create-failed=1.9', 'create-failed=:1', 'create-failed=1.4'], { onFault });

  expect(failures.versionCreation(subject('2.0'))).toBeUndefined();
  expect(failures.versionCreation(subject('1.4'))).toBe('The fault create-failed was asked for.');
  expect(happened).toEqual(['create-failed=:1', 'create-failed=1.4']);
});

test('create-failed and delete-failed hit the versions that are meant', () => {
  const { failures } = disturbed(['create-failed=:1.4', 'delete-failed']);

  expect(failures.versionCreation(subject('1.4'))).toBe('The fault create-failed was asked for.');
  expect(failures.versionCreation(subject('1.5'))).toBeUndefined();
  expect(failures.versionCreation(subject('does-not-exist'))).toContain('was not found in Amazon ECR');
  expect(failures.versionDeletion(subject('1.5'))).toBe('The fault delete-failed was asked for.');
});
