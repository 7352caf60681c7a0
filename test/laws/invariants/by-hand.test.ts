// What people do by hand excuses what nobody could prevent, and nothing else.
import { successWaits } from '../../../laws/invariants/answers.ts';
import {
  aliasesAreThoseDeclared,
  nothingFailsNeedlessly,
  replacedExactlyWhenAsked,
} from '../../../laws/invariants/effort.ts';
import { numbersAscend, rollbackRestores, successIsTrue } from '../../../laws/invariants/outcome.ts';
import { foreignVersionsAreUntouched, nothingLeaks, retainedVersionsStay } from '../../../laws/invariants/ownership.ts';
import type { HandRecord } from '../../../laws/run.ts';
import {
  answerOf,
  eventOf,
  found,
  madeBy,
  recordOf,
  requestOf,
  resourceOf,
  snapshotOf,
  versionArn,
} from '../../support/run.ts';
import { deploy, scenario, version } from '../../support/scenario.ts';

function byHand(overrides: Partial<HandRecord>): HandRecord {
  return { at: 5, operation: 'UpdateImageVersion', ImageName: 'studio', removed: [], moved: [], ...overrides };
}

const removal = byHand({ operation: 'DeleteImageVersion', removed: [versionArn(1)] });
const move = byHand({ moved: ['latest'] });
const withLatest = resourceOf('V1', 1, { Properties: { Aliases: ['latest'] } });

describe('A version that a person has removed', () => {
  const gone = snapshotOf('UPDATE_COMPLETE', [withLatest], []);

  test('need not be there, unless its resource has made one of that number since', () => {
    expect(found(successIsTrue, [{ ended: gone }])).toContain(`V1 (${versionArn(1)}) is not there`);
    expect(found(successIsTrue, [{ ended: gone, added: { byHand: [removal] } }])).toEqual([]);

    const madeAgain = { ...madeBy('V1', 1), at: 9 };
    expect(found(successIsTrue, [{ ended: gone, added: { byHand: [removal], made: [madeAgain] } }])).toContain(
      `V1 (${versionArn(1)}) is not there`,
    );
  });

  test('need not come back in a rollback', () => {
    const origin = snapshotOf('UPDATE_COMPLETE', [withLatest], [recordOf(1)]);
    const ended = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [withLatest], []);

    expect(found(rollbackRestores, [{ before: origin, ended }])).toEqual([`${versionArn(1)} is no longer there`]);
    expect(found(rollbackRestores, [{ before: origin, ended, added: { byHand: [removal] } }])).toEqual([]);
  });

  test('may be replaced without being asked, and may have passed its number on', () => {
    const before = snapshotOf('UPDATE_COMPLETE', [withLatest], [recordOf(1, { Aliases: ['1.4'] })]);
    const ended = snapshotOf('UPDATE_COMPLETE', [resourceOf('V1', 2)], [recordOf(2)]);
    const operation = deploy([version('V1')]);

    expect(found(replacedExactlyWhenAsked, [{ before, ended }])).toHaveLength(1);
    expect(found(replacedExactlyWhenAsked, [{ before, ended, added: { byHand: [removal] } }])).toEqual([]);
    expect(found(aliasesAreThoseDeclared, [{ before, ended: before, operation }])).toHaveLength(1);
    expect(
      found(aliasesAreThoseDeclared, [{ before, ended: before, operation, added: { byHand: [removal] } }]),
    ).toEqual([]);
  });

  test('may have its number again after a replacement, where its image was created again meanwhile', () => {
    const before = snapshotOf('UPDATE_COMPLETE', [resourceOf('V1', 1)], [recordOf(1)]);
    const asked = resourceOf('V1', 1, { Properties: { Revision: '2' } });
    const ended = snapshotOf('UPDATE_COMPLETE', [asked], [recordOf(1)]);
    const made = [{ ...madeBy('V1', 1), at: 9 }];

    expect(found(replacedExactlyWhenAsked, [{ before, ended, added: { made } }])).toHaveLength(1);
    expect(found(replacedExactlyWhenAsked, [{ before, ended, added: { made, byHand: [removal] } }])).toEqual([]);
  });

  test('need not have stayed as its policy asks', () => {
    const skipped = eventOf('DELETE_SKIPPED', { Timestamp: 1 });
    const before = snapshotOf('UPDATE_COMPLETE', [], [recordOf(1)], { at: 9 });
    const ended = snapshotOf('UPDATE_COMPLETE', [], [], { at: 10 });

    expect(found(retainedVersionsStay, [{ before, ended, added: { events: [skipped] } }])).toHaveLength(1);
    expect(found(retainedVersionsStay, [{ before, ended, added: { events: [skipped], byHand: [removal] } }])).toEqual(
      [],
    );
  });

  test('may be on its way out when its Create is answered', () => {
    const added = {
      requests: [requestOf('Create')],
      answers: [answerOf({ versionStatus: 'DELETING' })],
      events: [eventOf('CREATE_COMPLETE')],
      made: [madeBy('V1', 1)],
    };

    expect(found(successWaits, [{ added }])).toHaveLength(1);
    expect(found(successWaits, [{ added: { ...added, byHand: [removal] } }])).toEqual([]);
  });

  test('may have been the last of its image, whose numbers then begin anew', () => {
    const dependent = resourceOf('V2', 1, { dependencies: ['V3'] });
    const ended = snapshotOf('UPDATE_COMPLETE', [dependent, resourceOf('V3', 2)], []);
    const made = [madeBy('V2', 1), madeBy('V3', 2)];

    expect(found(numbersAscend, [{ ended, added: { made } }])).toHaveLength(1);
    expect(found(numbersAscend, [{ ended, added: { made, byHand: [byHand({ removed: [versionArn(2)] })] } }])).toEqual(
      [],
    );
  });
});

