import {
  CreateImageVersionCommand,
  DescribeImageVersionCommand,
  ListAliasesCommand,
  UpdateImageVersionCommand,
  type UpdateImageVersionCommandInput,
} from '@aws-sdk/client-sagemaker';
import { createImageVersionInput, STATUS_MS, versionArn, type Wire, wires } from '../../support/sagemaker.ts';

const { open } = wires();

async function aliasesOf({ client }: Wire, Version: number): Promise<string[] | undefined> {
  return (await client.send(new ListAliasesCommand({ ImageName: 'my-image', Version }))).SageMakerImageVersionAliases;
}

function update({ client }: Wire, change: Partial<UpdateImageVersionCommandInput>) {
  return client.send(new UpdateImageVersionCommand({ ImageName: 'my-image', Version: 1, ...change }));
}

test('UpdateImageVersion overwrites what is given, keeps the rest, and the version stays CREATED', async () => {
  const wire = await open();
  await wire.haveImage();
  await wire.haveVersion({ ReleaseNotes: 'First', Processor: 'CPU', Horovod: true });
  wire.clock.advance(5000);

  const { ImageVersionArn } = await update(wire, { ReleaseNotes: 'Second', Horovod: false, JobType: 'TRAINING' });

  expect(ImageVersionArn).toBe(versionArn(1));
  expect(await wire.client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }))).toMatchObject({
    ImageVersionStatus: 'CREATED',
    ReleaseNotes: 'Second',
    Processor: 'CPU',
    Horovod: false,
    JobType: 'TRAINING',
    LastModifiedTime: new Date('2026-01-01T00:00:07Z'),
  });
});

test('UpdateImageVersion adds and deletes aliases in one call', async () => {
  const wire = await open();
  await wire.haveImage();
  await wire.haveVersion({ Aliases: ['latest', '1.0'] });

  await update(wire, { AliasesToAdd: ['stable', '1.0'], AliasesToDelete: ['latest', 'absent'] });

  expect(await aliasesOf(wire, 1)).toEqual(['1.0', 'stable']);
});

test('UpdateImageVersion refuses an alias of another version, and changes nothing then', async () => {
  const wire = await open();
  await wire.haveImage();
  await wire.haveVersion({ Aliases: ['1.0'] });
  await wire.haveVersion({ Aliases: ['latest'] });

  const { body } = await wire.post('UpdateImageVersion', {
    ImageName: 'my-image',
    Version: 1,
    AliasesToAdd: ['stable', 'latest'],
    AliasesToDelete: ['1.0'],
  });

  expect(body).toEqual({
    __type: 'ResourceInUse',
    Message: `Alias latest is already used by ImageVersion ${versionArn(2)}`,
  });
  expect(await aliasesOf(wire, 1)).toEqual(['1.0']);
});

test('UpdateImageVersion moves an alias of another version if the sandbox is told so', async () => {
  const wire = await open({ switches: { aliasOfAnotherVersion: 'moves' } });
  await wire.haveImage();
  await wire.haveVersion();
  await wire.haveVersion({ Aliases: ['latest'] });

  await update(wire, { AliasesToAdd: ['latest'] });

  expect(await aliasesOf(wire, 1)).toEqual(['latest']);
  expect(await aliasesOf(wire, 2)).toEqual([]);
});

test('UpdateImageVersion refuses an alias that the version has if the sandbox is told so', async () => {
  const wire = await open({ switches: { aliasAddedTwice: 'ResourceInUse' } });
  await wire.haveImage();
  await wire.haveVersion({ Aliases: ['latest'] });

  const { body } = await wire.post('UpdateImageVersion', {
    ImageName: 'my-image',
    Version: 1,
    AliasesToAdd: ['latest'],
  });

  expect(body).toEqual({
    __type: 'ResourceInUse',
    Message: `Alias latest is already used by ImageVersion ${versionArn(1)}`,
  });
});

test('UpdateImageVersion refuses to delete an alias that is absent if the sandbox is told so', async () => {
  const wire = await open({ switches: { absentAliasDeleted: 'ResourceNotFound' } });
  await wire.haveImage();
  await wire.haveVersion();

  const { body } = await wire.post('UpdateImageVersion', {
    ImageName: 'my-image',
    Version: 1,
    AliasesToDelete: ['latest'],
  });

  expect(body).toEqual({
    __type: 'ResourceNotFound',
    Message: 'ImageVersion with ImageName my-image and Alias latest does not exist',
  });
});

