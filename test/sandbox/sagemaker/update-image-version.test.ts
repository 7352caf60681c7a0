import {
  CreateImageVersionCommand,
  UpdateImageVersionCommand,
  type UpdateImageVersionCommandInput,
} from '@aws-sdk/client-sagemaker';
import { createImageVersionInput, STATUS_MS, versionArn, type Wire, wires } from '../../support/sagemaker.ts';

const { openWithImage } = wires();

function update({ client }: Wire, change: Partial<UpdateImageVersionCommandInput>) {
  return client.send(new UpdateImageVersionCommand({ ImageName: 'my-image', Version: 1, ...change }));
}

test('UpdateImageVersion overwrites what is given, keeps the rest, and the version stays CREATED', async () => {
  const wire = await openWithImage({}, { ReleaseNotes: 'First', Processor: 'CPU', Horovod: true });
  wire.clock.advance(5000);

  const { ImageVersionArn } = await update(wire, { ReleaseNotes: 'Second', Horovod: false, JobType: 'TRAINING' });

  expect(ImageVersionArn).toBe(versionArn(1));
  expect(await wire.version()).toMatchObject({
    ImageVersionStatus: 'CREATED',
    ReleaseNotes: 'Second',
    Processor: 'CPU',
    Horovod: false,
    JobType: 'TRAINING',
    LastModifiedTime: new Date('2026-01-01T00:00:07Z'),
  });
});

test('UpdateImageVersion adds and deletes aliases in one call', async () => {
  const wire = await openWithImage({}, { Aliases: ['latest', '1.0'] });

  await update(wire, { AliasesToAdd: ['stable', '1.0'], AliasesToDelete: ['latest', 'absent'] });

  expect(await wire.aliases(1)).toEqual(['1.0', 'stable']);
});

test('UpdateImageVersion refuses the alias of another version, and then changes nothing', async () => {
  const wire = await openWithImage({}, { Aliases: ['1.0'] }, { Aliases: ['latest'] });

  const { body } = await wire.post('UpdateImageVersion', {
    ImageName: 'my-image',
    Version: 1,
    AliasesToAdd: ['stable', 'latest'],
    AliasesToDelete: ['1.0'],
  });

  expect(body).toEqual({
    __type: 'ResourceInUse',
    Message: `Alias latest is already used by ImageVersion ${versionArn(2)}`,
  });
  expect(await wire.aliases(1)).toEqual(['1.0']);
});

test('UpdateImageVersion moves the alias of another version under a switch', async () => {
  const wire = await openWithImage({ switches: { aliasOfAnotherVersion: 'moves' } }, {}, { Aliases: ['latest'] });

  await update(wire, { AliasesToAdd: ['latest'] });

  expect(await wire.aliases(1)).toEqual(['latest']);
  expect(await wire.aliases(2)).toEqual([]);
});

test('UpdateImageVersion finds its version by an alias', async () => {
  const wire = await openWithImage({}, { Aliases: ['old'] }, {});

  const { ImageVersionArn } = await update(wire, { Version: undefined, Alias: 'old', AliasesToDelete: ['old'] });

  expect(ImageVersionArn).toBe(versionArn(1));
  expect(await wire.aliases(1)).toEqual([]);
});

test('UpdateImageVersion changes a version that is CREATING under a switch', async () => {
  const wire = await openWithImage({ switches: { updateWhileCreating: 'accepted' } });
  await wire.client.send(new CreateImageVersionCommand(createImageVersionInput()));

  const { ImageVersionArn } = await update(wire, { AliasesToAdd: ['latest'] });

  expect(ImageVersionArn).toBe(versionArn(1));
});

describe('a version that is TO_BE_ARCHIVED', () => {
  const open = () => openWithImage({ archiveAfterMs: 10 * STATUS_MS }, { VendorGuidance: 'TO_BE_ARCHIVED' });

  test('becomes ARCHIVED by itself', async () => {
    const wire = await openWithImage({ archiveAfterMs: 10 * STATUS_MS }, {});
    const guidance = async () => (await wire.version()).VendorGuidance;

    await update(wire, { VendorGuidance: 'TO_BE_ARCHIVED' });
    wire.clock.advance(10 * STATUS_MS - 1);
    const before = await guidance();
    wire.clock.advance(1);
    const after = await guidance();

    expect([before, after]).toEqual(['TO_BE_ARCHIVED', 'ARCHIVED']);
  });

  test('is not archived later when an update repeats TO_BE_ARCHIVED', async () => {
    const wire = await open();
    wire.clock.advance(5 * STATUS_MS);

    await update(wire, { VendorGuidance: 'TO_BE_ARCHIVED' });
    wire.clock.advance(5 * STATUS_MS);

    expect(await wire.version()).toMatchObject({
      VendorGuidance: 'ARCHIVED',
      LastModifiedTime: new Date('2026-01-01T00:00:11Z'),
    });
  });

  test('is not archived when it becomes STABLE again', async () => {
    const wire = await open();

    await update(wire, { VendorGuidance: 'STABLE' });
    wire.clock.advance(20 * STATUS_MS);

    expect((await wire.version()).VendorGuidance).toBe('STABLE');
  });
});
