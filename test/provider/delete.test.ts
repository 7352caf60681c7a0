import {
  denied,
  foreign,
  invented,
  marker,
  notCreated,
  own,
  ownership,
  sibling,
  unconfirmed,
} from '../support/provider/aliases.ts';
import { issuedAt, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, throttled } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import { type Case, deleted, deletes, failed, remove, verify } from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const rollback = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
const another = ownership({ RequestId: 'another' });

describe('A Delete by ARN', () => {
  test.each<Case>([
    {
      name: "deletes the resource's own version and answers with the same id when it is gone",
      request: remove(),
      before: { 1: [own, 'latest'] },
      faults: ({ imageVersions }) => imageVersions.whenDeleted('DELETING', 'DELETING', 'gone'),
      answer: deleted(),
      after: {},
      writes: [deletes(1)],
      asked: [],
      logs: { warn: [], error: [] },
    },
    {
      name: 'succeeds when the version is gone already',
      request: remove(),
      answer: deleted(),
      writes: [],
      asked: [],
      logs: { warn: [], error: [] },
    },
    {
      name: 'waits for a version that is CREATING before it deletes it',
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.becomes(1, 'CREATING', 'CREATING', 'CREATED'),
      answer: deleted(),
      after: {},
      writes: [deletes(1)],
      takesMs: [3_000, 3_001],
    },
    {
      name: 'waits for a version that is DELETING, and deletes nothing twice',
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.becomes(1, 'DELETING', 'gone'),
      answer: deleted(),
      after: {},
      writes: [],
    },
    {
      name: 'tries again after a deletion that has failed',
      request: remove(),
      before: { 1: [own] },
      details: { 1: { ImageVersionStatus: 'DELETE_FAILED' } },
      answer: deleted(),
      after: {},
    },
    {
      name: 'deletes a version that has never worked',
      request: remove(),
      before: { 1: [own] },
      details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } },
      answer: deleted(),
      after: {},
    },
    {
      name: 'deletes again what SageMaker still shows as it was',
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.whenDeleted('CREATED', 'gone'),
      answer: deleted(),
      after: {},
      writes: [deletes(1), deletes(1)],
    },
    {
      name: 'tries again when SageMaker throttles, or modifies the image',
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => {
        imageVersions.next('describeImageVersion', { refuses: throttled() });
        imageVersions.next('listAliases', { refuses: throttled() });
        imageVersions.next('deleteImageVersion', { refuses: modified() }, { refuses: modified() });
      },
      answer: deleted(),
      after: {},
      writes: [deletes(1), deletes(1), deletes(1)],
    },
    {
      name: 'deletes by the id alone when the properties are missing',
      request: remove(versionArn(1), {}, { ResourceProperties: {} }),
      before: { 1: [own] },
      answer: deleted(),
      after: {},
    },
    {
      name: 'deletes by the id alone when the properties are invalid',
      request: remove(versionArn(1), { ImageName: ['my-image'], Alias: 'cfn-x', Colour: 'red' }),
      before: { 1: [own] },
      answer: deleted(),
      after: {},
    },
    {
      name: 'deletes by the id alone when the properties name another image',
      request: remove(versionArn(1), { ImageName: 'another-image' }),
      before: { 1: [own] },
      answer: deleted(),
      after: {},
    },
    {
      name: "uses the template's name of the image when the ARN has it in another case",
      request: remove(versionArn(1), { ImageName: 'My-Image' }),
      before: { 'My-Image/1': [own] },
      answer: deleted(),
      after: {},
    },
    {
      name: 'returns the aliases that the version has taken when the stack rolls back',
      request: remove(),
      before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
      operation: rollback,
      answer: deleted(),
      after: { 2: [sibling, 'latest'] },
    },
    {
      name: 'returns a declared alias that an earlier delivery has removed from the version already',
      request: remove(versionArn(1), { Alias: 'latest' }),
      before: { 1: [own], 2: [sibling, marker('latest', 1)] },
      operation: rollback,
      answer: deleted(),
      after: { 2: [sibling, 'latest'] },
    },
    {
      name: "fails with SageMaker's FailureReason and says what to do",
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.whenDeleted('DELETING', 'DELETE_FAILED'),
      answer: failed(versionArn(1), reasons.deletionFailed(1) + reasons.deleteYourself(1)),
    },
    {
      name: 'says that SageMaker gives no FailureReason',
      request: remove(),
      before: { 1: [own] },
      details: { 1: { ImageVersionStatus: 'DELETE_FAILED' } },
      answer: failed(versionArn(1), reasons.deletionFailed(1, 'none given') + reasons.deleteYourself(1)),
      faults: ({ imageVersions }) => imageVersions.whenDeleted('CREATED'),
      port: ({ imageVersions }) => ({
        describeImageVersion: async (version) => {
          const described = await imageVersions.describeImageVersion(version);
          return described && { ...described, ImageVersionStatus: 'DELETE_FAILED' };
        },
      }),
    },
    {
      name: 'fails when SageMaker refuses for good, and logs it',
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.always('deleteImageVersion', { refuses: accessDenied() }),
      answer: failed(versionArn(1), reasons.notAuthorized + reasons.deleteYourself(1)),
      logs: { error: [1, 'AccessDenied'] },
    },
    {
      name: 'fails when the time has run out and SageMaker still shows the version',
      request: remove(versionArn(1), { ServiceTimeout: '10' }),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.whenDeleted('CREATED'),
      answer: failed(versionArn(1), reasons.stillShown(1) + reasons.deleteYourself(1)),
      takesMs: [7_000, 10_000],
    },
    {
      name: 'fails when the time has run out and the version is still DELETING',
      request: remove(versionArn(1), { ServiceTimeout: '10' }),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.whenDeleted('DELETING'),
      answer: failed(versionArn(1), reasons.stillChanging(1, 'DELETING') + reasons.deleteYourself(1)),
      takesMs: [7_000, 10_000],
    },
  ])('$name', verify);

  test.each([
    ['nobody has made with this provider', ['latest']],
    ['another resource has made', [sibling]],
    ['another stack has made', [foreign]],
    ['has no more than a marker of the stack', [marker('latest', 2)]],
  ])('leaves a version that %s, and warns', async (name, aliases) => {
    await verify({
      name,
      request: remove(),
      before: { 1: aliases },
      answer: deleted(),
      writes: [],
      logs: { warn: [1] },
    });
  });
});

