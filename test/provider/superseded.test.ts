/**
 * Lambda may deliver a request late, or again, when CloudFormation has long gone on. Nothing is done for it then, and
 * nothing is answered: the answer could be taken for that of a later request.
 */
import type { Request } from '../../src/cloudformation/request.ts';
import type { StackResource } from '../../src/cloudformation/stacks.ts';
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
import { imageVersion, issuedAt, stackResource, undatedUrl, versionArn } from '../support/provider/builders.ts';
import {
  accessDenied,
  inUse,
  type Status,
  succeeds,
  throttled,
  unreachable,
} from '../support/provider/fake-image-versions.ts';
import { ofStack, stackEvent } from '../support/provider/fake-stacks.ts';
import {
  create,
  deleted,
  type Fakes,
  remove,
  succeeded,
  testEach,
  update,
  verify,
} from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
const late = { latenessMs: 50_000 };
const before = { 1: [own] };
const taken = { 1: [own], 2: [sibling, 'latest'] };
const latest = update({ Alias: 'latest' });
const failedReplacement = ownership({ RequestId: 'the-update-that-failed' }, 1);

/** The resource is what a Delete deletes: no clean-up of something else. */
function ofRequest(request: Request): Partial<StackResource> {
  return request.RequestType === 'Delete' ? { PhysicalResourceId: request.PhysicalResourceId } : {};
}

/** What CloudFormation says of the resource when it has gone on to something else. */
function nowOf(PhysicalResourceId: string): StackResource {
  return stackResource('DELETE_COMPLETE', { PhysicalResourceId });
}

describe('A request is carried out', () => {
  testEach(create(), {
    'without a question in its first delivery': {
      given: { latenessMs: 2_999, resource: 'gone' },
      expected: { answer: succeeded(1), after: { 1: [own] }, asked: [], isRepeatable: false },
    },
    'without a question until it is 50 s old': {
      given: { resource: 'gone', next: { describeImageVersion: [{ takesMs: 49_999 }] } },
      expected: { answer: succeeded(1), after: { 1: [own] }, asked: [], isRepeatable: false },
    },
    'without a question when it takes less than 2 s to its first step': {
      given: { resource: 'gone', next: { listAliases: [{ takesMs: 1_999 }] } },
      expected: { answer: succeeded(1), after: { 1: [own] }, asked: [], isRepeatable: false },
    },
    'late, while its resource is CREATE_IN_PROGRESS': {
      given: { ...late, resource: stackResource('CREATE_IN_PROGRESS') },
      expected: { answer: succeeded(1), after: { 1: [own] } },
    },
    'late, while its resource is UPDATE_IN_PROGRESS': {
      given: { ...late, before, resource: stackResource('UPDATE_IN_PROGRESS') },
      request: latest,
      expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
    },
    'late, while its resource is DELETE_IN_PROGRESS': {
      given: { ...late, before, resource: stackResource('DELETE_IN_PROGRESS') },
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), after: {} },
    },
    'late, while nothing has touched its resource for longer than three seconds after the issue': {
      given: { ...late, resource: stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3_000 }) },
      expected: { answer: succeeded(1), after: { 1: [own] } },
    },
    'late, when CloudFormation does not say what its resource is': {
      given: late,
      expected: { answer: succeeded(1), after: { 1: [own] }, asked: expect.arrayContaining(['currentResource']) },
    },
    'by the status alone, when its age is unknown': {
      given: { resource: stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3_600_000 }) },
      request: create({}, { ResponseURL: undatedUrl }),
      expected: {
        answer: succeeded(1),
        after: { 1: [expect.stringMatching(/^cfn-/)] },
        asked: expect.arrayContaining(['currentResource']),
      },
    },
    'by ARN without a question, however late, when it is a Delete': {
      given: { latenessMs: 3_600_000, before, resource: stackResource('UPDATE_COMPLETE') },
      request: remove(),
      expected: { answer: deleted(), after: {}, asked: [] },
    },
  });
});

