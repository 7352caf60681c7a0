/**
 * The protocol never says that a stack rolls back. After a failed replacement CloudFormation sends an Update from the
 * new properties to the old; after one that worked it may send that too, with the id of the new version.
 */

import type { StackEvent } from '../../src/cloudformation/stacks.ts';
import { marker, own, ownership, sibling } from '../support/provider/aliases.ts';
import {
  baseImage,
  imageVersion,
  issuedAt,
  stackResource,
  updateRequest,
  versionArn,
} from '../support/provider/builders.ts';
import { accessDenied, type FakeImageVersions, inUse } from '../support/provider/fake-image-versions.ts';
import { type GivenOperation, ofStack, stackEvent } from '../support/provider/fake-stacks.ts';
import {
  deletes,
  type Fakes,
  type Given,
  refusesToChange,
  succeeded,
  testEach,
  update,
  updates,
  verify,
} from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
const operation = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const goingOn = { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt };
const latest = { Alias: 'latest' };
const { RequestId } = updateRequest();
/** On what the Update that is rolled back has made. */
const failedUpdate = { RequestId: 'the-update-that-failed' };
const replacement = ownership(failedUpdate, 1);
const other = (predecessor: number) => ownership({ LogicalResourceId: 'Other' }, predecessor);
/** From before the stack operation, or since it began: CreationTime has a resolution of a second. */
const older = { CreationTime: new Date(issuedAt - 1_001) };
const newer = { CreationTime: new Date(issuedAt - 1_000) };

/** CloudFormation shows the stack as it was before the rollback began. */
const showsLate =
  (rollback: GivenOperation) =>
  ({ clock, stacks }: Fakes) => {
    const isLate = () => clock.now() < issuedAt + 4_500;
    const { events } = stacks;
    stacks.events = async (StackId, isLast) =>
      isLate() ? [ofStack('UPDATE_IN_PROGRESS', issuedAt)] : events(StackId, isLast);
    Object.defineProperty(stacks, 'operation', { get: () => (isLate() ? goingOn : rollback) });
  };

