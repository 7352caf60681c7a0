/**
 * An alias is on one version of an image at a time. It is taken from a version of the same stack, which keeps a marker in
 * its place, and returned there when the stack rolls back; it is never taken from any other version.
 */
import { foreign, marker, own, ownership, sibling } from '../support/provider/aliases.ts';
import { imageVersion, issuedAt, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, succeeds } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  type Case,
  create,
  deleted,
  failed,
  remove,
  simulate,
  succeeded,
  update,
  updates,
  verify,
} from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const rollback = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const another = ownership({ LogicalResourceId: 'Another' });
const wantsA = update({ Alias: 'a' });

describe('Taking an alias', () => {
  test.each<Case>([
    {
      name: 'makes its giver swap all of them for markers in one call, and warns of the sibling',
      request: update({ Aliases: ['a', 'b', 'free'] }),
      before: { 1: [own], 2: [sibling, 'a', 'b', 'stays'] },
      answer: succeeded(1),
      after: { 1: [own, 'a', 'b', 'free'], 2: [sibling, 'stays', marker('a', 1), marker('b', 1)] },
      writes: [
        updates(2, { AliasesToDelete: ['a', 'b'], AliasesToAdd: [marker('a', 1), marker('b', 1)] }),
        updates(1, { AliasesToAdd: ['a', 'b', 'free'] }),
      ],
      logs: { warn: [2] },
    },
    {
      name: 'calls once for each giver',
      request: update({ Aliases: ['a', 'b'] }),
      before: { 1: [own], 2: [sibling, 'a'], 3: [another, 'b'] },
      answer: succeeded(1),
      after: { 1: [own, 'a', 'b'], 2: [sibling, marker('a', 1)], 3: [another, marker('b', 1)] },
      logs: { warn: [2, 3] },
    },
    {
      name: 'adds what is free when it goes on for an earlier delivery',
      request: create({ Aliases: ['a', 'b', 'c'] }),
      before: { 1: [own, 'b'], 2: [sibling, 'a'] },
      answer: succeeded(1),
      after: { 1: [own, 'a', 'b', 'c'], 2: [sibling, marker('a', 1)] },
    },
    {
      name: 'removes the markers of what the version gets, beside what goes anyway',
      request: update({ Alias: 'x' }, { Alias: 'old' }),
      before: { 1: [own, marker('x', 5), marker('y', 5), 'old'] },
      answer: succeeded(1),
      after: { 1: [own, 'x', marker('y', 5)] },
      writes: [updates(1, { AliasesToAdd: ['x'], AliasesToDelete: ['old', marker('x', 5)] })],
    },
    {
      name: 'leaves the marker that an earlier giver of the same alias has',
      request: wantsA,
      before: { 1: [own], 2: [sibling, marker('a', 1)], 3: [another, 'a'] },
      answer: succeeded(1),
      after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)], 3: [another] },
      writes: [updates(3, { AliasesToDelete: ['a'] }), updates(1, { AliasesToAdd: ['a'] })],
    },
    {
      name: 'is not needed when the alias is given up meanwhile',
      request: wantsA,
      before: { 1: [own], 2: [foreign, 'a'] },
      faults: ({ imageVersions }) =>
        imageVersions.next('describeImageVersionByAlias', { meanwhile: () => imageVersions.vanish(2) }),
      answer: succeeded(1),
      after: { 1: [own, 'a'] },
      takesMs: [0, 1],
    },
    {
      name: 'plans again when a duplicate of the request was there first',
      request: wantsA,
      before: { 1: [own], 2: [sibling, 'a'] },
      faults: ({ imageVersions }) => imageVersions.next('updateImageVersion', { losesAnswer: modified() }),
      answer: succeeded(1),
      after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] },
    },
    {
      name: 'is finished when the time for the request runs out between its two calls',
      request: update({ Alias: 'a', ServiceTimeout: '60' }),
      before: { 1: [own], 2: [sibling, 'a'] },
      faults: ({ clock, imageVersions }) =>
        imageVersions.next('updateImageVersion', { meanwhile: () => clock.advance(43_000) }),
      answer: succeeded(1),
      after: { 1: [own, 'a'], 2: [sibling, marker('a', 1)] },
    },
    {
      name: 'waits up to a minute for another stack to give it up',
      request: wantsA,
      before: { 1: [own], 2: [foreign, 'a'] },
      port: ({ clock, imageVersions }) => ({
        listAliases: async (version) => {
          if (clock.now() > issuedAt + 55_000) imageVersions.vanish(2);
          return imageVersions.listAliases(version);
        },
      }),
      answer: succeeded(1),
      after: { 1: [own, 'a'] },
      takesMs: [55_000, 70_000],
    },
    {
      name: 'fails altogether when one is on a version of another stack',
      request: update({ Aliases: ['a', 'b'] }),
      before: { 1: [own], 2: [sibling, 'a'], 3: [foreign, 'b'] },
      answer: failed(versionArn(1), reasons.aliasesElsewhere(['b', 3, 'another stack'])),
      writes: [],
      takesMs: [60_000, 80_000],
    },
    {
      name: 'fails with the name of every version of another stack',
      request: create({ Aliases: ['b', 'c', 'd'] }),
      before: { 3: [foreign, 'b', 'c'], 4: ['d'] },
      answer: failed(
        expect.stringMatching(/^not-created/),
        reasons.aliasesElsewhere(['b', 3, 'another stack'], ['c', 3, 'another stack'], ['d', 4, 'no stack']),
      ),
      writes: [],
    },
    {
      name: 'fails when the version that has it has no more than a marker of the stack',
      request: wantsA,
      before: { 1: [own], 2: ['a', marker('b', 7)] },
      answer: failed(versionArn(1), reasons.aliasesElsewhere(['a', 2, 'no stack'])),
      writes: [],
    },
  ])('$name', verify);

  test.each(['CREATING', 'DELETING', 'CREATE_FAILED'] as const)(
    'waits for a giver that is %s, and takes nothing from it',
    async (ImageVersionStatus) => {
      const there = { before: { 1: [own], 2: [sibling, 'a'] }, details: { 2: { ImageVersionStatus } } };
      await verify({
        name: 'too long',
        request: update({ Alias: 'a', ServiceTimeout: '10' }),
        ...there,
        answer: failed(versionArn(1), reasons.triedAgain(reasons.holderUnready('a', 2, ImageVersionStatus))),
        writes: [],
      });

      const { deliver, imageVersions } = simulate({ request: wantsA, ...there });
      imageVersions.next('describeImageVersionByAlias', succeeds, {
        meanwhile: () => {
          imageVersions.vanish(2);
          imageVersions.add(imageVersion({ Version: 2 }), sibling, 'a');
        },
      });
      expect(await deliver()).toEqual(succeeded(1));
      expect(imageVersions.aliases()).toEqual({ 1: [own, 'a'], 2: [sibling, marker('a', 1)] });
    },
  );
});

