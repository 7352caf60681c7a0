import { OutOfTime, ProviderError } from '../../../src/errors.ts';
import { gaveMarker, ownershipAlias } from '../../../src/image-version/ownership.ts';
import { readProperties } from '../../../src/image-version/properties.ts';
import {
  isMadeIn,
  predecessorToReturnTo,
  purgeFailedReplacement,
  undoesRevision,
} from '../../../src/image-version/roll-back.ts';
import type { ImageVersion } from '../../../src/sagemaker/image-versions.ts';
import {
  createRequest,
  imageVersion,
  issuedAt,
  resourceProperties,
  updateRequest,
} from '../../support/provider/builders.ts';
import { accessDenied } from '../../support/provider/fake-image-versions.ts';
import { type World, world } from '../../support/provider/world.ts';

const ImageName = 'my-image';
const rollingBack = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const goingOn = { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt };

describe('isMadeIn', () => {
  test.each([
    [0, true],
    [-1000, true],
    [-1001, false],
  ])(
    'takes a version with a CreationTime %d ms from the beginning of the operation for one of it: %s',
    (ms, isOfIt) => {
      // SageMaker may keep whole seconds.
      expect(isMadeIn(rollingBack, { CreationTime: new Date(issuedAt + ms) })).toBe(isOfIt);
    },
  );
});

describe('predecessorToReturnTo', () => {
  const request = updateRequest();
  const properties = readProperties(request.ResourceProperties);
  const current = { ImageName, Version: 2 };
  const aliases = ['latest', gaveMarker(request, 'x', 9), ownershipAlias(request, 1)];
  const own = ownershipAlias(createRequest(), 0);

  function worldWithPredecessor(predecessor: Partial<ImageVersion> = {}, owner = own): World {
    const dependencies = world();
    dependencies.stacks.operation = rollingBack;
    dependencies.imageVersions.add(imageVersion(predecessor), owner);
    return dependencies;
  }

  test('is the version that the current one replaced, while the stack rolls back', async () => {
    const dependencies = worldWithPredecessor();

    const predecessor = await predecessorToReturnTo(request, properties, current, aliases, dependencies);

    expect(predecessor).toEqual({ ImageName, Version: 1 });
    expect(dependencies.log.lines).toEqual([
      { level: 'info', message: 'Returning to the version that was replaced', details: { current, predecessor } },
    ]);
  });

  test('is none while the stack goes on, or CloudFormation does not tell', async () => {
    const dependencies = worldWithPredecessor();

    dependencies.stacks.operation = goingOn;
    expect(await predecessorToReturnTo(request, properties, current, aliases, dependencies)).toBeUndefined();

    dependencies.stacks.operation = undefined;
    expect(await predecessorToReturnTo(request, properties, current, aliases, dependencies)).toBeUndefined();
  });

  test.each([
    ['has replaced none', [ownershipAlias(request, 0)]],
    ['is not owned by the resource', [ownershipAlias(createRequest({ LogicalResourceId: 'Other' }), 1)]],
    ['bears nothing', []],
  ])('is none where the current version %s', async (_what, borne) => {
    const dependencies = worldWithPredecessor();

    expect(await predecessorToReturnTo(request, properties, current, borne, dependencies)).toBeUndefined();
    expect(dependencies.stacks.asked).toEqual([]);
  });

  describe('where the template goes back to another image,', () => {
    const back = updateRequest({ ResourceProperties: resourceProperties({ ImageName: 'another-image' }) });
    const before = { CreationTime: new Date(issuedAt - 1_001) };
    const since = { CreationTime: new Date(issuedAt) };

    const predecessorAmong = (...versions: readonly [Partial<ImageVersion>, owner: string][]) => {
      const dependencies = worldWithPredecessor();
      for (const [version, owner] of versions) {
        dependencies.imageVersions.add(imageVersion(version, 'another-image'), owner);
      }
      return predecessorToReturnTo(back, readProperties(back.ResourceProperties), current, aliases, dependencies);
    };
    const ownAlias = (made: string) => ownershipAlias(createRequest({ RequestId: made }), 0);

    test('is its newest version from before the operation', async () => {
      const predecessor = await predecessorAmong(
        [{ Version: 3, ...before }, ownAlias('third')],
        [{ Version: 4, ...before }, ownAlias('fourth')],
        [{ Version: 5, ...since }, ownAlias('fifth')],
      );

      expect(predecessor).toEqual({ ImageName: 'another-image', Version: 4 });
    });

    test.each<[what: string, version: Partial<ImageVersion>, owner: string]>([
      ['was made in the operation', since, own],
      ['is going', { ...before, ImageVersionStatus: 'DELETING' }, own],
      ['has another BaseImage', { ...before, BaseImage: 'another' }, own],
      ['is not the resource’s own', before, ownershipAlias(createRequest({ LogicalResourceId: 'Other' }), 0)],
    ])('is none where its only version %s', async (_what, version, owner) => {
      expect(await predecessorAmong([version, owner])).toBeUndefined();
    });
  });

  test.each<[string, World]>([
    ['is gone', world()],
    ['is not CREATED', worldWithPredecessor({ ImageVersionStatus: 'DELETING' })],
    ['has another BaseImage', worldWithPredecessor({ BaseImage: 'another' })],
    [
      "is not the resource's own",
      worldWithPredecessor({}, ownershipAlias(createRequest({ LogicalResourceId: 'Other' }), 0)),
    ],
  ])('is none where the predecessor %s', async (_what, dependencies) => {
    dependencies.stacks.operation = rollingBack;

    expect(await predecessorToReturnTo(request, properties, current, aliases, dependencies)).toBeUndefined();
  });
});

