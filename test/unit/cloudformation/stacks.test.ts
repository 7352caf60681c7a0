import { isRollingBack } from '../../../src/cloudformation/stacks.ts';

describe('isRollingBack', () => {
  test.each(['ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'])(
    'says so of a stack in %s',
    (StackStatus) => {
      expect(isRollingBack({ StackStatus, startedAt: 0 })).toBe(true);
    },
  );

  test.each(['CREATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_IN_PROGRESS'])(
    'does not say so of a stack in %s',
    (StackStatus) => {
      expect(isRollingBack({ StackStatus, startedAt: 0 })).toBe(false);
    },
  );
});