describe('A rollback of a replacement that failed', () => {
  const request = update({}, { BaseImage: newBase });
  const before = { 1: [own], 2: [replacement] };
  const withoutReplacement = { 1: [own] };
  /** The failed replacement goes on while it is being removed, and takes an alias of the sibling. */
  const takesAlias = (imageVersions: FakeImageVersions) => () => {
    imageVersions.vanish(3);
    imageVersions.add(imageVersion({ Version: 3 }), sibling, marker('latest', 2));
  };
  const deniesIn =
    (ImageName: string) =>
    ({ imageVersions }: Fakes) => ({
      listAliases: async (version: { ImageName: string; Version?: number }) => {
        if (version.ImageName === ImageName) throw accessDenied();
        return imageVersions.listAliases(version);
      },
    });

  /** SageMaker does not list the aliases of the new version for a while. */
  const doesNotList =
    (hidden: string, forMs: number) =>
    ({ clock, imageVersions }: Fakes) => ({
      listAliases: async (version: { ImageName: string; Version?: number }) => {
        const listed = await imageVersions.listAliases(version);
        return clock.now() < issuedAt + forMs ? listed.filter((alias) => alias !== hidden) : listed;
      },
    });

  testEach(
    request,
    {
      'makes no version, and asks nothing, when the new one never came to be': {
        given: { before: withoutReplacement },
        expected: { answer: succeeded(1), writes: [], asked: [] },
      },
      'removes the new version, and warns of it': {
        given: { before },
        expected: { answer: succeeded(1), after: withoutReplacement, logs: { warn: [2], error: [] } },
      },
      'names the version in an error if CloudFormation does not tell when the operation began': {
        given: { before, happened: undefined },
        expected: { answer: succeeded(1), writes: [], logs: { error: ['my-image', 'orphans', 'needsAttention'] } },
      },
      'removes it when SageMaker could not create it, and then returns the alias that it has': {
        given: {
          before: { 1: [own], 2: [replacement, 'latest'], 3: [sibling, marker('latest', 2)] },
          details: { 1: older, 2: { ImageVersionStatus: 'CREATE_FAILED' } },
          port: refusesToChange(2),
        },
        request: update({}, { ...latest, BaseImage: newBase }),
        expected: { answer: succeeded(1), after: { 1: [own], 3: [sibling, 'latest'] } },
      },
      'removes it when CloudFormation shows the rollback some seconds late': {
        given: { before, details: { 1: older }, faults: showsLate(operation) },
        expected: { answer: succeeded(1), after: withoutReplacement, takesMs: [6_000, 12_000], isRepeatable: false },
      },
      'removes a version from the second in which the operation began': {
        given: { before, details: { 2: newer } },
        expected: { answer: succeeded(1), after: withoutReplacement },
      },
      'removes the new version too when somebody has deleted the old one, which is then made again': {
        given: { before: { 2: [replacement], 3: [sibling] } },
        expected: { answer: succeeded(4), after: { 3: [sibling], 4: [ownership({ RequestId }, 1)] } },
      },
      'does not remove what the Update of the rollback creates in its place, if it was cancelled itself': {
        given: {
          before: { 2: [replacement] },
          happened: [ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt + 500)],
          resource: stackResource('UPDATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 4_000 }),
        },
        expected: { answer: 'superseded', writes: [] },
      },
      'removes the new version of another image too when somebody has deleted the old one': {
        given: { before: { 3: [sibling], 'another-image/4': [ownership(failedUpdate, 0)] } },
        request: update({}, { ImageName: 'another-image' }),
        expected: { answer: succeeded(4), after: { 3: [sibling], 4: [ownership({ RequestId }, 0)] } },
      },
      'removes what an earlier Update of the rollback has made in the place of the deleted one of another image': {
        given: { before: { 3: [sibling], 4: [ownership({ RequestId: 'an-earlier-update-of-the-rollback' })] } },
        request: update({}, { ImageName: 'another-image' }),
        expected: { answer: succeeded(4), after: { 3: [sibling], 4: [ownership({ RequestId }, 0)] } },
      },
      "takes the old version's aliases back": {
        given: { before: { 1: [own, marker('latest', 2)], 2: [replacement, 'latest'] } },
        request: update(latest, { ...latest, BaseImage: newBase }),
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
      },
      'returns what the new version has taken from a sibling': {
        given: { before: { ...before, 2: [replacement, 'latest'], 3: [sibling, marker('latest', 2)] } },
        request: update({}, { ...latest, BaseImage: newBase }),
        expected: { answer: succeeded(1), after: { ...withoutReplacement, 3: [sibling, 'latest'] } },
      },
      'returns what the new version takes while it is being removed': {
        given: {
          before: { ...before, 3: [sibling, 'latest'] },
          faults: ({ imageVersions }) =>
            imageVersions.next('deleteImageVersion', { meanwhile: takesAlias(imageVersions) }),
        },
        request: update({}, { ...latest, BaseImage: newBase }),
        expected: { answer: succeeded(1), after: { ...withoutReplacement, 3: [sibling, 'latest'] } },
      },
      'returns what the new version takes while its removal fails': {
        given: {
          before: { ...before, 3: [sibling, 'latest'] },
          faults: ({ imageVersions }) =>
            imageVersions.next('deleteImageVersion', { meanwhile: takesAlias(imageVersions), refuses: accessDenied() }),
        },
        request: update({}, { ...latest, BaseImage: newBase }),
        expected: { answer: succeeded(1), after: { ...before, 3: [sibling, 'latest'] }, isRepeatable: false },
      },
      'restores the old version first, and succeeds when there is no time left to remove the new one': {
        given: {
          before: { 1: [own, marker('latest', 2)], 2: [replacement, 'latest'] },
          whenDeleted: ['DELETING'],
        },
        request: update(
          { ...latest, ReleaseNotes: 'old', ServiceTimeout: '60' },
          { ...latest, ReleaseNotes: 'new', BaseImage: newBase },
        ),
        expected: {
          answer: succeeded(1),
          after: { 1: [own, 'latest'], 2: [replacement, marker('latest', 1)] },
          writes: [
            updates(2, { AliasesToDelete: ['latest'], AliasesToAdd: [marker('latest', 1)] }),
            updates(1, { ReleaseNotes: 'old', AliasesToAdd: ['latest'], AliasesToDelete: [marker('latest', 2)] }),
            deletes(2),
          ],
          logs: { error: [2] },
          isRepeatable: false,
        },
      },
      'removes a new version first that never worked and has an alias of the old one': {
        given: {
          before: { 1: [own], 2: [replacement, 'latest'] },
          details: { 2: { ImageVersionStatus: 'CREATE_FAILED' } },
        },
        request: update(latest, { ...latest, BaseImage: newBase }),
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
      },
      'removes the new version first when SageMaker refuses to change the old one beside it': {
        given: {
          before: { ...before, 1: [own, 'other'] },
          port: ({ imageVersions }) => ({
            updateImageVersion: async (input) => {
              if (await imageVersions.describeImageVersion({ ImageName: 'my-image', Version: 2 })) throw accessDenied();
              return imageVersions.updateImageVersion(input);
            },
          }),
        },
        request: update(latest, { Alias: 'other', BaseImage: newBase }),
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
      },
      'makes no version when SageMaker shows BaseImage in another form': {
        given: { before, details: { 1: { ...older, BaseImage: 'my-image@sha256:0' } } },
        expected: { answer: succeeded(1), after: withoutReplacement },
      },
      'removes the new version from another image': {
        given: { before: { 1: [own], 'another-image/5': [ownership(failedUpdate)] } },
        request: update({}, { ImageName: 'another-image' }),
        expected: { answer: succeeded(1), after: withoutReplacement },
      },
      'does not look in an image whose name is invalid': {
        given: { before, port: deniesIn('not--valid') },
        request: update({}, { ImageName: 'not--valid' }),
        expected: { answer: succeeded(1), writes: [], logs: { error: [] } },
      },
      'succeeds when it may not look in the image of the new version, and logs that': {
        given: { before, port: deniesIn('another-image') },
        request: update({}, { ImageName: 'another-image' }),
        expected: { answer: succeeded(1), logs: { error: ['another-image', 'AccessDenied'] } },
      },
      'succeeds when SageMaker refuses to delete the new version, and logs that': {
        given: { before, always: { deleteImageVersion: accessDenied() } },
        expected: { answer: succeeded(1), logs: { error: [2, 'AccessDenied'] }, isRepeatable: false },
      },
      'removes the next one when SageMaker refuses to delete one of several': {
        given: {
          before: { ...before, 3: [ownership({ RequestId: 'another' }, 1)] },
          next: { deleteImageVersion: [accessDenied()] },
        },
        expected: { answer: succeeded(1), after: before, isRepeatable: false },
      },
      'removes a new version whose aliases SageMaker does not list for 20 s': {
        given: { before, details: { 2: { CreationTime: new Date(issuedAt) } }, port: doesNotList(replacement, 20_000) },
        expected: { answer: succeeded(1), after: withoutReplacement, takesMs: [20_000, 26_000] },
      },
      'does not wait when the newest version of the image is an old one': {
        given: { before: { 1: [own], 2: [other(1)] }, details: { 2: older } },
        expected: { answer: succeeded(1), writes: [], takesMs: [0, 1] },
      },
      'undoes a change of Revision alone': {
        given: { before, details: { 1: older } },
        request: update({ Revision: '1' }, { Revision: '2' }),
        expected: { answer: succeeded(1), after: withoutReplacement },
      },
    },
    { operation },
  );

  test.each([
    ['from before the operation', { details: { 2: older } }],
    ['with another predecessor', { before: { 1: [own], 2: [ownership(failedUpdate, 7)] } }],
    ['of another resource', { before: { 1: [own], 2: [other(1)] } }],
    ['without an ownership alias', { before: { 1: [own], 2: ['latest'] } }],
    ['when the stack goes on', { operation: goingOn }],
    ['when CloudFormation does not say that the stack rolls back', { operation: undefined }],
  ])('leaves a version %s', async (_what, there) => {
    const given = { before, operation, ...there };
    await verify({ given, request, expected: { answer: succeeded(1), writes: [] } });
  });
});