describe('An alias that a person has moved', () => {
  test('may be missing as long as its resource has only been rolled back', () => {
    const rolledBack = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [withLatest], [recordOf(1)]);
    const ended = snapshotOf('UPDATE_COMPLETE', [withLatest], [recordOf(1)]);
    const requests = [{ ...requestOf('Update'), at: 6 }];

    expect(found(successIsTrue, [{ ended: rolledBack, added: { byHand: [move], requests } }, { ended }])).toEqual([]);
  });

  const before = snapshotOf('UPDATE_COMPLETE', [withLatest], [recordOf(1, { Aliases: ['latest'] })]);

  test('may be missing until the next request about its resource, which must not succeed without it', () => {
    const ended = snapshotOf('UPDATE_COMPLETE', [withLatest], [recordOf(1)]);
    const request = requestOf('Update');
    const lacking = `V1 (${versionArn(1)}) lacks the alias latest: it has `;

    expect(found(successIsTrue, [{ ended, added: { byHand: [move], requests: [request] } }])).toEqual([]);
    expect(found(successIsTrue, [{ ended, added: { byHand: [move], requests: [{ ...request, at: 6 }] } }])).toContain(
      lacking,
    );
    const elsewhere = byHand({ moved: ['latest'], ImageName: 'another' });
    expect(found(successIsTrue, [{ ended, added: { byHand: [elsewhere] } }])).toContain(lacking);
  });

  test('may be missing after the clean-up of the version that its resource replaced', () => {
    const ended = snapshotOf('UPDATE_COMPLETE', [withLatest], [recordOf(1)]);
    const cleanUp = { ...requestOf('Delete'), at: 9 };
    const updatedAt = (at: number) => ({ byHand: [move], requests: [{ ...requestOf('Update'), at }, cleanUp] });

    expect(found(successIsTrue, [{ ended, added: updatedAt(4) }])).toEqual([]);
    expect(found(successIsTrue, [{ ended, added: updatedAt(6) }])).toContain(
      `V1 (${versionArn(1)}) lacks the alias latest: it has `,
    );
  });

  test('need not come back in a rollback, but every other one must', () => {
    const ended = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [withLatest], [recordOf(1)]);
    const origin = snapshotOf('UPDATE_COMPLETE', [withLatest], [recordOf(1, { Aliases: ['latest', '1.4'] })]);

    expect(found(rollbackRestores, [{ before, ended, added: { byHand: [move] } }])).toEqual([]);
    expect(found(rollbackRestores, [{ before: origin, ended, added: { byHand: [move] } }])).toEqual([
      `${versionArn(1)}: aliases , no longer 1.4`,
    ]);
  });

  test('must come back in a rollback, if its resource had it again when the update began', () => {
    const ended = snapshotOf('UPDATE_ROLLBACK_COMPLETE', [withLatest], [recordOf(1)]);
    const beganAt = (at: number) => ({ before: { ...before, at }, ended, added: { byHand: [move] } });

    expect(found(rollbackRestores, [beganAt(5)])).toEqual([]);
    expect(found(rollbackRestores, [beganAt(6)])).toEqual([`${versionArn(1)}: aliases , no longer latest`]);
  });

  test('may fail an update, but not its rollback', () => {
    const ended = (status: string) => snapshotOf(status, [withLatest], [recordOf(1)]);
    const added = { byHand: [move], events: [eventOf('UPDATE_FAILED')] };
    const operation = deploy([version('V1')]);

    expect(
      found(nothingFailsNeedlessly, [{ before, ended: ended('UPDATE_ROLLBACK_COMPLETE'), added, operation }]),
    ).toEqual([]);
    expect(
      found(nothingFailsNeedlessly, [{ before, ended: ended('UPDATE_ROLLBACK_FAILED'), added, operation }]),
    ).toEqual(['UpdateStack ends in UPDATE_ROLLBACK_FAILED']);
  });
});