describe('A request is superseded', () => {
  const operation = { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: issuedAt };

  test.each([
    ['Create', 'CREATE_FAILED', create()],
    ['Create', 'DELETE_IN_PROGRESS', create()],
    ['Update', 'UPDATE_COMPLETE', latest],
    ['Update', 'UPDATE_FAILED', latest],
    ['Update', 'UPDATE_ROLLBACK_IN_PROGRESS', latest],
    ['Delete of an unconfirmed Create', 'DELETE_COMPLETE', remove(unconfirmed)],
    ['Delete of a cancelled Create', 'DELETE_COMPLETE', remove(invented)],
  ])('when it is a late %s and its resource is %s', async (_what, status, request) => {
    await verify({
      given: { ...late, before, operation, resource: stackResource(status, ofRequest(request)) },
      request,
      expected: { answer: 'superseded', writes: [], logs: { warn: ['"latenessMs":50000'], error: [] } },
    });
  });

  testEach(latest, {
    'when its first call was throttled until after the rollback': {
      given: {
        before: { ...before, 2: [sibling, 'latest'] },
        operation,
        resource: stackResource('UPDATE_COMPLETE'),
        next: { updateImageVersion: [{ takesMs: 10_000, refuses: throttled() }] },
      },
      expected: { answer: 'superseded', calls: { updateImageVersion: 1 } },
    },
  });

  testEach(update({ Revision: '2' }), {
    'when CloudFormation has rolled its replacement back; what an earlier delivery has made is removed': {
      given: {
        ...late,
        before: { 1: [own], 2: [replacing] },
        details: { 1: { CreationTime: new Date(issuedAt - 3_600_000) } },
        operation: { ...operation, StackStatus: 'UPDATE_ROLLBACK_COMPLETE' },
        happened: [ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt + 5_000)],
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1) }),
        becomes: { 2: ['CREATING', 'CREATING', 'CREATED'] },
      },
      expected: { answer: 'superseded', after: { 1: [own] } },
    },
  });

  testEach(create(), {
    'when its first call was throttled until after the rollback': {
      given: {
        resource: stackResource('DELETE_COMPLETE'),
        operation,
        next: { createImageVersion: [{ takesMs: 10_000, refuses: throttled() }] },
      },
      expected: { answer: 'superseded', after: {}, calls: { createImageVersion: 1 } },
    },
    'when its resource was touched more than three seconds after the issue': {
      given: { ...late, resource: stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3_001 }) },
      expected: { answer: 'superseded', writes: [] },
    },
    'when its resource is gone': {
      given: { latenessMs: 3_000, resource: 'gone' },
      expected: { answer: 'superseded', writes: [] },
    },
    'when its age is unknown and its resource is in another status': {
      given: { resource: stackResource('DELETE_IN_PROGRESS') },
      request: create({}, { ResponseURL: undatedUrl }),
      expected: { answer: 'superseded', writes: [] },
    },
    'in its first delivery when it takes 2 s to its first step': {
      given: { resource: 'gone', next: { listAliases: [{ takesMs: 2_000 }] } },
      expected: { answer: 'superseded', writes: [] },
    },
    'in its first delivery when the first step takes 2 s; what it has made is removed': {
      given: { resource: 'gone', next: { createImageVersion: [{ takesMs: 2_000 }] } },
      expected: { answer: 'superseded', after: {} },
    },
    'in its first delivery when it is 50 s old; what it has made is removed': {
      given: { resource: 'gone', next: { describeImageVersion: [{ takesMs: 50_000 }] } },
      expected: { answer: 'superseded', after: {} },
    },
    'when the version of its Update is gone because CloudFormation has gone on': {
      given: { resource: stackResource('DELETE_COMPLETE') },
      request: update({ ReleaseNotes: 'new' }),
      expected: { answer: 'superseded', writes: [] },
    },
    'before a late replacement makes a version': {
      given: { ...late, before, resource: stackResource('UPDATE_COMPLETE') },
      request: update({ BaseImage: newBase }),
      expected: { answer: 'superseded', writes: [] },
    },
    'before a rollback purges anything when it takes long to find that': {
      given: {
        before: { 1: [own], 2: [failedReplacement] },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        resource: stackResource('UPDATE_COMPLETE'),
        next: { describeImageVersionByAlias: [{ takesMs: 50_000 }] },
      },
      request: update({}, { BaseImage: newBase }),
      expected: { answer: 'superseded', writes: [] },
    },
    'before a late rollback purges anything': {
      given: {
        ...late,
        before: { 1: [own], 2: [failedReplacement] },
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        resource: stackResource('UPDATE_COMPLETE'),
      },
      request: update({}, { BaseImage: newBase }),
      expected: { answer: 'superseded', writes: [] },
    },
  });
});

