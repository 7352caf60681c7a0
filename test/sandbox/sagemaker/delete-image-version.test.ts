import { CreateImageVersionCommand, DeleteImageVersionCommand } from '@aws-sdk/client-sagemaker';
import { createImageVersionInput, STATUS_MS, versionArn, type Wire, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();
const VERSION_1 = { ImageName: 'my-image', Version: 1 };

const remove = ({ client }: Wire) => client.send(new DeleteImageVersionCommand(VERSION_1));
const describe = async ({ post }: Wire) => (await post('DescribeImageVersion', VERSION_1)).body;
const GONE = { __type: 'ResourceNotFound', Message: `ImageVersion with ARN ${versionArn(1)} does not exist` };

test('DeleteImageVersion deletes a version by way of DELETING, and frees its alias', async () => {
  const wire = await openWithImage({}, { Aliases: ['latest'] });

  await remove(wire);
  const during = await wire.version(VERSION_1);
  wire.clock.advance(STATUS_MS);
  const next = await wire.client.send(new CreateImageVersionCommand(createImageVersionInput({ Aliases: ['latest'] })));

  expect(during.ImageVersionStatus).toBe('DELETING');
  expect(await describe(wire)).toEqual(GONE);
  expect(next.ImageVersionArn).toBe(versionArn(2));
});

test('a version that cannot be deleted becomes DELETE_FAILED, and can be deleted again', async () => {
  let reason: string | undefined = 'An app uses it.';
  const wire = await openWithImage({ failures: { versionDeletion: () => reason } }, {});

  await remove(wire);
  wire.clock.advance(STATUS_MS);
  const failed = await wire.version(VERSION_1);
  reason = undefined;
  await remove(wire);
  wire.clock.advance(STATUS_MS);

  expect(failed).toMatchObject({ ImageVersionStatus: 'DELETE_FAILED', FailureReason: 'An app uses it.' });
  expect(await describe(wire)).toEqual(GONE);
});

test('a version whose creation failed can be deleted', async () => {
  const wire = await openWithImage({}, { BaseImage: 'python:3.12' });

  await remove(wire);
  wire.clock.advance(STATUS_MS);

  expect(await describe(wire)).toEqual(GONE);
});

test('a version that is CREATING can be deleted under a switch', async () => {
  const wire = await openWithImage({ switches: { deleteWhileCreating: 'accepted' } });
  await wire.client.send(new CreateImageVersionCommand(createImageVersionInput()));

  await remove(wire);
  wire.clock.advance(STATUS_MS);

  expect(await describe(wire)).toEqual(GONE);
});
