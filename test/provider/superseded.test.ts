/**
 * Lambda may deliver a request late, or again, when CloudFormation has long gone on. Nothing is done for it then, and
 * nothing is answered: the answer could be taken for that of a later request.
 */
import type { StackResource } from '../../src/cloudformation/stacks.ts';
import { invented, marker, notCreated, own, replacing, sibling, unconfirmed } from '../support/provider/aliases.ts';
import { issuedAt, stackResource, versionArn } from '../support/provider/builders.ts';
import { accessDenied, inUse, succeeds, unreachable } from '../support/provider/fake-image-versions.ts';
import {
  type Case,
  create,
  deleted,
  type Fakes,
  remove,
  type Situation,
  succeeded,
  update,
  verify,
} from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';
const late = { latenessMs: 50_000 };
const before = { 1: [own] };
const taken = { 1: [own], 2: [sibling, 'latest'] };
const latest = update({ Alias: 'latest' });

/** What CloudFormation says of the resource when it has gone on to something else. */
function nowOf(PhysicalResourceId: string): StackResource {
  return stackResource('DELETE_COMPLETE', { PhysicalResourceId });
}

describe('A request is carried out', () => {
  test.each<Case>([
    {
      name: 'without a question in its first delivery',
      request: create(),
      latenessMs: 2_999,
      resource: 'gone',
      answer: succeeded(1),
      after: { 1: [own] },
      asked: [],
      isRepeatable: false,
    },
    {
      name: 'without a question until it is 50 s old',
      request: create(),
      resource: 'gone',
      faults: ({ clock, imageVersions }) =>
        imageVersions.next('describeImageVersion', { meanwhile: () => clock.advance(49_999) }),
      answer: succeeded(1),
      after: { 1: [own] },
      asked: [],
      isRepeatable: false,
    },
    {
      name: 'without a question when it takes less than 2 s to its first step',
      request: create(),
      resource: 'gone',
      faults: ({ clock, imageVersions }) =>
        imageVersions.next('listAliases', { meanwhile: () => clock.advance(1_999) }),
      answer: succeeded(1),
      after: { 1: [own] },
      asked: [],
      isRepeatable: false,
    },
    {
      name: 'late, while its resource is CREATE_IN_PROGRESS',
      request: create(),
      ...late,
      resource: stackResource('CREATE_IN_PROGRESS'),
      answer: succeeded(1),
      after: { 1: [own] },
    },
    {
      name: 'late, while its resource is UPDATE_IN_PROGRESS',
      request: latest,
      ...late,
      before,
      resource: stackResource('UPDATE_IN_PROGRESS'),
      answer: succeeded(1),
      after: { 1: [own, 'latest'] },
    },
    {
      name: 'late, while its resource is DELETE_IN_PROGRESS',
      request: remove(unconfirmed),
      ...late,
      before,
      resource: stackResource('DELETE_IN_PROGRESS'),
      answer: deleted(unconfirmed),
      after: {},
    },
    {
      name: 'late, while nothing has touched its resource for longer than three seconds after the issue',
      request: create(),
      ...late,
      resource: stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3_000 }),
      answer: succeeded(1),
      after: { 1: [own] },
    },
    {
      name: 'late, when CloudFormation does not say what its resource is',
      request: create(),
      ...late,
      answer: succeeded(1),
      after: { 1: [own] },
      asked: expect.arrayContaining(['currentResource']),
    },
    {
      name: 'by the status alone, when its age is unknown',
      request: create({}, { ResponseURL: 'https://example.com/' }),
      resource: stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3_600_000 }),
      answer: succeeded(1),
      after: { 1: [expect.stringMatching(/^cfn-/)] },
      asked: expect.arrayContaining(['currentResource']),
    },
    {
      name: 'by ARN without a question, however late, when it is a Delete',
      request: remove(),
      latenessMs: 3_600_000,
      before,
      resource: stackResource('UPDATE_COMPLETE'),
      answer: deleted(),
      after: {},
      asked: [],
    },
  ])('$name', verify);
});

