/**
 * An alias is on one version of an image at a time. It is taken from a version of the same stack, which keeps a marker in
 * its place, and returned there when the stack rolls back; it is never taken from any other version.
 */
import { foreign, marker, own, ownership, replacing, sibling } from '../support/provider/aliases.ts';
import { imageVersion, issuedAt, stackResource, undatedUrl, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, succeeds, throttled, unreachable } from '../support/provider/fake-image-versions.ts';
import { ofStack } from '../support/provider/fake-stacks.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  create,
  deleted,
  deletes,
  type Fakes,
  failed,
  listsUntil,
  refusesToChange,
  remove,
  succeeded,
  testEach,
  update,
  updates,
  verify,
} from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const rollback = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const another = ownership({ LogicalResourceId: 'Another' });
const anHourAgo = new Date(issuedAt - 3_600_000);
const wantsA = update({ Alias: 'a' });

describe('Taking an alias', () => {
  testEach(wantsA, {
    'makes its giver swap all of them for markers in one call, and warns of the sibling': {
      given: { before: { 1: [own], 2: [sibling, 'a', 'b', 'stays'] } },
      request: update({ Aliases: ['a', 'b', 'free'] }),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a', 'b', 'free'], 2: [sibling, 'stays', marker('a', 1), marker('b', 1)] },
        writes: [
          updates(2, { AliasesToDelete: ['a', 'b'], AliasesToAdd: [marker('a', 1), marker('b', 1)] }),
          updates(1, { AliasesToAdd: ['a', 'b', 'free'] }),
        ],
        logs: { warn: [2] },
      },
    },
    'takes no alias from the version itself, when SageMaker does not list it there for some seconds': {
      given: {
        before: { 1: [own, 'a'] },
        port: ({ clock, imageVersions }) => ({
          listAliases: async (version) => {
            const listed = await imageVersions.listAliases(version);
            return version.Version === 1 && clock.now() < issuedAt + 4_000 ? [own] : listed;
          },
        }),
      },
      expected: { answer: succeeded(1), writes: [] },
    },
    'calls once for each giver': {
      given: { before: { 1: [own], 2: [sibling, 'a'], 3: [another, 'b'] } },
      request: update({ Aliases: ['a', 'b'] }),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a', 'b'], 2: [sibling, marker('a', 1)], 3: [another, marker('b', 1)] },
        logs: { warn: [2, 3] },
      },
    },
    'adds what is free when it goes on for an earlier delivery': {
      given: { before: { 1: [own, 'b'], 2: [sibling, 'a'] } },
      request: create({ Aliases: ['a', 'b', 'c'] }),
      expected: { answer: succeeded(1), after: { 1: [own, 'a', 'b', 'c'], 2: [sibling, marker('a', 1)] } },
    },
    'removes the markers of what the version gets, beside what goes anyway': {
      given: { before: { 1: [own, marker('x', 5), marker('y', 5), 'old'] } },
      request: update({ Alias: 'x' }, { Alias: 'old' }),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'x', marker('y', 5)] },
        writes: [updates(1, { AliasesToAdd: ['x'], AliasesToDelete: ['old', marker('x', 5)] })],
      },
    },
    'moves the marker of an earlier hand-over to the version that gives the alias now': {
      given: { before: { 1: [own], 2: [sibling, marker('a', 1)], 3: [another, 'a'] } },
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a'], 2: [sibling], 3: [another, marker('a', 1)] },
        writes: [
          updates(2, { AliasesToDelete: [marker('a', 1)] }),
          updates(3, { AliasesToDelete: ['a'], AliasesToAdd: [marker('a', 1)] }),
          updates(1, { AliasesToAdd: ['a'] }),
        ],
      },
    },
    'leaves the marker on a version that has the alias again': {
      given: { before: { 1: [own], 2: [sibling, 'a', marker('a', 1)] } },
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] },
        writes: [updates(2, { AliasesToDelete: ['a'] }), updates(1, { AliasesToAdd: ['a'] })],
      },
    },
    'removes the marker of an earlier hand-over when no version has the alias': {
      given: {
        before: { 1: [own], 2: [sibling, marker('a', 1)] },
        details: { 2: { LastModifiedTime: new Date(issuedAt - 2_000) } },
      },
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a'], 2: [sibling] },
        writes: [updates(2, { AliasesToDelete: [marker('a', 1)] }), updates(1, { AliasesToAdd: ['a'] })],
      },
    },
    'leaves the marker that an earlier delivery of the request may have set': {
      given: {
        before: { 1: [own], 2: [sibling, marker('a', 1)] },
        details: { 2: { LastModifiedTime: new Date(issuedAt) } },
      },
      expected: { answer: succeeded(1), after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] } },
    },
    'leaves the marker, whenever the version was modified, when it is not the first delivery': {
      given: {
        latenessMs: 60_000,
        resource: stackResource('UPDATE_IN_PROGRESS'),
        before: { 1: [own], 2: [sibling, marker('a', 1)] },
        details: { 2: { LastModifiedTime: new Date(issuedAt - 2_000) } },
      },
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] },
        asked: expect.arrayContaining(['currentResource']),
      },
    },
    'leaves the marker on a version of which SageMaker does not say when it was modified': {
      given: { before: { 1: [own], 2: [sibling, marker('a', 1)] } },
      expected: { answer: succeeded(1), after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] } },
    },
    'reads a version once, however many of the aliases it has': {
      given: { before: { 1: [own], 2: [sibling, 'a', 'b', 'c'] } },
      request: update({ Aliases: ['a', 'b', 'c'] }),
      expected: {
        answer: succeeded(1),
        calls: { describeImageVersionByAlias: 1 },
        after: { 1: [own, 'a', 'b', 'c'], 2: [sibling, marker('a', 1), marker('b', 1), marker('c', 1)] },
      },
    },
    'fails after a minute when SageMaker does not describe the version that has it': {
      given: {
        before: { 1: [own], 2: [sibling, 'a'] },
        port: () => ({ describeImageVersionByAlias: async () => undefined }),
      },
      expected: { answer: failed(versionArn(1), reasons.holderUnseen('a')), writes: [], takesMs: [60_000, 80_000] },
    },
    'is not needed when the alias is given up meanwhile': {
      given: {
        before: { 1: [own], 2: [foreign, 'a'] },
        faults: ({ imageVersions }) =>
          imageVersions.next('describeImageVersionByAlias', { meanwhile: () => imageVersions.vanish(2) }),
      },
      expected: { answer: succeeded(1), after: { 1: [own, 'a'] }, takesMs: [1, 1_000] },
    },
    'repeats a throttled call by itself, and reads nothing again': {
      given: {
        before: { 1: [own], 2: [sibling, 'a'] },
        next: { updateImageVersion: [throttled(), throttled(), succeeds, throttled()] },
      },
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] },
        calls: { updateImageVersion: 5, listAliases: 3, describeImageVersionByAlias: 1 },
      },
    },
    'plans again when nobody knows whether a call was carried out': {
      given: {
        before: { 1: [own], 2: [sibling, 'a'] },
        next: { updateImageVersion: [{ losesAnswer: unreachable() }] },
      },
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] },
        calls: { updateImageVersion: 2, describeImageVersionByAlias: 2 },
      },
    },
    'plans again when a duplicate of the request was there first': {
      given: { before: { 1: [own], 2: [sibling, 'a'] }, next: { updateImageVersion: [{ losesAnswer: modified() }] } },
      expected: { answer: succeeded(1), after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] } },
    },
    'is finished when the time for the request runs out between its two calls': {
      given: {
        before: { 1: [own], 2: [sibling, 'a'] },
        next: { updateImageVersion: [{ takesMs: 43_000 }] },
      },
      request: update({ Alias: 'a', ServiceTimeout: '60' }),
      expected: { answer: succeeded(1), after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] } },
    },
    'waits up to a minute for another stack to give it up': {
      given: {
        before: { 1: [own], 2: [foreign, 'a'] },
        port: ({ clock, imageVersions }) => ({
          listAliases: async (version) => {
            if (clock.now() > issuedAt + 55_000) imageVersions.vanish(2);
            return imageVersions.listAliases(version);
          },
        }),
      },
      expected: { answer: succeeded(1), after: { 1: [own, 'a'] }, takesMs: [55_000, 70_000] },
    },
    'fails altogether when one is on a version of another stack': {
      given: { before: { 1: [own], 2: [sibling, 'a'], 3: [foreign, 'b'] } },
      request: update({ Aliases: ['a', 'b'] }),
      expected: {
        answer: failed(versionArn(1), reasons.aliasesElsewhere(['b', 3, 'another stack'])),
        writes: [],
        takesMs: [60_000, 80_000],
      },
    },
    'fails with the name of every version of another stack': {
      given: { before: { 3: [foreign, 'b', 'c'], 4: ['d'] } },
      request: create({ Aliases: ['b', 'c', 'd'] }),
      expected: {
        answer: failed(
          expect.stringMatching(/^not-created/),
          reasons.aliasesElsewhere(['b', 3, 'another stack'], ['c', 3, 'another stack'], ['d', 4, 'no stack']),
        ),
        writes: [],
      },
    },
    'fails when the version that has it has no more than a marker of the stack': {
      given: { before: { 1: [own], 2: ['a', marker('b', 7)] } },
      expected: { answer: failed(versionArn(1), reasons.aliasesElsewhere(['a', 2, 'no stack'])), writes: [] },
    },
  });

  test.each(['CREATING', 'DELETING', 'CREATE_FAILED'] as const)(
    'waits for a giver that is %s, and takes nothing from it',
    async (ImageVersionStatus) => {
      const given = { before: { 1: [own], 2: [sibling, 'a'] }, details: { 2: { ImageVersionStatus } } };
      const Reason = reasons.triedAgain(reasons.holderUnready('a', 2, ImageVersionStatus));
      await verify({
        given,
        request: update({ Alias: 'a', ServiceTimeout: '10' }),
        expected: { answer: failed(versionArn(1), Reason), writes: [] },
      });

      const becomesReady = ({ imageVersions }: Fakes) => {
        imageVersions.vanish(2);
        imageVersions.add(imageVersion({ Version: 2 }), sibling, 'a');
      };
      const faults = (fakes: Fakes) =>
        fakes.imageVersions.next('describeImageVersionByAlias', succeeds, { meanwhile: () => becomesReady(fakes) });
      await verify({
        given: { ...given, faults },
        request: wantsA,
        expected: { answer: succeeded(1), after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] } },
      });
    },
  );
});

