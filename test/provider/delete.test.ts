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
import { stackResource, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, throttled, unreachable } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import { deleted, deletes, failed, remove, testEach, verify } from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const another = ownership({ RequestId: 'another' });

describe('A Delete by ARN', () => {
  testEach(remove(), {
    "deletes the resource's own version and answers with the same id when it is gone": {
      given: { before: { 1: [own, 'latest'] }, whenDeleted: ['DELETING', 'DELETING', 'gone'] },
      expected: { answer: deleted(), after: {}, writes: [deletes(1)], asked: [], logs: { warn: [], error: [] } },
    },
    'succeeds when the version is gone already': {
      expected: { answer: deleted(), writes: [], asked: [], logs: { warn: [], error: [] } },
    },
    'waits for a version that is CREATING before it deletes it': {
      given: { before: { 1: [own] }, becomes: { 1: ['CREATING', 'CREATING', 'CREATED'] } },
      expected: { answer: deleted(), after: {}, writes: [deletes(1)], takesMs: [3_000, 3_001] },
    },
    'waits for a version that is DELETING, and deletes nothing twice': {
      given: { before: { 1: [own] }, becomes: { 1: ['DELETING', 'gone'] } },
      expected: { answer: deleted(), after: {}, writes: [] },
    },
    'tries again after a deletion that has failed': {
      given: { before: { 1: [own] }, details: { 1: { ImageVersionStatus: 'DELETE_FAILED' } } },
      expected: { answer: deleted(), after: {} },
    },
    'deletes a version that has never worked': {
      given: { before: { 1: [own] }, details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } } },
      expected: { answer: deleted(), after: {} },
    },
    'deletes again what SageMaker still shows as it was': {
      given: { before: { 1: [own] }, whenDeleted: ['CREATED', 'gone'] },
      expected: { answer: deleted(), after: {}, writes: [deletes(1), deletes(1)] },
    },
    'tries again when SageMaker throttles, or modifies the image': {
      given: {
        before: { 1: [own] },
        next: {
          describeImageVersion: [throttled()],
          listAliases: [throttled()],
          deleteImageVersion: [modified(), modified()],
        },
      },
      expected: { answer: deleted(), after: {}, writes: [deletes(1), deletes(1), deletes(1)] },
    },
    'deletes by the id alone when the properties are missing': {
      given: { before: { 1: [own] } },
      request: remove(versionArn(1), {}, { ResourceProperties: {} }),
      expected: { answer: deleted(), after: {} },
    },
    'deletes by the id alone when the properties are invalid': {
      given: { before: { 1: [own] } },
      request: remove(versionArn(1), { ImageName: ['my-image'], Alias: 'cfn-x', Colour: 'red' }),
      expected: { answer: deleted(), after: {} },
    },
    'deletes by the id alone when the properties name another image': {
      given: { before: { 1: [own] } },
      request: remove(versionArn(1), { ImageName: 'another-image' }),
      expected: { answer: deleted(), after: {} },
    },
    "uses the template's name of the image when the ARN has it in another case": {
      given: { before: { 'My-Image/1': [own] } },
      request: remove(versionArn(1), { ImageName: 'My-Image' }),
      expected: { answer: deleted(), after: {} },
    },
    "fails with SageMaker's FailureReason and says what to do": {
      given: { before: { 1: [own] }, whenDeleted: ['DELETING', 'DELETE_FAILED'] },
      expected: { answer: failed(versionArn(1), reasons.deletionFailed(1) + reasons.deleteYourself(1)) },
    },
    'says that SageMaker gives no FailureReason': {
      given: {
        before: { 1: [own] },
        details: { 1: { ImageVersionStatus: 'DELETE_FAILED' } },
        whenDeleted: ['CREATED'],
        port: ({ imageVersions }) => ({
          describeImageVersion: async (version) => {
            const described = await imageVersions.describeImageVersion(version);
            return described && { ...described, ImageVersionStatus: 'DELETE_FAILED' };
          },
        }),
      },
      expected: { answer: failed(versionArn(1), reasons.deletionFailed(1, 'none given') + reasons.deleteYourself(1)) },
    },
    'fails when SageMaker refuses for good, and logs it': {
      given: { before: { 1: [own] }, always: { deleteImageVersion: accessDenied() } },
      expected: {
        answer: failed(versionArn(1), reasons.notAuthorized + reasons.deleteYourself(1)),
        logs: { error: [1, 'AccessDenied'] },
      },
    },
    'is answered when SageMaker refuses to delete a replaced version, whose resource is UPDATE_COMPLETE by then': {
      given: {
        before: { 1: [own] },
        latenessMs: 60_000,
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(2) }),
        always: { deleteImageVersion: accessDenied() },
      },
      expected: { answer: failed(versionArn(1), reasons.notAuthorized + reasons.deleteYourself(1)) },
    },
    'fails when the time has run out and SageMaker still shows the version': {
      given: { before: { 1: [own] }, whenDeleted: ['CREATED'] },
      request: remove(versionArn(1), { ServiceTimeout: '10' }),
      expected: {
        answer: failed(versionArn(1), reasons.stillShown(1) + reasons.deleteYourself(1)),
        takesMs: [7_000, 10_000],
      },
    },
    'fails when the time has run out and the version is still DELETING': {
      given: { before: { 1: [own] }, whenDeleted: ['DELETING'] },
      request: remove(versionArn(1), { ServiceTimeout: '10' }),
      expected: {
        answer: failed(versionArn(1), reasons.stillChanging(1, 'DELETING') + reasons.deleteYourself(1)),
        takesMs: [7_000, 10_000],
      },
    },
  });

  test.each([
    ['nobody has made with this provider', ['latest']],
    ['another resource has made', [sibling]],
    ['another stack has made', [foreign]],
    ['has no more than a marker of the stack', [marker('latest', 2)]],
  ])('leaves a version that %s, and warns', async (_what, aliases) => {
    await verify({
      given: { before: { 1: aliases } },
      request: remove(),
      expected: { answer: deleted(), writes: [], logs: { warn: [1] } },
    });
  });
});

