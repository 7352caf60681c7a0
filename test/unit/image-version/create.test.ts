import { OutOfTime, ProviderError, Superseded } from '../../../src/errors.ts';
import type { Wanted } from '../../../src/image-version/clean-up.ts';
import { createImageVersion } from '../../../src/image-version/create.ts';
import { clientToken, gaveMarker, ownershipAlias, requestHash } from '../../../src/image-version/ownership.ts';
import { notCreatedId } from '../../../src/image-version/physical-resource-id.ts';
import { readProperties } from '../../../src/image-version/properties.ts';
import {
  baseImage,
  createRequest,
  imageVersion,
  issuedAt,
  resourceProperties,
  stackResource,
  versionArn,
} from '../../support/provider/builders.ts';
import { accessDenied, inUse, throttled, unreachable } from '../../support/provider/fake-image-versions.ts';
import { world } from '../../support/provider/world.ts';

const request = createRequest();
const ownership = ownershipAlias(request, 0);

function wanted(properties: Parameters<typeof resourceProperties>[0] = {}, predecessor = 0): Wanted {
  return { properties: readProperties(resourceProperties(properties)), predecessor };
}

/** The resource of a request that was answered with this id. */
function answeredWith(PhysicalResourceId: string) {
  return stackResource('DELETE_COMPLETE', { PhysicalResourceId });
}

/** As the adapter puts an answer of status 500. */
function failing(): ProviderError {
  return new ProviderError('GeneralServiceException', 'SageMaker refused: InternalFailure.', { retryable: true });
}