describe('A Delete of a Create that failed', () => {
  test.each<Case>([
    {
      name: 'calls nothing when nothing was created',
      request: remove(notCreated),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.always('listAliases', { refuses: accessDenied() }),
      answer: deleted(notCreated),
      writes: [],
      asked: [],
    },
    {
      name: 'deletes what an unconfirmed Create has made, and nothing else of the resource',
      request: remove(unconfirmed),
      before: { 1: [own], 2: [another] },
      answer: deleted(unconfirmed),
      after: { 2: [another] },
      asked: [],
    },
    {
      name: 'looks once for what an unconfirmed Create has made, because that is over',
      request: remove(unconfirmed),
      answer: deleted(unconfirmed),
      takesMs: [0, 1],
    },
    {
      name: 'deletes what a denied Create has made in another delivery',
      request: remove(denied),
      before: { 1: [own], 2: [another] },
      answer: deleted(denied),
      after: { 2: [another] },
    },
    {
      name: 'succeeds, and warns, when SageMaker denies the access that it has denied the Create',
      request: remove(denied),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.always('listAliases', { refuses: accessDenied() }),
      answer: deleted(denied),
      logs: { warn: ['AccessDenied'], error: [] },
    },
    {
      name: 'fails when SageMaker denies the access that an unconfirmed Create had',
      request: remove(unconfirmed),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.always('listAliases', { refuses: accessDenied() }),
      answer: failed(unconfirmed, reasons.notAuthorized),
    },
    {
      name: 'fails when it finds a version that it may not delete',
      request: remove(denied),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.always('deleteImageVersion', { refuses: accessDenied() }),
      answer: failed(denied, reasons.notAuthorized + reasons.deleteYourself(1)),
    },
    {
      name: 'tries again when SageMaker throttles, before it believes anything',
      request: remove(denied),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.next('listAliases', { refuses: throttled() }),
      answer: deleted(denied),
      after: {},
    },
  ])('$name', verify);

  test.each([
    [unconfirmed, undefined],
    [unconfirmed, 'not--valid'],
    [unconfirmed, 42],
    [denied, undefined],
    [denied, 'not--valid'],
    [denied, 42],
    [invented, undefined],
    [invented, 'not--valid'],
    [invented, 42],
  ])('succeeds without a call by the id %s when ImageName is %j', async (id, ImageName) => {
    await verify({
      name: id,
      request: remove(id, { ImageName }),
      before: { 1: [own] },
      answer: deleted(id),
      faults: ({ imageVersions }) => imageVersions.always('listAliases', { refuses: accessDenied() }),
      asked: [],
      logs: { warn: [], error: [] },
    });
  });
});
