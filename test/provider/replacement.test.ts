import {
  invented,
  marker,
  notCreated,
  own,
  ownership,
  replacing,
  sibling,
  unconfirmed,
} from '../support/provider/aliases.ts';
import { baseImage, imageVersion, issuedAt, updateRequest, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, succeeds } from '../support/provider/fake-image-versions.ts';
import { stackEvent } from '../support/provider/fake-stacks.ts';
import * as reasons from '../support/provider/reasons.ts';
import { creates, failed, succeeded, testEach, update, updates, verify } from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
const before = { 1: [own] };
const latest = { Alias: 'latest' };
const anHourAgo = new Date(issuedAt - 3_600_000);
const { RequestId } = updateRequest();
/** CloudFormation restores the resource in the operation in which it has failed. */
const restored = [stackEvent('UPDATE_IN_PROGRESS', issuedAt), stackEvent('UPDATE_FAILED', issuedAt - 4_000)];
/** On the version that the Update makes to replace none of its image. */
const first = ownership({ RequestId });

describe('An Update that replaces', () => {
  testEach(update({ BaseImage: newBase }), {
    'makes a new version for BaseImage that names its predecessor, and leaves the old one to CloudFormation': {
      given: {
        before,
        details: { 1: { CreationTime: anHourAgo } },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt },
      },
      expected: {
        answer: succeeded(2, newBase),
        after: { 1: [own], 2: [replacing] },
        writes: [creates({ BaseImage: newBase, Aliases: [replacing] })],
        // Whether the stack rolls back, by its status and its events, and twice whether the request is still wanted.
        asked: ['currentOperation', 'events', 'events', 'currentResource', 'currentResource'],
        isRepeatable: false,
      },
    },
    'goes on from an earlier delivery whose version got the number of the deleted one, because the image was created again':
      {
        given: {
          before: { 1: [replacing] },
          details: { 1: { ImageVersionStatus: 'DELETE_FAILED', FailureReason: 'In use.' } },
          latenessMs: 60_000,
        },
        request: update({ ReleaseNotes: 'New' }),
        expected: {
          answer: failed(versionArn(1), expect.stringContaining('In use.')),
          after: {},
          logs: { error: [1] },
        },
      },
    'makes none if the role may describe no version by its alias: somebody else may have the alias': {
      given: {
        before: { ...before, 2: ['latest'] },
        port: () => ({ describeImageVersionByAlias: async () => undefined }),
      },
      request: update({ BaseImage: newBase, Alias: 'latest', ServiceTimeout: '10' }),
      expected: {
        answer: failed(versionArn(1), expect.stringContaining(reasons.holderUnseen('latest'))),
        writes: [],
      },
    },
    'makes a new version for Revision': {
      given: { before },
      request: update({ Revision: '2' }),
      expected: { answer: succeeded(2), after: { 1: [own], 2: [replacing] } },
    },
    'makes a new version in another image for ImageName': {
      given: { before },
      request: update({ ImageName: 'another-image' }),
      expected: { answer: succeeded(1, baseImage, 'another-image'), after: { 1: [own], 'another-image/1': [first] } },
    },
    'finds the old version by the name that the template had before, when the ARN has it in another case': {
      given: { before: { 'My-Image/1': [own] } },
      request: update({ ImageName: 'another-image' }, { ImageName: 'My-Image' }),
      expected: {
        answer: succeeded(1, baseImage, 'another-image'),
        after: { 'My-Image/1': [own], 'another-image/1': [first] },
        logs: { warn: [] },
      },
    },
    'answers when the new version is CREATED, and not before': {
      given: { before, whenCreated: ['CREATING', 'CREATING', 'CREATED'] },
      expected: { answer: succeeded(2, newBase), after: { 1: [own], 2: [replacing] } },
    },
    'takes over a fixed alias from the version that it replaces, as a matter of course': {
      given: { before: { 1: [own, 'latest', '1.4'] } },
      request: update({ BaseImage: newBase, Aliases: ['latest', '1.5'] }, { Aliases: ['latest', '1.4'] }),
      expected: {
        answer: succeeded(2, newBase),
        after: { 1: [own, '1.4', marker('latest', 2)], 2: [replacing, 'latest', '1.5'] },
        writes: [
          creates({ BaseImage: newBase, Aliases: [replacing, '1.5'] }),
          updates(1, { AliasesToDelete: ['latest'], AliasesToAdd: [marker('latest', 2)] }),
          updates(2, { AliasesToAdd: ['latest'] }),
        ],
        logs: { warn: [], error: [] },
      },
    },
    'takes an alias from a sibling that was CREATING before the creation, and is CREATED after it': {
      given: {
        before: { 1: [own], 2: [sibling, 'latest'] },
        details: { 2: { ImageVersionStatus: 'CREATING' } },
        faults: ({ imageVersions }) =>
          imageVersions.next('createImageVersion', {
            meanwhile: () => {
              imageVersions.vanish(2);
              imageVersions.add(imageVersion({ Version: 2 }), sibling, 'latest');
            },
          }),
      },
      request: update({ BaseImage: newBase, ...latest }),
      expected: {
        answer: succeeded(3, newBase),
        after: { 1: [own], 2: [sibling, marker('latest', 3)], 3: [replacing, 'latest'] },
        isRepeatable: false,
      },
    },
    'reads the replaced version again after a conflict, and not the image': {
      given: {
        before: { 1: [own, 'latest'] },
        next: { updateImageVersion: [inUse('Resource was modified concurrently.')] },
      },
      request: update({ BaseImage: newBase, ...latest }, latest),
      expected: {
        answer: succeeded(2, newBase),
        after: { 1: [own, marker('latest', 2)], 2: [replacing, 'latest'] },
        calls: { describeImageVersionByAlias: 1, listAliases: 5 },
        isRepeatable: false,
      },
    },
    'leaves the marker that another delivery has set while the version was CREATING': {
      given: {
        before: { 1: [own, 'latest'] },
        // SageMaker may not change LastModifiedTime when aliases change.
        details: { 1: { LastModifiedTime: anHourAgo } },
        faults: ({ imageVersions }) =>
          imageVersions.next('createImageVersion', {
            meanwhile: () => {
              imageVersions.vanish(1);
              imageVersions.add(imageVersion({ Version: 1, LastModifiedTime: anHourAgo }), own, marker('latest', 2));
            },
          }),
      },
      request: update({ BaseImage: newBase, ...latest }, latest),
      expected: {
        answer: succeeded(2, newBase),
        after: { 1: [own, marker('latest', 2)], 2: [replacing, 'latest'] },
        isRepeatable: false,
      },
    },
    'goes on with the version that an earlier delivery has made': {
      given: { before: { 1: [own], 2: [replacing] }, details: { 2: { BaseImage: newBase } } },
      expected: { answer: succeeded(2, newBase), writes: [] },
    },
    'makes a version anew that is gone, and warns': {
      request: update({ ReleaseNotes: 'new' }),
      expected: {
        answer: succeeded(1),
        after: { 1: [replacing] },
        writes: [creates({ Aliases: [replacing], ReleaseNotes: 'new' })],
        logs: { warn: [1] },
      },
    },
    'makes a version anew that has never worked': {
      given: { before, details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } } },
      request: update(),
      expected: { answer: succeeded(2), after: { 1: [own], 2: [replacing] }, logs: { warn: [1] } },
    },
    'does not touch a version of that number which the resource has not made': {
      given: { before: { 1: ['theirs'] } },
      request: update({ ReleaseNotes: 'new' }),
      expected: { answer: succeeded(2), after: { 1: ['theirs'], 2: [replacing] }, logs: { warn: [1] } },
    },
    'fails with the old id and the FailureReason, and removes the new version': {
      given: { before, whenCreated: ['CREATING', 'CREATE_FAILED'] },
      expected: { answer: failed(versionArn(1), reasons.creationFailed(2, newBase)) },
    },
    'fails with the old id when it cannot remove the new version, and says so': {
      given: { before, whenCreated: ['CREATE_FAILED'], always: { deleteImageVersion: accessDenied() } },
      expected: {
        answer: failed(
          versionArn(1),
          reasons.creationFailed(2, newBase) + reasons.notRemoved(2, reasons.notAuthorized),
        ),
        after: { 1: [own], 2: [replacing] },
        logs: { error: [2, 'AccessDenied'] },
      },
    },
    'returns the aliases when it fails': {
      given: { before: { 1: [own, 'latest'] }, next: { updateImageVersion: [succeeds, accessDenied()] } },
      request: update({ BaseImage: newBase, ...latest }, latest),
      expected: { answer: failed(versionArn(1), reasons.notAuthorized) },
    },
    'takes no alias from the old version when the new one fails': {
      given: { before: { 1: [own, 'latest'] }, whenCreated: ['CREATE_FAILED'] },
      request: update({ BaseImage: newBase, ...latest }, latest),
      expected: { answer: failed(versionArn(1), reasons.creationFailed(2, newBase)) },
    },
  });
});