describe('A change of Revision', () => {
  const replaced = { answer: succeeded(2), after: { 1: [own], 2: [ownership({ RequestId }, 1)] } };

  test.each([
    ['when the rollback comes to a version that the operation has made', { operation, details: { 1: newer } }],
    ['when the stack goes on', { operation: goingOn, details: { 1: older } }],
    ['when CloudFormation does not say', { details: { 1: older } }],
    [
      'when it comes late, and its resource is being restored after it has failed itself',
      {
        operation: goingOn,
        details: { 1: older },
        happened: [
          stackEvent('UPDATE_IN_PROGRESS', issuedAt + 9_000),
          stackEvent('UPDATE_FAILED', issuedAt + 5_000),
          stackEvent('UPDATE_IN_PROGRESS', issuedAt),
        ],
      },
    ],
  ])('replaces the version %s', async (_when, there) => {
    const request = update({ Revision: '1' }, { Revision: '2' });
    await verify({ given: { before: { 1: [own] }, ...there }, request, expected: replaced });
  });

  testEach(
    update({ Revision: '1', BaseImage: newBase }, { Revision: '2' }),
    {
      'is undone when BaseImage changes as well, which SageMaker may show in another form': {
        given: { operation },
        expected: { answer: succeeded(1, newBase), writes: [] },
      },
      'is still undone when the next operation begins before the request is retried': {
        given: {
          operation,
          faults: ({ imageVersions, stacks }) =>
            imageVersions.next('updateImageVersion', {
              meanwhile: () => {
                stacks.operation = goingOn;
              },
              refuses: inUse('Resource was modified concurrently'),
            }),
        },
        request: update({ Revision: '1', ReleaseNotes: 'new' }, { Revision: '2' }),
        expected: {
          isRepeatable: false,
          answer: succeeded(1),
          writes: [updates(1, { ReleaseNotes: 'new' }), updates(1, { ReleaseNotes: 'new' })],
        },
      },
      'is not asked about when the metadata alone change': {
        given: { operation },
        request: update({ ReleaseNotes: 'new' }),
        expected: { answer: succeeded(1), asked: [] },
      },
    },
    { before: { 1: [own] }, details: { 1: older } },
  );
});