describe('A request is superseded', () => {
  const requests = {
    create: { request: create() },
    update: { request: latest, before },
    'delete of an unconfirmed version': { request: remove(unconfirmed), before },
    'delete of a cancelled Create': {
      request: remove(invented),
      before,
      operation: { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
    },
  } satisfies Record<string, Situation>;

  test.each<[keyof typeof requests, string]>([
    ['create', 'CREATE_FAILED'],
    ['create', 'DELETE_IN_PROGRESS'],
    ['update', 'UPDATE_COMPLETE'],
    ['update', 'UPDATE_FAILED'],
    ['update', 'UPDATE_ROLLBACK_IN_PROGRESS'],
    ['delete of an unconfirmed version', 'DELETE_COMPLETE'],
    ['delete of a cancelled Create', 'DELETE_COMPLETE'],
  ])('when it is a late %s and its resource is %s', async (name, status) => {
    await verify({
      name,
      ...requests[name],
      ...late,
      resource: stackResource(status),
      answer: 'superseded',
      writes: [],
      logs: { warn: ['"latenessMs":50000'], error: [] },
    });
  });

  test.each<Case>([
    {
      name: 'when its resource was touched more than three seconds after the issue',
      request: create(),
      ...late,
      resource: stackResource('CREATE_IN_PROGRESS', { lastUpdatedAt: issuedAt + 3_001 }),
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'when its resource is gone',
      request: create(),
      latenessMs: 3_000,
      resource: 'gone',
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'when its age is unknown and its resource is in another status',
      request: create({}, { ResponseURL: 'https://example.com/' }),
      resource: stackResource('DELETE_IN_PROGRESS'),
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'in its first delivery when it takes 2 s to its first step',
      request: create(),
      resource: 'gone',
      faults: ({ clock, imageVersions }) =>
        imageVersions.next('listAliases', { meanwhile: () => clock.advance(2_000) }),
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'in its first delivery when the first step takes 2 s; what it has made is removed',
      request: create(),
      resource: 'gone',
      faults: ({ clock, imageVersions }) =>
        imageVersions.next('createImageVersion', { meanwhile: () => clock.advance(2_000) }),
      answer: 'superseded',
      after: {},
    },
    {
      name: 'in its first delivery when it is 50 s old; what it has made is removed',
      request: create(),
      resource: 'gone',
      faults: ({ clock, imageVersions }) =>
        imageVersions.next('describeImageVersion', { meanwhile: () => clock.advance(50_000) }),
      answer: 'superseded',
      after: {},
    },
    {
      name: 'when the version of its Update is gone because CloudFormation has gone on',
      request: update({ ReleaseNotes: 'new' }),
      resource: stackResource('DELETE_COMPLETE'),
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'before a late replacement makes a version',
      request: update({ BaseImage: newBase }),
      ...late,
      before,
      resource: stackResource('UPDATE_COMPLETE'),
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'before a late rollback purges anything',
      request: update({}, { BaseImage: newBase }),
      ...late,
      before: { 1: [own], 2: [replacing] },
      operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
      resource: stackResource('UPDATE_COMPLETE'),
      answer: 'superseded',
      writes: [],
    },
  ])('$name', verify);
});

describe('A superseded Create', () => {
  test.each<[string, StackResource | 'gone', Case['after']]>([
    ['removes what it has made when the resource is not in the stack any more', 'gone', {}],
    ['removes what it has made when the resource is something else by now', nowOf(versionArn(7)), {}],
    ['keeps what it has made when another delivery has answered with it', nowOf(versionArn(1)), before],
  ])('%s', async (name, resource, after = {}) => {
    await verify({
      name,
      request: create(),
      latenessMs: 60_000,
      resource: stackResource('CREATE_IN_PROGRESS'),
      faults: ({ imageVersions, stacks }) =>
        imageVersions.next('describeImageVersion', {
          meanwhile: () => {
            stacks.resource = resource;
          },
        }),
      answer: 'superseded',
      after,
    });
  });

  test.each<Case>([
    {
      name: 'keeps what an earlier delivery has made when the resource is gone: it may be retained',
      request: create(),
      before,
      resource: 'gone',
      answer: 'superseded',
    },
    {
      name: 'keeps what an earlier delivery has made when the resource is something else by now: it may be retained',
      request: create(),
      before,
      resource: nowOf(versionArn(7)),
      answer: 'superseded',
    },
    {
      name: 'removes what an earlier delivery has made when the answer was that nothing was created',
      request: create(),
      before,
      resource: nowOf(notCreated),
      answer: 'superseded',
      after: {},
    },
    {
      name: 'removes a version that has never worked, whoever has made it',
      request: create(),
      before,
      details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } },
      resource: nowOf(versionArn(7)),
      answer: 'superseded',
      after: {},
    },
    {
      name: 'waits until a version that is CREATING can be removed, however late',
      request: create(),
      latenessMs: 3_600_000,
      before,
      details: { 1: { ImageVersionStatus: 'CREATING' } },
      resource: nowOf(versionArn(7)),
      faults: ({ imageVersions }) =>
        imageVersions.next('deleteImageVersion', { refuses: inUse('It is being created.') }),
      answer: 'superseded',
      after: {},
    },
    {
      name: 'logs that it may not look at the version',
      request: create(),
      before,
      resource: nowOf(versionArn(7)),
      faults: ({ imageVersions }) => imageVersions.next('describeImageVersion', { refuses: accessDenied() }),
      answer: 'superseded',
      logs: { error: [1, 'AccessDenied'] },
    },
    {
      name: 'logs that it may not remove the version',
      request: create(),
      before,
      details: { 1: { ImageVersionStatus: 'CREATE_FAILED' } },
      resource: nowOf(versionArn(7)),
      faults: ({ imageVersions }) => imageVersions.always('deleteImageVersion', { refuses: accessDenied() }),
      answer: 'superseded',
      logs: { error: [1, 'AccessDenied'] },
    },
  ])('$name', (expected) => verify({ latenessMs: 60_000, ...expected }));

  test('removes what a call without an answer has made', async () => {
    await verify({
      name: 'lost answer',
      request: create(),
      faults: ({ clock, imageVersions, stacks }) => {
        imageVersions.next('createImageVersion', { losesAnswer: unreachable() });
        imageVersions.next('listAliases', succeeds, {
          meanwhile: () => {
            clock.advance(60_000);
            stacks.resource = nowOf(versionArn(7));
          },
        });
      },
      answer: 'superseded',
      after: {},
    });
  });
});

