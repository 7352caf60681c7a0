import type { Json } from '../../../sandbox/json.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { errorAnswer } from '../../../sandbox/sagemaker/api-answer.ts';
import { createSageMaker, type SageMaker } from '../../../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../../../sandbox/sagemaker/settings.ts';
import type { State } from '../../../sandbox/sagemaker/state.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { BASE_IMAGE, ROLE_ARN, STATUS_MS, versionArn, wireSettings } from '../../support/sagemaker.ts';

function start(given: Parameters<typeof sageMakerSettings>[0] = {}) {
  const clock = new ManualClock();
  return { clock, sagemaker: createSageMaker(wireSettings(given), { clock, random: seededRandom(1) }) };
}

/** The body of an answer. */
async function bodyOf(answer: ReturnType<SageMaker['call']>): Promise<Json> {
  return JSON.parse((await answer).body);
}

async function startWithImage(given: Parameters<typeof sageMakerSettings>[0] = {}) {
  const started = start(given);
  const created = started.sagemaker.call('CreateImage', { ImageName: 'my-image', RoleArn: ROLE_ARN });
  started.clock.advance(STATUS_MS);
  await created;
  started.clock.advance(STATUS_MS);
  return started;
}

const CONCURRENT = { __type: 'ResourceInUse', Message: 'Resource was modified concurrently' };
const createVersion = (sagemaker: SageMaker, ClientToken: string) =>
  sagemaker.call('CreateImageVersion', { ImageName: 'my-image', BaseImage: BASE_IMAGE, ClientToken });

test('the later of two modifications of one image at the same time is refused', async () => {
  const { clock, sagemaker } = await startWithImage({ lockWindowMs: 100 });

  const first = createVersion(sagemaker, 'first');
  clock.advance(99);
  const second = createVersion(sagemaker, 'second');
  clock.advance(100);

  expect(await bodyOf(first)).toEqual({ ImageVersionArn: versionArn(1) });
  expect(await bodyOf(second)).toEqual(CONCURRENT);
});

test.each([
  ['UpdateImage', { Description: 'New' }],
  ['DeleteImage', {}],
  ['UpdateImageVersion', { Version: 1, ReleaseNotes: 'New' }],
  ['DeleteImageVersion', { Version: 1 }],
])('%s is refused if another call modifies the image at the same time', async (operation, input) => {
  const { clock, sagemaker } = await startWithImage({ lockWindowMs: 100 });
  const version = createVersion(sagemaker, 'first');
  clock.advance(100);
  await version;
  clock.advance(STATUS_MS);

  const other = createVersion(sagemaker, 'second');
  const refused = sagemaker.call(operation, { ImageName: 'my-image', ...input });
  clock.advance(100);

  expect((await other).status).toBe(200);
  expect(await bodyOf(refused)).toEqual(CONCURRENT);
});

test('two modifications of one image, one after the other, are both accepted', async () => {
  const { clock, sagemaker } = await startWithImage({ lockWindowMs: 100 });

  const first = createVersion(sagemaker, 'first');
  clock.advance(100);
  await first;
  const second = createVersion(sagemaker, 'second');
  clock.advance(100);

  expect(await bodyOf(second)).toEqual({ ImageVersionArn: versionArn(2) });
});

test('modifications of different images at the same time are both accepted', async () => {
  const { clock, sagemaker } = await startWithImage({ lockWindowMs: 100 });

  const version = createVersion(sagemaker, 'token');
  const image = sagemaker.call('CreateImage', { ImageName: 'other', RoleArn: ROLE_ARN });
  clock.advance(100);

  expect((await image).status).toBe(200);
  expect((await version).status).toBe(200);
});

test('two calls with one ClientToken at the same time create one version', async () => {
  const { clock, sagemaker } = await startWithImage({ lockWindowMs: 100 });

  const calls = [1, 2].map(() => createVersion(sagemaker, 'token'));
  clock.advance(100);

  expect(await Promise.all(calls.map(bodyOf))).toEqual([
    { ImageVersionArn: versionArn(1) },
    { ImageVersionArn: versionArn(1) },
  ]);
});

test('a SageMaker continues from the JSON of a snapshot and does not change the original', async () => {
  const { clock, sagemaker } = await startWithImage();
  await createVersion(sagemaker, 'token');
  const written: State = JSON.parse(JSON.stringify(sagemaker.snapshot()));

  const next = createSageMaker(wireSettings(), { clock, random: seededRandom(1), snapshot: written });
  clock.advance(STATUS_MS);
  await next.call('DeleteImageVersion', { ImageName: 'my-image', Version: 1 });

  const describe = { ImageName: 'my-image', Version: 1 };
  expect(await bodyOf(next.call('DescribeImageVersion', describe))).toMatchObject({ ImageVersionStatus: 'DELETING' });
  expect(await bodyOf(sagemaker.call('DescribeImageVersion', describe))).toMatchObject({
    ImageVersionStatus: 'CREATED',
  });
});