describe('In a rollback, an alias on the version of another stack or of nobody', () => {
  testEach(update({ Aliases: ['a', 'b', 'c'] }), {
    'stays there with a warning, and everything else is restored': {
      given: { before: { 1: [own], 2: ['a'], 3: [foreign, 'c'] }, operation: rollback },
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'b'], 2: ['a'], 3: [foreign, 'c'] },
        writes: [updates(1, { AliasesToAdd: ['b'] })],
        logs: { warn: [2, 3, 'alias a', 'alias c'] },
        takesMs: [0, 1],
      },
    },
    'causes no call when nothing else is to be restored': {
      given: { before: { 1: [own, 'b', 'c'], 2: ['a'] }, operation: rollback },
      expected: { answer: succeeded(1), writes: [], logs: { warn: [2] } },
    },
    'fails the request when the stack goes on': {
      given: { before: { 1: [own], 2: ['a'] }, operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt } },
      expected: { answer: failed(versionArn(1), reasons.aliasesElsewhere(['a', 2, 'no stack'])), writes: [] },
    },
  });
});

describe('In a rollback, an alias on a version whose creation or deletion failed', () => {
  const before = { 1: [own], 2: [sibling, 'a'] };
  /** The Delete of version 2 finds the marker, and returns the alias. */
  const marked = {
    answer: succeeded(1),
    after: { 1: [own, marker('a', 2)], 2: [sibling, 'a'] },
    logs: { warn: [2] },
  } as const;
  const created = { 2: { ImageVersionStatus: 'CREATE_FAILED' } } as const;

  testEach(wantsA, {
    'stays there after half a minute, and comes back with the Delete of that version': {
      given: { before, details: created, operation: rollback },
      expected: { ...marked, takesMs: [30_000, 45_000] },
    },
    'stays there too when CloudFormation does not say when it issued the request': {
      given: { before, details: created, operation: rollback },
      request: update({ Alias: 'a' }, {}, { ResponseURL: undatedUrl }),
      expected: { ...marked, takesMs: [30_000, 45_000] },
    },
    'stays there too when SageMaker refuses to change a version that it could not delete': {
      given: {
        before,
        details: { 2: { ImageVersionStatus: 'DELETE_FAILED' } },
        operation: rollback,
        port: refusesToChange(2),
      },
      expected: { ...marked, takesMs: [30_000, 45_000] },
    },
    'is taken when that version is gone in time': {
      given: {
        before,
        details: created,
        operation: rollback,
        faults: ({ imageVersions }) =>
          imageVersions.next('describeImageVersionByAlias', succeeds, succeeds, {
            meanwhile: () => imageVersions.vanish(2),
          }),
      },
      expected: { answer: succeeded(1), after: { 1: [own, 'a'] } },
    },
    'is taken when that version goes just before SageMaker lists its aliases': {
      given: {
        before,
        operation: rollback,
        faults: ({ imageVersions }) =>
          imageVersions.next('listAliases', succeeds, succeeds, { meanwhile: () => imageVersions.vanish(2) }),
      },
      expected: { answer: succeeded(1), after: { 1: [own, 'a'] } },
    },
    'is waited for when the stack goes on': {
      given: {
        before,
        details: created,
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt },
      },
      request: update({ Alias: 'a', ServiceTimeout: '90' }),
      expected: {
        answer: failed(versionArn(1), reasons.triedAgain(reasons.holderUnready('a', 2, 'CREATE_FAILED'))),
        writes: [],
      },
    },
  });
});