describe('createImageVersion', () => {
  test('makes a version with its ownership alias, the declared aliases and metadata, and a derived token', async () => {
    const dependencies = world();
    const properties = { Alias: 'latest', Aliases: ['1.4'], Horovod: 'false', Processor: 'GPU', Revision: '7' };

    const creation = await createImageVersion(request, wanted(properties), dependencies);

    const parameters = {
      ImageName: 'my-image',
      BaseImage: baseImage,
      Aliases: [ownership, 'latest', '1.4'],
      Horovod: false,
      Processor: 'GPU',
    };
    expect(dependencies.imageVersions.writes()).toEqual([
      {
        operation: 'createImageVersion',
        input: { ...parameters, ClientToken: clientToken(request, parameters) },
      },
    ]);
    expect(creation).toEqual({
      outcome: 'created',
      version: imageVersion({ Version: 1, Horovod: false, Processor: 'GPU' }),
    });
    expect(dependencies.log.lines).toEqual([
      {
        level: 'info',
        message: 'Creating a version',
        details: { ImageName: 'my-image', BaseImage: baseImage, ownership },
      },
      { level: 'info', message: 'The version is being created', details: { ImageVersionArn: versionArn(1) } },
    ]);
  });

  test('waits until the version is CREATED', async () => {
    const dependencies = world();
    dependencies.imageVersions.whenCreated('CREATING', 'CREATING', 'CREATED');

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({ outcome: 'created', version: { ImageVersionStatus: 'CREATED' } });
    expect(dependencies.clock.slept).toEqual([1_500, 1_500]);
  });

  test('looks at the number in the ARN, whoever has made a later version meanwhile', async () => {
    const dependencies = world();
    dependencies.imageVersions.whenCreated('CREATING', 'CREATED');
    dependencies.imageVersions.next('describeImageVersion', {
      meanwhile: () => dependencies.imageVersions.add(imageVersion({ Version: 2 })),
    });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({ outcome: 'created', version: { Version: 1 } });
  });

  test('says in the ownership alias which version it replaces', async () => {
    const dependencies = world();

    await createImageVersion(request, wanted({}, 41), dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [ownershipAlias(request, 41)] });
  });

  test('goes on with the version that an earlier delivery of the request has made', async () => {
    const dependencies = world();
    await createImageVersion(request, wanted(), dependencies);

    const again = await createImageVersion(request, wanted(), dependencies);

    expect(again).toMatchObject({ outcome: 'created', version: { Version: 1 } });
    expect(dependencies.imageVersions.writes()).toHaveLength(1);
  });

  test('takes the marker off a version that gets the alias back', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion(), ownership, gaveMarker(request, 'latest', 9));

    await createImageVersion(request, wanted({ Alias: 'latest' }), dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [ownership, 'latest'] });
  });

  test('brings the aliases that an earlier delivery did not come to', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion(), ownership);

    await createImageVersion(request, wanted({ Alias: 'latest' }), dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [ownership, 'latest'] });
  });

  test('adopts no version that another request of the resource has made', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion(), ownershipAlias(createRequest({ RequestId: 'earlier' }), 0));

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({ outcome: 'created', version: { Version: 2 } });
  });

  test('takes an alias of a sibling once the version is CREATED', async () => {
    const dependencies = world();
    const sibling = ownershipAlias(createRequest({ LogicalResourceId: 'Sibling' }), 0);
    dependencies.imageVersions.add(imageVersion(), sibling, 'latest');

    await createImageVersion(request, wanted({ Alias: 'latest', Aliases: ['new'] }), dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({
      1: [sibling, gaveMarker(request, 'latest', 2)],
      2: [ownership, 'new', 'latest'],
    });
  });

  test('takes a create whose answer was lost for what it was', async () => {
    const dependencies = world();
    dependencies.imageVersions.next('createImageVersion', { losesAnswer: unreachable() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({ outcome: 'created', version: { Version: 1 } });
    expect(dependencies.imageVersions.writes()).toHaveLength(1);
  });

  test.each([
    ['throttled', throttled()],
    ['refused because the image is being modified', inUse('Resource was modified concurrently.')],
    ['unreachable', unreachable()],
    ['failing', failing()],
  ])('tries again, with the same token, where SageMaker is %s', async (_what, error) => {
    const dependencies = world();
    dependencies.imageVersions.next('createImageVersion', { refuses: error }, { refuses: error });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation.outcome).toBe('created');
    const [first, ...others] = dependencies.imageVersions.writes();
    expect(others).toEqual([first, first]);
  });

  test('finds a version under an ARN in another case than the template', async () => {
    const dependencies = world();
    const createImageVersionThere = async () => {
      dependencies.imageVersions.add(imageVersion({}, 'My-Image'), ownership);
      return versionArn(1, 'my-image');
    };

    const creation = await createImageVersion(request, wanted({ ImageName: 'My-Image' }), {
      ...dependencies,
      imageVersions: { ...dependencies.imageVersions, createImageVersion: createImageVersionThere },
    });

    expect(creation).toMatchObject({ outcome: 'created', version: { Version: 1 } });
    expect(dependencies.imageVersions.calls.at(-1)).toEqual({
      operation: 'describeImageVersion',
      input: { ImageName: 'My-Image', Version: 1 },
    });
  });

  test('throws OutOfTime, and leaves everything as it is, when the invocation cannot wait any longer', async () => {
    const dependencies = world({ deadlinesMs: { invocation: 10_000 } });
    dependencies.imageVersions.whenCreated('CREATING');

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new OutOfTime());
    expect(dependencies.imageVersions.writes()).toHaveLength(1);
    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [ownership] });
  });

  test('throws Superseded before it makes anything, where CloudFormation no longer waits', async () => {
    const dependencies = world({ now: issuedAt + 60_000 });
    dependencies.stacks.resource = stackResource('DELETE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 30_000 });

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });
});

