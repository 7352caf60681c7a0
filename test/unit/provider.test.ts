import type { Request } from '../../src/cloudformation/request.ts';
import { OutOfTime, ProviderError } from '../../src/errors.ts';
import { ownershipAlias, requestHash } from '../../src/image-version/ownership.ts';
import { deniedId, notCreatedId, unconfirmedId } from '../../src/image-version/physical-resource-id.ts';
import { type Invocation, provide } from '../../src/provider.ts';
import {
  baseImage,
  containerImage,
  createRequest,
  deleteRequest,
  imageVersion,
  issuedAt,
  resourceProperties,
  responseUrl,
  stackResource,
  updateRequest,
  versionArn,
} from '../support/provider/builders.ts';
import { accessDenied, unreachable } from '../support/provider/fake-image-versions.ts';
import { fakePut, type PutStep } from '../support/provider/fake-put.ts';
import { world } from '../support/provider/world.ts';

const invocation: Invocation = {
  remainingTimeMs: 900_000,
  awsRequestId: '64f4a8be-bd0f-468b-9121-802f9c5feaa5',
  providerVersion: '0.1.0',
  logGroupName: '/aws/lambda/provider',
  logStreamName: '2026/11/21/[$LATEST]8f2c',
};
const where = '(Log: /aws/lambda/provider, stream 2026/11/21/[$LATEST]8f2c)';
const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
const made = ownershipAlias(createRequest(), 0);

/** A provider with everything faked, and one request to it. */
function providerFor(request: Request, { puts = [], now }: { puts?: readonly PutStep[]; now?: number } = {}) {
  const { deadlines: _, ...dependencies } = world(now === undefined ? {} : { now });
  const bucket = fakePut(request, ...puts);
  // As Lambda gets it: with fields that the provider has no use for.
  const event = { ...request, ServiceToken: 'arn:aws:lambda', ResourceType: 'Custom::SageMakerImageVersion' };
  return {
    ...dependencies,
    ...bucket,
    deliver: (overrides: Partial<Invocation> = {}) =>
      provide(
        event,
        { ...invocation, ...overrides },
        {
          ...dependencies,
          imageVersions: () => dependencies.imageVersions,
          stacks: () => dependencies.stacks,
          put: bucket.put,
        },
      ),
  };
}

function echoed({ StackId, RequestId, LogicalResourceId }: Request) {
  return { StackId, RequestId, LogicalResourceId };
}

/** The whole answer to a request that ends with this version in place. */
function success(request: Request, Version: number, BaseImage: string = baseImage) {
  return {
    Status: 'SUCCESS',
    PhysicalResourceId: versionArn(Version),
    ...echoed(request),
    Data: {
      ImageVersionArn: versionArn(Version),
      Version: String(Version),
      ImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image',
      ImageName: 'my-image',
      BaseImage,
      ContainerImage: containerImage,
    },
  };
}

function failure(request: Request, PhysicalResourceId: string, reason: string) {
  return { Status: 'FAILED', PhysicalResourceId, ...echoed(request), Reason: `${reason} ${where}` };
}

const refusedReason = (problems: string) => `The template's properties are not valid: ${problems}.`;

