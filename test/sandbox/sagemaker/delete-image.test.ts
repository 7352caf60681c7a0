import {
  CreateImageVersionCommand,
  DeleteImageCommand,
  DescribeImageCommand,
  ListImageVersionsCommand,
} from '@aws-sdk/client-sagemaker';
import { createImageVersionInput, IMAGE_ARN, STATUS_MS, versionArn, wires } from '../../support/sagemaker.ts';

const { open } = wires();

test('DeleteImage takes the image and all its versions, by way of DELETING', async () => {
  const { client, clock, post, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion();

  await client.send(new DeleteImageCommand({ ImageName: 'my-image' }));
  const image = await client.send(new DescribeImageCommand({ ImageName: 'my-image' }));
  const { ImageVersions } = await client.send(new ListImageVersionsCommand({ ImageName: 'my-image' }));
  clock.advance(STATUS_MS);
  const { body } = await post('DescribeImageVersion', { ImageName: 'my-image', Version: 1 });

  expect(image.ImageStatus).toBe('DELETING');
  expect(ImageVersions).toMatchObject([{ ImageVersionStatus: 'DELETING' }]);
  expect(body).toEqual({ __type: 'ResourceNotFound', Message: `Image with ARN ${IMAGE_ARN} does not exist` });
});

test('while an image is DELETING its versions stay so, even one whose creation would have ended', async () => {
  const { client, clock, post, haveImage } = await open({ durations: { imageDeletion: [5000, 5000] } });
  await haveImage();
  await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  await client.send(new DeleteImageCommand({ ImageName: 'my-image' }));
  clock.advance(STATUS_MS);
  const { body } = await post('DescribeImageVersion', { ImageName: 'my-image', Version: 1 });

  expect(body).toMatchObject({ ImageVersionStatus: 'DELETING' });
});

test('DeleteImage of an image that is DELETING is ResourceInUse', async () => {
  const { client, post, haveImage } = await open();
  await haveImage();
  await client.send(new DeleteImageCommand({ ImageName: 'my-image' }));

  const { body } = await post('DeleteImage', { ImageName: 'my-image' });

  expect(body).toEqual({ __type: 'ResourceInUse', Message: `Image (${IMAGE_ARN}) is being deleted` });
});

test('an image that cannot be deleted becomes DELETE_FAILED and keeps its versions', async () => {
  const { client, clock, haveImage, haveVersion } = await open({ failures: { imageDeletion: () => 'It is in use.' } });
  await haveImage();
  await haveVersion();

  await client.send(new DeleteImageCommand({ ImageName: 'my-image' }));
  clock.advance(STATUS_MS);

  expect(await client.send(new DescribeImageCommand({ ImageName: 'my-image' }))).toMatchObject({
    ImageStatus: 'DELETE_FAILED',
    FailureReason: 'It is in use.',
  });
  expect((await client.send(new ListImageVersionsCommand({ ImageName: 'my-image' }))).ImageVersions).toMatchObject([
    { ImageVersionStatus: 'CREATED' },
  ]);
});

test.each([
  { numbersOfImageCreatedAgain: 'restart', next: 1 },
  { numbersOfImageCreatedAgain: 'continue', next: 2 },
] as const)('versions of an image that is created again $numbersOfImageCreatedAgain at $next', async (row) => {
  const { client, clock, haveImage, haveVersion } = await open({ switches: row });
  await haveImage();
  await haveVersion();
  await client.send(new DeleteImageCommand({ ImageName: 'my-image' }));
  clock.advance(STATUS_MS);

  await haveImage();
  const { ImageVersionArn } = await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  expect(ImageVersionArn).toBe(versionArn(row.next));
});