describe('Returning aliases', () => {
  const before = { 1: [own, 'a', 'b'], 2: [sibling, marker('a', 1)] };
  const returned = { answer: deleted(), after: { 2: [sibling, 'a'] } };

  const ofFailed = (ImageVersionStatus: 'CREATE_FAILED' | 'DELETE_FAILED') => ({
    given: {
      before: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] },
      details: { 1: { ImageVersionStatus, LastModifiedTime: anHourAgo } },
      operation: rollback,
      port: refusesToChange(1),
    },
    expected: returned,
  });

  testEach(remove(), {
    'returns those with a marker when the stack rolls back': {
      given: { before, operation: rollback },
      expected: returned,
    },
    'returns those of a version that SageMaker could not create, and does not change, when it is gone':
      ofFailed('CREATE_FAILED'),
    'returns what it can, and goes on, when SageMaker refuses to change a giver whose deletion failed': {
      given: {
        before: { ...before, 3: [another, marker('b', 1)] },
        details: { 3: { ImageVersionStatus: 'DELETE_FAILED' } },
        operation: rollback,
        port: refusesToChange(3),
      },
      expected: {
        answer: deleted(),
        after: { 2: [sibling, 'a'], 3: [another, marker('b', 1)] },
        logs: { warn: [3] },
        isRepeatable: false,
      },
    },
    'returns them when CloudFormation does not say whether the stack rolls back': {
      given: { before },
      expected: returned,
    },
    'returns nothing when the stack goes on': {
      given: { before, operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt } },
      expected: { answer: deleted(), after: { 2: [sibling, marker('a', 1)] } },
    },
    'returns them when the stack goes on, but the resource still has the version that this one has replaced': {
      given: {
        before: { 1: [own, marker('a', 2)], 2: [replacing, 'a'], 3: [sibling, marker('b', 2)] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt, isRollbackDisabled: true },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1) }),
      },
      request: remove(versionArn(2), { Aliases: ['a', 'b'] }),
      expected: { answer: deleted(versionArn(2)), after: { 1: [own, 'a'], 3: [sibling, 'b'] } },
    },
    'returns them when a stack that never was complete is deleted, although CloudFormation shows its status late': {
      given: {
        before,
        operation: { StackStatus: 'CREATE_IN_PROGRESS', startedAt: issuedAt - 60_000 },
        happened: [ofStack('DELETE_IN_PROGRESS', issuedAt - 1_000)],
      },
      expected: returned,
    },
    'returns them when a stack is deleted, and CloudFormation denies its events': {
      given: {
        before,
        operation: { StackStatus: 'DELETE_IN_PROGRESS', startedAt: issuedAt - 60_000 },
        happened: undefined,
      },
      expected: returned,
    },
    'returns those of a version that SageMaker could not delete before, and does not change, when it is gone':
      ofFailed('DELETE_FAILED'),
    'returns nothing when the resource has an earlier version that the version did not replace': {
      given: {
        before: { 1: [sibling, marker('a', 3)], 2: [own], 3: [ownership({ RequestId: 'third' }, 1), 'a'] },
        operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(2) }),
      },
      request: remove(versionArn(3)),
      expected: { answer: deleted(versionArn(3)), after: { 1: [sibling, marker('a', 3)], 2: [own] } },
    },
    'returns nothing if a person has created the image again, and a new version has the number of the predecessor': {
      given: {
        before: { 1: [sibling, marker('a', 2)], 2: [ownership({ RequestId: 'second' }, 3), 'a'], 3: [own] },
        operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(3) }),
      },
      request: remove(versionArn(2)),
      expected: { answer: deleted(versionArn(2)), after: { 1: [sibling, marker('a', 2)], 3: [own] } },
    },
    'returns nothing when the version is replaced in its turn': {
      given: {
        before: { 1: [own, marker('a', 2)], 2: [replacing, 'a'], 3: [ownership({ RequestId: 'third' }, 2)] },
        operation: {
          StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
          startedAt: issuedAt,
          isRollbackDisabled: true,
        },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(3) }),
      },
      request: remove(versionArn(2)),
      expected: {
        answer: deleted(versionArn(2)),
        after: { 1: [own, marker('a', 2)], 3: [ownership({ RequestId: 'third' }, 2)] },
      },
    },
    'returns nothing, and asks nothing, when another version has taken the alias': {
      given: { before: { 1: [own, 'a'], 2: [sibling, marker('a', 9)] } },
      expected: { answer: deleted(), after: { 2: [sibling, marker('a', 9)] }, asked: [] },
    },
    'takes one call for each version, however many aliases go back, and repeats a throttled call by itself': {
      given: {
        before: { 1: [own, 'a', 'b', 'c'], 2: [sibling, marker('a', 1), marker('b', 1)], 3: [another, marker('c', 1)] },
        operation: rollback,
        next: { updateImageVersion: [throttled(), succeeds, throttled()] },
      },
      expected: {
        answer: deleted(),
        after: { 2: [sibling, 'a', 'b'], 3: [another, 'c'] },
        calls: { updateImageVersion: 5, describeImageVersionByAlias: 2 },
      },
    },
    'returns those that SageMaker still lists as they were before they were taken': {
      given: { before, operation: rollback, port: listsUntil(20_000, { 1: [own], 2: [sibling, 'a'] }) },
      request: remove(versionArn(1), { Aliases: ['a', 'b'] }),
      expected: {
        ...returned,
        writes: [
          updates(1, { AliasesToDelete: ['a'] }),
          updates(2, { AliasesToDelete: [marker('a', 1)], AliasesToAdd: ['a'] }),
          deletes(1),
        ],
      },
    },
    'looks again after the deletion when SageMaker showed everything as it was before the version took them': {
      given: {
        before: { 1: [own, 'a', 'b'], 2: [sibling, marker('a', 1)], 3: [another, marker('b', 1)] },
        operation: rollback,
        port: (fakes) => ({
          ...listsUntil(2_000, { 1: [own], 2: [sibling, 'a'] })(fakes),
          describeImageVersionByAlias: async (alias) =>
            fakes.clock.now() < issuedAt + 2_000 ? undefined : fakes.imageVersions.describeImageVersionByAlias(alias),
        }),
      },
      request: remove(versionArn(1), { Aliases: ['a', 'b'] }),
      expected: {
        answer: deleted(),
        after: { 2: [sibling, 'a'], 3: [another, 'b'] },
        writes: [
          deletes(1),
          updates(2, { AliasesToDelete: [marker('a', 1)], AliasesToAdd: ['a'] }),
          updates(3, { AliasesToDelete: [marker('b', 1)], AliasesToAdd: ['b'] }),
        ],
        isRepeatable: false,
      },
    },
    'goes on from an interruption although SageMaker still lists what was there before both calls': {
      given: {
        before: { ...before, 1: [own] },
        operation: rollback,
        port: listsUntil(20_000, { 1: [own], 2: [sibling, 'a'] }),
      },
      request: remove(versionArn(1), { Alias: 'a' }),
      expected: {
        ...returned,
        writes: [updates(2, { AliasesToDelete: [marker('a', 1)], AliasesToAdd: ['a'] }), deletes(1)],
      },
    },
    'returns those that an older version took less than a minute ago': {
      given: {
        before,
        operation: rollback,
        details: { 1: { CreationTime: anHourAgo, LastModifiedTime: new Date(issuedAt - 59_000) } },
        port: listsUntil(20_000, { 1: [own], 2: [sibling, 'a'] }),
      },
      request: remove(versionArn(1), { Alias: 'a' }),
      expected: returned,
    },
    'returns those of a version that a person has deleted, or an earlier Delete that failed': {
      given: { before: { 2: [sibling, marker('a', 1)] }, operation: rollback },
      request: remove(versionArn(1), { Alias: 'a' }),
      expected: { answer: deleted(), after: { 2: [sibling, 'a'] } },
    },
    'returns none of a version that is gone when the stack goes on': {
      given: {
        before: { 2: [sibling, marker('a', 1)] },
        operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt },
      },
      request: remove(versionArn(1), { Alias: 'a' }),
      expected: { answer: deleted(), writes: [] },
    },
    'looks for no marker that SageMaker does not list when the version has not changed for a minute': {
      given: {
        before: { 1: [own, 'a', 'b'] },
        details: { 1: { CreationTime: anHourAgo, LastModifiedTime: new Date(issuedAt - 60_000) } },
      },
      request: remove(versionArn(1), { Aliases: ['a', 'b'] }),
      expected: { answer: deleted(), after: {}, calls: { describeImageVersionByAlias: 0 }, asked: [] },
    },
    'goes on when an earlier delivery was interrupted between its two calls': {
      request: remove(versionArn(1), { Alias: 'a' }),
      given: { before: { ...before, 1: [own] }, operation: rollback },
      expected: returned,
    },
    'removes the marker alone when the giver has the alias already': {
      request: remove(versionArn(1), { Alias: 'a' }),
      given: { before: { 1: [own], 2: [sibling, 'a', marker('a', 1)] }, operation: rollback },
      expected: returned,
    },
    'removes the marker alone when a third version has the alias by now': {
      given: { before: { 1: [own], 2: [sibling, marker('a', 1)], 3: [foreign, 'a'] }, operation: rollback },
      request: remove(versionArn(1), { Alias: 'a' }),
      expected: { answer: deleted(), after: { 2: [sibling], 3: [foreign, 'a'] } },
    },
    'plans again when another delivery changes the image': {
      given: { before, operation: rollback, next: { updateImageVersion: [succeeds, modified()] } },
      expected: returned,
    },
    'asks nothing when a Create fails, because all that it has taken must go back': {
      given: {
        before: { 2: [sibling, 'a'] },
        operation: { StackStatus: 'CREATE_IN_PROGRESS', startedAt: issuedAt },
        next: { updateImageVersion: [succeeds, accessDenied()] },
      },
      request: create({ Alias: 'a' }),
      expected: { answer: failed(expect.stringMatching(/^not-created/), reasons.notAuthorized), asked: [] },
    },
  });
});
