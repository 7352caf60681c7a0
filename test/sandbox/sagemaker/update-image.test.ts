import { DescribeImageCommand, UpdateImageCommand } from '@aws-sdk/client-sagemaker';
import { createImageInput, IMAGE_ARN, STATUS_MS, wires } from '../../support/sagemaker.ts';

const { open } = wires();

test('UpdateImage sets and deletes properties, by way of UPDATING', async () => {
  const { client, clock, haveImage } = await open();
  const describe = new DescribeImageCommand({ ImageName: 'my-image' });
  await haveImage({ DisplayName: 'Old', Description: 'Old' });

  const { ImageArn } = await client.send(
    new UpdateImageCommand({ ImageName: 'my-image', Description: 'New', DeleteProperties: ['DisplayName'] }),
  );
  const during = await client.send(describe);
  clock.advance(STATUS_MS);
  const after = await client.send(describe);

  expect(ImageArn).toBe(IMAGE_ARN);
  expect(during.ImageStatus).toBe('UPDATING');
  expect(after).toMatchObject({ ImageStatus: 'CREATED', Description: 'New' });
  expect(after.DisplayName).toBeUndefined();
});

test('UpdateImage may delete the description, and counts as a modification', async () => {
  const { client, clock, haveImage } = await open();
  await haveImage({ Description: 'Old' });
  clock.advance(5000);

  await client.send(new UpdateImageCommand({ ImageName: 'my-image', DeleteProperties: ['Description'] }));

  const image = await client.send(new DescribeImageCommand({ ImageName: 'my-image' }));
  expect(image.Description).toBeUndefined();
  expect(image.LastModifiedTime).toEqual(new Date('2026-01-01T00:00:06Z'));
});

test('UpdateImage of an image that is UPDATING is ResourceInUse', async () => {
  const { client, post, haveImage } = await open();
  await haveImage();
  await client.send(new UpdateImageCommand({ ImageName: 'my-image' }));

  const { body } = await post('UpdateImage', { ImageName: 'my-image' });

  expect(body).toEqual({ __type: 'ResourceInUse', Message: 'Image my-image is in use: its status is UPDATING.' });
});

test('UpdateImage refuses to delete any other property', async () => {
  const { post } = await open();

  const { body } = await post('UpdateImage', { ImageName: 'my-image', DeleteProperties: ['RoleArn'] });

  expect(body).toEqual({
    __type: 'ValidationException',
    message:
      "1 validation error detected: Value '[RoleArn]' at 'deleteProperties' failed to satisfy constraint: Member must " +
      'satisfy constraint: [Member must have length less than or equal to 11, Member must have length greater than or ' +
      'equal to 1, Member must satisfy regular expression pattern: (^DisplayName$)|(^Description$)]',
  });
});

test('an update of an image fails where a rule says so, and another one gets over it', async () => {
  let reason: string | undefined = 'The role is gone.';
  const { client, clock, haveImage } = await open({ failures: { imageUpdate: () => reason } });
  const describe = new DescribeImageCommand({ ImageName: 'my-image' });
  await haveImage();

  await client.send(new UpdateImageCommand({ ImageName: 'my-image' }));
  clock.advance(STATUS_MS);
  const failed = await client.send(describe);
  reason = undefined;
  await client.send(new UpdateImageCommand(createImageInput()));
  clock.advance(STATUS_MS);
  const repaired = await client.send(describe);

  expect(failed).toMatchObject({ ImageStatus: 'UPDATE_FAILED', FailureReason: 'The role is gone.' });
  expect(repaired.ImageStatus).toBe('CREATED');
  expect(repaired.FailureReason).toBeUndefined();
});

test('UpdateImage takes no more properties to delete than there are', async () => {
  const { post } = await open();

  const { body } = await post('UpdateImage', {
    ImageName: 'my-image',
    DeleteProperties: ['DisplayName', 'Description', 'DisplayName'],
  });

  expect(body).toEqual({
    __type: 'ValidationException',
    message:
      "1 validation error detected: Value '[DisplayName, Description, DisplayName]' at 'deleteProperties' failed to " +
      'satisfy constraint: Member must have length less than or equal to 2',
  });
});

test('UpdateImage of an image that is not there is ResourceNotFound', async () => {
  const { post } = await open();

  const { body } = await post('UpdateImage', { ImageName: 'my-image' });

  expect(body).toEqual({ __type: 'ResourceNotFound', Message: `Image with ARN ${IMAGE_ARN} does not exist` });
});