test('two SageMakers from one snapshot do not share their state', async () => {
  const { clock, sagemaker } = await startWithImage();
  const dependencies = { clock, random: seededRandom(1), snapshot: sagemaker.snapshot() };
  const one = createSageMaker(wireSettings(), dependencies);
  const other = createSageMaker(wireSettings(), dependencies);

  await one.call('DeleteImage', { ImageName: 'my-image' });

  expect(await bodyOf(other.call('DescribeImage', { ImageName: 'my-image' }))).toMatchObject({
    ImageStatus: 'CREATED',
  });
});

test('an interceptor can answer in place of SageMaker until it is removed', async () => {
  const { sagemaker } = start();
  const remove = sagemaker.intercept(async () => errorAnswer('ThrottlingException', 'Rate exceeded', 'id'));

  const throttled = await sagemaker.call('ListImages', {});
  remove();
  const answered = await sagemaker.call('ListImages', {});

  expect(throttled).toEqual({
    status: 400,
    headers: { 'x-amzn-RequestId': 'id', 'content-type': 'application/x-amz-json-1.1' },
    body: '{"__type":"ThrottlingException","message":"Rate exceeded"}',
  });
  expect(answered.status).toBe(200);
});

test('the newest interceptor is called first', async () => {
  const { sagemaker } = start();
  const order: string[] = [];
  for (const name of ['older', 'newer']) {
    sagemaker.intercept((operation, _input, next) => {
      order.push(`${name} ${operation}`);
      return next();
    });
  }

  await sagemaker.call('ListImages', {});

  expect(order).toEqual(['newer ListImages', 'older ListImages']);
});

test('an observer is called with every call and its answer', async () => {
  const { sagemaker } = start();
  const observed: unknown[] = [];
  sagemaker.onCall((operation, input, { status }) => observed.push({ operation, input, status }));

  await sagemaker.call('ListImages', { MaxResults: 5 });
  await sagemaker.call('DescribeImage', { ImageName: 'absent' });

  expect(observed).toEqual([
    { operation: 'ListImages', input: { MaxResults: 5 }, status: 200 },
    { operation: 'DescribeImage', input: { ImageName: 'absent' }, status: 400 },
  ]);
});

test('a change of status takes a random time within its range', async () => {
  const clock = new ManualClock(0);
  const settings = sageMakerSettings({ lockWindowMs: 0, durations: { imageCreation: [1000, 3000] } });
  const sagemaker = createSageMaker(settings, { clock, random: () => 0.5 });
  const status = async () => bodyOf(sagemaker.call('DescribeImage', { ImageName: 'my-image' }));
  await sagemaker.call('CreateImage', { ImageName: 'my-image', RoleArn: ROLE_ARN });

  clock.advance(1999);
  const before = await status();
  clock.advance(1);
  const after = await status();

  expect(before).toMatchObject({ ImageStatus: 'CREATING', LastModifiedTime: 0 });
  expect(after).toMatchObject({ ImageStatus: 'CREATED', LastModifiedTime: 2 });
});

describe('a read that is behind', () => {
  const staleness = {
    behindMs: (operation: string) => (operation === 'ListAliases' ? 3 * STATUS_MS : 0),
    longestMs: 10 * STATUS_MS,
  };
  const aliases = (sagemaker: SageMaker) => bodyOf(sagemaker.call('ListAliases', { ImageName: 'my-image' }));

  test('shows what was there so long ago, while other reads and writes see the present', async () => {
    const { clock, sagemaker } = await startWithImage({ staleness });
    clock.advance(10 * STATUS_MS);
    await sagemaker.call('CreateImageVersion', {
      ImageName: 'my-image',
      BaseImage: BASE_IMAGE,
      ClientToken: 'token',
      Aliases: ['latest'],
    });
    clock.advance(STATUS_MS);

    expect(await bodyOf(sagemaker.call('DescribeImageVersion', { ImageName: 'my-image' }))).toMatchObject({
      ImageVersionStatus: 'CREATED',
    });
    expect(await aliases(sagemaker)).toEqual({ SageMakerImageVersionAliases: [] });
    clock.advance(2 * STATUS_MS);
    expect(await aliases(sagemaker)).toEqual({ SageMakerImageVersionAliases: ['latest'] });
  });

  test('does not know yet what did not exist', async () => {
    const { sagemaker } = await startWithImage({ staleness });

    expect(await aliases(sagemaker)).toMatchObject({ __type: 'ResourceNotFound' });
  });
});
