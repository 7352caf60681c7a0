import { CreateImageCommand, DescribeImageCommand } from '@aws-sdk/client-sagemaker';
import { createImageInput, IMAGE_ARN, ROLE_ARN, STATUS_MS, wires } from '../../support/sagemaker.ts';

const { open, openWithImage } = wires();

test('CreateImage answers with the ARN at once, and the image is CREATED later', async () => {
  const { client, clock, image } = await open();

  const { ImageArn } = await client.send(new CreateImageCommand(createImageInput()));
  const before = await image();
  clock.advance(STATUS_MS);
  const after = await image();

  expect(ImageArn).toBe(IMAGE_ARN);
  expect(before.ImageStatus).toBe('CREATING');
  expect(after.ImageStatus).toBe('CREATED');
});

test('CreateImage takes every member of the model', async () => {
  const { haveImage, image } = await open();
  const properties = { DisplayName: 'My image', Description: 'For notebooks' };

  await haveImage({ ...properties, Tags: [{ Key: 'team', Value: '' }] });

  expect(await image()).toMatchObject({ ...properties, RoleArn: ROLE_ARN });
});

test('an image becomes CREATE_FAILED with the reason of a failure rule', async () => {
  const { image } = await openWithImage({ failures: { imageCreation: () => 'The role cannot be assumed.' } });

  expect(await image()).toMatchObject({
    ImageStatus: 'CREATE_FAILED',
    FailureReason: 'The role cannot be assumed.',
  });
});

test.each([
  { caseOfArns: 'kept', name: 'My-Image' },
  { caseOfArns: 'lowered', name: 'my-image' },
] as const)('the case of a name is $caseOfArns in the ARN', async ({ caseOfArns, name }) => {
  const { client } = await open({ switches: { caseOfArns }, partition: 'aws-cn', Region: 'cn-north-1' });

  const { ImageArn } = await client.send(new CreateImageCommand(createImageInput({ ImageName: 'My-Image' })));

  expect(ImageArn).toBe(`arn:aws-cn:sagemaker:cn-north-1:111122223333:image/${name}`);
});

test('an image may have the name of a property that every object has', async () => {
  const { client, haveImage } = await open();

  await haveImage({ ImageName: 'constructor' });

  expect(await client.send(new DescribeImageCommand({ ImageName: 'constructor' }))).toMatchObject({
    ImageStatus: 'CREATED',
  });
});