describe('createImageVersion, when it is superseded,', () => {
  const notCreated = notCreatedId(requestHash(request));

  test.each([
    ['is not in the stack any more', 'gone' as const, {}],
    ['is something else by now', stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(7) }), {}],
    ['is that version: another delivery has answered with it', answeredWith(versionArn(1)), { 1: [ownership] }],
  ])('and has made the version, knows from what the resource is whether it goes: it %s', async (_what, now, left) => {
    const dependencies = world({ now: issuedAt + 60_000 });
    dependencies.stacks.resource = stackResource('CREATE_IN_PROGRESS');
    dependencies.imageVersions.next('describeImageVersion', {
      meanwhile: () => {
        dependencies.stacks.resource = now;
      },
    });

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.imageVersions.aliases()).toEqual(left);
  });

  test.each([
    ['is gone, so it may have been retained', 'gone' as const, { 1: [ownership] }],
    ['is something else by now, so it may be retained', answeredWith(versionArn(7)), { 1: [ownership] }],
    ['stands for nothing: that is what was answered', answeredWith(notCreated), {}],
  ])('and an earlier delivery has made the version, the same: it %s', async (_what, now, left) => {
    const dependencies = world({ now: issuedAt + 60_000 });
    dependencies.imageVersions.add(imageVersion(), ownership);
    dependencies.stacks.resource = now;

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.imageVersions.aliases()).toEqual(left);
  });

  test('and the answer of its own call was lost, takes the version for its own', async () => {
    const dependencies = world();
    dependencies.imageVersions.next('createImageVersion', { losesAnswer: unreachable() });
    dependencies.imageVersions.next(
      'listAliases',
      {},
      {
        meanwhile: () => {
          void dependencies.clock.sleep(60_000);
          dependencies.stacks.resource = answeredWith(versionArn(7));
        },
      },
    );

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test('and the version has never worked, removes it whoever has made it', async () => {
    const dependencies = world({ now: issuedAt + 60_000 });
    dependencies.imageVersions.add(imageVersion({ ImageVersionStatus: 'CREATE_FAILED' }), ownership);
    dependencies.stacks.resource = answeredWith(versionArn(7));

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test('and the version is still being created, waits for that, however late, and removes it', async () => {
    const dependencies = world({ now: issuedAt + 3_600_000 });
    dependencies.imageVersions.add(imageVersion({ ImageVersionStatus: 'CREATING' }), ownership);
    dependencies.imageVersions.next('deleteImageVersion', { refuses: inUse('It is being created.') });
    dependencies.stacks.resource = answeredWith(versionArn(7));

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test('and the version cannot be looked at, or not be removed, answers nothing either, and logs it', async () => {
    const dependencies = world({ now: issuedAt + 3_600_000 });
    dependencies.imageVersions.add(imageVersion({ ImageVersionStatus: 'CREATING' }), ownership);
    dependencies.imageVersions.next('describeImageVersion', { refuses: accessDenied() });
    dependencies.stacks.resource = answeredWith(versionArn(7));

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.log.lines.at(-1)).toEqual({
      level: 'error',
      message: 'What nobody waits for could not be removed',
      details: { ImageVersionArn: versionArn(1), error: accessDenied() },
    });
  });

  test('and the version has failed, answers nothing either', async () => {
    const dependencies = world({ now: issuedAt + 60_000 });
    dependencies.imageVersions.add(imageVersion({ ImageVersionStatus: 'CREATE_FAILED' }), ownership);
    dependencies.stacks.resource = answeredWith(notCreated);

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.imageVersions.aliases()).toEqual({});
  });
});

describe('createImageVersion, when it fails,', () => {
  test('tells FailureReason, and removes the version', async () => {
    const dependencies = world();
    dependencies.imageVersions.whenCreated('CREATING', 'CREATE_FAILED');

    const creation = await createImageVersion(request, wanted({ Alias: 'latest' }), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left: 'nothing',
      error: {
        code: 'NotStabilized',
        message:
          `SageMaker could not create version 1 of image my-image from ${baseImage}. ` +
          'FailureReason: No such image. ' +
          "Check that BaseImage exists in ECR and that the image's role may read it, then try again.",
      },
    });
    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test('says so where SageMaker gives no FailureReason', async () => {
    const dependencies = world();
    const describeImageVersion = async () => imageVersion({ ImageVersionStatus: 'CREATE_FAILED' });
    dependencies.imageVersions.always('deleteImageVersion', { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), {
      ...dependencies,
      imageVersions: { ...dependencies.imageVersions, describeImageVersion },
    });

    expect(creation).toMatchObject({
      error: { message: expect.stringContaining(`from ${baseImage}. FailureReason: none given. Check that`) },
    });
  });

  test('leaves the ARN where the failed version cannot be removed, and says why', async () => {
    const dependencies = world();
    dependencies.imageVersions.whenCreated('CREATE_FAILED');
    dependencies.imageVersions.always('deleteImageVersion', { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left: { ImageVersionArn: versionArn(1) },
      error: {
        code: 'NotStabilized',
        message:
          `SageMaker could not create version 1 of image my-image from ${baseImage}. ` +
          'FailureReason: No such image. ' +
          "Check that BaseImage exists in ECR and that the image's role may read it, then try again. " +
          'What it made could not be removed: SageMaker refused: AccessDeniedException: Not authorized.',
      },
    });
    expect(dependencies.log.messages('error')).toEqual([
      'The version could not be created',
      'What was made could not be removed',
    ]);
  });

  test('gives a version ten seconds to show itself', async () => {
    const dependencies = world();
    const { imageVersions } = dependencies;
    const unseen = { ...imageVersions, describeImageVersion: async () => undefined };

    const creation = await createImageVersion(request, wanted(), { ...dependencies, imageVersions: unseen });

    expect(creation).toMatchObject({ outcome: 'failed', left: 'unconfirmed', error: { code: 'NotFound' } });
    expect(dependencies.clock.now() - issuedAt).toBeGreaterThanOrEqual(10_000);
    expect(dependencies.clock.now() - issuedAt).toBeLessThan(12_000);
  });

  test('says that somebody else has deleted the version', async () => {
    const dependencies = world();
    dependencies.imageVersions.whenCreated('CREATING', 'gone');

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left: 'nothing',
      error: {
        code: 'NotFound',
        message:
          'The new version 1 of image my-image is gone before it was CREATED: the request was cancelled, another delivery of it has failed, or somebody has deleted it. Try again.',
      },
    });
    // Mostly it was cancelled: nothing to be woken for.
    expect(dependencies.log.messages('warn')).toEqual(['The new version is gone']);
    expect(dependencies.log.messages('error')).toEqual([]);
  });

  test('leaves nothing where SageMaker has refused for good', async () => {
    const dependencies = world();
    dependencies.imageVersions.next('createImageVersion', { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toEqual({ outcome: 'failed', left: 'nothing', error: accessDenied() });
    expect(dependencies.imageVersions.writes()).toHaveLength(1);
  });

  test('says that it was denied where the first delivery was not allowed to look', async () => {
    const dependencies = world();
    dependencies.imageVersions.next('listAliases', { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toEqual({ outcome: 'failed', left: 'denied', error: accessDenied() });
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('leaves it unconfirmed where it was denied after a call whose answer never came', async () => {
    const dependencies = world();
    dependencies.imageVersions.next('createImageVersion', { refuses: unreachable() });
    dependencies.imageVersions.next('listAliases', {}, { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toEqual({ outcome: 'failed', left: 'unconfirmed', error: accessDenied() });
  });

  test('leaves it unconfirmed where nobody could look for what an earlier delivery may have made', async () => {
    const dependencies = { ...world({ now: issuedAt + 60_000 }), begunAt: issuedAt + 60_000 };
    dependencies.imageVersions.next('listAliases', { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toEqual({ outcome: 'failed', left: 'unconfirmed', error: accessDenied() });
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('removes what an earlier delivery has made, where the alias that says so could not be listed', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion(), ownership);
    dependencies.imageVersions.next('listAliases', { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toEqual({ outcome: 'failed', left: 'nothing', error: accessDenied() });
    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test('leaves nothing where an alias stays on a version that no stack has made for a minute', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion(), 'latest');

    const creation = await createImageVersion(request, wanted({ Alias: 'latest' }), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left: 'nothing',
      error: {
        code: 'ResourceConflict',
        message:
          'In image my-image, alias latest is on version 1, which was not made with this provider; an alias can be on one ' +
          'version only. Remove it there, or declare another one.',
      },
    });
    expect(dependencies.clock.now()).toBeGreaterThanOrEqual(issuedAt + 60_000);
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('gives the aliases back that it took before', async () => {
    const dependencies = world();
    const sibling = ownershipAlias(createRequest({ LogicalResourceId: 'Sibling' }), 0);
    dependencies.imageVersions.add(imageVersion(), sibling, 'latest');
    dependencies.imageVersions.next('updateImageVersion', {}, { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted({ Alias: 'latest' }), dependencies);

    expect(creation).toEqual({ outcome: 'failed', left: 'nothing', error: accessDenied() });
    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [sibling, 'latest'] });
  });

  test('looks for what a create without an answer has made, and removes it', async () => {
    const dependencies = world();
    dependencies.imageVersions.next('createImageVersion', { losesAnswer: unreachable() });
    dependencies.imageVersions.next('listAliases', {}, { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toEqual({ outcome: 'failed', left: 'nothing', error: accessDenied() });
    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test.each([
    ['unreachable', unreachable(), 'unconfirmed'],
    ['failing', failing(), 'unconfirmed'],
    ['throttled', throttled(), 'nothing'],
    ['refused because the image is being modified', inUse('Resource was modified concurrently.'), 'nothing'],
  ])('leaves what it should where SageMaker is %s until the deadline', async (_what, error, left) => {
    const dependencies = world({ deadlinesMs: { request: 1_000 } });
    dependencies.imageVersions.always('createImageVersion', { refuses: error });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left,
      error: { code: error.code, message: `${error.message} It was tried 5 times.`, cause: error },
    });
  });

  test('leaves it unconfirmed where what was made cannot even be looked for', async () => {
    const dependencies = world({ deadlinesMs: { request: 1_000 } });
    dependencies.imageVersions.always('createImageVersion', { refuses: unreachable() });
    dependencies.imageVersions.always('describeImageVersionByAlias', { refuses: accessDenied() });

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left: 'unconfirmed',
      error: {
        message:
          'SageMaker could not be reached (ECONNRESET). It was tried 5 times. ' +
          'Whether it has made a version could not be looked up: SageMaker refused: AccessDeniedException: Not authorized.',
      },
    });
  });

  test('cleans up in the time beyond the deadline of the request', async () => {
    const dependencies = world({ deadlinesMs: { request: 10_000, cleanUp: 20_000 } });
    dependencies.imageVersions.whenCreated('CREATING');
    dependencies.imageVersions.whenDeleted('DELETING', 'DELETING', 'DELETING', 'gone');

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left: 'nothing',
      error: {
        code: 'NotStabilized',
        message: 'Version 1 of image my-image was still CREATING when the time for the request had run out.',
      },
    });
    expect(dependencies.clock.now()).toBeGreaterThan(issuedAt + 10_000);
    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test('leaves the ARN where cleaning up takes too long', async () => {
    const dependencies = world({ deadlinesMs: { request: 10_000, cleanUp: 20_000 } });
    dependencies.imageVersions.whenCreated('CREATING');
    dependencies.imageVersions.whenDeleted('DELETING');

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({
      outcome: 'failed',
      left: { ImageVersionArn: versionArn(1) },
      error: {
        message:
          'Version 1 of image my-image was still CREATING when the time for the request had run out. ' +
          'What it made could not be removed: ' +
          'Version 1 of image my-image was still DELETING when the time for the request had run out.',
      },
    });
    expect(dependencies.clock.now()).toBeLessThanOrEqual(issuedAt + 20_000);
  });

  test('leaves the ARN where the invocation ends while it cleans up beyond the deadline of the request', async () => {
    const dependencies = world({ deadlinesMs: { request: 10_000, cleanUp: 20_000, invocation: 15_000 } });
    dependencies.imageVersions.whenCreated('CREATING');
    dependencies.imageVersions.whenDeleted('DELETING');

    const creation = await createImageVersion(request, wanted(), dependencies);

    expect(creation).toMatchObject({ outcome: 'failed', left: { ImageVersionArn: versionArn(1) } });
  });

  test('throws OutOfTime where the invocation ends while it cleans up before that, for the next to go on', async () => {
    const dependencies = world({ deadlinesMs: { invocation: 5_000 } });
    dependencies.imageVersions.whenCreated('CREATE_FAILED');
    dependencies.imageVersions.whenDeleted('DELETING');

    await expect(createImageVersion(request, wanted(), dependencies)).rejects.toEqual(new OutOfTime());
  });

  test('does not believe an ARN of no known form', async () => {
    const dependencies = world();
    const answer = async () => 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image';

    const creation = await createImageVersion(request, wanted(), {
      ...dependencies,
      imageVersions: { ...dependencies.imageVersions, createImageVersion: answer },
    });

    expect(creation).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'InternalFailure',
        message: expect.stringContaining(
          'SageMaker answered with an ARN of no known form: arn:aws:sagemaker:eu-west-1:111122223333:image/my-image.',
        ),
      },
    });
  });

  test('is patient with an ownership alias whose version does not show itself', async () => {
    const dependencies = world({ deadlinesMs: { request: 1_000 } });
    dependencies.imageVersions.add(imageVersion(), ownership);
    const hidden = { ...dependencies.imageVersions, describeImageVersionByAlias: async () => undefined };

    const creation = await createImageVersion(request, wanted(), { ...dependencies, imageVersions: hidden });

    expect(creation).toMatchObject({
      outcome: 'failed',
      error: {
        message:
          `Image my-image has the alias ${ownership}, but the version that bears it cannot be described. ` +
          'It was tried 5 times.',
      },
    });
  });
});
