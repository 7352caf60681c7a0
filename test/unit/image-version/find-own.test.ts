import { bearerOf, findOwn } from '../../../src/image-version/find-own.ts';
import { imageVersion } from '../../support/provider/builders.ts';
import { world } from '../../support/provider/world.ts';

const ImageName = 'my-image';

describe('findOwn', () => {
  test('finds every version of the image that bears a wanted alias', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion({ Version: 1 }), 'cfn-a', 'latest');
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), 'other');
    dependencies.imageVersions.add(imageVersion({ Version: 3 }), 'cfn-b');
    dependencies.imageVersions.add(imageVersion({ Version: 9 }, 'another-image'), 'cfn-c');

    const found = await findOwn(ImageName, (alias) => alias.startsWith('cfn-'), dependencies);

    expect(found.map(({ Version }) => Version)).toEqual([1, 3]);
  });

  test('finds none in an image that is not there', async () => {
    expect(await findOwn(ImageName, () => true, world())).toEqual([]);
  });
});

describe('bearerOf', () => {
  test('is the version that bears the alias', async () => {
    const { imageVersions } = world();
    imageVersions.add(imageVersion({ Version: 3 }), 'latest');

    expect((await bearerOf(ImageName, 'latest', imageVersions)).Version).toBe(3);
  });

  test('throws what is worth another try where no version shows itself', async () => {
    await expect(bearerOf(ImageName, 'latest', world().imageVersions)).rejects.toMatchObject({
      code: 'ResourceConflict',
      retryable: true,
      message: 'Image my-image has the alias latest, but the version that bears it cannot be described.',
    });
  });
});
