import { epoch, Trace } from '../../laws/trace.ts';
import { VirtualClock } from '../../sandbox/virtual-clock.ts';
import { recordOf, snapshotOf, versionArn } from '../support/run.ts';

describe('The record of what a person does by hand', () => {
  const versions = [recordOf(1, { Aliases: ['1.4'] }), recordOf(2, { Aliases: ['latest', 'cfn-own'] })];
  const { images } = snapshotOf('UPDATE_COMPLETE', [], versions);
  const recorded = (operation: string, input: object, status = 200) => {
    const trace = new Trace(new VirtualClock(epoch));
    trace.byHand(operation, { ImageName: 'studio', ...input }, { status, headers: {}, body: '{}' }, images);
    return trace.history.byHand;
  };
  const act = { at: epoch, ImageName: 'studio' };

  test("counts the aliases of a version that goes as moved, but not the provider's own", () => {
    expect(recorded('DeleteImageVersion', { Version: 2 })).toEqual([
      { ...act, operation: 'DeleteImageVersion', removed: [versionArn(2)], moved: ['latest'] },
    ]);
    expect(recorded('DeleteImage', {})).toEqual([
      { ...act, operation: 'DeleteImage', removed: [versionArn(1), versionArn(2)], moved: ['1.4', 'latest'] },
    ]);
  });

  test('names the aliases of a version that stays only where they were moved', () => {
    expect(recorded('UpdateImageVersion', { Version: 2, AliasesToDelete: ['latest'] })).toEqual([
      { ...act, operation: 'UpdateImageVersion', removed: [], moved: ['latest'] },
    ]);
    expect(recorded('CreateImageVersion', {})).toEqual([
      { ...act, operation: 'CreateImageVersion', removed: [], moved: [] },
    ]);
  });

  test('has nothing that SageMaker refused', () => {
    expect(recorded('DeleteImageVersion', { Version: 2 }, 400)).toEqual([]);
  });
});
