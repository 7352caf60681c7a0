/**
 * An invocation that has no time left ends without an answer, and Lambda delivers the request again: the next one goes
 * on where this one stopped.
 */
import { own, replacing, unconfirmed } from '../support/provider/aliases.ts';
import { issuedAt, versionArn } from '../support/provider/builders.ts';
import { accessDenied, throttled } from '../support/provider/fake-image-versions.ts';
import * as reasons from '../support/provider/reasons.ts';
import {
  type Case,
  create,
  creates,
  deletes,
  failed,
  remove,
  simulate,
  succeeded,
  update,
  verify,
} from '../support/provider/simulate-request.ts';

const newBase = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/my-image:1.5';

describe('An invocation without time', () => {
  test.each<Case>([
    {
      name: 'leaves a version that is CREATING as it is',
      request: create(),
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING'),
      answer: 'out of time',
      after: { 1: [own] },
      writes: [creates({ Aliases: [own] })],
    },
    {
      name: 'does not update a version that is CREATING',
      request: update({ Alias: 'latest' }),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.becomes(1, 'CREATING'),
      answer: 'out of time',
      writes: [],
    },
    {
      name: 'leaves the version that replaces another as it is',
      request: update({ BaseImage: newBase }),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.whenCreated('CREATING'),
      answer: 'out of time',
      after: { 1: [own], 2: [replacing] },
    },
    {
      name: 'does not answer while the version is DELETING',
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.whenDeleted('DELETING'),
      answer: 'out of time',
      writes: [deletes(1)],
    },
    {
      name: 'does not delete a version that is CREATING',
      request: remove(),
      before: { 1: [own] },
      faults: ({ imageVersions }) => imageVersions.becomes(1, 'CREATING'),
      answer: 'out of time',
      writes: [],
    },
    {
      name: 'leaves the removal of a failed version to the next one',
      request: create(),
      faults: ({ imageVersions }) => {
        imageVersions.whenCreated('CREATE_FAILED');
        imageVersions.whenDeleted('DELETING');
      },
      answer: 'out of time',
      after: { 1: [own] },
    },
    {
      name: 'leaves the removal of a failed replacement to the next one',
      request: update({}, { BaseImage: newBase }),
      before: { 1: [own], 2: [replacing] },
      details: { 2: { BaseImage: newBase } },
      operation: { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt },
      faults: ({ imageVersions }) => imageVersions.whenDeleted('DELETING'),
      answer: 'out of time',
    },
    {
      name: 'stops retrying',
      request: create(),
      faults: ({ imageVersions }) => imageVersions.always('createImageVersion', { refuses: throttled() }),
      answer: 'out of time',
    },
  ])('$name', async (expected) => {
    await verify({ remainingTimeMs: 3_000, takesMs: [0, 3_000], ...expected });
  });

  test('answers with the ARN past the deadline of the request, when no later invocation may come', async () => {
    await verify({
      name: 'past the deadline',
      request: create({ ServiceTimeout: '60' }),
      remainingTimeMs: 50_000,
      faults: ({ imageVersions }) => {
        imageVersions.whenCreated('CREATING');
        imageVersions.whenDeleted('DELETING');
      },
      answer: failed(
        versionArn(1),
        expect.stringMatching(`^${reasons.stillChanging(1, 'CREATING')}${reasons.notRemoved('')}`),
      ),
      after: { 1: [own] },
    });
  });

  test('is followed by one that goes on, and makes nothing more', async () => {
    const { deliver, imageVersions } = simulate({ request: create() });
    imageVersions.whenCreated('CREATING', ...Array.from({ length: 9 }, () => 'CREATING' as const), 'CREATED');

    expect(await deliver({ remainingTimeMs: 3_000 })).toBe('out of time');
    expect(await deliver()).toEqual(succeeded(1));
    expect(imageVersions.writes()).toHaveLength(1);
  });
});

describe('A request whose time has run out', () => {
  const late = { latenessMs: 43_000 };
  const ServiceTimeout = '60';

  test.each<Case>([
    {
      name: 'makes nothing',
      request: create({ ServiceTimeout }),
      answer: failed(expect.any(String), reasons.noTimeToBegin),
      after: {},
      writes: [],
    },
    {
      name: 'changes nothing',
      request: update({ ServiceTimeout, Alias: 'latest' }),
      before: { 1: [own] },
      answer: failed(versionArn(1), reasons.noTimeToBegin),
      writes: [],
    },
    {
      name: 'replaces nothing',
      request: update({ ServiceTimeout, BaseImage: newBase }),
      before: { 1: [own] },
      answer: failed(versionArn(1), reasons.noTimeToBegin),
      writes: [],
    },
    {
      name: 'goes on with what an earlier delivery has made',
      request: create({ ServiceTimeout }),
      before: { 1: [own] },
      answer: succeeded(1),
      writes: [],
    },
  ])('$name', (expected) => verify({ ...late, ...expected }));

  test('answers with what has kept it from being carried out in time', async () => {
    await verify({
      name: 'throttled past the deadline',
      request: create({ ServiceTimeout }),
      faults: ({ clock, imageVersions }) =>
        imageVersions.next('createImageVersion', { meanwhile: () => clock.advance(42_001), refuses: throttled() }),
      answer: failed(expect.any(String), expect.stringMatching(`^${throttled().message} It was tried once\\.$`)),
      after: {},
    });
  });

  test('is unconfirmed when nobody could look', async () => {
    await verify({
      name: 'denied',
      request: create({ ServiceTimeout }),
      faults: ({ imageVersions }) => imageVersions.always('listAliases', { refuses: accessDenied() }),
      answer: failed(unconfirmed, reasons.notAuthorized),
      ...late,
    });
  });
});
