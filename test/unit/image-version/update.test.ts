import type { ResourceProperties } from '../../../src/cloudformation/request.ts';
import { OutOfTime, Superseded } from '../../../src/errors.ts';
import { gaveMarker, ownershipAlias } from '../../../src/image-version/ownership.ts';
import { readProperties } from '../../../src/image-version/properties.ts';
import { updateImageVersion } from '../../../src/image-version/update.ts';
import {
  baseImage,
  createRequest,
  imageVersion,
  issuedAt,
  resourceProperties,
  stackResource,
  updateRequest,
  versionArn,
} from '../../support/provider/builders.ts';
import { accessDenied, inUse, throttled } from '../../support/provider/fake-image-versions.ts';
import { type World, world } from '../../support/provider/world.ts';

const ImageName = 'my-image';
const current = { ImageName, Version: 1 };
const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
/** What the Create of the resource put on version 1. */
const made = ownershipAlias(createRequest(), 0);

/** A world in which version 1 is the resource's. */
function worldWithVersion({
  aliases = [],
  options,
  ...overrides
}: Partial<Parameters<typeof imageVersion>[0]> & {
  readonly aliases?: readonly string[];
  readonly options?: Parameters<typeof world>[0];
} = {}): World {
  const dependencies = world(options);
  dependencies.imageVersions.add(imageVersion(overrides), made, ...aliases);
  return dependencies;
}

/** Updates version 1 from `old` to `raw`. */
function update(dependencies: World, raw: ResourceProperties, old: ResourceProperties = {}) {
  const request = updateRequest({
    ResourceProperties: resourceProperties(raw),
    OldResourceProperties: resourceProperties(old),
  });
  return updateImageVersion(request, readProperties(request.ResourceProperties), current, dependencies);
}

/** What the ownership alias of a version that the Update makes is. */
const madeByUpdate = (predecessor: number) => ownershipAlias(updateRequest(), predecessor);