describe('A replacement where rollback is disabled', () => {
  const operation = { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt, isRollbackDisabled: true };
  const replaced = { answer: succeeded(2, newBase), after: { 1: [own], 2: [replacing] } };
  const refused = { answer: failed(versionArn(1), reasons.rollbackDisabled(1)), writes: [] };

  testEach(
    update({ BaseImage: newBase }),
    {
      'is refused before anything is made, with the ways out': { expected: refused },
      'is refused for a change of Revision': { request: update({ Revision: '2' }), expected: refused },
      'is refused for a version that is gone': {
        given: { before: {} },
        request: update({ ReleaseNotes: 'new' }),
        expected: { ...refused, after: {} },
      },
      'goes on where an earlier delivery got no answer, and has created the version': {
        given: { before: replaced.after, details: { 2: { BaseImage: newBase } } },
        expected: { ...replaced, writes: [] },
      },
      'is made in EXPRESS mode, and what may be left is logged': {
        given: { operation: { ...operation, isExpress: true } },
        expected: { ...replaced, logs: { warn: [1, 'orphans'] } },
      },
      'is made without a warning in EXPRESS mode with rollback enabled': {
        given: { operation: { ...operation, isExpress: true, isRollbackDisabled: false } },
        expected: { ...replaced, logs: { warn: [] } },
      },
      'is made when the stack rolls back': {
        given: { operation: { ...operation, StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS' } },
        expected: replaced,
      },
      'is made when CloudFormation does not answer': { given: { operation: undefined }, expected: replaced },
    },
    { before, operation },
  );

  test('does not touch an Update in place, and asks nothing', () =>
    verify({
      given: { before, operation },
      request: update({ ReleaseNotes: 'new' }),
      expected: { answer: succeeded(1), asked: [] },
    }));

  test('lets a failed change of Revision be taken back, although the stack shows no rollback', () =>
    verify({
      given: {
        before,
        operation,
        happened: restored,
        details: { 1: { CreationTime: anHourAgo } },
      },
      request: update({ Revision: '1' }, { Revision: '2' }),
      expected: { answer: succeeded(1), writes: [] },
    }));

  test('removes what a killed replacement left, although the stack shows no rollback', () =>
    verify({
      given: { before: { ...before, 2: [ownership({ RequestId: 'killed' }, 1)] }, operation, happened: restored },
      request: update({}, { BaseImage: newBase }),
      expected: { answer: succeeded(1), after: before },
    }));

  test('takes the aliases of a replacement that CloudFormation has refused back with the next Update', () =>
    verify({
      given: {
        before: { 1: [own, marker('latest', 2)], 2: [ownership({ RequestId: 'refused' }, 1), 'latest'] },
        details: { 2: { BaseImage: newBase } },
      },
      request: update({ ...latest, ReleaseNotes: 'new' }, latest),
      expected: {
        answer: succeeded(1),
        after: { 1: [own, 'latest'], 2: [ownership({ RequestId: 'refused' }, 1), marker('latest', 1)] },
      },
    }));
});

describe('An Update of an id without a version', () => {
  test.each(['not-created/0123456789abcdef', 'unconfirmed/0123456789abcdef', 'denied/0123456789abcdef', invented])(
    'makes one: %s',
    async (PhysicalResourceId) => {
      await verify({
        given: { before: { 1: [sibling] } },
        request: update({}, {}, { PhysicalResourceId }),
        expected: { answer: succeeded(2), after: { 1: [sibling], 2: [first] } },
      });
    },
  );

  testEach(update({}, {}, { PhysicalResourceId: notCreated }), {
    'keeps that id when it leaves nothing, because CloudFormation has no other': {
      given: { always: { createImageVersion: accessDenied() } },
      expected: { answer: failed(notCreated, reasons.notAuthorized) },
    },
    'answers with the ARN of a version that it leaves': {
      given: { whenCreated: ['CREATE_FAILED'], always: { deleteImageVersion: accessDenied() } },
      request: update({}, {}, { PhysicalResourceId: unconfirmed }),
      expected: {
        answer: failed(versionArn(1), reasons.creationFailed(1) + reasons.notRemoved(1, reasons.notAuthorized)),
        after: { 1: [first] },
      },
    },
  });
});
