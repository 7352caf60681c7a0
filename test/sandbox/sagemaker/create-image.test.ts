import { CreateImageCommand, DescribeImageCommand } from '@aws-sdk/client-sagemaker';
import { createImageInput, IMAGE_ARN, ROLE_ARN, STATUS_MS, wires } from '../../support/sagemaker.ts';

const { open } = wires();

test('CreateImage answers with the ARN at once, and the image is CREATED later', async () => {
  const { client, clock } = await open();
  const describe = new DescribeImageCommand({ ImageName: 'my-image' });

  const { ImageArn } = await client.send(new CreateImageCommand(createImageInput()));
  const before = await client.send(describe);
  clock.advance(STATUS_MS);
  const after = await client.send(describe);

  expect(ImageArn).toBe(IMAGE_ARN);
  expect(before.ImageStatus).toBe('CREATING');
  expect(after.ImageStatus).toBe('CREATED');
});

test('CreateImage takes every member of the model', async () => {
  const { client } = await open();

  await client.send(
    new CreateImageCommand(
      createImageInput({ DisplayName: 'My image', Description: 'For notebooks', Tags: [{ Key: 'team', Value: '' }] }),
    ),
  );

  expect(await client.send(new DescribeImageCommand({ ImageName: 'my-image' }))).toMatchObject({
    DisplayName: 'My image',
    Description: 'For notebooks',
    RoleArn: ROLE_ARN,
  });
});

test('CreateImage refuses a name that is taken', async () => {
  const { post, haveImage } = await open();
  await haveImage();

  const answer = await post('CreateImage', { ImageName: 'my-image', RoleArn: ROLE_ARN });

  expect(answer).toMatchObject({
    status: 400,
    body: {
      __type: 'ResourceInUse',
      Message: 'The Image with ImageName my-image already exists. Please use a different ImageName.',
    },
  });
});

test('CreateImage names every broken constraint in one ValidationException', async () => {
  const { post } = await open();

  const answer = await post('CreateImage', {
    ImageName: '-bad-',
    RoleArn: 'short',
    Tags: [{ Key: '', Value: 'a' }],
  });

  expect(answer).toMatchObject({
    status: 400,
    body: {
      __type: 'ValidationException',
      message:
        "4 validation errors detected: Value '-bad-' at 'imageName' failed to satisfy constraint: Member must satisfy " +
        "regular expression pattern: [a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}; Value 'short' at 'roleArn' failed to satisfy " +
        "constraint: Member must have length greater than or equal to 20; Value 'short' at 'roleArn' failed to satisfy " +
        'constraint: Member must satisfy regular expression pattern: ' +
        "arn:aws[a-z\\-]*:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+; Value '' at 'tags.1.member.key' failed to satisfy " +
        'constraint: Member must have length greater than or equal to 1',
    },
  });
});

test('CreateImage names the members that are missing', async () => {
  const { post } = await open();

  const { body } = await post('CreateImage', { RoleArn: null });

  expect(body).toEqual({
    __type: 'ValidationException',
    message:
      "2 validation errors detected: Value null at 'imageName' failed to satisfy constraint: Member must not be null; " +
      "Value null at 'roleArn' failed to satisfy constraint: Member must not be null",
  });
});

test('an image fails to be created where a rule says so, with its reason', async () => {
  const { client, haveImage } = await open({ failures: { imageCreation: () => 'The role cannot be assumed.' } });
  await haveImage();

  const described = await client.send(new DescribeImageCommand({ ImageName: 'my-image' }));

  expect(described).toMatchObject({ ImageStatus: 'CREATE_FAILED', FailureReason: 'The role cannot be assumed.' });
});

test('CreateImage stops at the quota, if there is one', async () => {
  const { post, haveImage } = await open({ quotas: { images: 1 } });
  await haveImage({ ImageName: 'other' });

  const { status, body } = await post('CreateImage', { ImageName: 'my-image', RoleArn: ROLE_ARN });

  expect(status).toBe(400);
  expect(body).toEqual({
    __type: 'ResourceLimitExceeded',
    Message:
      "The account-level service limit 'Images' is 1 Images, with current utilization of 1 Images and a request delta " +
      'of 1 Images. Please contact AWS support to request an increase for this limit.',
  });
});

test.each([
  { caseOfArns: 'kept', name: 'My-Image' },
  { caseOfArns: 'lowered', name: 'my-image' },
] as const)('a mixed-case name stands in the ARN with its case $caseOfArns', async ({ caseOfArns, name }) => {
  const { client } = await open({ switches: { caseOfArns }, partition: 'aws-cn', Region: 'cn-north-1' });

  const { ImageArn } = await client.send(new CreateImageCommand(createImageInput({ ImageName: 'My-Image' })));

  expect(ImageArn).toBe(`arn:aws-cn:sagemaker:cn-north-1:111122223333:image/${name}`);
});

test('an image may be called like a property of every object', async () => {
  const { client, haveImage } = await open();

  await haveImage({ ImageName: 'constructor' });

  expect(await client.send(new DescribeImageCommand({ ImageName: 'constructor' }))).toMatchObject({
    ImageStatus: 'CREATED',
  });
});
