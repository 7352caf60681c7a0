// What the doctor reads of AWS: every page, and nothing that changes under its eyes taken for settled.
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  ListAliasesCommand,
  ListImagesCommand,
  ListImageVersionsCommand,
  ResourceNotFound,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { mockClient } from 'aws-sdk-client-mock';
import { DoctorError } from '../../doctor/errors.ts';
import { sdkImageVersions } from '../../doctor/image-versions.ts';
import { readEvents, readStacks } from '../../doctor/stacks.ts';
import { adoptionMarker } from '../../src/image-version/ownership.ts';
import { createRequest, issuedAt, versionArn } from '../support/provider/builders.ts';
import { ownedVersion } from './findings.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const CreationTime = new Date(issuedAt);

describe('the versions', () => {
  const client = new SageMakerClient({ region, credentials });
  const read = () => sdkImageVersions(client, region).read();
  const { ownership } = ownedVersion();

  const version = (Version: number) =>
    ({
      ImageVersionArn: versionArn(Version),
      ImageArn: 'arn',
      Version,
      ImageVersionStatus: 'CREATED',
      CreationTime,
      LastModifiedTime: CreationTime,
    }) as const;
  const image = (ImageName: string) =>
    ({ ImageName, ImageArn: 'arn', ImageStatus: 'CREATED', CreationTime, LastModifiedTime: CreationTime }) as const;

  test('are those with an ownership alias, on whatever page images, versions and aliases stand', async () => {
    const mock = mockClient(client);
    mock
      .on(ListImagesCommand)
      .resolves({ Images: [image('my-image')] })
      .on(ListImagesCommand, { NextToken: undefined })
      .resolves({ Images: [image('foreign')], NextToken: 'next' });
    mock
      .on(ListAliasesCommand, { ImageName: 'foreign' })
      .resolves({ SageMakerImageVersionAliases: ['latest'] })
      .on(ListAliasesCommand, { ImageName: 'my-image' })
      .resolves({ SageMakerImageVersionAliases: ['stable', ownership] })
      .on(ListAliasesCommand, { ImageName: 'my-image', Version: 1 })
      .resolves({ SageMakerImageVersionAliases: ['cfn-0123456789abcdef-gave-0123456789abcdef-2'], NextToken: 'next' })
      .on(ListAliasesCommand, { ImageName: 'my-image', Version: 1, NextToken: 'next' })
      .resolves({ SageMakerImageVersionAliases: ['stable', ownership] })
      .on(ListAliasesCommand, { ImageName: 'my-image', Version: 2 })
      .resolves({ SageMakerImageVersionAliases: ['by-hand'] });
    mock
      .on(ListImageVersionsCommand)
      .resolves({ ImageVersions: [version(1)] })
      .on(ListImageVersionsCommand, { NextToken: undefined })
      .resolves({ ImageVersions: [version(2)], NextToken: 'next' });

    expect(await read()).toEqual({ images: 2, versions: [ownedVersion({ aliases: ['stable'] })] });
  });

  test('can be adopted', async () => {
    const mock = mockClient(client);
    mock.on(ListImagesCommand).resolves({ Images: [image('my-image')] });
    const marker = adoptionMarker(createRequest(), 1, { adoptedAt: 0, recorded: '' });
    mock.on(ListAliasesCommand).resolves({ SageMakerImageVersionAliases: [ownership, marker] });
    mock.on(ListImageVersionsCommand).resolves({ ImageVersions: [version(1)] });

    expect(await read()).toEqual({ images: 1, versions: [ownedVersion({ isAdopted: true })] });
  });

  test('can be those of one image', async () => {
    const mock = mockClient(client);
    mock.on(ListImagesCommand).resolves({ Images: [image('my-image'), image('foreign')] });
    mock.on(ListAliasesCommand).resolves({ SageMakerImageVersionAliases: [] });

    await sdkImageVersions(client, region).read('foreign');

    expect(mock.commandCalls(ListAliasesCommand).map(({ args }) => args[0].input.ImageName)).toEqual(['foreign']);
  });

  test('cannot be those of an image that does not exist', async () => {
    mockClient(client).on(ListImagesCommand).resolves({ Images: [] });

    await expect(sdkImageVersions(client, region).read('mistyped')).rejects.toMatchObject({
      exitStatus: 2,
      message: 'There is no image mistyped in eu-west-1.',
    });
  });

  test('of an image that is deleted meanwhile are left out', async () => {
    const mock = mockClient(client);
    const gone = new ResourceNotFound({ message: 'No image', $metadata: { httpStatusCode: 400 } });
    mock.on(ListImagesCommand).resolves({ Images: [image('my-image')] });
    mock.on(ListAliasesCommand).rejects(gone);

    expect(await read()).toEqual({ images: 1, versions: [] });
  });

  test.each([
    [
      { name: 'AccessDeniedException', message: 'User: me is not authorized', $metadata: { httpStatusCode: 400 } },
      'sagemaker:ListImages is not allowed in eu-west-1. AccessDeniedException: User: me is not authorized. ' +
        'The doctor needs this permission.',
    ],
    [
      { name: 'ExpiredTokenException', message: 'The token is expired', $metadata: { httpStatusCode: 400 } },
      'AWS does not accept your credentials. ExpiredTokenException: The token is expired. Set AWS_PROFILE, or sign in again.',
    ],
    [
      { name: 'Error', message: 'getaddrinfo ENOTFOUND x', code: 'ENOTFOUND' },
      'sagemaker:ListImages got no answer from eu-west-1. ENOTFOUND: getaddrinfo ENOTFOUND x. ' +
        'Check that this Region exists and that you can reach it.',
    ],
    [
      { name: 'InternalFailure', message: '', $metadata: { httpStatusCode: 500 } },
      'sagemaker:ListImages failed in eu-west-1. InternalFailure: .',
    ],
  ])('are refused with what to do: %j', async (facts, message) => {
    mockClient(client)
      .on(ListImagesCommand)
      .rejects(Object.assign(new Error(facts.message), facts));

    const refusal = await read().catch((thrown: unknown) => thrown);

    expect(refusal).toBeInstanceOf(DoctorError);
    expect(refusal).toMatchObject({ message, exitStatus: 3 });
  });
});