describe('provide, for a Create,', () => {
  test('makes the version and answers with its ARN and all attributes', async () => {
    const request = createRequest();
    const provider = providerFor(request);

    await provider.deliver();

    expect(provider.answers).toEqual([success(request, 1)]);
    expect(provider.imageVersions.aliases()).toEqual({ 1: [made] });
    expect(provider.stacks.asked).toEqual([]);
  });

  test('answers only when the version is CREATED', async () => {
    const provider = providerFor(createRequest());
    provider.imageVersions.whenCreated('CREATING', 'CREATING', 'CREATED');

    await provider.deliver();

    expect(provider.clock.slept).toEqual([1_500, 1_500]);
    expect(provider.answers).toHaveLength(1);
  });

  test('delivered twice, makes one version and answers alike', async () => {
    const request = createRequest();
    const provider = providerFor(request);

    await provider.deliver();
    await provider.deliver();

    expect(provider.answers).toEqual([success(request, 1), success(request, 1)]);
    expect(provider.imageVersions.writes()).toHaveLength(1);
  });

  test('tells of bad properties before it calls anything', async () => {
    const request = createRequest({ ResourceProperties: resourceProperties({ ImageName: 'a b', Colour: 'red' }) });
    const provider = providerFor(request);

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(
        request,
        notCreatedId(requestHash(request)),
        refusedReason(
          'Colour is not a property of an image version; ' +
            'ImageName must be the name, not an ARN: letters and digits, with single hyphens or dots between them, not "a b"',
        ),
      ),
    ]);
    expect(provider.imageVersions.calls).toEqual([]);
  });

  test('that SageMaker refuses answers that nothing was created', async () => {
    const request = createRequest();
    const provider = providerFor(request);
    provider.imageVersions.always('createImageVersion', { refuses: accessDenied() });

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(request, notCreatedId(requestHash(request)), 'SageMaker refused: AccessDeniedException: Not authorized.'),
    ]);
  });

  test('whose version fails removes it and tells why', async () => {
    const request = createRequest();
    const provider = providerFor(request);
    provider.imageVersions.whenCreated('CREATING', 'CREATE_FAILED');

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(
        request,
        notCreatedId(requestHash(request)),
        `SageMaker could not create version 1 of image my-image from ${baseImage}. FailureReason: No such image. ` +
          "Check that BaseImage exists in ECR and that the image's role may read it, then try again.",
      ),
    ]);
    expect(provider.imageVersions.aliases()).toEqual({});
  });

  test('whose failed version stays answers with its ARN, for the Delete that follows', async () => {
    const request = createRequest();
    const provider = providerFor(request);
    provider.imageVersions.whenCreated('CREATE_FAILED');
    provider.imageVersions.always('deleteImageVersion', { refuses: accessDenied() });

    await provider.deliver();

    expect(provider.answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: versionArn(1) }]);
  });

  test('that never heard from SageMaker answers that it is unconfirmed', async () => {
    const request = createRequest({ ResourceProperties: resourceProperties({ ServiceTimeout: '10' }) });
    const provider = providerFor(request);
    provider.imageVersions.always('createImageVersion', { refuses: unreachable() });

    await provider.deliver();

    expect(provider.answers).toMatchObject([
      {
        Status: 'FAILED',
        PhysicalResourceId: unconfirmedId(requestHash(request)),
        Reason: expect.stringMatching(
          /^SageMaker could not be reached \(ECONNRESET\)\. It was tried \d+ times\. \(Log/,
        ),
      },
    ]);
  });

  test('that was not allowed to look answers so in its id', async () => {
    const request = createRequest();
    const provider = providerFor(request);
    provider.imageVersions.always('listAliases', { refuses: accessDenied() });

    await provider.deliver();

    expect(provider.answers).toMatchObject([
      {
        Status: 'FAILED',
        PhysicalResourceId: deniedId(requestHash(request)),
        Reason: expect.stringMatching(/^SageMaker refused: AccessDenied/),
      },
    ]);
  });

  test('that takes too long answers in time, and removes what it made', async () => {
    const request = createRequest({ ResourceProperties: resourceProperties({ ServiceTimeout: '60' }) });
    const provider = providerFor(request);
    provider.imageVersions.whenCreated('CREATING');

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(
        request,
        notCreatedId(requestHash(request)),
        'Version 1 of image my-image was still CREATING when the time for the request had run out.',
      ),
    ]);
    expect(provider.clock.now()).toBeLessThan(issuedAt + 60_000);
    expect(provider.imageVersions.aliases()).toEqual({});
  });

  test('that the provider itself fails at tells no more than that, and logs the rest', async () => {
    const request = createRequest();
    const provider = providerFor(request);
    const defect = new TypeError('x is not a function');
    provider.imageVersions.next('describeImageVersion', { refuses: defect });

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(
        request,
        notCreatedId(requestHash(request)),
        'The provider itself failed unexpectedly; its log has the details.',
      ),
    ]);
    expect(provider.log.lines.find(({ level }) => level === 'error')).toMatchObject({
      message: 'The version could not be created',
      details: { code: 'InternalFailure', error: { cause: defect } },
    });
  });

  test('with a Reason of any length keeps the log at its end, within 4096 bytes', async () => {
    const request = createRequest({
      ResourceProperties: resourceProperties({ Aliases: Array.from({ length: 200 }, () => 'not an alias') }),
    });
    const provider = providerFor(request);

    await provider.deliver();

    expect(provider.answers).toMatchObject([{ Reason: expect.stringContaining(`… ${where}`) }]);
  });
});