describe('An operation that CloudFormation shows some seconds late', () => {
  const before = { 1: [own] };
  const details = { 1: older };
  /** The status of the stack, and its events, as they were before the operation began. */
  const statusUntil =
    (untilMs: number, StackStatus: string, now: GivenOperation) =>
    ({ clock, stacks }: Fakes) =>
      Object.defineProperty(stacks, 'operation', {
        get: () => (clock.now() < issuedAt + untilMs ? { ...now, StackStatus } : now),
      });
  const eventsUntil =
    (untilMs: number, ...events: readonly StackEvent[]) =>
    ({ clock, stacks }: Fakes) => {
      const current = stacks.events;
      stacks.events = async (StackId, isLast) => (clock.now() < issuedAt + untilMs ? events : current(StackId, isLast));
    };
  const replaced = { answer: succeeded(2, newBase), after: { 1: [own], 2: [ownership({ RequestId }, 1)] } };

  testEach(
    update({ BaseImage: newBase }),
    {
      'is no rollback because the one before was': {
        given: { faults: statusUntil(4_000, 'UPDATE_ROLLBACK_COMPLETE', goingOn) },
        expected: { ...replaced, takesMs: [4_000, 10_000], isRepeatable: false },
      },
      'is no restoration because the resource failed in the one before': {
        given: {
          operation: goingOn,
          faults: eventsUntil(
            4_000,
            ofStack('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS', issuedAt - 4_000),
            stackEvent('UPDATE_IN_PROGRESS', issuedAt - 5_000),
            stackEvent('UPDATE_FAILED', issuedAt - 6_000),
            ofStack('UPDATE_IN_PROGRESS', issuedAt - 7_000),
          ),
        },
        expected: { ...replaced, takesMs: [4_000, 10_000], isRepeatable: false },
      },
      'is a rollback when its events show it before its status': {
        given: {
          before: { 1: [own, 'latest'], 3: [sibling, marker('latest', 1)] },
          operation: goingOn,
          happened: [ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt - 1_000)],
        },
        request: update({}, latest),
        expected: { answer: succeeded(1), after: { 1: [own], 3: [sibling, 'latest'] }, isRepeatable: false },
      },
    },
    { before, details },
  );
});

