import { CreateImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { BASE_IMAGE, createImageVersionInput, IMAGE_ARN, versionArn, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();

test('DescribeImageVersion shows no aliases, and no member that was not given', async () => {
  const { post } = await openWithImage({}, { Aliases: ['latest'] });

  const { status, body } = await post('DescribeImageVersion', { ImageName: 'my-image', Version: 1 });

  expect(status).toBe(200);
  expect(body).toEqual({
    ImageArn: IMAGE_ARN,
    ImageVersionArn: versionArn(1),
    ImageVersionStatus: 'CREATED',
    Version: 1,
    BaseImage: BASE_IMAGE,
    ContainerImage: expect.stringMatching(
      /^111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/my-image@sha256:[0-9a-f]{64}$/,
    ),
    CreationTime: Date.parse('2026-01-01T00:00:01Z') / 1000,
    LastModifiedTime: Date.parse('2026-01-01T00:00:02Z') / 1000,
  });
});

test('DescribeImageVersion without Version describes the highest number, even while it is CREATING', async () => {
  const { client, version } = await openWithImage({}, {});
  await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  expect(await version()).toMatchObject({ Version: 2, ImageVersionStatus: 'CREATING' });
});

test('DescribeImageVersion finds a version by its alias', async () => {
  const { version } = await openWithImage({}, { Aliases: ['first'] }, {});

  expect((await version({ Alias: 'first' })).Version).toBe(1);
});

test('a BaseImage without a tag has the tag latest', async () => {
  const untagged = BASE_IMAGE.replace(':1.0', '');

  const { version } = await openWithImage({}, { BaseImage: untagged }, { BaseImage: `${untagged}:latest` });

  expect((await version({ Version: 1 })).ContainerImage).toBe((await version({ Version: 2 })).ContainerImage);
});

test('ContainerImage of a BaseImage with a digest has this digest', async () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

  const { version } = await openWithImage({}, { BaseImage: `${BASE_IMAGE}@${digest}` });

  expect((await version()).ContainerImage).toBe(`111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image@${digest}`);
});
