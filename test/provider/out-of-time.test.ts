/**
 * An invocation that has no time left ends without an answer, and Lambda delivers the request again: the next one goes
 * on where this one stopped.
 */
import { notCreated, own, ownership, replacing, unconfirmed } from '../support/provider/aliases.ts';
import { issuedAt, versionArn } from '../support/provider/builders.ts';
import { accessDenied, throttled } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  create,
  creates,
  deleted,
  deletes,
  failed,
  remove,
  simulate,
  succeeded,
  testEach,
  update,
  verify,
} from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';

describe('An invocation without time', () => {
  testEach(
    create(),
    {
      'leaves a version that is CREATING as it is': {
        given: { whenCreated: ['CREATING'] },
        expected: { answer: 'out of time', after: { 1: [own] }, writes: [creates({ Aliases: [own] })] },
      },
      'does not update a version that is CREATING': {
        given: { before: { 1: [own] }, becomes: { 1: ['CREATING'] } },
        request: update({ Alias: 'latest' }),
        expected: { answer: 'out of time', writes: [] },
      },
      'leaves the version that replaces another as it is': {
        given: { before: { 1: [own] }, whenCreated: ['CREATING'] },
        request: update({ BaseImage: newBase }),
        expected: { answer: 'out of time', after: { 1: [own], 2: [replacing] } },
      },
      'does not answer while the version is DELETING': {
        given: { before: { 1: [own] }, whenDeleted: ['DELETING'] },
        request: remove(),
        expected: { answer: 'out of time', writes: [deletes(1)] },
      },
      'does not delete a version that is CREATING': {
        given: { before: { 1: [own] }, becomes: { 1: ['CREATING'] } },
        request: remove(),
        expected: { answer: 'out of time', writes: [] },
      },
      'leaves the removal of a failed version to the next one': {
        given: { whenCreated: ['CREATE_FAILED'], whenDeleted: ['DELETING'] },
        expected: { answer: 'out of time', after: { 1: [own] } },
      },
      'leaves the removal of a failed replacement to the next one': {
        given: {
          before: { 1: [own], 2: [ownership({ RequestId: 'the-update-that-failed' }, 1)] },
          details: { 2: { BaseImage: newBase } },
          operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
          whenDeleted: ['DELETING'],
        },
        request: update({}, { BaseImage: newBase }),
        expected: { answer: 'out of time' },
      },
      'stops retrying': {
        given: { always: { createImageVersion: throttled() } },
        expected: { answer: 'out of time' },
      },
    },
    { remainingTimeMs: 3_000 },
  );

  test('answers with the ARN past the deadline of the request, when no later invocation may come', async () => {
    const Reason = reasons.stillChanging(1, 'CREATING') + reasons.notRemoved(1, 'The time for the request ended.');
    await verify({
      given: { remainingTimeMs: 50_000, whenCreated: ['CREATING'], whenDeleted: ['DELETING'] },
      request: create({ ServiceTimeout: '60' }),
      expected: { answer: failed(versionArn(1), Reason), after: { 1: [own] } },
    });
  });

  test('is followed by one that goes on, and makes nothing more', async () => {
    const { deliver, imageVersions } = simulate(create());
    imageVersions.whenCreated('CREATING', ...Array.from({ length: 9 }, () => 'CREATING' as const), 'CREATED');

    expect(await deliver({ remainingTimeMs: 3_000 })).toBe('out of time');
    expect(await deliver()).toEqual(succeeded(1));
    expect(imageVersions.writes()).toHaveLength(1);
  });
});

describe('A request whose time has run out', () => {
  const late = { latenessMs: 43_000 };
  const ServiceTimeout = '60';
  const before = { 1: [own] };

  testEach(create({ ServiceTimeout }), {
    'makes nothing': {
      given: late,
      expected: { answer: failed(notCreated, reasons.noTimeToBegin), after: {}, writes: [] },
    },
    'changes nothing': {
      given: { ...late, before },
      request: update({ ServiceTimeout, Alias: 'latest' }),
      expected: { answer: failed(versionArn(1), reasons.noTimeToBegin), writes: [] },
    },
    'replaces nothing': {
      given: { ...late, before },
      request: update({ ServiceTimeout, BaseImage: newBase }),
      expected: { answer: failed(versionArn(1), reasons.noTimeToBegin), writes: [] },
    },
    'goes on with what an earlier delivery has made': {
      given: { ...late, before },
      expected: { answer: succeeded(1), writes: [] },
    },
    'deletes all the same': {
      given: { ...late, before },
      request: remove(versionArn(1), { ServiceTimeout }),
      expected: { answer: deleted(), after: {} },
    },
    'answers with what has kept it from being carried out in time': {
      given: { next: { createImageVersion: [{ takesMs: 42_001, refuses: throttled() }] } },
      expected: { answer: failed(notCreated, reasons.triedAgain(throttled().message)), after: {} },
    },
    'is unconfirmed when nobody could look': {
      given: { ...late, always: { listAliases: accessDenied() } },
      expected: { answer: failed(unconfirmed, reasons.notAuthorized) },
    },
  });
});
