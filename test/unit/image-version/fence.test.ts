import { ProviderError, Superseded } from '../../../src/errors.ts';
import { fence, fenceNewWork } from '../../../src/image-version/fence.ts';
import {
  createRequest,
  deleteRequest,
  issuedAt,
  stackResource,
  updateRequest,
} from '../../support/provider/builders.ts';
import { world } from '../../support/provider/world.ts';

/** Ten seconds before Lambda may deliver the request once more: from then on it may not be alone. */
const lateMs = 50_000;
const late = { now: issuedAt + lateMs };

describe('fence', () => {
  test('lets a young request pass without asking', async () => {
    const young = world({ now: issuedAt + lateMs - 1 });

    await fence(createRequest(), young);

    expect(young.stacks.asked).toEqual([]);
  });

  test.each([
    ['CREATE_IN_PROGRESS', createRequest()],
    ['UPDATE_IN_PROGRESS', updateRequest()],
    ['DELETE_IN_PROGRESS', deleteRequest()],
  ])('lets an older request pass while its resource is %s since it was issued', async (ResourceStatus, request) => {
    const dependencies = world(late);
    dependencies.stacks.resource = stackResource(ResourceStatus);

    await expect(fence(request, dependencies)).resolves.toBeUndefined();
    expect(dependencies.stacks.asked).toEqual(['currentResource']);
  });

  test.each([
    ['CREATE_FAILED', createRequest()],
    ['DELETE_IN_PROGRESS', createRequest()],
    ['UPDATE_COMPLETE', updateRequest()],
    ['UPDATE_ROLLBACK_IN_PROGRESS', updateRequest()],
    ['DELETE_COMPLETE', deleteRequest()],
  ])('stops an older request whose resource is %s', async (ResourceStatus, request) => {
    const dependencies = world(late);
    dependencies.stacks.resource = stackResource(ResourceStatus);

    await expect(fence(request, dependencies)).rejects.toEqual(new Superseded());
  });

  test('stops an older request whose resource was touched after it was issued, the first three seconds aside', async () => {
    const dependencies = world(late);

    dependencies.stacks.resource = stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3000 });
    await expect(fence(createRequest(), dependencies)).resolves.toBeUndefined();

    dependencies.stacks.resource = stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3001 });
    await expect(fence(createRequest(), dependencies)).rejects.toEqual(new Superseded());
  });

  test('lets an older request pass where CloudFormation does not tell', async () => {
    await expect(fence(createRequest(), world(late))).resolves.toBeUndefined();
  });

  test('takes a request of unknown age for an older one, and goes by the status alone', async () => {
    const dependencies = world();
    const request = createRequest({ ResponseURL: 'https://example.com/' });

    dependencies.stacks.resource = stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3_600_000 });
    await expect(fence(request, dependencies)).resolves.toBeUndefined();

    dependencies.stacks.resource = stackResource('DELETE_IN_PROGRESS');
    await expect(fence(request, dependencies)).rejects.toEqual(new Superseded());
  });

  test('lets a request pass at its very deadline', async () => {
    const dependencies = world({ deadlinesMs: { request: 0 } });

    await expect(fence(createRequest(), dependencies)).resolves.toBeUndefined();
  });

  test.each([
    ['begun late', { begunAt: issuedAt + 3_000, now: issuedAt + 3_000 }, 1],
    ['begun in time', { begunAt: issuedAt + 2_999, now: issuedAt + 49_999 }, 0],
  ])('asks for a request whose invocation has %s %d times', async (_when, { begunAt, now }, times) => {
    const dependencies = { ...world({ now }), begunAt };
    dependencies.stacks.resource = stackResource('CREATE_IN_PROGRESS');

    await fence(createRequest(), dependencies);

    expect(dependencies.stacks.asked).toHaveLength(times);
  });

  test.each([
    ['comes to it at once', 1_999, 0],
    ['was kept from it', 2_000, 1],
  ])('before anything new, asks for a request that %s', async (_what, sinceMs, times) => {
    const dependencies = world({ now: issuedAt + sinceMs });
    dependencies.stacks.resource = stackResource('CREATE_IN_PROGRESS');

    await fenceNewWork(createRequest(), dependencies);

    expect(dependencies.stacks.asked).toHaveLength(times);
  });

  test('lets nothing new pass once the time for the request has run out, but what goes on already', async () => {
    const dependencies = world({ now: issuedAt + 1, deadlinesMs: { request: 0 } });

    await expect(fence(createRequest(), dependencies)).resolves.toBeUndefined();
    await expect(fenceNewWork(createRequest(), dependencies)).rejects.toEqual(
      new ProviderError('NotStabilized', 'The time for the request had run out before this could be done. Try again.', {
        overdue: true,
      }),
    );
  });
});