test('UpdateImageVersion finds its version by an alias', async () => {
  const wire = await open();
  await wire.haveImage();
  await wire.haveVersion({ Aliases: ['old'] });
  await wire.haveVersion();

  const { ImageVersionArn } = await wire.client.send(
    new UpdateImageVersionCommand({ ImageName: 'my-image', Alias: 'old', AliasesToDelete: ['old'] }),
  );

  expect(ImageVersionArn).toBe(versionArn(1));
  expect(await aliasesOf(wire, 1)).toEqual([]);
});

test('UpdateImageVersion wants to know which version', async () => {
  const { post, haveImage } = await open();
  await haveImage();

  const { body } = await post('UpdateImageVersion', { ImageName: 'my-image' });

  expect(body).toEqual({
    __type: 'ValidationException',
    message: 'Either Version or Alias must be specified.',
  });
});

test('UpdateImageVersion of a version that failed is an invalid state', async () => {
  const { post, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ BaseImage: 'python:3.12', Aliases: ['latest'] });

  const { body } = await post('UpdateImageVersion', {
    ImageName: 'my-image',
    Version: 1,
    AliasesToDelete: ['latest'],
  });

  expect(body).toEqual({
    __type: 'ValidationException',
    message: `ImageVersion ${versionArn(1)} is in an invalid state.`,
  });
});

test.each([
  { updateWhileCreating: 'accepted', body: { ImageVersionArn: versionArn(1) } },
  {
    updateWhileCreating: 'ResourceInUse',
    body: { __type: 'ResourceInUse', Message: `ImageVersion (${versionArn(1)}) is being created` },
  },
  {
    updateWhileCreating: 'ValidationException',
    body: { __type: 'ValidationException', message: `ImageVersion ${versionArn(1)} is in an invalid state.` },
  },
] as const)('UpdateImageVersion of a version that is CREATING: $updateWhileCreating', async (row) => {
  const { client, post, haveImage } = await open({ switches: { updateWhileCreating: row.updateWhileCreating } });
  await haveImage();
  await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  const { body } = await post('UpdateImageVersion', { ImageName: 'my-image', Version: 1, AliasesToAdd: ['latest'] });

  expect(body).toEqual(row.body);
});

test('a version that is TO_BE_ARCHIVED becomes ARCHIVED by itself', async () => {
  const wire = await open({ archiveAfterMs: 10 * STATUS_MS });
  const guidance = async () =>
    (await wire.client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }))).VendorGuidance;
  await wire.haveImage();
  await wire.haveVersion();

  await update(wire, { VendorGuidance: 'TO_BE_ARCHIVED' });
  wire.clock.advance(10 * STATUS_MS - 1);
  const before = await guidance();
  wire.clock.advance(1);
  const after = await guidance();

  expect([before, after]).toEqual(['TO_BE_ARCHIVED', 'ARCHIVED']);
});

test('declaring it TO_BE_ARCHIVED once more does not put it off', async () => {
  const wire = await open({ archiveAfterMs: 10 * STATUS_MS });
  await wire.haveImage();
  await wire.haveVersion({ VendorGuidance: 'TO_BE_ARCHIVED' });
  wire.clock.advance(5 * STATUS_MS);

  await update(wire, { VendorGuidance: 'TO_BE_ARCHIVED' });
  wire.clock.advance(5 * STATUS_MS);

  expect(await wire.client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }))).toMatchObject({
    VendorGuidance: 'ARCHIVED',
    LastModifiedTime: new Date('2026-01-01T00:00:11Z'),
  });
});

test('a version that is declared STABLE again is not archived', async () => {
  const wire = await open({ archiveAfterMs: 10 * STATUS_MS });
  await wire.haveImage();
  await wire.haveVersion({ VendorGuidance: 'TO_BE_ARCHIVED' });

  await update(wire, { VendorGuidance: 'STABLE' });
  wire.clock.advance(20 * STATUS_MS);

  expect(await wire.client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }))).toMatchObject({
    VendorGuidance: 'STABLE',
  });
});