describe('A request during which a person acts', () => {
  const V1 = resourceOf('V1', 2, { ResourceStatus: 'UPDATE_FAILED' });
  const stuck = (...resources: readonly ReturnType<typeof resourceOf>[]) =>
    snapshotOf('UPDATE_ROLLBACK_FAILED', resources, []);
  const operation = deploy([version('V1')]);
  const failed = ['UpdateStack ends in UPDATE_ROLLBACK_FAILED'];
  const during = {
    requests: [requestOf('Update')],
    answers: [answerOf({ Status: 'FAILED', at: 9 })],
    made: [madeBy('V1', 2)],
    events: [eventOf('UPDATE_FAILED')],
  };
  const deletion = byHand({ operation: 'DeleteImageVersion', removed: [versionArn(2)] });

  test.each<[what: string, act: HandRecord]>([
    ['a version that its resource has made', deletion],
    ['the image', byHand({ operation: 'DeleteImage' })],
  ])('may fail where the person deletes %s, even in a rollback', (_what, act) => {
    const added = { ...during, byHand: [act] };

    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck(V1), added }])).toEqual([]);
  });

  test.each<[what: string, act: HandRecord]>([
    ['deletes a version of another resource', { ...deletion, removed: [versionArn(3)] }],
    ['deletes another image', byHand({ operation: 'DeleteImage', ImageName: 'another' })],
    ['only moves an alias', move],
    ['has deleted the version before it', { ...deletion, at: -1 }],
    ['deletes the version after its answer', { ...deletion, at: 10 }],
  ])('must not fail a rollback where the person %s', (_what, act) => {
    const added = { ...during, byHand: [act] };

    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck(V1), added }])).toEqual(failed);
  });

  test('must not fail where it only deletes, and is no reason for another resource to fail, only to be cancelled', () => {
    const V2 = resourceOf('V2', 4, { ResourceStatus: 'UPDATE_FAILED' });
    const added = { ...during, byHand: [deletion] };
    const cancelled = eventOf('UPDATE_FAILED', {
      LogicalResourceId: 'V2',
      ResourceStatusReason: 'Resource update cancelled',
    });
    const withDelete = { ...added, requests: [requestOf('Delete')] };

    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck(V1), added: withDelete }])).toEqual(failed);
    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck(V1, V2), added }])).toEqual(failed);
    const withCancelled = { ...added, events: [...added.events, cancelled] };
    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck(V1, V2), added: withCancelled }])).toEqual([]);
    const cancelledBefore = { ...added, events: [cancelled, eventOf('UPDATE_FAILED', { LogicalResourceId: 'V2' })] };
    expect(found(nothingFailsNeedlessly, [{ operation, ended: stuck(V1, V2), added: cancelledBefore }])).toEqual(
      failed,
    );
  });

  describe('and moves an alias, where SageMaker moves an alias that another version has,', () => {
    const foreign = [recordOf(1, { Aliases: ['latest', 'theirs'] })];
    const request = requestOf('Update', { ResourceProperties: { ImageName: 'studio', Aliases: ['latest'] } });
    const ofAnother = requestOf('Update', { ResourceProperties: { ImageName: 'another', Aliases: ['latest'] } });
    const added = { requests: [request], answers: [answerOf({ at: 9 })], byHand: [move] };
    const robbedOf = (...aliases: readonly string[]) => {
      const Aliases = ['latest', 'theirs'].filter((alias) => !aliases.includes(alias));
      return snapshotOf('UPDATE_COMPLETE', [], [recordOf(1, { Aliases })]);
    };
    const simulated = (side: 'moves' | 'ResourceInUse') => ({
      foreign,
      scenario: scenario([], { switches: { aliasOfAnotherVersion: side } }),
    });

    test('may take this alias, also according to the checks after later operations', () => {
      const ended = { ...robbedOf('latest'), at: 10 };

      expect(found(foreignVersionsAreUntouched, [{ ended, added }], simulated('moves'))).toEqual([]);
      expect(found(foreignVersionsAreUntouched, [{ ended, added }, { ended }], simulated('moves'))).toEqual([]);
    });

    test('may take it if it is moved before the request, as long before it as reads are behind', () => {
      const reads = { on: 'reads', operations: ['DescribeImageVersion'], behindMs: 3, afterMs: 0, ms: 1 } as const;
      const { scenario: plain } = simulated('moves');
      const stale = { foreign, scenario: { ...plain, operations: [deploy([], { faults: [reads] })] } };
      const movedAt = (at: number) => ({ ended: robbedOf('latest'), added: { ...added, byHand: [{ ...move, at }] } });

      expect(found(foreignVersionsAreUntouched, [movedAt(-3)], stale)).toEqual([]);
      expect(found(foreignVersionsAreUntouched, [movedAt(-4)], stale)).toHaveLength(1);
    });

    test('must not take it in a later operation', () => {
      const kept = { ...robbedOf(), at: 10 };

      expect(
        found(foreignVersionsAreUntouched, [{ ended: kept, added }, { ended: robbedOf('latest') }], simulated('moves')),
      ).toHaveLength(1);
    });

    test.each<[what: string, changed: Partial<typeof added>]>([
      ['is moved before the request', { byHand: [{ ...move, at: -1 }] }],
      ['is moved after its answer', { byHand: [{ ...move, at: 10 }] }],
      ['is another one', { byHand: [{ ...move, moved: ['1.4'] }] }],
      ['is of another image', { byHand: [{ ...move, ImageName: 'another' }], requests: [ofAnother] }],
      ['is declared for another image', { requests: [ofAnother] }],
      ['is not declared', { requests: [requestOf('Update', { ResourceProperties: { ImageName: 'studio' } })] }],
      ['is of a version that is deleted', { requests: [{ ...request, RequestType: 'Delete' }] }],
    ])('must not take it if the alias %s', (_what, changed) => {
      const step = { ended: robbedOf('latest'), added: { ...added, ...changed } };

      expect(found(foreignVersionsAreUntouched, [step], simulated('moves'))).toHaveLength(1);
    });

    test('must not take any other alias, change anything else, or take it where SageMaker refuses that', () => {
      const changed = snapshotOf(
        'UPDATE_COMPLETE',
        [],
        [recordOf(1, { Aliases: ['theirs'], metadata: { ReleaseNotes: 'Mine' } })],
      );

      expect(
        found(foreignVersionsAreUntouched, [{ ended: robbedOf('latest', 'theirs'), added }], simulated('moves')),
      ).toHaveLength(1);
      expect(found(foreignVersionsAreUntouched, [{ ended: changed, added }], simulated('moves'))).toHaveLength(1);
      expect(
        found(foreignVersionsAreUntouched, [{ ended: robbedOf('latest'), added }], simulated('ResourceInUse')),
      ).toHaveLength(1);
    });
  });
});

