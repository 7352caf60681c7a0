import { ProviderError, Superseded } from '../../../src/errors.ts';
import { askWhetherWanted, fence, fenceNewWork } from '../../../src/image-version/fence.ts';
import { giveBackAliases } from '../../../src/image-version/give-back.ts';
import {
  bringAliases,
  findHolders,
  patientUntil,
  takenAliases,
  updateTakingAliases,
} from '../../../src/image-version/hand-over.ts';
import { gaveMarker, ownershipAlias } from '../../../src/image-version/ownership.ts';
import {
  createRequest,
  imageVersion,
  issuedAt,
  stackResource,
  updateRequest,
} from '../../support/provider/builders.ts';
import { accessDenied, inUse } from '../../support/provider/fake-image-versions.ts';
import { world } from '../../support/provider/world.ts';

const request = updateRequest();
const taking = () => ({ until: 0, taken: new Set<string>() });
const sibling = createRequest({ LogicalResourceId: 'Sibling' });
const foreign = createRequest({ StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/other/1' });
const ImageName = 'my-image';
const taker = { ImageName, Version: 2 };

/** Version 1 of a sibling, version 2 of this resource, version 3 of another stack. */
function threeVersions(aliases: Readonly<Record<1 | 2 | 3, readonly string[]>>, options?: Parameters<typeof world>[0]) {
  const dependencies = world(options);
  const owners = [ownershipAlias(sibling, 0), ownershipAlias(request, 0), ownershipAlias(foreign, 0)] as const;
  for (const Version of [1, 2, 3] as const) {
    dependencies.imageVersions.add(
      imageVersion({ Version }),
      ...owners.slice(Version - 1, Version),
      ...aliases[Version],
    );
  }
  return {
    ...dependencies,
    /** The aliases of each version beside that by which it is owned. */
    borne: () =>
      Object.values(dependencies.imageVersions.aliases()).map((borne) =>
        borne.filter((alias) => !owners.some((owner) => owner === alias)),
      ),
  };
}

const refusal = (holders: string) =>
  `In image my-image, ${holders}; an alias can be on one version only. Remove it there, or declare another one.`;

const rollingBack = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const goingOn = { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt };

describe('patientUntil', () => {
  test('is a minute from now', () => {
    expect(patientUntil(world())).toBe(issuedAt + 60_000);
  });
});

describe('takenAliases', () => {
  test('are those wanted that the image has and the version does not', () => {
    expect(takenAliases(['free', 'taken', 'own'], ['taken', 'own', 'other'], ['own'])).toEqual(['taken']);
  });
});

describe('findHolders', () => {
  test('tells which version of the stack bears each alias', async () => {
    const dependencies = threeVersions({ 1: ['a', 'b'], 2: ['c'], 3: [] });

    expect(await findHolders(request, ImageName, ['a', 'c', 'b'], 0, dependencies)).toEqual([
      { Alias: 'a', Version: 1, madeBy: 'sibling', ImageVersionStatus: 'CREATED' },
      { Alias: 'c', Version: 2, madeBy: 'resource', ImageVersionStatus: 'CREATED' },
      { Alias: 'b', Version: 1, madeBy: 'sibling', ImageVersionStatus: 'CREATED' },
    ]);
  });

  test('makes no call where no alias is taken', async () => {
    const dependencies = threeVersions({ 1: [], 2: [], 3: [] });

    expect(await findHolders(request, ImageName, [], 0, dependencies)).toEqual([]);
    expect(dependencies.imageVersions.calls).toEqual([]);
  });

  test('passes over an alias that has been given up meanwhile', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });

    expect(await findHolders(request, ImageName, ['gone', 'a'], 0, dependencies)).toEqual([
      { Alias: 'a', Version: 1, madeBy: 'sibling', ImageVersionStatus: 'CREATED' },
    ]);
  });

  test('names every version of another stack that bears one', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: ['b', 'c'] });

    await expect(findHolders(request, ImageName, ['a', 'b', 'c'], 0, dependencies)).rejects.toMatchObject({
      code: 'ResourceConflict',
      message: refusal(
        'alias b is on version 3, which another stack has made and alias c is on version 3, which another stack has made',
      ),
      retryable: false,
    });
  });

  test('refuses a version that no stack has made, or that bears no more than a marker', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion({ Version: 8 }), 'a', gaveMarker(request, 'b', 7));

    await expect(findHolders(request, ImageName, ['a'], 0, dependencies)).rejects.toMatchObject({
      message: refusal('alias a is on version 8, which was not made with this provider'),
    });
  });

  test('is worth another try until patience ends', async () => {
    const dependencies = threeVersions({ 1: [], 2: [], 3: ['b'] });

    const early = findHolders(request, ImageName, ['b'], issuedAt + 1, dependencies);

    await expect(early).rejects.toMatchObject({ retryable: true });
  });
});