describe('the stacks', () => {
  const client = new CloudFormationClient({ region, credentials });
  const stack = (StackName: string, StackStatus: 'CREATE_COMPLETE' | 'UPDATE_IN_PROGRESS' | 'DELETE_COMPLETE') => ({
    StackId: `arn:${StackName}`,
    StackName,
    StackStatus,
    CreationTime,
  });

  test('are all that live, with what they still have, and the deleted ones by name', async () => {
    const mock = mockClient(client);
    const DeletionTime = new Date(issuedAt + 1);
    mock
      .on(ListStacksCommand)
      .resolves({ StackSummaries: [{ ...stack('gone', 'DELETE_COMPLETE'), DeletionTime }] })
      .on(ListStacksCommand, { NextToken: undefined })
      .resolves({ StackSummaries: [stack('studio', 'CREATE_COMPLETE')], NextToken: 'next' });
    const resource = { ResourceType: 'Custom::X', LastUpdatedTimestamp: CreationTime } as const;
    mock
      .on(ListStackResourcesCommand, { StackName: 'arn:studio', NextToken: 'next' })
      .resolves({
        StackResourceSummaries: [
          { ...resource, LogicalResourceId: 'C', PhysicalResourceId: 'c', ResourceStatus: 'UPDATE_COMPLETE' },
        ],
      })
      .on(ListStackResourcesCommand, { StackName: 'arn:studio', NextToken: undefined })
      .resolves({
        StackResourceSummaries: [
          { ...resource, LogicalResourceId: 'A', PhysicalResourceId: 'a', ResourceStatus: 'DELETE_COMPLETE' },
          { ...resource, LogicalResourceId: 'B', PhysicalResourceId: 'b', ResourceStatus: 'DELETE_SKIPPED' },
        ],
        NextToken: 'next',
      });

    expect(await readStacks(client, region)).toEqual({
      existing: [
        {
          StackId: 'arn:studio',
          StackName: 'studio',
          StackStatus: 'CREATE_COMPLETE',
          hasChanged: false,
          resources: [{ LogicalResourceId: 'C', PhysicalResourceId: 'c' }],
        },
      ],
      deleted: [{ StackId: 'arn:gone', StackName: 'gone', DeletionTime }],
    });
  });

  test.each([
    ['has begun an update', stack('studio', 'UPDATE_IN_PROGRESS')],
    ['has ended one', { ...stack('studio', 'CREATE_COMPLETE'), LastUpdatedTime: new Date(issuedAt + 1) }],
    ['is gone', stack('another', 'CREATE_COMPLETE')],
  ])('are marked as changed where, after the resources, one %s', async (_, after) => {
    const mock = mockClient(client);
    mock
      .on(ListStacksCommand)
      .resolvesOnce({ StackSummaries: [stack('studio', 'CREATE_COMPLETE')] })
      .resolves({ StackSummaries: [after] });
    mock.on(ListStackResourcesCommand).resolves({ StackResourceSummaries: [] });

    const { existing } = await readStacks(client, region);

    expect(existing.map(({ StackName, hasChanged }) => ({ StackName, hasChanged }))).toEqual([
      { StackName: 'studio', hasChanged: true },
    ]);
  });

  test('have events on several pages, newest first', async () => {
    const event = (EventId: string, ResourceStatus: 'UPDATE_FAILED' | 'UPDATE_IN_PROGRESS') => ({
      ...{ EventId, StackId: 'arn:studio', StackName: 'studio', Timestamp: CreationTime },
      ...{ PhysicalResourceId: 'arn:studio', ResourceStatus },
    });
    mockClient(client)
      .on(DescribeStackEventsCommand, { StackName: 'arn:studio' })
      .resolves({ StackEvents: [event('2', 'UPDATE_FAILED')], NextToken: 'next' })
      .on(DescribeStackEventsCommand, { StackName: 'arn:studio', NextToken: 'next' })
      .resolves({ StackEvents: [event('1', 'UPDATE_IN_PROGRESS')] });

    expect(await readEvents(client, region, 'arn:studio')).toEqual([
      { PhysicalResourceId: 'arn:studio', ResourceStatus: 'UPDATE_FAILED', Timestamp: CreationTime },
      { PhysicalResourceId: 'arn:studio', ResourceStatus: 'UPDATE_IN_PROGRESS', Timestamp: CreationTime },
    ]);
  });
});