describe('provide, for an Update,', () => {
  test('changes the version in place, and answers with the same ARN and all attributes', async () => {
    const request = updateRequest({ ResourceProperties: resourceProperties({ Alias: 'latest' }) });
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);

    await provider.deliver();

    expect(provider.answers).toEqual([success(request, 1)]);
    expect(provider.imageVersions.aliases()).toEqual({ 1: [made, 'latest'] });
  });

  test('of ServiceTimeout alone changes nothing', async () => {
    const request = updateRequest({ ResourceProperties: resourceProperties({ ServiceTimeout: '60' }) });
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);

    await provider.deliver();

    expect(provider.answers).toEqual([success(request, 1)]);
    expect(provider.imageVersions.writes()).toEqual([]);
  });

  test('replaces the version, answers with the new ARN and leaves the old one to CloudFormation', async () => {
    const request = updateRequest({ ResourceProperties: resourceProperties({ BaseImage: newBase }) });
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);

    await provider.deliver();

    expect(provider.answers).toEqual([success(request, 2, newBase)]);
    expect(provider.imageVersions.aliases()).toEqual({ 1: [made], 2: [ownershipAlias(request, 1)] });
  });

  test('delivered twice, replaces once', async () => {
    const request = updateRequest({ ResourceProperties: resourceProperties({ BaseImage: newBase }) });
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);

    await provider.deliver();
    await provider.deliver();

    expect(provider.answers).toEqual([success(request, 2, newBase), success(request, 2, newBase)]);
    expect(provider.imageVersions.writes()).toHaveLength(1);
  });

  test('that fails answers with the old id, having removed what it made', async () => {
    const request = updateRequest({ ResourceProperties: resourceProperties({ BaseImage: newBase }) });
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);
    provider.imageVersions.whenCreated('CREATE_FAILED');

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(
        request,
        versionArn(1),
        `SageMaker could not create version 2 of image my-image from ${newBase}. FailureReason: No such image. ` +
          "Check that BaseImage exists in ECR and that the image's role may read it, then try again.",
      ),
    ]);
    expect(provider.imageVersions.aliases()).toEqual({ 1: [made] });
  });

  test('to bad properties answers with the old id, and calls nothing', async () => {
    const request = updateRequest({ ResourceProperties: resourceProperties({ BaseImage: undefined }) });
    const provider = providerFor(request);

    await provider.deliver();

    expect(provider.answers).toEqual([failure(request, versionArn(1), refusedReason('BaseImage is required'))]);
    expect(provider.imageVersions.calls).toEqual([]);
  });

  test.each([notCreatedId('0123456789abcdef'), unconfirmedId('0123456789abcdef'), 'studio-Stable-1B2C3D4E5F'])(
    'of the id %s is a Create',
    async (PhysicalResourceId) => {
      const request = updateRequest({ PhysicalResourceId });
      const provider = providerFor(request);

      await provider.deliver();

      expect(provider.answers).toEqual([success(request, 1)]);
      expect(provider.imageVersions.aliases()).toEqual({ 1: [ownershipAlias(request, 0)] });
    },
  );

  test('of a marker id that fails keeps that id, because CloudFormation has no other', async () => {
    const request = updateRequest({ PhysicalResourceId: notCreatedId('0123456789abcdef') });
    const provider = providerFor(request);
    provider.imageVersions.always('createImageVersion', { refuses: accessDenied() });

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(request, 'not-created/0123456789abcdef', 'SageMaker refused: AccessDeniedException: Not authorized.'),
    ]);
  });

  test('of a marker id that leaves a version answers with the ARN of that', async () => {
    const request = updateRequest({ PhysicalResourceId: notCreatedId('0123456789abcdef') });
    const provider = providerFor(request);
    provider.imageVersions.whenCreated('CREATE_FAILED');
    provider.imageVersions.always('deleteImageVersion', { refuses: accessDenied() });

    await provider.deliver();

    expect(provider.answers).toMatchObject([{ Status: 'FAILED', PhysicalResourceId: versionArn(1) }]);
  });
});