describe('updateImageVersion, in place,', () => {
  test('makes one UpdateImageVersion of everything that differs', async () => {
    const dependencies = worldWithVersion({ aliases: ['1.3'], ReleaseNotes: 'old' });

    const version = await update(
      dependencies,
      { Aliases: ['1.4'], ReleaseNotes: 'new', Processor: 'GPU' },
      { Aliases: ['1.3'], ReleaseNotes: 'old' },
    );

    expect(dependencies.imageVersions.writes()).toEqual([
      {
        operation: 'updateImageVersion',
        input: {
          ImageName,
          Version: 1,
          AliasesToAdd: ['1.4'],
          AliasesToDelete: ['1.3'],
          Processor: 'GPU',
          ReleaseNotes: 'new',
        },
      },
    ]);
    expect(version.ImageVersionArn).toBe(versionArn(1));
    expect(dependencies.stacks.asked).toEqual([]);
  });

  test('makes no UpdateImageVersion where nothing differs', async () => {
    const dependencies = worldWithVersion({ aliases: ['latest'], ReleaseNotes: 'same' });
    const same = { Alias: 'latest', ReleaseNotes: 'same' };

    const version = await update(dependencies, { ...same, ServiceTimeout: '60' }, same);

    expect(version).toEqual(imageVersion({ ReleaseNotes: 'same' }));
    expect(dependencies.log.lines).toEqual([]);
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('takes the marker off that stood for an alias which it now bears again', async () => {
    const dependencies = worldWithVersion({ aliases: [gaveMarker(updateRequest(), 'latest', 9)] });

    await update(dependencies, { Alias: 'latest' });

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made, 'latest'] });
  });

  test('does not list the aliases of the image where it adds none', async () => {
    const dependencies = worldWithVersion();

    await update(dependencies, { ReleaseNotes: 'new' });

    expect(dependencies.imageVersions.calls.filter(({ operation }) => operation === 'listAliases')).toEqual([
      { operation: 'listAliases', input: current },
    ]);
    expect(dependencies.log.lines).toEqual([
      { level: 'info', message: 'Updating the version', details: { ...current, ReleaseNotes: 'new' } },
    ]);
  });

  test('repeated, changes nothing more', async () => {
    const dependencies = worldWithVersion();

    await update(dependencies, { Alias: 'latest', Horovod: 'true' });
    await update(dependencies, { Alias: 'latest', Horovod: 'true' });

    expect(dependencies.imageVersions.writes()).toHaveLength(1);
  });

  test('waits for a version that is still CREATING', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'CREATING', 'CREATED');

    await update(dependencies, { Alias: 'latest' });

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made, 'latest'] });
  });

  test('sets Horovod and VendorGuidance back, and warns of what SageMaker cannot clear', async () => {
    const before = { Horovod: true, VendorGuidance: 'STABLE', ReleaseNotes: 'old' } as const;
    const dependencies = worldWithVersion(before);

    await update(dependencies, {}, before);

    expect(dependencies.imageVersions.writes()).toEqual([
      {
        operation: 'updateImageVersion',
        input: { ImageName, Version: 1, Horovod: false, VendorGuidance: 'NOT_PROVIDED' },
      },
    ]);
    expect(dependencies.log.lines[0]).toEqual({
      level: 'warn',
      message: 'SageMaker cannot clear metadata, so it stays as it was',
      details: { ...current, kept: ['ReleaseNotes'] },
    });
  });

  test('takes an alias from a sibling, which keeps a marker', async () => {
    const dependencies = worldWithVersion();
    const sibling = ownershipAlias(createRequest({ LogicalResourceId: 'Sibling' }), 0);
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), sibling, 'latest');

    await update(dependencies, { Alias: 'latest' });

    expect(dependencies.imageVersions.aliases()).toEqual({
      1: [made, 'latest'],
      2: [sibling, gaveMarker(updateRequest(), 'latest', 1)],
    });
  });

  test('fails, after a minute, over an alias of a version that the stack has not made', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), 'latest');

    await expect(update(dependencies, { Alias: 'latest' })).rejects.toMatchObject({
      code: 'ResourceConflict',
      message:
        'In image my-image, alias latest is on version 2, which was not made with this provider; an alias can be on one ' +
        'version only. Remove it there, or declare another one.',
    });
    expect(dependencies.clock.now()).toBeGreaterThanOrEqual(issuedAt + 60_000);
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('reads and plans again where somebody else has changed the image', async () => {
    const dependencies = worldWithVersion();
    const { imageVersions } = dependencies;
    imageVersions.next('updateImageVersion', { losesAnswer: inUse('Resource was modified concurrently.') });

    await update(dependencies, { Alias: 'latest', ReleaseNotes: 'new' });

    expect(imageVersions.aliases()).toEqual({ 1: [made, 'latest'] });
    expect(imageVersions.writes()).toHaveLength(1);
  });

  test.each([throttled(), inUse('Resource was modified concurrently.')])('tries again after: %s', async (error) => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.next('updateImageVersion', { refuses: error }, { refuses: error });

    await update(dependencies, { Alias: 'latest' });

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made, 'latest'] });
  });

  test('throws what SageMaker refuses for good', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.next('updateImageVersion', { refuses: accessDenied() });

    await expect(update(dependencies, { Alias: 'latest' })).rejects.toEqual(accessDenied());
  });

  test('gives an alias that the template no longer wants back in a rollback', async () => {
    const giver = ownershipAlias(createRequest({ LogicalResourceId: 'Sibling' }), 0);
    const dependencies = worldWithVersion({ aliases: ['latest'] });
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), giver, gaveMarker(updateRequest(), 'latest', 1));
    dependencies.stacks.operation = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };

    await update(dependencies, {}, { Alias: 'latest' });

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made], 2: [giver, 'latest'] });
  });

  test('stops, having changed nothing, where CloudFormation no longer waits', async () => {
    const dependencies = worldWithVersion({ options: { now: issuedAt + 60_000 } });
    dependencies.stacks.resource = stackResource('UPDATE_FAILED', { lastUpdatedAt: issuedAt + 30_000 });

    await expect(update(dependencies, { Alias: 'latest' })).rejects.toEqual(new Superseded());
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('throws OutOfTime at the deadline of the invocation', async () => {
    const dependencies = worldWithVersion({ options: { deadlinesMs: { invocation: 1_000 } } });
    dependencies.imageVersions.becomes(1, 'CREATING');

    await expect(update(dependencies, { Alias: 'latest' })).rejects.toEqual(new OutOfTime());
  });
});

