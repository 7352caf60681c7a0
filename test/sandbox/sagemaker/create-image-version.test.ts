import { CreateImageVersionCommand, DeleteImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { BASE_IMAGE, createImageVersionInput, STATUS_MS, versionArn, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();
const createVersion = (input = {}) => new CreateImageVersionCommand(createImageVersionInput(input));

test('CreateImageVersion answers with the ARN at once, and the version is CREATED later', async () => {
  const { client, clock, version } = await openWithImage();

  const { ImageVersionArn } = await client.send(createVersion());
  const before = await version({ Version: 1 });
  clock.advance(STATUS_MS);
  const after = await version({ Version: 1 });

  expect(ImageVersionArn).toBe(versionArn(1));
  expect(before).toMatchObject({ ImageVersionStatus: 'CREATING', BaseImage: BASE_IMAGE });
  expect(before.ContainerImage).toBeUndefined();
  expect(after.ImageVersionStatus).toBe('CREATED');
});

test('CreateImageVersion takes every member of the model', async () => {
  const metadata = {
    VendorGuidance: 'STABLE',
    JobType: 'NOTEBOOK_KERNEL',
    MLFramework: 'TensorFlow 1.1',
    ProgrammingLang: 'Python 3.8',
    Processor: 'CPU',
    Horovod: false,
    ReleaseNotes: 'First',
  } as const;

  const { version, aliases } = await openWithImage({}, { ...metadata, Aliases: ['latest', '1.0', 'latest'] });

  expect(await version()).toMatchObject(metadata);
  expect(await aliases(1)).toEqual(['1.0', 'latest']);
});

test('a version number is never used twice', async () => {
  const { client, clock } = await openWithImage({}, {}, {});
  await client.send(new DeleteImageVersionCommand({ ImageName: 'my-image', Version: 2 }));
  clock.advance(STATUS_MS);

  const { ImageVersionArn } = await client.send(createVersion());

  expect(ImageVersionArn).toBe(versionArn(3));
});

const MISSING = BASE_IMAGE.replace('1.0', 'does-not-exist');

test.each([
  [MISSING, `The base image '${MISSING}' was not found in Amazon ECR, or the role of the image may not read it.`],
  ['python:3.12', "The base image 'python:3.12' is not the URI of an image in Amazon ECR."],
])('a version of %s becomes CREATE_FAILED and keeps its number', async (BaseImage, FailureReason) => {
  const { client, version } = await openWithImage({}, { BaseImage });

  const failed = await version();
  const next = await client.send(createVersion());

  expect(failed).toMatchObject({ ImageVersionStatus: 'CREATE_FAILED', BaseImage, FailureReason });
  expect(failed.ContainerImage).toBeUndefined();
  expect(next.ImageVersionArn).toBe(versionArn(2));
});

test('an alias moves to the new version under a switch', async () => {
  const { aliases } = await openWithImage(
    { switches: { aliasOfAnotherVersion: 'moves' } },
    { Aliases: ['latest', 'first'] },
    { Aliases: ['latest'] },
  );

  expect(await aliases(1)).toEqual(['first']);
  expect(await aliases(2)).toEqual(['latest']);
});

test.each([
  ['remembered', 1],
  ['forgotten', 2],
] as const)('a repeated ClientToken is %s: the call answers with version %i', async (ClientToken, expected) => {
  const { client } = await openWithImage({ switches: { ClientToken } }, { ClientToken: 'token' });

  const again = await client.send(createVersion({ ClientToken: 'token' }));

  expect(again.ImageVersionArn).toBe(versionArn(expected));
});

test('a repeated ClientToken with the same aliases is no conflict', async () => {
  const input = { ClientToken: 'token', Aliases: ['latest'] };
  const { client } = await openWithImage({}, input);

  const again = await client.send(createVersion(input));

  expect(again.ImageVersionArn).toBe(versionArn(1));
});

test('an image is free again when its version is CREATED', async () => {
  const { client } = await openWithImage({ switches: { imageWhileVersionIsCreated: 'busy' } }, {});

  const { ImageVersionArn } = await client.send(createVersion());

  expect(ImageVersionArn).toBe(versionArn(2));
});