describe('provide, for a Delete,', () => {
  test('deletes the version and answers with the same id', async () => {
    const request = deleteRequest();
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);
    provider.imageVersions.whenDeleted('DELETING', 'gone');

    await provider.deliver();

    expect(provider.answers).toEqual([{ Status: 'SUCCESS', PhysicalResourceId: versionArn(1), ...echoed(request) }]);
    expect(provider.imageVersions.aliases()).toEqual({});
  });

  test.each([versionArn(1), notCreatedId('0123456789abcdef'), unconfirmedId('0123456789abcdef'), 'studio-Stable-1B2C'])(
    'is content where there is nothing behind the id %s',
    async (PhysicalResourceId) => {
      const request = deleteRequest({ PhysicalResourceId });
      const provider = providerFor(request);

      await provider.deliver();

      expect(provider.answers).toEqual([{ Status: 'SUCCESS', PhysicalResourceId, ...echoed(request) }]);
      expect(provider.imageVersions.writes()).toEqual([]);
    },
  );

  test('is blind to properties', async () => {
    const request = deleteRequest({ ResourceProperties: { Colour: 'red', ImageName: ['my-image'] } });
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);

    await provider.deliver();

    expect(provider.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(provider.imageVersions.aliases()).toEqual({});
  });

  test('that fails tells why, with the same id', async () => {
    const request = deleteRequest();
    const provider = providerFor(request);
    provider.imageVersions.add(imageVersion(), made);
    provider.imageVersions.whenDeleted('DELETE_FAILED');

    await provider.deliver();

    expect(provider.answers).toEqual([
      failure(
        request,
        versionArn(1),
        'SageMaker could not delete version 1 of image my-image. FailureReason: No such image. ' +
          'Detach it from domains, spaces and user profiles that use it. Then, if the stack is DELETE_FAILED or ' +
          'ROLLBACK_FAILED, delete it again; else leave the stack as it is, and delete this version alone: ' +
          'aws sagemaker delete-image-version --image-name my-image --version 1',
      ),
    ]);
  });

  test('cleans up after a Create that left an unconfirmed version', async () => {
    const create = createRequest();
    const PhysicalResourceId = unconfirmedId(requestHash(create));
    const provider = providerFor(deleteRequest({ PhysicalResourceId }));
    provider.imageVersions.add(imageVersion(), ownershipAlias(create, 0));

    await provider.deliver();

    expect(provider.answers).toMatchObject([{ Status: 'SUCCESS', PhysicalResourceId }]);
    expect(provider.imageVersions.aliases()).toEqual({});
  });
});

