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
import { baseImage, updateRequest, versionArn } from '../support/provider/builders.ts';
import { accessDenied, succeeds } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  type Case,
  creates,
  failed,
  succeeded,
  update,
  updates,
  verify,
} from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
const before = { 1: [own] };
const latest = { Alias: 'latest' };
const { RequestId } = updateRequest();
/** On the version that the Update makes to replace none of its image. */
const first = ownership({ RequestId });

describe('An Update that replaces', () => {
  test.each<Case>([
    {
      name: 'makes a new version for BaseImage that names its predecessor, and leaves the old one to CloudFormation',
      request: update({ BaseImage: newBase }),
      before,
      answer: succeeded(2, newBase),
      after: { 1: [own], 2: [replacing] },
      writes: [creates({ BaseImage: newBase, Aliases: [replacing] })],
    },
    {
      name: 'makes a new version for Revision',
      request: update({ Revision: '2' }),
      before,
      answer: succeeded(2),
      after: { 1: [own], 2: [replacing] },
    },
    {
      name: 'makes a new version in another image for ImageName',
      request: update({ ImageName: 'another-image' }),
      before,
      answer: succeeded(1, baseImage, 'another-image'),
      after: { 1: [own], 'another-image/1': [first] },
    },
    {
      name: 'answers when the new version is CREATED, and not before',
      request: update({ BaseImage: newBase }),
      before,
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING', 'CREATING', 'CREATED'),
      answer: succeeded(2, newBase),
      after: { 1: [own], 2: [replacing] },
    },
    {
      name: 'takes over a fixed alias from the version that it replaces, as a matter of course',
      request: update({ BaseImage: newBase, Aliases: ['latest', '1.5'] }, { Aliases: ['latest', '1.4'] }),
      before: { 1: [own, 'latest', '1.4'] },
      answer: succeeded(2, newBase),
      after: { 1: [own, '1.4', marker('latest', 2)], 2: [replacing, 'latest', '1.5'] },
      writes: [
        creates({ BaseImage: newBase, Aliases: [replacing, '1.5'] }),
        updates(1, { AliasesToDelete: ['latest'], AliasesToAdd: [marker('latest', 2)] }),
        updates(2, { AliasesToAdd: ['latest'] }),
      ],
      logs: { warn: [], error: [] },
    },
    {
      name: 'goes on with the version that an earlier delivery has made',
      request: update({ BaseImage: newBase }),
      before: { 1: [own], 2: [replacing] },
      details: { 2: { BaseImage: newBase } },
      answer: succeeded(2, newBase),
      writes: [],
    },
    {
      name: 'makes a version anew that is gone, and warns',
      request: update({ ReleaseNotes: 'new' }),
      answer: succeeded(1),
      after: { 1: [replacing] },
      writes: [creates({ Aliases: [replacing], ReleaseNotes: 'new' })],
      logs: { warn: [1] },
    },
    {
      name: 'makes a version anew that has never worked',
      request: update(),
      before,
      details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } },
      answer: succeeded(2),
      after: { 1: [own], 2: [replacing] },
      logs: { warn: [1] },
    },
    {
      name: 'does not touch a version of that number which the resource has not made',
      request: update({ ReleaseNotes: 'new' }),
      before: { 1: ['theirs'] },
      answer: succeeded(2),
      after: { 1: ['theirs'], 2: [replacing] },
      logs: { warn: [1] },
    },
    {
      name: 'fails with the old id and the FailureReason, and removes the new version',
      request: update({ BaseImage: newBase }),
      before,
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING', 'CREATE_FAILED'),
      answer: failed(versionArn(1), reasons.creationFailed(2, newBase)),
    },
    {
      name: 'fails with the old id when it cannot remove the new version, and says so',
      request: update({ BaseImage: newBase }),
      before,
      faults: ({ imageVersions }) => {
        imageVersions.whenCreated('CREATE_FAILED');
        imageVersions.always('deleteImageVersion', { refuses: accessDenied() });
      },
      answer: failed(versionArn(1), reasons.creationFailed(2, newBase) + reasons.notRemoved(reasons.notAuthorized)),
      after: { 1: [own], 2: [replacing] },
      logs: { error: [2, 'AccessDenied'] },
    },
    {
      name: 'returns the aliases when it fails',
      request: update({ BaseImage: newBase, ...latest }, latest),
      before: { 1: [own, 'latest'] },
      faults: ({ imageVersions }) => imageVersions.next('updateImageVersion', succeeds, { refuses: accessDenied() }),
      answer: failed(versionArn(1), reasons.notAuthorized),
      asked: [],
    },
    {
      name: 'takes no alias from the old version when the new one fails',
      request: update({ BaseImage: newBase, ...latest }, latest),
      before: { 1: [own, 'latest'] },
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATE_FAILED'),
      answer: failed(versionArn(1), reasons.creationFailed(2, newBase)),
    },
  ])('$name', verify);
});

describe('An Update of an id without a version', () => {
  test.each(['not-created/0123456789abcdef', 'unconfirmed/0123456789abcdef', 'denied/0123456789abcdef', invented])(
    'makes one: %s',
    async (PhysicalResourceId) => {
      await verify({
        name: PhysicalResourceId,
        request: update({}, {}, { PhysicalResourceId }),
        before: { 1: [sibling] },
        answer: succeeded(2),
        after: { 1: [sibling], 2: [first] },
      });
    },
  );

  test.each<Case>([
    {
      name: 'keeps that id when it leaves nothing, because CloudFormation has no other',
      request: update({}, {}, { PhysicalResourceId: notCreated }),
      faults: ({ imageVersions }) => imageVersions.always('createImageVersion', { refuses: accessDenied() }),
      answer: failed(notCreated, reasons.notAuthorized),
    },
    {
      name: 'answers with the ARN of a version that it leaves',
      request: update({}, {}, { PhysicalResourceId: unconfirmed }),
      faults: ({ imageVersions }) => {
        imageVersions.whenCreated('CREATE_FAILED');
        imageVersions.always('deleteImageVersion', { refuses: accessDenied() });
      },
      answer: failed(versionArn(1), reasons.creationFailed(1) + reasons.notRemoved(reasons.notAuthorized)),
      after: { 1: [first] },
    },
  ])('$name', verify);
});