describe('A rollback of a replacement that worked', () => {
  const second = ownership({ RequestId: 'second' }, 1);
  const PhysicalResourceId = versionArn(2);
  const back = update({}, { BaseImage: newBase }, { PhysicalResourceId });
  const before = { 1: [own], 2: [second] };
  const details = { 1: older, 2: { BaseImage: newBase } };
  const anew = ownership({ RequestId }, 2);
  const rollback = { ...operation, idBefore: versionArn(1) };

  testEach(
    back,
    {
      'returns to the version that was replaced': {
        expected: { answer: succeeded(1), writes: [] },
      },
      'returns to the version that the first of several failed operations replaced': {
        given: {
          happened: [
            stackEvent('UPDATE_IN_PROGRESS', issuedAt, { PhysicalResourceId }),
            ofStack('UPDATE_IN_PROGRESS', issuedAt),
            ofStack('UPDATE_FAILED', issuedAt),
          ],
        },
        expected: { answer: succeeded(1), writes: [] },
      },
      'returns to it when the stack has the name of the resource': {
        given: {
          operation,
          happened: [
            stackEvent('UPDATE_IN_PROGRESS', issuedAt, { PhysicalResourceId: versionArn(1) }),
            stackEvent('UPDATE_IN_PROGRESS', issuedAt, { PhysicalResourceId: updateRequest().StackId }),
          ],
        },
        expected: { answer: succeeded(1), writes: [] },
      },
      "takes that version's aliases back": {
        given: { before: { 1: [own, marker('latest', 2)], 2: [second, 'latest'] } },
        request: update(latest, { ...latest, BaseImage: newBase }, { PhysicalResourceId }),
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'], 2: [second, marker('latest', 1)] } },
      },
      'returns to it when SageMaker does not describe it once': {
        given: {
          port: ({ clock, imageVersions }) => ({
            describeImageVersion: async (version) =>
              version.Version === 1 && clock.now() < issuedAt + 1_000
                ? undefined
                : imageVersions.describeImageVersion(version),
          }),
        },
        expected: { answer: succeeded(1), writes: [] },
      },
      'returns to it when SageMaker shows its BaseImage in another form': {
        given: { details: { ...details, 1: { ...older, BaseImage: 'my-image@sha256:0' } } },
        expected: { answer: succeeded(1), writes: [] },
      },
      'returns to it when CloudFormation shows the rollback some seconds late': {
        given: { faults: showsLate(rollback) },
        expected: { answer: succeeded(1), writes: [], takesMs: [6_000, 6_001], isRepeatable: false },
      },
    },
    { before, details, operation: rollback },
  );

  test.each<[string, Given]>([
    ['goes on', { operation: goingOn, details: { 2: { ...details[2], ...older } } }],
    ['goes on, and made the version itself', { operation: goingOn }],
    ['may or may not roll back', { operation: undefined }],
    ['does not show that it has replaced one', { operation }],
    [
      'has replaced a version of another image',
      {
        operation: { ...operation, idBefore: versionArn(4, 'another-image') },
        before: { ...before, 'another-image/4': [ownership({ RequestId: 'first' })] },
        details: { ...details, 'another-image/4': older },
      },
    ],
    ['has replaced a version with the same number', { operation: { ...operation, idBefore: PhysicalResourceId } }],
    ['has a current version of another resource', { before: { ...before, 2: [other(1)] } }],
    ['has a current version without an ownership alias', { before: { ...before, 2: [] } }],
    ['has lost the predecessor', { before: { 2: [second] } }],
    ['has a predecessor that is DELETING', { details: { ...details, 1: { ImageVersionStatus: 'DELETING' } } }],
    ['has a predecessor of another resource', { before: { ...before, 1: [other(0)] } }],
  ])('makes a version when the stack %s', async (_what, there) => {
    const given = { before, details, operation: rollback, ...there };
    await verify({ given, request: back, expected: { answer: succeeded(3), after: { ...given.before, 3: [anew] } } });
  });
});

describe('A rollback from another image', () => {
  const request = update({ ImageName: 'another-image' });
  const madeBy = (RequestId: string) => [ownership({ RequestId })];
  const rollback = { ...operation, idBefore: versionArn(3, 'another-image') };

  // An earlier rollback may have kept version 4, because of its policy.
  test('returns to the version that the resource had, and not to a newer one', async () => {
    const before = { 1: [own], 'another-image/3': madeBy('a'), 'another-image/4': madeBy('b') };
    const details = { 'another-image/3': older, 'another-image/4': older };
    await verify({
      given: { operation: rollback, before, details },
      request,
      expected: { answer: succeeded(3, baseImage, 'another-image'), writes: [] },
    });
  });

  test.each<[string, object, string[]]>([
    ['is DELETING', { ImageVersionStatus: 'DELETING' }, madeBy('a')],
    ['is DELETE_FAILED', { ImageVersionStatus: 'DELETE_FAILED' }, madeBy('a')],
    ["is not the resource's own", {}, [other(0)]],
  ])('makes a version when that version %s', async (_what, version, aliases) => {
    const before = { 1: [own], 'another-image/3': aliases };
    const after = { ...before, 'another-image/4': madeBy(RequestId) };
    await verify({
      given: { operation: rollback, before, details: { 'another-image/3': { ...older, ...version } } },
      request,
      expected: { answer: succeeded(4, baseImage, 'another-image'), after },
    });
  });
});