describe('CloudFormation may show an older state of the resource', () => {
  /** A second delivery always asks. */
  const young = { latenessMs: 3_000, before };
  const showsLater =
    (first: StackResource | 'gone', later: StackResource | 'gone', afterMs = 7_000) =>
    ({ clock, stacks }: Fakes) =>
      Object.defineProperty(stacks, 'resource', { get: () => (clock.now() < issuedAt + afterMs ? first : later) });
  const behind = stackResource('CREATE_COMPLETE', { lastUpdatedAt: issuedAt - 3_600_000 });

  testEach(
    latest,
    {
      'so a young request looks again before it counts as superseded': {
        given: { faults: showsLater(behind, stackResource('UPDATE_IN_PROGRESS')) },
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] }, takesMs: [6_000, 6_001], isRepeatable: false },
      },
      'or no resource at all': {
        given: { faults: showsLater('gone', stackResource('UPDATE_IN_PROGRESS')) },
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] }, takesMs: [6_000, 6_001], isRepeatable: false },
      },
      'but not for ever': {
        given: { resource: behind },
        expected: { answer: 'superseded', writes: [], takesMs: [12_000, 12_001] },
      },
      'but a status that is dated after the request is new': {
        given: { resource: stackResource('UPDATE_COMPLETE', { lastUpdatedAt: issuedAt + 1_000 }) },
        expected: { answer: 'superseded', writes: [], takesMs: [0, 1] },
      },
      'and a short ServiceTimeout ends the looking': {
        given: { resource: behind },
        request: update({ Alias: 'latest', ServiceTimeout: '10' }, {}),
        expected: { answer: 'superseded', writes: [], takesMs: [0, 9_000] },
      },
    },
    young,
  );
});

describe('A Delete of something that is not the current resource', () => {
  // The resource itself has gone on to something else.
  const resource = stackResource('UPDATE_COMPLETE', {
    PhysicalResourceId: versionArn(7),
    lastUpdatedAt: issuedAt + 4_000,
  });

  test('is no less wanted for the status of the resource, however late it comes', () =>
    verify({
      given: { ...late, before, resource },
      request: remove(unconfirmed),
      expected: { answer: deleted(unconfirmed), after: {} },
    }));
});

describe("A status that may be the next request's", () => {
  const begins = stackResource('UPDATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 2_500 });
  const ofNext = stackEvent('UPDATE_IN_PROGRESS', issuedAt + 2_500);
  const operation = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt - 60_000 };
  const second = { latenessMs: 3_000, before, operation, resource: begins };

  testEach(
    latest,
    {
      "is the next one's, when this one has ended before": {
        given: {
          happened: [ofNext, stackEvent('UPDATE_FAILED', issuedAt + 100), stackEvent('UPDATE_IN_PROGRESS', issuedAt)],
        },
        expected: { answer: 'superseded', writes: [], asked: ['currentResource', 'events', 'events'] },
      },
      "is this one's, when CloudFormation has dated it later": {
        given: { happened: [ofNext, stackEvent('UPDATE_FAILED', issuedAt - 1_000)] },
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
      },
      "is this one's, when another resource has failed": {
        given: { happened: [ofNext, stackEvent('UPDATE_FAILED', issuedAt + 100, { LogicalResourceId: 'Sibling' })] },
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
      },
      "is this one's, when CloudFormation does not answer": {
        given: { happened: undefined },
        expected: { answer: succeeded(1), after: { 1: [own, 'latest'] } },
      },
    },
    second,
  );
});