describe('undoesRevision', () => {
  const older = imageVersion({ CreationTime: new Date(issuedAt - 1_001) });
  const revision = updateRequest({
    ResourceProperties: resourceProperties({ Revision: '1' }),
    OldResourceProperties: resourceProperties({ Revision: '2' }),
  });

  test('says so of a change of Revision, in a rollback, on a version from before it', async () => {
    const dependencies = world();
    dependencies.stacks.operation = rollingBack;

    expect(await undoesRevision(revision, older, dependencies)).toBe(true);
  });

  test('does not say so of a version that the operation itself has made', async () => {
    const dependencies = world();
    dependencies.stacks.operation = rollingBack;

    expect(await undoesRevision(revision, imageVersion(), dependencies)).toBe(false);
  });

  test('does not say so while the stack goes on, or where CloudFormation does not tell', async () => {
    const dependencies = world();

    expect(await undoesRevision(revision, older, dependencies)).toBe(false);
    dependencies.stacks.operation = goingOn;
    expect(await undoesRevision(revision, older, dependencies)).toBe(false);
  });

  test.each([
    ['nothing', {}],
    ['BaseImage as well', { Revision: '1', BaseImage: 'another' }],
    ['ImageName as well', { Revision: '1', ImageName: 'another' }],
    ['metadata alone', { ReleaseNotes: 'new' }],
  ])('does not say so, nor ask, where the template changes %s', async (_what, to) => {
    const dependencies = world();
    dependencies.stacks.operation = rollingBack;

    expect(
      await undoesRevision(updateRequest({ ResourceProperties: resourceProperties(to) }), older, dependencies),
    ).toBe(false);
    expect(dependencies.stacks.asked).toEqual([]);
  });
});