describe('updateTakingAliases', () => {
  const update = (AliasesToAdd: string[], onVersion: readonly string[] = [], AliasesToDelete?: string[]) => ({
    version: taker,
    parameters: { AliasesToAdd, ...(AliasesToDelete && { AliasesToDelete }) },
    onVersion,
    onImage: ['a', 'b', 'c'],
  });

  test('has each giver swap its aliases for markers that name the taker, in one update each', async () => {
    const dependencies = threeVersions({ 1: ['a', 'b', 'stays'], 2: [], 3: [] });

    await updateTakingAliases(request, update(['a', 'b', 'free']), taking(), fence, dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([
      {
        operation: 'updateImageVersion',
        input: {
          ImageName,
          Version: 1,
          AliasesToDelete: ['a', 'b'],
          AliasesToAdd: [gaveMarker(request, 'a', 2), gaveMarker(request, 'b', 2)],
        },
      },
      { operation: 'updateImageVersion', input: { ...taker, AliasesToAdd: ['a', 'b', 'free'] } },
    ]);
    expect(dependencies.log.lines).toEqual([
      {
        level: 'warn',
        message: 'Taking aliases from another resource of the stack, which must no longer declare them',
        details: { giver: 1, taker, aliases: ['a', 'b'] },
      },
    ]);
  });

  test('takes aliases from the version that is being replaced as a matter of course', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion({ Version: 1 }), ownershipAlias(request, 0), 'a');
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), ownershipAlias(request, 1));

    await updateTakingAliases(request, update(['a']), taking(), fence, dependencies);

    expect(dependencies.log.lines).toEqual([
      {
        level: 'info',
        message: 'Taking aliases from the version that is being replaced',
        details: { giver: 1, taker, aliases: ['a'] },
      },
    ]);
  });

  test('leaves nothing on nobody where the time runs out when it has taken something', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] }, { deadlinesMs: { request: 1_000 } });
    const late = { meanwhile: () => dependencies.clock.advance(2_000) };
    dependencies.imageVersions.next('updateImageVersion', late);

    await updateTakingAliases(request, update(['a']), taking(), fenceNewWork, dependencies);

    expect(dependencies.borne()).toEqual([[gaveMarker(request, 'a', 2)], ['a'], []]);
  });

  test('deletes the markers of what the version gets, beside what goes anyway', async () => {
    const markers = [gaveMarker(request, 'x', 5), gaveMarker(request, 'y', 5)] as const;
    const dependencies = threeVersions({ 1: [], 2: [...markers, 'old'], 3: [] });

    await updateTakingAliases(request, update(['x'], [...markers, 'old'], ['old']), taking(), fence, dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([
      {
        operation: 'updateImageVersion',
        input: { ...taker, AliasesToAdd: ['x'], AliasesToDelete: ['old', markers[0]] },
      },
    ]);
  });

  test('leaves a marker where it is that an earlier giver has for the same alias and taker', async () => {
    const earlier = gaveMarker(request, 'a', 2);
    const dependencies = threeVersions({ 1: [earlier], 2: [], 3: [] });
    dependencies.imageVersions.add(imageVersion({ Version: 4 }), ownershipAlias(sibling, 3), 'a');
    const planned = { version: taker, parameters: { AliasesToAdd: ['a'] }, onVersion: [], onImage: ['a', earlier] };

    await updateTakingAliases(request, planned, taking(), fence, dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([
      { operation: 'updateImageVersion', input: { ImageName, Version: 4, AliasesToDelete: ['a'] } },
      { operation: 'updateImageVersion', input: { ...taker, AliasesToAdd: ['a'] } },
    ]);
  });

  test.each(['CREATING', 'DELETING', 'CREATE_FAILED'] as const)('waits for a giver that is %s', async (status) => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion({ ImageVersionStatus: status }), ownershipAlias(sibling, 0), 'a');
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), ownershipAlias(request, 0));
    const message = `In image my-image, alias a is on version 1, which is ${status}.`;

    await expect(updateTakingAliases(request, update(['a']), taking(), fence, dependencies)).rejects.toEqual(
      new ProviderError('ResourceConflict', message, { retryable: true }),
    );
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('takes nothing at all where one alias is on a version of another stack', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: ['b'] });

    await expect(updateTakingAliases(request, update(['a', 'b']), taking(), fence, dependencies)).rejects.toMatchObject(
      {
        code: 'ResourceConflict',
      },
    );
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('asks once more when it has looked for the holders, which may take long', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });
    dependencies.stacks.resource = stackResource('UPDATE_COMPLETE');
    dependencies.imageVersions.next('describeImageVersionByAlias', {
      meanwhile: () => void dependencies.clock.sleep(8_000),
    });

    await expect(updateTakingAliases(request, update(['a']), taking(), fenceNewWork, dependencies)).rejects.toEqual(
      new Superseded(),
    );
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('leaves a marker of long ago where it is when it is superseded', async () => {
    const dependencies = threeVersions({ 1: [gaveMarker(request, 'free', 2)], 2: [], 3: [] });
    dependencies.stacks.resource = stackResource('UPDATE_COMPLETE');
    await dependencies.clock.sleep(8_000);

    await expect(updateTakingAliases(request, update(['free']), taking(), fenceNewWork, dependencies)).rejects.toEqual(
      new Superseded(),
    );
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('gives back what it has taken when it is superseded in between', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });
    dependencies.stacks.resource = stackResource('UPDATE_COMPLETE');
    dependencies.imageVersions.next('updateImageVersion', {
      meanwhile: () => void dependencies.clock.sleep(8_000),
    });

    await expect(updateTakingAliases(request, update(['a']), taking(), fenceNewWork, dependencies)).rejects.toEqual(
      new Superseded(),
    );
    expect(dependencies.borne()).toEqual([['a'], [], []]);
  });

  test('stays superseded where what it has taken cannot be given back, and logs it', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });
    dependencies.stacks.resource = stackResource('UPDATE_COMPLETE');
    dependencies.imageVersions.next('updateImageVersion', {
      meanwhile: () => {
        void dependencies.clock.sleep(8_000);
        dependencies.imageVersions.always('listAliases', { refuses: accessDenied() });
      },
    });

    await expect(updateTakingAliases(request, update(['a']), taking(), fenceNewWork, dependencies)).rejects.toEqual(
      new Superseded(),
    );
    expect(dependencies.log.lines.at(-1)).toEqual({
      level: 'error',
      message: 'What was taken could not be given back',
      details: { taker, aliases: ['a'], error: accessDenied() },
    });
  });

  test('keeps what it has taken where another delivery has answered, and the stack goes on', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });
    dependencies.stacks.operation = goingOn;
    dependencies.stacks.resource = stackResource('UPDATE_COMPLETE');
    dependencies.imageVersions.next('updateImageVersion', {
      meanwhile: () => void dependencies.clock.sleep(8_000),
    });

    await expect(updateTakingAliases(request, update(['a']), taking(), fenceNewWork, dependencies)).rejects.toEqual(
      new Superseded(),
    );
    expect(dependencies.borne()).toEqual([[gaveMarker(request, 'a', 2)], [], []]);
  });
});

