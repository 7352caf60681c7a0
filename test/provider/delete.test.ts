import {
  denied,
  foreign,
  invented,
  marker,
  notCreated,
  own,
  ownership,
  replacing,
  sibling,
  unconfirmed,
} from '../support/provider/aliases.ts';
import { issuedAt, stackResource, undatedUrl, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, invalidState, throttled, unreachable } from '../support/provider/fake-image-versions.ts';
import { stackEvent } from '../support/provider/fake-stacks.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  deleted,
  deletes,
  failed,
  type Given,
  remove,
  testEach,
  updates,
  verify,
} from '../support/provider/simulate-request.ts';

const modified = () => inUse('Resource was modified concurrently.');
const another = ownership({ RequestId: 'another' });
const madeAt = (instant: number) => ({ 1: { CreationTime: new Date(instant) } });

/** SageMaker answers for a while that there is no such version. The instants are milliseconds after the issue. */
function notDescribedUntil(until: number, { from = 0 } = {}): NonNullable<Given['port']> {
  return ({ clock, imageVersions }) => ({
    describeImageVersion: async (version) => {
      const described = await imageVersions.describeImageVersion(version);
      const now = clock.now() - issuedAt;
      return now >= from && now < until ? undefined : described;
    },
  });
}

/** SageMaker lists no alias until so many milliseconds after the issue. */
function notListedUntil(until: number): NonNullable<Given['port']> {
  return ({ clock, imageVersions }) => ({
    listAliases: async (version) => {
      const listed = await imageVersions.listAliases(version);
      return clock.now() - issuedAt < until ? [] : listed;
    },
  });
}

describe('A Delete of a version that a failed Update should have replaced', () => {
  const before = { 1: [own], 2: [ownership({ RequestId: 'killed' }, 1), 'latest'] };
  const details = { 2: { CreationTime: new Date(issuedAt - 30_000) } };
  const operation = { StackStatus: 'DELETE_IN_PROGRESS', startedAt: issuedAt - 60_000 };
  const deleting = stackEvent('DELETE_IN_PROGRESS', issuedAt, { PhysicalResourceId: versionArn(1) });
  const given = { before, details, operation, happened: [deleting] };
  const needsAttention = { error: ['my-image', 'orphans', 'needsAttention'] };
  /** SageMaker answers so whenever somebody deletes the replacement. */
  const replacementCannotGo = (thrown: () => Error): NonNullable<Given['port']> => {
    return ({ imageVersions }) => ({
      deleteImageVersion: async (version) => {
        if (version.Version === 2) throw thrown();
        return imageVersions.deleteImageVersion(version);
      },
    });
  };
  const onlyNamed = { answer: deleted(), after: { 2: before[2] }, writes: [deletes(1)] };

  testEach(remove(), {
    'deletes the replacement too when the stack is deleted instead of rolled back': {
      given,
      expected: {
        answer: deleted(),
        after: {},
        writes: [deletes(2), deletes(1)],
        asked: ['currentOperation', 'events', 'events', 'currentResource'],
        logs: { warn: [], error: [] },
      },
    },
    'keeps what CloudFormation knows, for example because a policy retains it': {
      given: {
        ...given,
        happened: [deleting, stackEvent('DELETE_SKIPPED', issuedAt, { PhysicalResourceId: versionArn(2) })],
      },
      expected: onlyNamed,
    },
    'keeps what was made before the stack was last complete': {
      given: { ...given, details: { 2: { CreationTime: new Date(issuedAt - 62_000) } } },
      expected: onlyNamed,
    },
    'keeps what was made after the Delete was issued': {
      given: { ...given, details: { 2: { CreationTime: new Date(issuedAt + 3_001) } }, latenessMs: 60_000 },
      expected: onlyNamed,
    },
    'keeps it for now if the events do not show the Delete, because they may be old': {
      given: {
        ...given,
        faults: ({ stacks }) => {
          const { events } = stacks;
          stacks.events = async (StackId, isLast) =>
            (await events(StackId, isLast))?.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_IN_PROGRESS');
        },
      },
      expected: { ...onlyNamed, takesMs: [18_000, 18_001] },
    },
    'keeps what the resource has now, whatever the events show': {
      given: { ...given, resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(2) }) },
      expected: onlyNamed,
    },
    'keeps it if CloudFormation shows no events, and says that it may be left': {
      given: { ...given, happened: undefined },
      expected: { ...onlyNamed, logs: needsAttention },
    },
    'keeps it if CloudFormation does not answer': {
      given: { ...given, operation: undefined },
      expected: { ...onlyNamed, asked: ['currentOperation'] },
    },
    'does not look for the events if the update has succeeded': {
      given: { ...given, operation: { ...operation, StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' } },
      expected: { ...onlyNamed, asked: ['currentOperation'] },
    },
    'deletes its version all the same if the replacement cannot be deleted, and says that it is left': {
      given: { ...given, port: replacementCannotGo(() => accessDenied()) },
      expected: { ...onlyNamed, logs: { error: [2, 'my-image', 'orphans', 'needsAttention'] } },
    },
    'deletes its version after two minutes if the replacement is in use': {
      given: { ...given, port: replacementCannotGo(() => inUse('ImageVersion is in use.')) },
      expected: { ...onlyNamed, takesMs: [120_000, 160_000], logs: needsAttention },
    },
    'deletes another replacement too if one cannot be deleted': {
      given: {
        ...given,
        before: { ...before, 3: [ownership({ RequestId: 'killed too' }, 1)] },
        details: { ...details, 3: details[2] },
        port: replacementCannotGo(() => accessDenied()),
      },
      expected: { ...onlyNamed, writes: [deletes(3), deletes(1)], logs: needsAttention },
    },
  });
});