describe('A superseded Create', () => {
  const rolledBack = { StackStatus: 'ROLLBACK_COMPLETE', startedAt: issuedAt - 1_000 };
  const inCapitals = versionArn(1).replace('my-image', 'My-Image');
  /** The resource was complete with this id, and has another one now. */
  const hasBeen = (PhysicalResourceId: string) => ({
    given: {
      before,
      resource: nowOf(versionArn(7)),
      operation: rolledBack,
      happened: [
        stackEvent('UPDATE_COMPLETE', issuedAt + 9_000, { PhysicalResourceId: versionArn(7) }),
        stackEvent('CREATE_COMPLETE', issuedAt + 5_000, { PhysicalResourceId }),
      ],
    },
    expected: { answer: 'superseded' as const },
  });

  test.each([
    ['removes what it has made when the resource is not in the stack any more', 'gone' as const, {}],
    ['removes what it has made when the resource is something else by now', nowOf(versionArn(7)), {}],
    ['keeps what it has made when another delivery has answered with it', nowOf(versionArn(1)), before],
    ['answers nothing when its version has failed', 'gone' as const, {}, 'CREATE_FAILED' as const],
  ])('%s', async (_name, resource, after, status: Status = 'CREATED') => {
    const goesOn = ({ imageVersions, stacks }: Fakes) =>
      imageVersions.next('describeImageVersion', { meanwhile: () => Object.assign(stacks, { resource }) });
    await verify({
      given: {
        latenessMs: 60_000,
        resource: stackResource('CREATE_IN_PROGRESS'),
        whenCreated: [status],
        faults: goesOn,
      },
      request: create(),
      expected: { answer: 'superseded', after },
    });
  });

  testEach(
    create(),
    {
      'keeps what an earlier delivery has made when the resource is gone: it may be retained': {
        given: { before, resource: 'gone' },
        expected: { answer: 'superseded' },
      },
      'keeps what an earlier delivery has made when the resource is something else by now: it may be retained': {
        given: { before, resource: nowOf(versionArn(7)) },
        expected: { answer: 'superseded' },
      },
      'removes what an earlier delivery has made when the answer was that nothing was created': {
        given: { before, resource: nowOf(notCreated) },
        expected: { answer: 'superseded', after: {} },
      },
      'removes what an earlier delivery has made when its request failed, and no event since has the version': {
        given: {
          before,
          resource: nowOf(versionArn(7)),
          operation: rolledBack,
          happened: [stackEvent('CREATE_FAILED', issuedAt + 5_000)],
        },
        expected: { answer: 'superseded', after: {} },
      },
      'keeps what an earlier delivery has made when an event since has the version': hasBeen(versionArn(1)),
      'keeps what an earlier delivery has made when an event since has the version, in another case':
        hasBeen(inCapitals),
      'keeps what an earlier delivery has made when the resource has its ARN, in another case': {
        given: { before, details: { 1: { ImageVersionStatus: 'CREATING' } }, resource: nowOf(inCapitals) },
        expected: { answer: 'superseded' },
      },
      'keeps what an earlier delivery has made when a policy has retained it': {
        given: {
          before,
          resource: 'gone',
          operation: rolledBack,
          happened: [
            stackEvent('DELETE_SKIPPED', issuedAt + 9_000, { PhysicalResourceId: invented }),
            stackEvent('CREATE_FAILED', issuedAt + 5_000, { PhysicalResourceId: invented }),
          ],
        },
        expected: { answer: 'superseded' },
      },
      'removes what an earlier delivery has made when a policy has retained another version of the resource': {
        given: {
          before,
          resource: 'gone',
          operation: rolledBack,
          happened: [
            stackEvent('DELETE_SKIPPED', issuedAt + 9_000, { PhysicalResourceId: versionArn(7) }),
            stackEvent('CREATE_FAILED', issuedAt + 5_000),
          ],
        },
        expected: { answer: 'superseded', after: {} },
      },
      'keeps what an earlier delivery has made when the events do not show the end of the request': {
        given: {
          before,
          resource: nowOf(versionArn(7)),
          operation: rolledBack,
          happened: [stackEvent('CREATE_COMPLETE', issuedAt + 500)],
        },
        expected: { answer: 'superseded' },
      },
      'removes a version that has never worked, whoever has made it': {
        given: { before, details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } }, resource: nowOf(versionArn(7)) },
        expected: { answer: 'superseded', after: {} },
      },
      'waits until a version that is CREATING can be removed, however late': {
        given: {
          latenessMs: 3_600_000,
          before,
          details: { 1: { ImageVersionStatus: 'CREATING' } },
          resource: nowOf(versionArn(7)),
          next: { deleteImageVersion: [inUse('It is being created.')] },
        },
        expected: { answer: 'superseded', after: {} },
      },
      'logs that it may not look at the version': {
        given: { before, resource: nowOf(versionArn(7)), next: { describeImageVersion: [accessDenied()] } },
        expected: { answer: 'superseded', logs: { error: [1, 'AccessDenied'] } },
      },
      'logs that it may not remove the version': {
        given: {
          before,
          details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } },
          resource: nowOf(versionArn(7)),
          always: { deleteImageVersion: accessDenied() },
        },
        expected: { answer: 'superseded', logs: { error: [1, 'AccessDenied'] } },
      },
    },
    { latenessMs: 60_000 },
  );

  // A second delivery saw the version CREATING, although the first one had answered with it.
  test('keeps a version that the resource has, however old the description is that SageMaker shows', async () => {
    await verify({
      given: {
        latenessMs: 60_000,
        before,
        resource: nowOf(versionArn(1)),
        port: () => ({
          describeImageVersion: async () => imageVersion({ ImageVersionStatus: 'CREATING', ContainerImage: undefined }),
        }),
      },
      request: create(),
      expected: { answer: 'superseded' },
    });
  });

  test('keeps what the resource had when it was superseded, even if a later answer is older', async () => {
    await verify({
      given: {
        latenessMs: 60_000,
        resource: stackResource('CREATE_IN_PROGRESS'),
        faults: ({ imageVersions, stacks }) => {
          let answers = [nowOf(versionArn(1))];
          imageVersions.next('describeImageVersion', {
            meanwhile: () =>
              Object.defineProperty(stacks, 'resource', {
                get: () => {
                  const [answer = stackResource('CREATE_IN_PROGRESS'), ...later] = answers;
                  answers = later;
                  return answer;
                },
              }),
          });
        },
      },
      request: create(),
      expected: { answer: 'superseded', after: before },
    });
  });

  test('waits before it removes, for the answer of the delivery that has created the version', async () => {
    await verify({
      given: {
        latenessMs: 60_000,
        before,
        next: { listAliases: [accessDenied()] },
        faults: ({ clock, stacks }) =>
          Object.defineProperty(stacks, 'resource', {
            get: () => (clock.now() < issuedAt + 70_000 ? stackResource('CREATE_IN_PROGRESS') : nowOf(versionArn(1))),
          }),
      },
      request: create(),
      expected: { answer: 'superseded' },
    });
  });

  test('removes what a call without an answer has made', async () => {
    const next = { createImageVersion: [{ losesAnswer: unreachable() }], listAliases: [succeeds, { takesMs: 60_000 }] };
    await verify({
      given: { next, resource: nowOf(versionArn(7)) },
      request: create(),
      expected: { answer: 'superseded', after: {} },
    });
  });
});

