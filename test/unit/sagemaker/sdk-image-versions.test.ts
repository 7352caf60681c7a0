import {
  CreateImageVersionCommand,
  type CreateImageVersionRequest,
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
  ListAliasesCommand,
  SageMakerClient,
  UpdateImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import { mockClient } from 'aws-sdk-client-mock';
import { ProviderError } from '../../../src/errors.ts';
import { type ImageVersions, type Retry, retryingReads } from '../../../src/sagemaker/image-versions.ts';
import { sdkImageVersions } from '../../../src/sagemaker/sdk-image-versions.ts';
import { imageVersion, issuedAt, versionArn } from '../../support/provider/builders.ts';
import { fakeClock } from '../../support/provider/fake-clock.ts';

const ImageName = 'my-image';

function sageMaker({ until = Number.POSITIVE_INFINITY } = {}) {
  const client = new SageMakerClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  const clock = fakeClock();
  return {
    mock,
    clock,
    imageVersions: sdkImageVersions(client, { clock, until }),
    /** What was sent, in order. */
    sent: () => mock.calls().map(({ args: [command] }) => [command.constructor.name, command.input]),
  };
}

function refusal(name: string): Error {
  return Object.assign(new Error('It says why'), { name, $metadata: { httpStatusCode: 400, requestId: '4f2b' } });
}

const described = {
  ImageVersionArn: versionArn(3),
  ImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/my-image',
  Version: 3,
  ImageVersionStatus: 'CREATED',
  CreationTime: new Date(issuedAt),
  LastModifiedTime: new Date(issuedAt),
} as const;

const everyOperation = [
  ['createImageVersion', 'create a version of image my-image'],
  ['describeImageVersion', 'describe version 3 of image my-image'],
  ['describeNewestImageVersion', 'describe the newest version of image my-image'],
  ['describeImageVersionByAlias', 'describe the version of image my-image with alias latest'],
  ['updateImageVersion', 'update version 3 of image my-image'],
  ['deleteImageVersion', 'delete version 3 of image my-image'],
  ['listAliases', 'list the aliases of image my-image'],
] as const;

function callEach(imageVersions: ImageVersions): Record<keyof ImageVersions, () => Promise<unknown>> {
  return {
    createImageVersion: () => imageVersions.createImageVersion({ ImageName, BaseImage: 'b', ClientToken: 't' }),
    describeImageVersion: () => imageVersions.describeImageVersion({ ImageName, Version: 3 }),
    describeNewestImageVersion: () => imageVersions.describeNewestImageVersion({ ImageName }),
    describeImageVersionByAlias: () => imageVersions.describeImageVersionByAlias({ ImageName, Alias: 'latest' }),
    updateImageVersion: () => imageVersions.updateImageVersion({ ImageName, Version: 3 }),
    deleteImageVersion: () => imageVersions.deleteImageVersion({ ImageName, Version: 3 }),
    listAliases: () => imageVersions.listAliases({ ImageName, Version: 3 }),
  };
}

describe('sdkImageVersions', () => {
  test('creates a version with every parameter as given, and tells its ARN', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(CreateImageVersionCommand).resolves({ ImageVersionArn: versionArn(3) });
    const input: CreateImageVersionRequest = {
      ImageName,
      BaseImage: 'registry/image:1',
      ClientToken: 'token',
      Aliases: ['a', 'b'],
      Horovod: false,
      JobType: 'TRAINING',
      MLFramework: 'PyTorch 2.9',
      Processor: 'GPU',
      ProgrammingLang: 'Python 3.12',
      ReleaseNotes: 'notes',
      VendorGuidance: 'STABLE',
    };

    expect(await imageVersions.createImageVersion(input)).toBe(versionArn(3));
    expect(sent()).toEqual([['CreateImageVersionCommand', input]]);
  });

  test('describes a version by its number', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(DescribeImageVersionCommand).resolves({ ...described, VendorGuidance: 'STABLE', Horovod: true });

    expect(await imageVersions.describeImageVersion({ ImageName, Version: 3 })).toEqual(
      imageVersion({
        Version: 3,
        BaseImage: undefined,
        ContainerImage: undefined,
        Horovod: true,
        LastModifiedTime: new Date(issuedAt),
        VendorGuidance: 'STABLE',
      }),
    );
    expect(sent()).toEqual([['DescribeImageVersionCommand', { ImageName, Version: 3 }]]);
  });

  test('tells everything that a description holds', async () => {
    const { mock, imageVersions } = sageMaker();
    const all = imageVersion({
      Version: 3,
      ImageVersionStatus: 'CREATE_FAILED',
      FailureReason: 'No such image',
      JobType: 'TRAINING',
      MLFramework: 'PyTorch 2.9',
      Processor: 'GPU',
      ProgrammingLang: 'Python 3.12',
      ReleaseNotes: 'notes',
    });
    const { JobType: _, Processor: __, ...output } = all;
    mock.on(DescribeImageVersionCommand).resolves({ ...output, JobType: 'TRAINING', Processor: 'GPU' });

    expect(await imageVersions.describeImageVersion({ ImageName, Version: 3 })).toEqual(all);
  });

  test('describes a version by an alias', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(DescribeImageVersionCommand).resolves(described);

    const version = await imageVersions.describeImageVersionByAlias({ ImageName, Alias: 'latest' });

    expect(version?.Version).toBe(3);
    expect(sent()).toEqual([['DescribeImageVersionCommand', { ImageName, Alias: 'latest' }]]);
  });

  test('updates a version with the parameters as given', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(UpdateImageVersionCommand).resolves({ ImageVersionArn: versionArn(3) });
    const input = { ImageName, Version: 3, AliasesToAdd: ['a'], AliasesToDelete: ['b'], Horovod: false };

    expect(await imageVersions.updateImageVersion(input)).toBeUndefined();
    expect(sent()).toEqual([['UpdateImageVersionCommand', input]]);
  });

  test('deletes a version by its number', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(DeleteImageVersionCommand).resolves({});

    expect(await imageVersions.deleteImageVersion({ ImageName, Version: 3 })).toBeUndefined();
    expect(sent()).toEqual([['DeleteImageVersionCommand', { ImageName, Version: 3 }]]);
  });

  test('lists the aliases of a version from all pages', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock
      .on(ListAliasesCommand)
      .resolvesOnce({ SageMakerImageVersionAliases: ['a', 'b'], NextToken: 'second' })
      .resolvesOnce({ SageMakerImageVersionAliases: [], NextToken: 'third' })
      .resolvesOnce({ SageMakerImageVersionAliases: ['c'] });

    expect(await imageVersions.listAliases({ ImageName, Version: 3 })).toEqual(['a', 'b', 'c']);
    expect(sent()).toEqual([
      ['ListAliasesCommand', { ImageName, Version: 3, MaxResults: 100, NextToken: undefined }],
      ['ListAliasesCommand', { ImageName, Version: 3, MaxResults: 100, NextToken: 'second' }],
      ['ListAliasesCommand', { ImageName, Version: 3, MaxResults: 100, NextToken: 'third' }],
    ]);
  });

  test('lists the aliases of a whole image, and takes an answer without any for none', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(ListAliasesCommand).resolves({});

    expect(await imageVersions.listAliases({ ImageName })).toEqual([]);
    expect(sent()).toEqual([['ListAliasesCommand', { ImageName, MaxResults: 100, NextToken: undefined }]]);
  });

  test('takes what is not found for absent', async () => {
    const { mock, imageVersions } = sageMaker();
    mock.rejects(refusal('ResourceNotFound'));

    expect(await imageVersions.describeImageVersion({ ImageName, Version: 3 })).toBeUndefined();
    expect(await imageVersions.describeImageVersionByAlias({ ImageName, Alias: 'latest' })).toBeUndefined();
    expect(await imageVersions.deleteImageVersion({ ImageName, Version: 3 })).toBeUndefined();
    expect(await imageVersions.listAliases({ ImageName })).toEqual([]);
  });

  test('takes access denied for absent where a version is described without its number, and nowhere else', async () => {
    const { mock, imageVersions } = sageMaker();
    mock.rejects(refusal('AccessDeniedException'));
    const { describeImageVersionByAlias, describeNewestImageVersion, ...others } = callEach(imageVersions);

    expect(await describeNewestImageVersion()).toBeUndefined();
    expect(await describeImageVersionByAlias()).toBeUndefined();
    for (const other of Object.values(others)) {
      await expect(other()).rejects.toMatchObject({ code: 'AccessDenied', worthwhileMs: 0 });
    }
  });

  test('does not take an image that is not found for absent where a version is to be created', async () => {
    const { mock, imageVersions } = sageMaker();
    mock.rejects(refusal('ResourceNotFound'));

    await expect(callEach(imageVersions).createImageVersion()).rejects.toMatchObject({
      code: 'NotFound',
      worthwhileMs: 0,
    });
  });

  test('takes what is not found in an update for a reason to look and plan again', async () => {
    const { mock, imageVersions } = sageMaker();
    mock.rejects(refusal('ResourceNotFound'));

    await expect(callEach(imageVersions).updateImageVersion()).rejects.toMatchObject({
      code: 'NotFound',
      worthwhileMs: Number.POSITIVE_INFINITY,
      message:
        'Version 3 of image my-image, or one of its aliases, no longer exists. Check what else changes the image, then try ' +
        'again.',
    });
  });

  test.each(everyOperation)(
    'says of a refused %s what was tried, and what SageMaker said',
    async (operation, tried) => {
      const { mock, imageVersions } = sageMaker();
      mock.rejects(refusal('ResourceInUse'));

      const thrown: unknown = await callEach(imageVersions)
        [operation]()
        .catch((error: unknown) => error);

      expect(thrown).toBeInstanceOf(ProviderError);
      expect(thrown).toMatchObject({
        code: 'ResourceConflict',
        worthwhileMs: Number.POSITIVE_INFINITY,
        message:
          `SageMaker refused to ${tried} (SageMaker request 4f2b): ResourceInUse: It says why. ` +
          'Try again when nothing else changes the image.',
      });
    },
  );

  test('gives every call, and every page, ten seconds of its own', async () => {
    const { mock, clock, imageVersions } = sageMaker();
    mock
      .on(CreateImageVersionCommand)
      .resolves({ ImageVersionArn: versionArn(3) })
      .on(DescribeImageVersionCommand)
      .resolves(described)
      .on(ListAliasesCommand)
      .resolvesOnce({ NextToken: 'second' })
      .resolves({});

    for (const call of Object.values(callEach(imageVersions))) await call();

    const signals = mock.calls().map(({ args }) => args.at(1));
    expect(clock.timeouts).toEqual(Array.from({ length: 8 }, () => 10_000));
    expect(signals.map((options) => Object.keys(options ?? {}))).toEqual(signals.map(() => ['abortSignal']));
    expect(new Set(signals).size).toBe(8);
  });

  test.each([
    [10_000, 10_000],
    [9_999, 9_999],
    [999, 1_000],
    [-1, 1_000],
  ])('where calls should be over in %d ms, gives each %d ms', async (leftMs, timeoutMs) => {
    const { mock, clock, imageVersions } = sageMaker({ until: issuedAt + leftMs });
    mock.on(DescribeImageVersionCommand).resolves(described);

    await imageVersions.describeImageVersion({ ImageName, Version: 3 });

    expect(clock.timeouts).toEqual([timeoutMs]);
  });

  test('sends no further page once a page has failed', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(ListAliasesCommand).resolvesOnce({ NextToken: 'second' }).rejectsOnce(refusal('ThrottlingException'));

    await expect(imageVersions.listAliases({ ImageName })).rejects.toMatchObject({ code: 'Throttling' });
    expect(sent()).toHaveLength(2);
  });

  test('repeats only the page that has failed', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock
      .on(ListAliasesCommand)
      .resolvesOnce({ SageMakerImageVersionAliases: ['a'], NextToken: 'second' })
      .rejectsOnce(refusal('ThrottlingException'))
      .resolves({ SageMakerImageVersionAliases: ['b'] });
    const once: Retry = (call) => call().catch(call);

    expect(await retryingReads(imageVersions, once).listAliases({ ImageName })).toEqual(['a', 'b']);
    expect(sent().map(([, input]) => input)).toMatchObject([
      { NextToken: undefined },
      { NextToken: 'second' },
      { NextToken: 'second' },
    ]);
  });

  test('does not turn the same page for ever', async () => {
    const { mock, imageVersions, sent } = sageMaker();
    mock.on(ListAliasesCommand).resolves({ SageMakerImageVersionAliases: ['a'], NextToken: 'again' });

    await expect(imageVersions.listAliases({ ImageName })).rejects.toMatchObject({
      code: 'GeneralServiceException',
      worthwhileMs: Number.POSITIVE_INFINITY,
      message: 'SageMaker repeats the same page of aliases of image my-image. Try again later.',
    });
    expect(sent()).toHaveLength(2);
  });

  test.each(['ImageVersionArn', 'ImageArn', 'Version', 'ImageVersionStatus', 'CreationTime'])(
    'takes a description without %s for one that may be better next time',
    async (name) => {
      const { mock, imageVersions } = sageMaker();
      mock.on(DescribeImageVersionCommand).resolves({ ...described, [name]: undefined });

      await expect(imageVersions.describeImageVersion({ ImageName, Version: 3 })).rejects.toMatchObject({
        code: 'GeneralServiceException',
        worthwhileMs: Number.POSITIVE_INFINITY,
        message: `SageMaker's response has no ${name}. Try again later.`,
      });
    },
  );
});