describe('A superseded request', () => {
  /** CloudFormation has gone on, and the request takes so long to a call that it asks. */
  const slowly =
    (operation: 'describeImageVersion' | 'describeImageVersionByAlias' | 'updateImageVersion', and = () => {}) =>
    ({ clock, imageVersions }: Fakes) =>
      imageVersions.next(operation, {
        meanwhile: () => {
          clock.advance(8_000);
          and();
        },
      });
  const resource = stackResource('UPDATE_COMPLETE');

  test.each<Case>([
    {
      name: 'takes no alias when it takes long to find who has it',
      request: latest,
      before: taken,
      resource,
      faults: slowly('describeImageVersionByAlias'),
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'leaves a marker that an earlier request has left',
      request: latest,
      before: { 1: [own], 2: [sibling, marker('latest', 1)] },
      resource,
      faults: slowly('describeImageVersion'),
      answer: 'superseded',
      writes: [],
    },
    {
      name: 'returns what it has taken',
      request: latest,
      before: taken,
      resource,
      faults: slowly('updateImageVersion'),
      answer: 'superseded',
    },
    {
      name: 'logs that it cannot return what it has taken',
      request: latest,
      before: taken,
      resource,
      faults: (fakes) =>
        slowly('updateImageVersion', () => fakes.imageVersions.always('listAliases', { refuses: accessDenied() }))(
          fakes,
        ),
      answer: 'superseded',
      after: { 1: [own], 2: [sibling, marker('latest', 1)] },
      logs: { error: [1, 'AccessDenied'] },
    },
    {
      name: 'keeps what it has taken when another delivery has answered, and the stack goes on',
      request: latest,
      before: taken,
      operation: { StackStatus: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', startedAt: issuedAt },
      resource,
      faults: slowly('updateImageVersion'),
      answer: 'superseded',
      after: { 1: [own], 2: [sibling, marker('latest', 1)] },
    },
    {
      name: 'returns what a Create has taken when the rollback overtakes it, and removes the version',
      request: create({ Alias: 'latest' }),
      latenessMs: 60_000,
      before: { 1: [sibling, 'latest'] },
      resource: stackResource('CREATE_IN_PROGRESS'),
      faults: ({ imageVersions, stacks }) =>
        imageVersions.next('updateImageVersion', {
          meanwhile: () => {
            stacks.resource = stackResource('DELETE_IN_PROGRESS', { PhysicalResourceId: invented });
          },
        }),
      answer: 'superseded',
    },
    {
      name: 'returns nothing after the rollback has overtaken its Update',
      request: update({}, { Alias: 'latest' }),
      before: { 1: [own], 2: [sibling, marker('latest', 1)] },
      operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
      resource,
      answer: 'superseded',
      writes: [],
    },
  ])('$name', verify);
});