describe('bringAliases', () => {
  test('does nothing where the version bears them all', async () => {
    const dependencies = threeVersions({ 1: [], 2: ['a'], 3: [] });

    await bringAliases(request, taker, ['a'], dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('touches nothing for a version that is gone', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });

    await expect(bringAliases(request, { ImageName, Version: 9 }, ['a'], dependencies)).rejects.toEqual(
      new ProviderError(
        'NotFound',
        'Version 9 of image my-image is gone before it had its aliases: the request was cancelled, or somebody has ' +
          'deleted it. Try again.',
      ),
    );
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('adds free aliases and takes those of siblings', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: ['b'], 3: [] });

    await bringAliases(request, taker, ['a', 'b', 'c'], dependencies);

    expect(dependencies.borne()).toEqual([[gaveMarker(request, 'a', 2)], ['b', 'a', 'c'], []]);
  });

  test('plans again where a duplicate got there first', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });
    dependencies.imageVersions.next('updateImageVersion', {
      losesAnswer: inUse('Resource was modified concurrently.'),
    });

    await bringAliases(request, taker, ['a'], dependencies);

    expect(dependencies.borne()).toEqual([[gaveMarker(request, 'a', 2)], ['a'], []]);
    expect(dependencies.imageVersions.writes()).toHaveLength(2);
  });

  test('waits a minute for another stack to give an alias up, and then names it', async () => {
    const dependencies = threeVersions({ 1: [], 2: [], 3: ['a'] });

    await expect(bringAliases(request, taker, ['a'], dependencies)).rejects.toMatchObject({
      code: 'ResourceConflict',
      message: refusal('alias a is on version 3, which another stack has made'),
    });
    expect(dependencies.clock.now()).toBeGreaterThanOrEqual(issuedAt + 60_000);
    expect(dependencies.borne()).toEqual([[], [], ['a']]);
  });

  test('leaves it to the caller to give back what it has taken when it fails', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] });
    dependencies.imageVersions.next('updateImageVersion', {}, { refuses: accessDenied() });

    await expect(bringAliases(request, taker, ['a'], dependencies)).rejects.toEqual(accessDenied());

    expect(dependencies.borne()).toEqual([[gaveMarker(request, 'a', 2)], [], []]);
  });

  test('gives back what it has taken when it finds itself superseded', async () => {
    const dependencies = threeVersions({ 1: ['a'], 2: [], 3: [] }, { now: issuedAt + 120_000 });
    const { imageVersions, stacks } = dependencies;
    stacks.resource = stackResource('UPDATE_IN_PROGRESS');
    const rollBack = () => {
      stacks.resource = stackResource('UPDATE_ROLLBACK_IN_PROGRESS');
    };
    imageVersions.next('updateImageVersion', { meanwhile: rollBack });

    await expect(bringAliases(request, taker, ['a'], dependencies)).rejects.toEqual(new Superseded());

    expect(dependencies.borne()).toEqual([['a'], [], []]);
    expect(stacks.asked).toEqual(['currentResource', 'currentResource', 'currentOperation']);
  });
});

