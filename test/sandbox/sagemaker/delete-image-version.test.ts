import {
  CreateImageVersionCommand,
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
} from '@aws-sdk/client-sagemaker';
import { BASE_IMAGE, createImageVersionInput, STATUS_MS, versionArn, wires } from '../../support/sagemaker.ts';

const { open } = wires();
const VERSION_1 = { ImageName: 'my-image', Version: 1 };

test('DeleteImageVersion goes by way of DELETING, in which the alias is still held, and then the version is gone', async () => {
  const { client, clock, post, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ Aliases: ['latest'] });
  const another = { ImageName: 'my-image', BaseImage: BASE_IMAGE, ClientToken: 'another', Aliases: ['latest'] };

  await client.send(new DeleteImageVersionCommand(VERSION_1));
  const during = await client.send(new DescribeImageVersionCommand(VERSION_1));
  const refused = await post('CreateImageVersion', another);
  clock.advance(STATUS_MS);
  const gone = await post('DescribeImageVersion', VERSION_1);
  const free = await post('CreateImageVersion', another);

  expect(during.ImageVersionStatus).toBe('DELETING');
  expect(refused.body).toMatchObject({ __type: 'ResourceInUse' });
  expect(gone.body).toEqual({
    __type: 'ResourceNotFound',
    Message: `ImageVersion with ARN ${versionArn(1)} does not exist`,
  });
  expect(free.body).toEqual({ ImageVersionArn: versionArn(2) });
});

test('DeleteImageVersion of a version that is DELETING is ResourceInUse', async () => {
  const { client, post, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion();
  await client.send(new DeleteImageVersionCommand(VERSION_1));

  const { status, body } = await post('DeleteImageVersion', VERSION_1);

  expect(status).toBe(400);
  expect(body).toEqual({ __type: 'ResourceInUse', Message: `ImageVersion (${versionArn(1)}) is being deleted` });
});

test('DeleteImageVersion of a version that is not there is ResourceNotFound', async () => {
  const { post, haveImage } = await open();
  await haveImage();

  const { body } = await post('DeleteImageVersion', VERSION_1);

  expect(body).toEqual({
    __type: 'ResourceNotFound',
    Message: `ImageVersion with ARN ${versionArn(1)} does not exist`,
  });
});

test('a version that cannot be deleted becomes DELETE_FAILED, and may be deleted again', async () => {
  let reason: string | undefined = 'An app uses it.';
  const { client, clock, post, haveImage, haveVersion } = await open({ failures: { versionDeletion: () => reason } });
  await haveImage();
  await haveVersion();

  await client.send(new DeleteImageVersionCommand(VERSION_1));
  clock.advance(STATUS_MS);
  const failed = await client.send(new DescribeImageVersionCommand(VERSION_1));
  reason = undefined;
  await client.send(new DeleteImageVersionCommand(VERSION_1));
  clock.advance(STATUS_MS);
  const gone = await post('DescribeImageVersion', VERSION_1);

  expect(failed).toMatchObject({ ImageVersionStatus: 'DELETE_FAILED', FailureReason: 'An app uses it.' });
  expect(gone.body).toMatchObject({ __type: 'ResourceNotFound' });
});

test('a version that failed to be created may be deleted', async () => {
  const { client, clock, post, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ BaseImage: 'python:3.12' });

  await client.send(new DeleteImageVersionCommand(VERSION_1));
  clock.advance(STATUS_MS);

  expect((await post('DescribeImageVersion', VERSION_1)).body).toMatchObject({ __type: 'ResourceNotFound' });
});

test('DeleteImageVersion of a version that is CREATING is ResourceInUse', async () => {
  const { client, post, haveImage } = await open();
  await haveImage();
  await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  const { body } = await post('DeleteImageVersion', VERSION_1);

  expect(body).toEqual({ __type: 'ResourceInUse', Message: `ImageVersion (${versionArn(1)}) is being created` });
});

test('a version that is CREATING may be deleted if the sandbox is told so', async () => {
  const { client, clock, post, haveImage } = await open({ switches: { deleteWhileCreating: 'accepted' } });
  await haveImage();
  await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  await client.send(new DeleteImageVersionCommand(VERSION_1));
  clock.advance(STATUS_MS);

  expect((await post('DescribeImageVersion', VERSION_1)).body).toMatchObject({ __type: 'ResourceNotFound' });
});
