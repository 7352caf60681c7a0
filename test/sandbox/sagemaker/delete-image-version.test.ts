import { CreateImageVersionCommand, DeleteImageVersionCommand } from '@aws-sdk/client-sagemaker';
import {
  createImageVersionInput,
  domainId,
  IMAGE_ARN,
  STATUS_MS,
  studioResource,
  versionArn,
  type Wire,
  wires,
} from '../../support/sagemaker.ts';

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

const pins = {
  'CustomImages with its number': { CustomImages: [{ ImageName: 'my-image', ImageVersionNumber: '1' }] },
  'its ARN': { DefaultResourceSpec: { SageMakerImageVersionArn: versionArn(1) } },
  'an alias of it': { DefaultResourceSpec: { SageMakerImageArn: IMAGE_ARN, SageMakerImageVersionAlias: '1.0' } },
};

test.each(Object.entries(pins))('a version that a user profile uses by %s is not deleted', async (_how, settings) => {
  const wire = await openWithImage({}, { Aliases: ['1.0'] });
  const UserSettings = { KernelGatewayAppSettings: settings };
  wire.studio.push(studioResource('UserProfile', { UserProfileName: 'ana', UserSettings }));

  const { body } = await wire.post('DeleteImageVersion', VERSION_1);

  const Message = `ImageVersion (${versionArn(1)}) is in use by UserProfile ${domainId}/ana`;
  expect(body).toEqual({ __type: 'ResourceInUse', Message });
});

test('a used version becomes DELETE_FAILED, or is deleted, under a switch', async () => {
  const statuses = await Promise.all(
    (['DELETE_FAILED', 'accepted'] as const).map(async (deletionOfUsedVersion) => {
      const wire = await openWithImage({ switches: { deletionOfUsedVersion } }, {});
      wire.studio.push(studioResource('Domain', pins['its ARN']));
      await remove(wire);
      wire.clock.advance(STATUS_MS);
      return describe(wire);
    }),
  );

  const FailureReason = `ImageVersion (${versionArn(1)}) is in use by Domain ${domainId}`;
  expect(statuses).toEqual([expect.objectContaining({ ImageVersionStatus: 'DELETE_FAILED', FailureReason }), GONE]);
});

test('a version that a domain only offers as the latest one, or beside which it uses others, is deleted', async () => {
  const wire = await openWithImage({}, { Aliases: ['1.0'] }, {});
  const CustomImages = [{ ImageName: 'my-image' }, { ImageName: 'my-image', ImageVersionNumber: 2 }];
  const DefaultResourceSpec = { SageMakerImageArn: `${IMAGE_ARN}-2`, SageMakerImageVersionAlias: '1.0' };
  const KernelGatewayAppSettings = { CustomImages, DefaultResourceSpec };
  wire.studio.push(studioResource('Domain', { DefaultUserSettings: { KernelGatewayAppSettings } }));

  await remove(wire);
  wire.clock.advance(STATUS_MS);

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
