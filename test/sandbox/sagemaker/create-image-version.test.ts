import {
  CreateImageCommand,
  CreateImageVersionCommand,
  DeleteImageCommand,
  DeleteImageVersionCommand,
  DescribeImageVersionCommand,
  ListAliasesCommand,
} from '@aws-sdk/client-sagemaker';
import {
  BASE_IMAGE,
  createImageInput,
  createImageVersionInput,
  STATUS_MS,
  versionArn,
  wires,
} from '../../support/sagemaker.ts';

const { open } = wires();
const INPUT = { ImageName: 'my-image', BaseImage: BASE_IMAGE, ClientToken: 'token' };

test('CreateImageVersion answers with the ARN at once, and the version is CREATED later', async () => {
  const { client, clock, haveImage } = await open();
  const describe = new DescribeImageVersionCommand({ ImageName: 'my-image', Version: 1 });
  await haveImage();

  const { ImageVersionArn } = await client.send(new CreateImageVersionCommand(createImageVersionInput()));
  const before = await client.send(describe);
  clock.advance(STATUS_MS);
  const after = await client.send(describe);

  expect(ImageVersionArn).toBe(versionArn(1));
  expect(before).toMatchObject({ ImageVersionStatus: 'CREATING', BaseImage: BASE_IMAGE });
  expect(before.ContainerImage).toBeUndefined();
  expect(after.ImageVersionStatus).toBe('CREATED');
});

test('CreateImageVersion takes every member of the model', async () => {
  const { client, haveImage, haveVersion } = await open();
  const metadata = {
    VendorGuidance: 'STABLE',
    JobType: 'NOTEBOOK_KERNEL',
    MLFramework: 'TensorFlow 1.1',
    ProgrammingLang: 'Python 3.8',
    Processor: 'CPU',
    Horovod: false,
    ReleaseNotes: 'First',
  } as const;
  await haveImage();

  await haveVersion({ ...metadata, Aliases: ['latest', '1.0', 'latest'] });

  expect(await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }))).toMatchObject(metadata);
  expect(
    (await client.send(new ListAliasesCommand({ ImageName: 'my-image', Version: 1 }))).SageMakerImageVersionAliases,
  ).toEqual(['1.0', 'latest']);
});

test('a number is never given twice', async () => {
  const { client, clock, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion();
  await haveVersion();
  await client.send(new DeleteImageVersionCommand({ ImageName: 'my-image', Version: 2 }));
  clock.advance(STATUS_MS);

  const { ImageVersionArn } = await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  expect(ImageVersionArn).toBe(versionArn(3));
});

test('a version of a container image that is not there becomes CREATE_FAILED, with a reason', async () => {
  const { client, haveImage, haveVersion } = await open();
  const BaseImage = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:does-not-exist';
  await haveImage();
  await haveVersion({ BaseImage });

  const version = await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }));

  expect(version).toMatchObject({
    ImageVersionStatus: 'CREATE_FAILED',
    BaseImage,
    FailureReason: `The base image '${BaseImage}' was not found in Amazon ECR, or the role of the image may not read it.`,
  });
  expect(version.ContainerImage).toBeUndefined();
});

test('a version of something that is no ECR image becomes CREATE_FAILED', async () => {
  const { client, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ BaseImage: 'python:3.12' });

  expect(await client.send(new DescribeImageVersionCommand({ ImageName: 'my-image' }))).toMatchObject({
    ImageVersionStatus: 'CREATE_FAILED',
    FailureReason: "The base image 'python:3.12' is not the URI of an image in Amazon ECR.",
  });
});

test('a failed version keeps its number and its alias', async () => {
  const { client, post, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ BaseImage: 'python:3.12', Aliases: ['latest'] });

  const refused = await post('CreateImageVersion', { ...INPUT, Aliases: ['latest'] });
  const { ImageVersionArn } = await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  expect(refused.body).toEqual({
    __type: 'ResourceInUse',
    Message: `Alias latest is already used by ImageVersion ${versionArn(1)}`,
  });
  expect(ImageVersionArn).toBe(versionArn(2));
});

test('an alias moves to the new version if the sandbox is told so', async () => {
  const { client, haveImage, haveVersion } = await open({ switches: { aliasOfAnotherVersion: 'moves' } });
  const aliases = async (Version: number) =>
    (await client.send(new ListAliasesCommand({ ImageName: 'my-image', Version }))).SageMakerImageVersionAliases;
  await haveImage();
  await haveVersion({ Aliases: ['latest', 'first'] });

  await haveVersion({ Aliases: ['latest'] });

  expect(await aliases(1)).toEqual(['first']);
  expect(await aliases(2)).toEqual(['latest']);
});

test('a repeated ClientToken gives the version that it made', async () => {
  const { client, haveImage, haveVersion } = await open();
  await haveImage();
  await haveVersion({ ClientToken: 'token', Aliases: ['latest'] });

  const again = await client.send(
    new CreateImageVersionCommand(createImageVersionInput({ ClientToken: 'token', Aliases: ['latest'] })),
  );

  expect(again.ImageVersionArn).toBe(versionArn(1));
});

test('a repeated ClientToken makes another version if the sandbox is told to forget', async () => {
  const { client, haveImage, haveVersion } = await open({ switches: { ClientToken: 'forgotten' } });
  await haveImage();
  await haveVersion({ ClientToken: 'token' });

  const again = await client.send(new CreateImageVersionCommand(createImageVersionInput({ ClientToken: 'token' })));

  expect(again.ImageVersionArn).toBe(versionArn(2));
});

test('CreateImageVersion on an image that is CREATING is ResourceInUse', async () => {
  const { client, post } = await open();
  await client.send(new CreateImageCommand(createImageInput()));

  const { body } = await post('CreateImageVersion', INPUT);

  expect(body).toEqual({ __type: 'ResourceInUse', Message: 'Image my-image is in use: its status is CREATING.' });
});

