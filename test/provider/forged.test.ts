/**
 * Whoever can invoke the function can write an event by hand, with the ids of any stack. With the parameter VerifyRequests,
 * the provider does nothing for a request that CloudFormation does not have in progress.
 */
import { denied, invented, own, replacing, unconfirmed } from '../support/provider/aliases.ts';
import { issuedAt, stackResource, versionArn } from '../support/provider/builders.ts';
import {
  create,
  deleted,
  deletes,
  remove,
  simulate,
  succeeded,
  testEach,
  update,
} from '../support/provider/simulate-request.ts';

const verifiesRequests = true;
const before = { 1: [own, 'latest'] };
const live = { PhysicalResourceId: versionArn(1) };
const idle = (StackStatus: string) => ({ StackStatus, startedAt: issuedAt - 3_600_000 });
const busy = (StackStatus: string) => ({ StackStatus, startedAt: issuedAt });
const ignored = { answer: 'superseded', writes: [], logs: { warn: ['does not wait for this request'] } } as const;

describe('An event that somebody wrote by hand changes nothing', () => {
  testEach(
    remove(),
    {
      'when it is the Delete of a version that its stack has': {
        // A status may lag, so a younger request would look again.
        given: {
          latenessMs: 15_000,
          resource: stackResource('CREATE_COMPLETE', live),
          operation: idle('CREATE_COMPLETE'),
        },
        expected: { ...ignored, asked: ['currentResource', 'currentResource'] },
      },
      'when it is the Delete of a version that its stack has, and another resource is in progress': {
        given: { resource: stackResource('UPDATE_COMPLETE', live), operation: busy('UPDATE_IN_PROGRESS') },
        expected: ignored,
      },
      'when it is the Delete of a version that its stack has retained': {
        given: {
          before: { 1: [own], 2: [replacing] },
          resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(2) }),
          operation: idle('UPDATE_COMPLETE'),
        },
        expected: ignored,
      },
      'when it is the Delete of a cancelled Create': {
        given: { resource: stackResource('CREATE_COMPLETE', live), operation: idle('CREATE_COMPLETE') },
        request: remove(invented),
        expected: ignored,
      },
      'when it is an Update that takes an alias': {
        given: { resource: stackResource('UPDATE_COMPLETE', live), operation: idle('UPDATE_COMPLETE') },
        request: update({ Alias: 'stable' }),
        expected: ignored,
      },
      'when it is a Create': {
        given: { resource: stackResource('CREATE_COMPLETE', live), operation: idle('CREATE_COMPLETE') },
        request: create(),
        expected: ignored,
      },
      'when the stack does not exist': {
        given: { resource: 'gone' },
        request: create(),
        expected: ignored,
      },
    },
    { before, verifiesRequests },
  );
});

describe('While another resource of the stack is in progress, a Delete that somebody wrote by hand changes nothing', () => {
  testEach(
    remove(),
    Object.fromEntries(
      [
        versionArn(1).replace('111122223333', '999999999999'),
        versionArn(1).replace('eu-west-1', 'eu-west-2'),
        versionArn(1).replace('arn:aws:', 'arn:aws-cn:'),
        versionArn(1, 'MY-image'),
        versionArn(1).toUpperCase(),
        unconfirmed,
        denied,
        invented,
      ].map((id) => [
        `of the id ${id}`,
        { request: remove(id), expected: { answer: deleted(id), writes: [], logs: { error: [] } } },
      ]),
    ),
    {
      before,
      verifiesRequests,
      resource: stackResource('UPDATE_COMPLETE', live),
      operation: busy('UPDATE_IN_PROGRESS'),
    },
  );
});

describe('A request that CloudFormation has in progress is verified, and carried out', () => {
  testEach(create(), {
    'a Create, with one question': {
      given: { verifiesRequests, resource: stackResource('CREATE_IN_PROGRESS') },
      expected: { answer: succeeded(1), after: { 1: [own] }, asked: ['currentResource'], isRepeatable: false },
    },
    'an Update, with one question': {
      given: { verifiesRequests, before, resource: stackResource('UPDATE_IN_PROGRESS', live) },
      request: update({ Alias: 'latest', ReleaseNotes: 'new' }, { Alias: 'latest' }),
      expected: { answer: succeeded(1), asked: ['currentResource'], isRepeatable: false },
    },
    'the Delete of a version that was replaced, with three questions': {
      given: {
        verifiesRequests,
        before: { 1: [own], 2: [replacing] },
        resource: stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(2) }),
        operation: busy('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'),
      },
      request: remove(),
      expected: {
        answer: deleted(),
        after: { 2: [replacing] },
        asked: ['currentResource', 'currentOperation', 'currentOperation'],
        isRepeatable: false,
      },
    },
    'a Delete, with two questions': {
      given: {
        verifiesRequests,
        before,
        resource: stackResource('DELETE_IN_PROGRESS', live),
        operation: busy('DELETE_IN_PROGRESS'),
      },
      request: remove(),
      expected: {
        answer: deleted(),
        after: {},
        asked: ['currentResource', 'currentResource'],
        writes: [deletes(1)],
        isRepeatable: false,
      },
    },
  });
});

describe('A request that cannot be verified', () => {
  test.each([create(), update(), remove()])('is left to the next delivery: $RequestType', async (request) => {
    const { bucket, deliver, imageVersions } = simulate(request, { before, verifiesRequests });

    await expect(deliver()).rejects.toThrow(
      'CloudFormation did not answer, so the provider could not verify that CloudFormation sent this request.',
    );
    expect(imageVersions.calls).toEqual([]);
    expect(bucket.tries()).toBe(0);
  });
});
