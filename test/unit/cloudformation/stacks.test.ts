import { beginsOperation, isMadeSince } from '../../../src/cloudformation/stacks.ts';
import { createRequest } from '../../support/provider/builders.ts';
import { ofStack, stackEvent } from '../../support/provider/fake-stacks.ts';

const { StackId } = createRequest();

describe('beginsOperation', () => {
  test.each(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS'])('is true of a stack in %s', (ResourceStatus) => {
    expect(beginsOperation(StackId, ofStack(ResourceStatus, 0))).toBe(true);
  });

  // A creation by change set begins with REVIEW_IN_PROGRESS, perhaps weeks before.
  test.each(['REVIEW_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'ROLLBACK_IN_PROGRESS', 'UPDATE_COMPLETE'])(
    'is false of a stack in %s',
    (ResourceStatus) => {
      expect(beginsOperation(StackId, ofStack(ResourceStatus, 0))).toBe(false);
    },
  );

  test('is false of a resource', () => {
    expect(beginsOperation(StackId, stackEvent('UPDATE_IN_PROGRESS', 0))).toBe(false);
  });
});

describe('isMadeSince', () => {
  test.each([
    [9_000, true],
    [8_999, false],
  ])('allows for a CreationTime in whole seconds: %d', (instant, expected) => {
    expect(isMadeSince({ startedAt: 10_000 }, { CreationTime: new Date(instant) })).toBe(expected);
  });
});