test('CreateImageVersion on an image that is DELETING is ResourceInUse', async () => {
  const { client, post, haveImage } = await open();
  await haveImage();
  await client.send(new DeleteImageCommand({ ImageName: 'my-image' }));

  const { body } = await post('CreateImageVersion', INPUT);

  expect(body).toEqual({ __type: 'ResourceInUse', Message: 'Image my-image is in use: its status is DELETING.' });
});

test('CreateImageVersion on an image that is CREATING is an invalid state if the sandbox is told so', async () => {
  const { client, post } = await open({ switches: { imageInTransition: 'ValidationException' } });
  await client.send(new CreateImageCommand(createImageInput()));

  const { body } = await post('CreateImageVersion', INPUT);

  expect(body).toEqual({ __type: 'ValidationException', message: 'Image my-image is in an invalid state.' });
});

test('CreateImageVersion on an image that failed is an invalid state', async () => {
  const { post, haveImage } = await open({ failures: { imageCreation: () => 'The role cannot be assumed.' } });
  await haveImage();

  const { body } = await post('CreateImageVersion', INPUT);

  expect(body).toEqual({ __type: 'ValidationException', message: 'Image my-image is in an invalid state.' });
});

test('an image whose version is CREATING is busy if the sandbox is told so', async () => {
  const { client, clock, post, haveImage } = await open({ switches: { imageWhileVersionIsCreated: 'busy' } });
  await haveImage();
  await client.send(new CreateImageVersionCommand(createImageVersionInput()));

  const during = await post('CreateImageVersion', INPUT);
  clock.advance(STATUS_MS);
  const after = await post('CreateImageVersion', INPUT);

  expect(during.body).toEqual({
    __type: 'ResourceInUse',
    Message: 'Image my-image is in use: a version of it is being created.',
  });
  expect(after.status).toBe(200);
});

test('CreateImageVersion stops at the quota, if there is one', async () => {
  const { post, haveImage, haveVersion } = await open({ quotas: { versionsOfAnImage: 1 } });
  await haveImage();
  await haveVersion();

  const { body } = await post('CreateImageVersion', INPUT);

  expect(body).toMatchObject({ __type: 'ResourceLimitExceeded' });
});

test.each([
  {
    member: 'ImageName',
    value: 'a--b',
    at: 'imageName',
    constraint: 'satisfy regular expression pattern: [a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}',
  },
  { member: 'BaseImage', value: '', at: 'baseImage', constraint: 'have length greater than or equal to 1' },
  { member: 'BaseImage', value: 'a\nb', at: 'baseImage', constraint: 'satisfy regular expression pattern: .*' },
  { member: 'BaseImage', value: 'a'.repeat(256), at: 'baseImage', constraint: 'have length less than or equal to 255' },
  {
    member: 'ClientToken',
    value: 'a_b',
    at: 'clientToken',
    constraint: 'satisfy regular expression pattern: [a-zA-Z0-9-]+',
  },
  {
    member: 'JobType',
    value: 'OTHER',
    at: 'jobType',
    constraint: 'satisfy enum value set: [TRAINING, INFERENCE, NOTEBOOK_KERNEL]',
  },
  { member: 'Processor', value: 'TPU', at: 'processor', constraint: 'satisfy enum value set: [CPU, GPU]' },
  {
    member: 'VendorGuidance',
    value: '',
    at: 'vendorGuidance',
    constraint: 'satisfy enum value set: [NOT_PROVIDED, STABLE, TO_BE_ARCHIVED, ARCHIVED]',
  },
  {
    member: 'MLFramework',
    value: 'TensorFlow',
    at: 'mLFramework',
    constraint: 'satisfy regular expression pattern: [a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?',
  },
  {
    member: 'ProgrammingLang',
    value: '3.8',
    at: 'programmingLang',
    constraint: 'satisfy regular expression pattern: [a-zA-Z]+ ?\\d+\\.\\d+(\\.\\d+)?',
  },
  {
    member: 'ReleaseNotes',
    value: 'a'.repeat(256),
    at: 'releaseNotes',
    constraint: 'have length less than or equal to 255',
  },
])('CreateImageVersion refuses $member: $constraint', async ({ member, value, at, constraint }) => {
  const { post } = await open();

  const { status, body } = await post('CreateImageVersion', { ...INPUT, [member]: value });

  expect(status).toBe(400);
  expect(body).toEqual({
    __type: 'ValidationException',
    message: `1 validation error detected: Value '${value}' at '${at}' failed to satisfy constraint: Member must ${constraint}`,
  });
});

test.each(['-latest', '.latest', 'a b', '', 'a'.repeat(129)])(
  'CreateImageVersion refuses the alias "%s"',
  async (alias) => {
    const { post } = await open();

    const { body } = await post('CreateImageVersion', { ...INPUT, Aliases: ['good', alias] });

    expect(body).toEqual({
      __type: 'ValidationException',
      message:
        `1 validation error detected: Value '[good, ${alias}]' at 'aliases' failed to satisfy constraint: Member must ` +
        'satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or ' +
        'equal to 1, Member must satisfy regular expression pattern: (?!^[.-])^([a-zA-Z0-9-_.]+)]',
    });
  },
);

test('CreateImageVersion takes each value of the right JSON type only', async () => {
  const { post } = await open();

  const { status, body } = await post('CreateImageVersion', { ...INPUT, ImageName: '-', Horovod: 'true' });

  expect(status).toBe(400);
  expect(body).toEqual({
    __type: 'SerializationException',
    message: 'STRING_VALUE can not be converted to a Boolean',
  });
});
