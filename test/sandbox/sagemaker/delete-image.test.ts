import { CreateImageVersionCommand, DeleteImageCommand, ListImageVersionsCommand } from '@aws-sdk/client-sagemaker';
import { createImageVersionInput, STATUS_MS, versionArn, type Wire, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();

const remove = ({ client }: Wire) => client.send(new DeleteImageCommand({ ImageName: 'my-image' }));
const createVersion = ({ client }: Wire) => client.send(new CreateImageVersionCommand(createImageVersionInput()));
const versions = async ({ client }: Wire) =>
  (await client.send(new ListImageVersionsCommand({ ImageName: 'my-image' }))).ImageVersions;

test('DeleteImage deletes the image and all its versions, by way of DELETING', async () => {
  const wire = await openWithImage({}, {});

  await remove(wire);

  expect((await wire.image()).ImageStatus).toBe('DELETING');
  expect(await versions(wire)).toMatchObject([{ ImageVersionStatus: 'DELETING' }]);
});

test('the versions of an image that is DELETING stay DELETING, even one that was CREATING', async () => {
  const wire = await openWithImage({ durations: { imageDeletion: [5000, 5000] } });
  await createVersion(wire);

  await remove(wire);
  wire.clock.advance(STATUS_MS);

  expect((await wire.version()).ImageVersionStatus).toBe('DELETING');
});

test('an image that cannot be deleted becomes DELETE_FAILED and keeps its versions', async () => {
  const wire = await openWithImage({ failures: { imageDeletion: () => 'It is in use.' } }, {});

  await remove(wire);
  wire.clock.advance(STATUS_MS);

  expect(await wire.image()).toMatchObject({ ImageStatus: 'DELETE_FAILED', FailureReason: 'It is in use.' });
  expect(await versions(wire)).toMatchObject([{ ImageVersionStatus: 'CREATED' }]);
});

test.each([
  { numbersOfImageCreatedAgain: 'restart', next: 1 },
  { numbersOfImageCreatedAgain: 'continue', next: 2 },
] as const)('the versions of an image that is created again $numbersOfImageCreatedAgain at $next', async (row) => {
  const wire = await openWithImage({ switches: row }, {});
  await remove(wire);
  wire.clock.advance(STATUS_MS);

  await wire.haveImage();
  const { ImageVersionArn } = await createVersion(wire);

  expect(ImageVersionArn).toBe(versionArn(row.next));
});