describe('giveBackAliases', () => {
  test('gives nothing back for an Update that the rollback has overtaken', async () => {
    const dependencies = threeVersions({ 1: [gaveMarker(request, 'a', 2)], 2: ['a'], 3: [] });
    dependencies.stacks.operation = rollingBack;
    dependencies.stacks.resource = stackResource('UPDATE_COMPLETE');

    const givenBack = giveBackAliases(request, taker, ['a'], dependencies, { pass: askWhetherWanted });

    await expect(givenBack).rejects.toEqual(new Superseded());
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  const taken = { 1: [gaveMarker(request, 'a', 2)], 2: ['a', 'b'], 3: [] };

  test('gives each alias with a marker back while the stack rolls back', async () => {
    const dependencies = threeVersions(taken);
    dependencies.stacks.operation = rollingBack;

    await giveBackAliases(request, taker, ['a', 'b'], dependencies);

    expect(dependencies.borne()).toEqual([['a'], ['b'], []]);
    expect(dependencies.log.lines).toEqual([
      { level: 'info', message: 'Giving an alias back', details: { ImageName, alias: 'a', taker: 2, giver: 1 } },
    ]);
  });

  test('gives nothing back while the stack goes on', async () => {
    const dependencies = threeVersions(taken);
    dependencies.stacks.operation = goingOn;

    await giveBackAliases(request, taker, ['a'], dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('gives them back where CloudFormation does not tell', async () => {
    const dependencies = threeVersions(taken);

    await giveBackAliases(request, taker, ['a'], dependencies);

    expect(dependencies.borne()).toEqual([['a'], ['b'], []]);
  });

  test('does not ask where it is certain', async () => {
    const dependencies = threeVersions(taken);
    dependencies.stacks.operation = goingOn;

    await giveBackAliases(request, taker, ['a'], dependencies, { isCertain: true });

    expect(dependencies.stacks.asked).toEqual([]);
    expect(dependencies.borne()).toEqual([['a'], ['b'], []]);
  });

  test('asks nobody where nothing was taken', async () => {
    const dependencies = threeVersions({ 1: [gaveMarker(request, 'a', 9)], 2: ['a'], 3: [] });

    await giveBackAliases(request, taker, [], dependencies);
    expect(dependencies.imageVersions.calls).toEqual([]);

    await giveBackAliases(request, taker, ['a'], dependencies);
    expect(dependencies.stacks.asked).toEqual([]);
    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('goes on where an earlier delivery was interrupted between the two updates', async () => {
    const dependencies = threeVersions({ ...taken, 2: ['b'] });

    await giveBackAliases(request, taker, ['a'], dependencies, { isCertain: true });

    expect(dependencies.borne()).toEqual([['a'], ['b'], []]);
    expect(dependencies.imageVersions.writes()).toHaveLength(1);
  });

  test('takes the marker off alone where the giver has its alias already', async () => {
    const dependencies = threeVersions({ 1: ['a', gaveMarker(request, 'a', 2)], 2: [], 3: [] });

    await giveBackAliases(request, taker, ['a'], dependencies, { isCertain: true });

    expect(dependencies.borne()).toEqual([['a'], [], []]);
  });

  test('plans again where another delivery is at it', async () => {
    const dependencies = threeVersions(taken);
    const concurrently = inUse('Resource was modified concurrently.');
    dependencies.imageVersions.next('updateImageVersion', {}, { refuses: concurrently });

    await giveBackAliases(request, taker, ['a'], dependencies, { isCertain: true });

    expect(dependencies.borne()).toEqual([['a'], ['b'], []]);
  });
});