describe('Returning aliases', () => {
  const before = { 1: [own, 'a', 'b'], 2: [sibling, marker('a', 1)] };
  const returned = { answer: deleted(), after: { 2: [sibling, 'a'] } };

  test.each<Case>([
    {
      name: 'returns those with a marker when the stack rolls back',
      request: remove(),
      before,
      operation: rollback,
      ...returned,
    },
    {
      name: 'returns them when CloudFormation does not say whether the stack rolls back',
      request: remove(),
      before,
      ...returned,
    },
    {
      name: 'returns nothing when the stack goes on',
      request: remove(),
      before,
      operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt },
      answer: deleted(),
      after: { 2: [sibling, marker('a', 1)] },
    },
    {
      name: 'returns nothing, and asks nothing, when another version has taken the alias',
      request: remove(),
      before: { 1: [own, 'a'], 2: [sibling, marker('a', 9)] },
      answer: deleted(),
      after: { 2: [sibling, marker('a', 9)] },
      asked: [],
    },
    {
      name: 'goes on when an earlier delivery was interrupted between its two calls',
      request: remove(versionArn(1), { Alias: 'a' }),
      before: { ...before, 1: [own] },
      operation: rollback,
      ...returned,
    },
    {
      name: 'removes the marker alone when the giver has the alias already',
      request: remove(versionArn(1), { Alias: 'a' }),
      before: { 1: [own], 2: [sibling, 'a', marker('a', 1)] },
      operation: rollback,
      ...returned,
    },
    {
      name: 'removes the marker alone when a third version has the alias by now',
      request: remove(versionArn(1), { Alias: 'a' }),
      before: { 1: [own], 2: [sibling, marker('a', 1)], 3: [foreign, 'a'] },
      operation: rollback,
      answer: deleted(),
      after: { 2: [sibling], 3: [foreign, 'a'] },
    },
    {
      name: 'plans again when another delivery changes the image',
      request: remove(),
      before,
      operation: rollback,
      faults: ({ imageVersions }) => imageVersions.next('updateImageVersion', succeeds, { refuses: modified() }),
      ...returned,
    },
    {
      name: 'asks nothing when a Create fails, because all that it has taken must go back',
      request: create({ Alias: 'a' }),
      before: { 2: [sibling, 'a'] },
      operation: { StackStatus: 'CREATE_IN_PROGRESS', startedAt: issuedAt },
      faults: ({ imageVersions }) => imageVersions.next('updateImageVersion', succeeds, { refuses: accessDenied() }),
      answer: failed(expect.stringMatching(/^not-created/), reasons.notAuthorized),
      asked: [],
    },
  ])('$name', verify);
});
