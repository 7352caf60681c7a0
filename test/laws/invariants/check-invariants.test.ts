import { checkInvariants } from '../../../laws/invariants/check-invariants.ts';
import { recordOf, resourceOf, runOf, snapshotOf, stepOf, versionArn } from '../../support/run.ts';

describe('checkInvariants', () => {
  const complete = snapshotOf('CREATE_COMPLETE', [resourceOf('V1', 1)], [recordOf(1)]);
  const emptied = snapshotOf('UPDATE_COMPLETE', [resourceOf('V1', 1)], []);

  test('finds nothing in a run that keeps every invariant, and in one that has not begun', () => {
    expect(checkInvariants(runOf([stepOf({ ended: complete })]))).toEqual([]);
    expect(checkInvariants(runOf([]))).toEqual([]);
  });

  test('names the invariant that the last step has broken', () => {
    const steps = [stepOf({ ended: complete }), stepOf({ before: complete, ended: emptied, after: complete })];

    expect(checkInvariants(runOf(steps))).toEqual([
      { invariant: 'success is true', found: `V1 (${versionArn(1)}) is not there` },
    ]);
  });

  test('does not tell again what an earlier step has broken', () => {
    const steps = [stepOf({ ended: emptied, after: complete }), stepOf({ before: complete })];

    expect(checkInvariants(runOf(steps))).toEqual([]);
  });
});