describe('provide, for any request,', () => {
  const requests = [createRequest(), updateRequest(), deleteRequest()] as const;

  test.each(requests)(
    'throws OutOfTime, and answers nothing, when the invocation ends first: $RequestType',
    async (request) => {
      const provider = providerFor(request);
      provider.imageVersions.add(imageVersion(), made);
      provider.imageVersions.becomes(1, 'CREATING');

      await expect(provider.deliver({ remainingTimeMs: 3_000 })).rejects.toEqual(new OutOfTime());

      expect(provider.tries()).toBe(0);
      expect(provider.log.messages('error')).toEqual([]);
      expect(provider.log.messages('info').at(-1)).toBe(new OutOfTime().message);
    },
  );

  test('goes on in the next delivery where the last one ran out of time', async () => {
    const request = createRequest();
    const provider = providerFor(request);
    const creating = Array.from({ length: 9 }, () => 'CREATING' as const);
    provider.imageVersions.whenCreated('CREATING', ...creating, 'CREATED');

    await expect(provider.deliver({ remainingTimeMs: 3_000 })).rejects.toEqual(new OutOfTime());
    await provider.deliver();

    expect(provider.answers).toEqual([success(request, 1)]);
    expect(provider.imageVersions.writes()).toHaveLength(1);
  });

  test('answers nothing, and does not fail, where CloudFormation no longer waits', async () => {
    const provider = providerFor(createRequest(), { now: issuedAt + 60_000 });
    provider.stacks.resource = stackResource('DELETE_IN_PROGRESS');

    await expect(provider.deliver()).resolves.toBeUndefined();

    expect(provider.tries()).toBe(0);
    expect(provider.imageVersions.writes()).toEqual([]);
    expect(provider.log.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      {
        message: 'CloudFormation no longer waits for this request, so nothing more is done for it.',
        details: { latenessMs: 60_000, tookMs: 0 },
      },
    ]);
  });

  test.each(requests)(
    'makes no FAILED of a SUCCESS that could not be delivered, but throws: $RequestType',
    async (request) => {
      const provider = providerFor(request, { puts: [500, 500, 500, 500, 500] });
      provider.imageVersions.add(imageVersion(), made);

      await expect(provider.deliver()).rejects.toEqual(
        new ProviderError('NetworkFailure', 'The answer could not be delivered in 4 tries: HTTP status 500.'),
      );
      expect(provider.answers).toEqual([]);

      await provider.deliver();
      expect(provider.answers).toMatchObject([{ Status: 'SUCCESS' }]);
    },
  );

  test('does nothing at all for a request that could not be answered', async () => {
    const provider = providerFor(createRequest({ ResponseURL: 'http://example.com/?X-Amz-Signature=c0ffee' }));

    await expect(provider.deliver()).rejects.toEqual(
      new ProviderError('InvalidRequest', 'ResponseURL is not an https URL, so the answer can go nowhere.'),
    );
    expect(provider.imageVersions.calls).toEqual([]);
  });

  test('refuses an event that is no request', async () => {
    const { deadlines: _, ...dependencies } = world();
    const { put } = fakePut(createRequest());

    await expect(
      provide({ Records: [] }, invocation, {
        ...dependencies,
        imageVersions: () => dependencies.imageVersions,
        stacks: () => dependencies.stacks,
        put,
      }),
    ).rejects.toEqual(new Error('This is no custom resource request: ResponseURL is missing.'));
  });

  test.each(requests)(
    'names the request on every line of the log, and never ResponseURL: $RequestType',
    async (request) => {
      const provider = providerFor(request, { puts: [500] });

      await provider.deliver();

      const { RequestType } = request;
      expect(provider.log.lines.length).toBeGreaterThan(2);
      for (const { details } of provider.log.lines) expect(details).toMatchObject({ ...echoed(request), RequestType });
      expect(provider.log.lines[0]).toMatchObject({
        level: 'info',
        message: 'Received',
        details: {
          awsRequestId: invocation.awsRequestId,
          providerVersion: '0.1.0',
          latenessMs: 0,
          ResourceProperties: request.ResourceProperties,
        },
      });
      expect(provider.log.lines.at(-1)).toMatchObject({
        level: 'info',
        message: 'Answered',
        details: { Status: 'SUCCESS' },
      });
    },
  );

  test('logs a failure with its code and cause', async () => {
    const cause = new Error('why');
    const provider = providerFor(deleteRequest());
    provider.imageVersions.always('describeImageVersion', {
      refuses: new ProviderError('AccessDenied', 'No.', { cause }),
    });

    await provider.deliver();

    expect(provider.log.lines.find(({ level }) => level === 'error')).toMatchObject({
      message: 'The request failed',
      details: { code: 'AccessDenied', error: { cause: { message: 'No.', cause } } },
    });
  });

  test('takes RequestIds that CloudFormation uses again for requests of their own', async () => {
    const again = createRequest({ ResponseURL: responseUrl(issuedAt + 120_000) });
    const provider = providerFor(again, { now: issuedAt + 120_000 });
    provider.imageVersions.add(imageVersion(), made);

    await provider.deliver();

    expect(provider.answers).toEqual([success(again, 2)]);
  });
});