describe('purgeFailedReplacement', () => {
  const current = { ImageName, Version: 1 };
  const request = updateRequest({ OldResourceProperties: resourceProperties({ BaseImage: 'new', Alias: 'latest' }) });
  const failed = updateRequest({ RequestId: 'the-update-that-failed' });

  /** Version 1, and version 2 that was to replace it. */
  function worldWithReplacement({ CreationTime = new Date(issuedAt), owner = ownershipAlias(failed, 1) } = {}): World {
    const dependencies = world();
    dependencies.stacks.operation = rollingBack;
    dependencies.imageVersions.add(imageVersion(), ownershipAlias(createRequest(), 0));
    dependencies.imageVersions.add(imageVersion({ Version: 2, CreationTime }), owner);
    return dependencies;
  }

  const versionsIn = ({ imageVersions }: World) => Object.keys(imageVersions.aliases());

  test('removes the version that was to replace the current one', async () => {
    const dependencies = worldWithReplacement();

    await purgeFailedReplacement(request, current, dependencies);

    expect(versionsIn(dependencies)).toEqual(['1']);
    expect(dependencies.log.lines[0]).toEqual({
      level: 'warn',
      message: 'Removing what a failed replacement has left',
      details: { ImageName, Version: 2 },
    });
  });

  test('gives back first what that version has taken', async () => {
    const dependencies = world();
    dependencies.stacks.operation = rollingBack;
    const owner = ownershipAlias(createRequest(), 0);
    dependencies.imageVersions.add(imageVersion(), owner, gaveMarker(failed, 'latest', 2));
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), ownershipAlias(failed, 1), 'latest');

    await purgeFailedReplacement(request, current, dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({ 1: [owner, 'latest'] });
    expect(dependencies.stacks.asked).toEqual(['currentOperation']);
  });

  test('removes it from another image, where the replacement was to go there', async () => {
    const dependencies = world();
    dependencies.stacks.operation = rollingBack;
    dependencies.imageVersions.add(imageVersion({ Version: 5 }, 'another-image'), ownershipAlias(failed, 0));
    const back = updateRequest({ OldResourceProperties: resourceProperties({ ImageName: 'another-image' }) });

    await purgeFailedReplacement(back, current, dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test.each([
    ['from before the operation', worldWithReplacement({ CreationTime: new Date(issuedAt - 1001) })],
    ['with another predecessor', worldWithReplacement({ owner: ownershipAlias(failed, 7) })],
    [
      'of another resource',
      worldWithReplacement({ owner: ownershipAlias(createRequest({ LogicalResourceId: 'Other' }), 1) }),
    ],
    ['that nobody has marked', worldWithReplacement({ owner: 'latest' })],
  ])('leaves a version %s', async (_what, dependencies) => {
    await purgeFailedReplacement(request, current, dependencies);

    expect(versionsIn(dependencies)).toEqual(['1', '2']);
  });

  test('removes a version from the second in which the operation began', async () => {
    const dependencies = worldWithReplacement({ CreationTime: new Date(issuedAt - 1000) });

    await purgeFailedReplacement(request, current, dependencies);

    expect(versionsIn(dependencies)).toEqual(['1']);
  });

  test.each([undefined, goingOn])('leaves everything where the stack is known to be in %j', async (operation) => {
    const dependencies = worldWithReplacement();
    dependencies.stacks.operation = operation;

    await purgeFailedReplacement(request, current, dependencies);

    expect(versionsIn(dependencies)).toEqual(['1', '2']);
  });

  test('asks nobody where nothing was left', async () => {
    const dependencies = world();

    await purgeFailedReplacement(request, current, dependencies);

    expect(dependencies.stacks.asked).toEqual([]);
  });

  test('throws OutOfTime, for the next invocation to go on', async () => {
    const dependencies = worldWithReplacement();
    dependencies.imageVersions.whenDeleted('DELETING');
    const deadlines = { ...dependencies.deadlines, invocation: issuedAt + 1_000 };

    await expect(purgeFailedReplacement(request, current, { ...dependencies, deadlines })).rejects.toEqual(
      new OutOfTime(),
    );
  });

  test('does not look in an image that cannot be', async () => {
    const dependencies = worldWithReplacement();
    const refused = updateRequest({ OldResourceProperties: resourceProperties({ ImageName: 'not--valid' }) });

    await purgeFailedReplacement(refused, current, dependencies);

    expect(dependencies.imageVersions.calls).toEqual([]);
  });

  test('does not fail over what SageMaker refuses, but tells it', async () => {
    const dependencies = worldWithReplacement();
    dependencies.imageVersions.always('deleteImageVersion', { refuses: accessDenied() });

    await expect(purgeFailedReplacement(request, current, dependencies)).resolves.toBeUndefined();
    expect(dependencies.log.lines.at(-1)).toEqual({
      level: 'error',
      message: 'What a failed replacement has left could not be removed',
      details: { ImageName, Version: 2, code: 'AccessDenied', error: expect.any(ProviderError) },
    });
  });

  test('goes on with the next one where one of several would not go', async () => {
    const dependencies = worldWithReplacement();
    const another = ownershipAlias({ ...failed, RequestId: 'another' }, 1);
    dependencies.imageVersions.add(imageVersion({ Version: 3, CreationTime: new Date(issuedAt) }), another);
    dependencies.imageVersions.next('deleteImageVersion', { refuses: accessDenied() });

    await purgeFailedReplacement(request, current, dependencies);

    expect(Object.keys(dependencies.imageVersions.aliases())).toEqual(['1', '2']);
  });
});