describe('A replacement that is CREATED after CloudFormation cancelled its request', () => {
  test.each([
    // The rollback had looked for the version before SageMaker showed it.
    ['of the same image', update({ BaseImage: newBase })],
    // The rollback had failed before it came to the resource, and the Delete of the stack only knew the old image.
    ['of another image', update({ ImageName: 'another-image' })],
  ])('is removed: %s', async (_what, request) => {
    const faults = ({ imageVersions, stacks }: Fakes) =>
      imageVersions.next('createImageVersion', {
        meanwhile: () => {
          const lastUpdatedAt = issuedAt + 1_000;
          stacks.resource = stackResource('UPDATE_FAILED', { PhysicalResourceId: versionArn(1), lastUpdatedAt });
        },
      });
    await verify({
      given: { before, resource: stackResource('UPDATE_IN_PROGRESS'), whenCreated: ['CREATING', 'CREATED'], faults },
      request,
      expected: { answer: 'superseded' },
    });
  });
});

describe('A superseded request', () => {
  const resource = stackResource('UPDATE_COMPLETE');
  const halfTaken = { 1: [own], 2: [sibling, marker('latest', 1)] };
  /** So long takes a call that the request asks afterwards. */
  const slow = { takesMs: 8_000 };

  testEach(latest, {
    'takes no alias when it takes long to find who has it': {
      given: { before: taken, resource, next: { describeImageVersionByAlias: [slow] } },
      expected: { answer: 'superseded', writes: [] },
    },
    'leaves a marker that an earlier request has left': {
      given: { before: halfTaken, resource, next: { describeImageVersion: [slow] } },
      expected: { answer: 'superseded', writes: [] },
    },
    'returns what it has taken': {
      given: { before: taken, resource, next: { updateImageVersion: [slow] } },
      expected: { answer: 'superseded' },
    },
    'logs that it cannot return what it has taken': {
      given: {
        before: taken,
        resource,
        faults: ({ imageVersions }) =>
          imageVersions.next('updateImageVersion', {
            ...slow,
            meanwhile: () => imageVersions.always('listAliases', { refuses: accessDenied() }),
          }),
      },
      expected: { answer: 'superseded', after: halfTaken, logs: { error: [1, 'AccessDenied'] } },
    },
    'keeps what it has taken when another delivery has answered, and the stack goes on': {
      given: {
        before: taken,
        operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt },
        resource,
        next: { updateImageVersion: [slow] },
      },
      expected: { answer: 'superseded', after: halfTaken },
    },
    'keeps what it has taken when it belongs to the rollback itself: another delivery of it has answered': {
      given: {
        before: taken,
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt - 60_000 },
        resource,
        next: { updateImageVersion: [slow] },
      },
      expected: { answer: 'superseded', after: halfTaken },
    },
    'returns what it has taken when the rollback begins after its issue': {
      given: {
        before: taken,
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt - 60_000 },
        happened: [ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt + 4_000)],
        resource,
        next: { updateImageVersion: [slow] },
      },
      expected: { answer: 'superseded' },
    },
    'returns what a Create has taken when the rollback overtakes it, and removes the version': {
      given: {
        latenessMs: 60_000,
        before: { 1: [sibling, 'latest'] },
        resource: stackResource('CREATE_IN_PROGRESS'),
        faults: ({ imageVersions, stacks }) =>
          imageVersions.next('updateImageVersion', {
            meanwhile: () => {
              stacks.resource = stackResource('DELETE_IN_PROGRESS', { PhysicalResourceId: invented });
            },
          }),
      },
      request: create({ Alias: 'latest' }),
      expected: { answer: 'superseded' },
    },
    'returns nothing after the rollback has overtaken its Update': {
      given: {
        before: halfTaken,
        operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
        resource,
      },
      request: update({}, { Alias: 'latest' }),
      expected: { answer: 'superseded', writes: [] },
    },
  });
});
