import { CreateImageVersionCommand, DescribeImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { BASE_IMAGE, createImageVersionInput, IMAGE_ARN, versionArn, wires } from '../../support/sagemaker.ts';

const { open } = wires();

test('DescribeImageVersion shows no aliases, and no member that was not given', async () => {
  const { post, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ Aliases: ['latest'] });

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
  const { client, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion();
  await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  const latest = await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }));

  expect(latest).toMatchObject({ Version: 2, ImageVersionStatus: 'CREATING' });
});

test('DescribeImageVersion finds a version by its alias', async () => {
  const { client, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ Aliases: ['first'] });
  await haveVersion();

  const first = await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image', Alias: 'first' }));

  expect(first.Version).toBe(1);
});

test('ContainerImage keeps the digest of the push it was made from', async () => {
  const { client, sagemaker, haveImage, haveVersion } = await open();
  const containerImage = async (Version: number) =>
    (await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image', Version }))).ContainerImage;
  await haveImage();
  await haveVersion();
  await haveVersion();

  const before = await containerImage(1);
  sagemaker.push(BASE_IMAGE);
  await haveVersion();

  expect(await containerImage(2)).toBe(before);
  expect(await containerImage(1)).toBe(before);
  expect(await containerImage(3)).not.toBe(before);
});

test('a BaseImage without a tag is the one tagged latest', async () => {
  const { client, haveImage, haveVersion } = await open();
  const containerImage = async (Version: number) =>
    (await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image', Version }))).ContainerImage;
  await haveImage();

  await haveVersion({ BaseImage: BASE_IMAGE.replace(':1.0', '') });
  await haveVersion({ BaseImage: BASE_IMAGE.replace(':1.0', ':latest') });

  expect(await containerImage(1)).toBe(await containerImage(2));
});

test('ContainerImage of a BaseImage with a digest is that digest', async () => {
  const { client, haveImage, haveVersion } = await open();
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  await haveImage();
  await haveVersion({ BaseImage: `${BASE_IMAGE}@${digest}` });

  const version = await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }));

  expect(version.ContainerImage).toBe(`111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image@${digest}`);
});

test('DescribeImageVersion of a number that is not there is ResourceNotFound', async () => {
  const { post, haveImage } = await open();
  await haveImage();

  const { body } = await post('DescribeImageVersion', { ImageName: 'my-image', Version: 7 });

  expect(body).toEqual({
    __type: 'ResourceNotFound',
    Message: `ImageVersion with ARN ${versionArn(7)} does not exist`,
  });
});

test('DescribeImageVersion of an image without versions is ResourceNotFound', async () => {
  const { post, haveImage } = await open();
  await haveImage();

  const { body } = await post('DescribeImageVersion', { ImageName: 'my-image' });

  expect(body).toEqual({
    __type: 'ResourceNotFound',
    Message: 'Latest ImageVersion with ImageName my-image does not exist. Please provide a valid ImageName.',
  });
});

test('DescribeImageVersion by an alias that nobody holds is AccessDeniedException', async () => {
  const { post, haveImage } = await open();
  await haveImage();

  const { status, body } = await post('DescribeImageVersion', { ImageName: 'my-image', Alias: 'latest' });

  expect(status).toBe(400);
  expect(body).toEqual({
    __type: 'AccessDeniedException',
    message:
      'The caller is not authorized to perform this action on the image version with alias latest of image ' +
      IMAGE_ARN,
  });
});

test('DescribeImageVersion by an alias that nobody holds is ResourceNotFound if the sandbox is told so', async () => {
  const { post, haveImage } = await open({ switches: { versionByMissingAlias: 'ResourceNotFound' } });
  await haveImage();

  const { body } = await post('DescribeImageVersion', { ImageName: 'my-image', Alias: 'latest' });

  expect(body).toEqual({
    __type: 'ResourceNotFound',
    Message: 'ImageVersion with ImageName my-image and Alias latest does not exist',
  });
});