describe('A Delete of a Create that failed', () => {
  testEach(remove(denied), {
    'calls nothing when nothing was created': {
      given: { before: { 1: [own] }, always: { listAliases: accessDenied() } },
      request: remove(notCreated),
      expected: { answer: deleted(notCreated), writes: [], asked: [] },
    },
    'deletes what an unconfirmed Create has made, and nothing else of the resource': {
      given: { before: { 1: [own], 2: [another] } },
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), after: { 2: [another] }, asked: [] },
    },
    'looks once for what an unconfirmed Create has made, because that is over': {
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), takesMs: [0, 1] },
    },
    'deletes what a denied Create has made in another delivery': {
      given: { before: { 1: [own], 2: [another] } },
      expected: { answer: deleted(denied), after: { 2: [another] } },
    },
    'succeeds, and warns, when SageMaker denies the access that it has denied the Create': {
      given: { before: { 1: [own] }, always: { listAliases: accessDenied() } },
      expected: { answer: deleted(denied), logs: { warn: ['AccessDenied'], error: [] } },
    },
    'fails when SageMaker denies the access that an unconfirmed Create had': {
      given: { before: { 1: [own] }, always: { listAliases: accessDenied() } },
      request: remove(unconfirmed),
      expected: { answer: failed(unconfirmed, reasons.notAuthorized) },
    },
    'fails when it finds a version that it may not delete': {
      given: { before: { 1: [own] }, always: { deleteImageVersion: accessDenied() } },
      expected: { answer: failed(denied, reasons.notAuthorized + reasons.deleteYourself(1)) },
    },
    'fails when it cannot reach SageMaker, which says nothing about access': {
      given: { before: { 1: [own] }, always: { listAliases: unreachable() } },
      request: remove(denied, { ServiceTimeout: '10' }),
      expected: { answer: failed(denied, reasons.triedAgain(reasons.notReached)) },
    },
    'tries again when SageMaker throttles, before it believes anything': {
      given: { before: { 1: [own] }, next: { listAliases: [throttled()] } },
      expected: { answer: deleted(denied), after: {} },
    },
  });

  test.each(
    [unconfirmed, denied, invented].flatMap((id) =>
      [undefined, 'not--valid', null].map((ImageName) => [id, ImageName]),
    ),
  )('succeeds without a call by the id %s when ImageName is %j', async (id, ImageName) => {
    await verify({
      given: { before: { 1: [own] }, always: { listAliases: accessDenied() } },
      request: remove(`${id}`, { ImageName }),
      expected: { answer: deleted(`${id}`), asked: [], logs: { warn: [], error: [] } },
    });
  });
});