describe('updateImageVersion, by a new version,', () => {
  test.each<[string, ResourceProperties]>([
    ['BaseImage', { BaseImage: newBase }],
    ['Revision', { Revision: '2' }],
  ])('replaces for %s, names the predecessor and keeps the old version', async (_what, to) => {
    const dependencies = worldWithVersion();

    const version = await update(dependencies, to);

    expect(version.ImageVersionArn).toBe(versionArn(2));
    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made], 2: [madeByUpdate(1)] });
  });

  test('replaces for ImageName, in the other image', async () => {
    const dependencies = worldWithVersion();

    const version = await update(dependencies, { ImageName: 'another-image' });

    expect(version.ImageVersionArn).toBe(versionArn(1, 'another-image'));
    expect(await dependencies.imageVersions.listAliases({ ImageName: 'another-image' })).toEqual([madeByUpdate(0)]);
    expect(await dependencies.imageVersions.listAliases({ ImageName })).toEqual([made]);
  });

  test('takes a fixed alias over from the version that it replaces', async () => {
    const dependencies = worldWithVersion({ aliases: ['latest', '1.4'] });

    await update(dependencies, { BaseImage: newBase, Aliases: ['latest', '1.5'] }, { Aliases: ['latest', '1.4'] });

    expect(dependencies.imageVersions.aliases()).toEqual({
      1: [made, '1.4', gaveMarker(updateRequest(), 'latest', 2)],
      2: [madeByUpdate(1), '1.5', 'latest'],
    });
  });

  test('delivered twice, makes one version', async () => {
    const dependencies = worldWithVersion();

    await update(dependencies, { BaseImage: newBase });
    const again = await update(dependencies, { BaseImage: newBase });

    expect(again.Version).toBe(2);
    expect(dependencies.imageVersions.writes()).toHaveLength(1);
  });

  test('makes a version anew that is gone', async () => {
    const dependencies = world();

    const version = await update(dependencies, { ReleaseNotes: 'new' });

    expect(version).toMatchObject({ Version: 1, ReleaseNotes: 'new' });
    expect(dependencies.log.lines[0]).toEqual({
      level: 'warn',
      message: "The resource's version is no longer there",
      details: { ...current, isOwn: false, status: undefined },
    });
  });

  test('makes none anew where CloudFormation has gone on', async () => {
    const dependencies = world();
    dependencies.stacks.resource = stackResource('DELETE_COMPLETE');

    await expect(update(dependencies, { ReleaseNotes: 'new' })).rejects.toEqual(new Superseded());
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('does not touch a version of its number that it has not made', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion(), 'theirs');

    const version = await update(dependencies, { ReleaseNotes: 'new' });

    expect(version.Version).toBe(2);
    expect(dependencies.imageVersions.aliases()).toMatchObject({ 1: ['theirs'] });
    expect(dependencies.log.lines[0]?.details).toEqual({ ...current, isOwn: false, status: 'CREATED' });
  });

  test('makes a version anew that never worked', async () => {
    const dependencies = worldWithVersion({ ImageVersionStatus: 'CREATE_FAILED' });

    expect((await update(dependencies, {})).Version).toBe(2);
  });

  test('removes the new version where it fails, and gives the aliases back', async () => {
    const dependencies = worldWithVersion({ aliases: ['latest'] });
    const alias = { Alias: 'latest' };
    dependencies.imageVersions.next('updateImageVersion', {}, { refuses: accessDenied() });

    await expect(update(dependencies, { BaseImage: newBase, ...alias }, alias)).rejects.toEqual(accessDenied());

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made, 'latest'] });
  });

  test('tells the FailureReason of the new version', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.whenCreated('CREATING', 'CREATE_FAILED');

    await expect(update(dependencies, { BaseImage: newBase })).rejects.toMatchObject({
      code: 'NotStabilized',
      message: expect.stringContaining(
        `SageMaker could not create version 2 of image my-image from ${newBase}. FailureReason: No such image.`,
      ),
    });
    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made] });
  });
});

describe('updateImageVersion, after one that was refused,', () => {
  test('takes nothing back, because the refused one has touched nothing', async () => {
    const dependencies = worldWithVersion({ aliases: ['theirs'], VendorGuidance: 'STABLE' });

    await update(dependencies, {}, { Alias: 'theirs', VendorGuidance: 'STABLE', BaseImage: newBase, Colour: 'red' });

    expect(dependencies.imageVersions.writes()).toEqual([]);
  });
});

describe('updateImageVersion, in a rollback,', () => {
  const rollback = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
  const failedUpdate = updateRequest({ RequestId: 'the-update-that-failed' });

  test('makes no new version where the replacement never came', async () => {
    const dependencies = worldWithVersion();
    dependencies.stacks.operation = rollback;

    const version = await update(dependencies, {}, { BaseImage: newBase });

    expect(version.ImageVersionArn).toBe(versionArn(1));
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('removes what the replacement has left, and takes its aliases back', async () => {
    const dependencies = worldWithVersion({ aliases: [gaveMarker(failedUpdate, 'latest', 2)] });
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), ownershipAlias(failedUpdate, 1), 'latest');
    dependencies.stacks.operation = rollback;
    const alias = { Alias: 'latest' };

    const version = await update(dependencies, alias, { ...alias, BaseImage: newBase });

    expect(version.ImageVersionArn).toBe(versionArn(1));
    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [made, 'latest'] });
  });

  test('undoes a change of Revision alone, too', async () => {
    const dependencies = worldWithVersion({ CreationTime: new Date(issuedAt - 1_001) });
    dependencies.stacks.operation = rollback;

    const version = await update(dependencies, { Revision: '1' }, { Revision: '2' });

    expect(version.ImageVersionArn).toBe(versionArn(1));
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('returns to the version that the current one has replaced', async () => {
    const dependencies = world();
    const { imageVersions } = dependencies;
    imageVersions.add(imageVersion({ Version: 1 }), ownershipAlias(failedUpdate, 2));
    imageVersions.add(imageVersion({ Version: 2, BaseImage: newBase }), ownershipAlias(createRequest(), 0));
    dependencies.stacks.operation = rollback;

    const version = await update(dependencies, { BaseImage: newBase }, { BaseImage: baseImage });

    expect(version.ImageVersionArn).toBe(versionArn(2));
    expect(imageVersions.writes()).toEqual([]);
  });
});