describe('A Delete by ARN', () => {
  testEach(remove(), {
    "deletes the resource's own version and answers with the same id when it is gone": {
      given: { before: { 1: [own, 'latest'] }, whenDeleted: ['DELETING', 'DELETING', 'gone'] },
      expected: {
        answer: deleted(),
        after: {},
        writes: [deletes(1)],
        asked: [],
        takesMs: [6_000, 6_001],
        logs: { warn: [], error: [] },
      },
    },
    'succeeds when the version is gone already, after a second look': {
      expected: { answer: deleted(), writes: [], asked: [], takesMs: [3_000, 3_001], logs: { warn: [], error: [] } },
    },
    'waits for a version that is CREATING before it deletes it': {
      given: { before: { 1: [own] }, becomes: { 1: ['CREATING', 'CREATING', 'CREATED'] } },
      expected: { answer: deleted(), after: {}, writes: [deletes(1)], takesMs: [6_000, 6_001] },
    },
    'waits for a version in a status that it does not know': {
      given: { before: { 1: [own] }, becomes: { 1: ['UPDATING', 'UPDATING', 'CREATED'] } },
      expected: { answer: deleted(), after: {}, writes: [deletes(1)], takesMs: [6_000, 6_001] },
    },
    'waits for a version that is DELETING, and deletes nothing twice': {
      given: { before: { 1: [own] }, becomes: { 1: ['DELETING', 'gone'] } },
      expected: { answer: deleted(), after: {}, writes: [] },
    },
    'deletes a version that SageMaker at first does not describe': {
      given: {
        before: { 1: [own] },
        port: notDescribedUntil(2_000),
      },
      expected: { answer: deleted(), after: {}, writes: [deletes(1)] },
    },
    'does not take one answer for the end of a deletion that fails': {
      given: {
        before: { 1: [own] },
        whenDeleted: ['DELETING', 'DELETING', 'DELETE_FAILED'],
        port: notDescribedUntil(2_000, { from: 1_000 }),
      },
      expected: { answer: failed(versionArn(1), reasons.deletionFailed(1) + reasons.deleteYourself(1)) },
    },
    'answers that a version is gone although no time is left for a second look': {
      given: { whenDeleted: ['gone'], next: { describeImageVersion: [{ takesMs: 7_000 }] } },
      request: remove(versionArn(1), { ServiceTimeout: '10' }),
      expected: { answer: deleted(), takesMs: [7_000, 7_001] },
    },
    'deletes its own version although SageMaker does not list its alias for 20 s': {
      given: { before: { 1: [own] }, port: notListedUntil(20_000) },
      expected: { answer: deleted(), after: {}, writes: [deletes(1)], logs: { error: [] } },
    },
    'deletes no version that was made again after the Delete was issued': {
      given: { before: { 1: [own] }, details: madeAt(issuedAt + 3_001), latenessMs: 60_000 },
      expected: { answer: deleted(), writes: [], logs: { warn: [1], error: [] } },
    },
    'deletes a version that was made right before the Delete, by a clock that is 2 s ahead': {
      given: { before: { 1: [own] }, details: madeAt(issuedAt + 3_000) },
      expected: { answer: deleted(), after: {} },
    },
    'deletes a version whenever it was made if the issue time is unknown': {
      given: { before: { 1: [own] }, details: madeAt(issuedAt + 3_600_000) },
      request: remove(versionArn(1), {}, { ResponseURL: undatedUrl }),
      expected: { answer: deleted(), after: {} },
    },
    'rides out that SageMaker changes the image, and succeeds when the version is gone with it': {
      given: {
        before: { 1: [own] },
        faults: ({ clock, imageVersions }) =>
          imageVersions.always('deleteImageVersion', {
            meanwhile: () => {
              if (clock.now() < issuedAt + 60_000) throw invalidState();
              imageVersions.vanish(1);
            },
          }),
      },
      expected: { answer: deleted(), after: {}, logs: { error: [] } },
    },
    'fails when SageMaker finds the state of the image invalid for minutes': {
      given: { before: { 1: [own] }, always: { deleteImageVersion: invalidState() } },
      expected: {
        answer: failed(versionArn(1), invalidState().message + reasons.deleteYourself(1)),
        takesMs: [120_000, 140_000],
      },
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
    'deletes nothing by the ARN of another account': {
      given: { before: { 1: [own] } },
      request: remove(versionArn(1).replace('111122223333', '999999999999')),
      expected: {
        answer: deleted(versionArn(1).replace('111122223333', '999999999999')),
        writes: [],
        asked: [],
        logs: { warn: [1, '999999999999'], error: [] },
      },
    },
    'keeps the version of the resource when the ARN has the name of the image in another case': {
      given: {
        before: { 1: [own] },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1) }),
      },
      request: remove(versionArn(1, 'MY-image')),
      expected: {
        answer: deleted(versionArn(1, 'MY-image')),
        writes: [],
        asked: ['currentResource'],
        logs: { warn: [1, 'MY-image'], error: [] },
        isRepeatable: false,
      },
    },
    'deletes the version of the resource whose ARN SageMaker now spells in another case': {
      given: {
        before: { 1: [own] },
        resource: stackResource('DELETE_IN_PROGRESS', { PhysicalResourceId: versionArn(1, 'MY-image') }),
      },
      request: remove(versionArn(1, 'MY-image')),
      expected: { answer: deleted(versionArn(1, 'MY-image')), after: {}, asked: ['currentResource'] },
    },
    'deletes a replaced version whose ARN SageMaker now spells in another case': {
      given: {
        before: { 1: [own], 2: [replacing] },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(2) }),
      },
      request: remove(versionArn(1, 'MY-image')),
      expected: { answer: deleted(versionArn(1, 'MY-image')), after: { 2: [replacing] } },
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
    'does not ask for the deletion of a version that it may not describe: it may be of another resource': {
      given: { before: { 1: [own] }, always: { describeImageVersion: accessDenied() } },
      expected: { answer: failed(versionArn(1), reasons.notAuthorized + reasons.lookForOrphans) },
    },
    'does not ask for the deletion of a version whose aliases it could not return': {
      given: {
        before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        always: { updateImageVersion: accessDenied() },
      },
      expected: {
        answer: failed(versionArn(1), reasons.notAuthorized + reasons.lookForOrphans),
        writes: [updates(1, { AliasesToDelete: ['latest'] })],
      },
    },
    'does not ask for the deletion of a version that is gone when it cannot return its aliases': {
      given: {
        before: { 1: [own], 2: [sibling, marker('latest', 1)] },
        details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        always: { updateImageVersion: accessDenied() },
      },
      request: remove(versionArn(1), { Alias: 'latest' }),
      expected: {
        answer: failed(versionArn(1), reasons.notAuthorized + reasons.lookForOrphans),
        after: { 2: [sibling, marker('latest', 1)] },
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
  ])('leaves a version that %s, looks again, and raises the alarm', async (_what, aliases) => {
    await verify({
      given: { before: { 1: aliases } },
      request: remove(),
      expected: {
        answer: deleted(),
        writes: [],
        takesMs: [25_000, 25_001],
        logs: { warn: [], error: [1, '"needsAttention":true'] },
      },
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
      expected: { answer: deleted(unconfirmed), after: { 2: [another] }, asked: ['currentResource'] },
    },
    'keeps the version that the resource has, although the id names the Create that made it': {
      given: {
        before: { 1: [own], 2: [another] },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1) }),
      },
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), writes: [], logs: { error: [] } },
    },
    'keeps the version that the resource has, although its id is spelled in another case': {
      given: {
        before: { 1: [own] },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1, 'MY-image') }),
      },
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), writes: [], logs: { error: [] } },
    },
    'returns what an unconfirmed Create has taken, in a later operation too, whose status shows no rollback': {
      given: {
        before: { 1: [own, 'latest'], 2: [sibling, marker('latest', 1)] },
        operation: { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt - 60_000 },
      },
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), after: { 2: [sibling, 'latest'] }, asked: ['currentResource'] },
    },
    'deletes what an unconfirmed Create has made although SageMaker does not list its alias for 20 s': {
      given: { before: { 1: [own] }, port: notListedUntil(20_000) },
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), after: {} },
    },
    'looks until 25 s after its issue for what an unconfirmed Create has made': {
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), takesMs: [25_000, 25_001] },
    },
    'looks once for what an unconfirmed Create has made, when that is long over': {
      given: { latenessMs: 25_000, resource: stackResource('DELETE_IN_PROGRESS') },
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
      expected: { answer: failed(unconfirmed, reasons.notAuthorized + reasons.lookForOrphans) },
    },
    'fails when it finds a version that it may not delete': {
      given: { before: { 1: [own] }, always: { deleteImageVersion: accessDenied() } },
      expected: { answer: failed(denied, reasons.notAuthorized + reasons.deleteYourself(1)) },
    },
    'fails when it cannot reach SageMaker, which says nothing about access': {
      given: { before: { 1: [own] }, always: { listAliases: unreachable() } },
      request: remove(denied, { ServiceTimeout: '10' }),
      expected: { answer: failed(denied, reasons.triedAgain(reasons.notReached, reasons.lookForOrphans)) },
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