describe('A version that a person has created', () => {
  const theirs = recordOf(1, {
    ClientToken: 'by-hand-1',
    ImageVersionStatus: 'CREATING',
    pending: { atMs: 9, becomes: 'CREATED' },
  });
  const { pending: _, ...created } = theirs;
  const now = recordOf(1, { ...created, ImageVersionStatus: 'CREATED', modifiedAtMs: 9 });

  test('is no leak, and may become CREATED; nobody else may give it an alias or delete it', () => {
    const ended = (...versions: readonly ReturnType<typeof recordOf>[]) => snapshotOf('UPDATE_COMPLETE', [], versions);

    expect(found(nothingLeaks, [{ ended: ended(now) }], { foreign: [theirs] })).toEqual([]);
    expect(found(foreignVersionsAreUntouched, [{ ended: ended(now) }], { foreign: [theirs] })).toEqual([]);
    expect(
      found(foreignVersionsAreUntouched, [{ ended: ended({ ...now, Aliases: ['latest'] }) }], { foreign: [theirs] }),
    ).toHaveLength(1);
    expect(found(foreignVersionsAreUntouched, [{ ended: ended() }], { foreign: [theirs] })).toEqual([
      `${versionArn(1)} is gone`,
    ]);
  });

  test('may go with its image', () => {
    const ended = { ...snapshotOf('UPDATE_COMPLETE', [], []), images: {} };

    expect(found(foreignVersionsAreUntouched, [{ ended }], { foreign: [theirs] })).toEqual([]);
  });
});
