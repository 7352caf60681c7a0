import { OutOfTime } from '../../../src/errors.ts';
import { remove } from '../../../src/image-version/remove.ts';
import { imageVersion } from '../../support/provider/builders.ts';
import { accessDenied, inUse } from '../../support/provider/fake-image-versions.ts';
import { world } from '../../support/provider/world.ts';

const version = { ImageName: 'my-image', Version: 1 };

function worldWithVersion(options: Parameters<typeof world>[0] = {}) {
  const dependencies = world(options);
  dependencies.imageVersions.add(imageVersion(), 'latest');
  return dependencies;
}

describe('remove', () => {
  test('deletes the version and waits until it is gone', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.whenDeleted('DELETING', 'DELETING', 'gone');

    await remove(version, dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([{ operation: 'deleteImageVersion', input: version }]);
    expect(dependencies.imageVersions.aliases()).toEqual({});
    expect(dependencies.log.lines[0]).toEqual({ level: 'info', message: 'Deleting the version', details: version });
  });

  test('is content where the version is gone already', async () => {
    await expect(remove(version, world())).resolves.toBeUndefined();
  });

  test('is patient while the image is being modified, or the version is CREATING', async () => {
    const dependencies = worldWithVersion();
    const modified = inUse('Resource was modified concurrently.');
    dependencies.imageVersions.next('deleteImageVersion', { refuses: modified }, { refuses: modified });

    await remove(version, dependencies);

    expect(dependencies.imageVersions.writes()).toHaveLength(3);
    expect(dependencies.imageVersions.aliases()).toEqual({});
  });

  test('deletes again what still shows itself as it was', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.whenDeleted('CREATED', 'gone');

    await remove(version, dependencies);

    expect(dependencies.imageVersions.writes()).toHaveLength(2);
    expect(dependencies.clock.slept).toEqual([1_500]);
  });

  test('says at the deadline of the request that the version is still there', async () => {
    const dependencies = worldWithVersion({ deadlinesMs: { request: 2_000 } });
    dependencies.imageVersions.whenDeleted('CREATED');

    await expect(remove(version, dependencies)).rejects.toMatchObject({
      code: 'NotStabilized',
      message: 'SageMaker still shows version 1 of image my-image although it was deleted.',
    });
  });

  test('tells why SageMaker could not delete the version', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.whenDeleted('DELETING', 'DELETE_FAILED');

    await expect(remove(version, dependencies)).rejects.toMatchObject({
      code: 'NotStabilized',
      message:
        'SageMaker could not delete version 1 of image my-image. FailureReason: No such image. ' +
        'Detach it from domains, spaces and user profiles that use it.',
    });
  });

  test('says so where SageMaker gives no FailureReason', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion({ ImageVersionStatus: 'DELETE_FAILED' }));
    dependencies.imageVersions.next('deleteImageVersion', {});
    const describeImageVersion = async () => imageVersion({ ImageVersionStatus: 'DELETE_FAILED' });

    const removal = remove(version, {
      ...dependencies,
      imageVersions: { ...dependencies.imageVersions, describeImageVersion },
    });

    await expect(removal).rejects.toMatchObject({
      message:
        'SageMaker could not delete version 1 of image my-image. FailureReason: none given. ' +
        'Detach it from domains, spaces and user profiles that use it.',
    });
  });

  test('throws what SageMaker refuses for good', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.next('deleteImageVersion', { refuses: accessDenied() });

    await expect(remove(version, dependencies)).rejects.toEqual(accessDenied());
  });

  test('throws OutOfTime at the deadline of the invocation', async () => {
    const dependencies = worldWithVersion({ deadlinesMs: { invocation: 2_000 } });
    dependencies.imageVersions.whenDeleted('DELETING');

    await expect(remove(version, dependencies)).rejects.toEqual(new OutOfTime());
  });
});
