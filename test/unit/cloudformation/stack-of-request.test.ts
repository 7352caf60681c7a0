import type { Request } from '../../../src/cloudformation/request.ts';
import { StackOfRequest } from '../../../src/cloudformation/stack-of-request.ts';
import type { StackEvent, Stacks } from '../../../src/cloudformation/stacks.ts';
import { deleteRequest, issuedAt, updateRequest, versionArn } from '../../support/provider/builders.ts';
import { fakeStacks, type GivenOperation, ofStack, stackEvent } from '../../support/provider/fake-stacks.ts';

const begun = issuedAt - 60_000;
const rollingBack = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: begun };
const goingOn = { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: begun };

function stackOf(
  operation: GivenOperation | undefined,
  happened?: readonly StackEvent[],
  request: Request = updateRequest(),
) {
  const stacks = Object.assign(fakeStacks(), { operation, happened });
  return { stacks, stack: new StackOfRequest(request, stacks) };
}

describe('A request belongs to a rollback', () => {
  test('when the status of the stack shows it; the events show when the operation began', async () => {
    const { stack } = stackOf(rollingBack, [ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt - 5_000)]);

    expect(await stack.rolledBackOperation()).toMatchObject({ startedAt: begun });
    expect(await stack.mayBeRollingBack()).toBe(true);
  });

  // Where rollback is disabled, other operations can follow a failed one.
  test('of every operation since the stack was last complete', async () => {
    const first = begun - 60_000;
    const { stack } = stackOf(rollingBack, [
      ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt - 5_000),
      ofStack('UPDATE_IN_PROGRESS', begun),
      ofStack('UPDATE_FAILED', begun - 30_000),
      ofStack('UPDATE_IN_PROGRESS', first),
      ofStack('UPDATE_COMPLETE', first - 1_000),
      ofStack('UPDATE_IN_PROGRESS', first - 9_000),
    ]);

    expect(await stack.rolledBackOperation()).toMatchObject({ startedAt: first });
  });

  test('which shows the id that the resource had before every operation of it', async () => {
    const first = begun - 60_000;
    const { LogicalResourceId } = updateRequest();
    const updated = (Version: number, happenedAt: number) =>
      stackEvent('UPDATE_IN_PROGRESS', happenedAt, { PhysicalResourceId: versionArn(Version) });
    const { stack } = stackOf(rollingBack, [
      updated(5, issuedAt),
      ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt - 5_000),
      updated(5, begun + 9_000),
      updated(4, begun + 1_000),
      ofStack('UPDATE_IN_PROGRESS', begun),
      ofStack('UPDATE_FAILED', begun - 30_000),
      updated(4, first + 9_000),
      updated(3, first + 2_000),
      { ...updated(7, first + 1_000), LogicalResourceId: 'Sibling' },
      // The stack has the name of the resource.
      { ...ofStack('UPDATE_IN_PROGRESS', first), LogicalResourceId },
      ofStack('UPDATE_COMPLETE', first - 1_000),
      updated(2, first - 9_000),
    ]);

    expect(await stack.rolledBackOperation()).toEqual({ startedAt: first, idBefore: versionArn(3) });
  });

  // CloudFormation restores a failed resource, and the stack stays UPDATE_IN_PROGRESS.
  test('where rollback is disabled, when its resource has failed before in the same operation', async () => {
    const { stack } = stackOf(goingOn, [
      stackEvent('UPDATE_IN_PROGRESS', issuedAt),
      stackEvent('UPDATE_FAILED', issuedAt - 4_000),
      stackEvent('UPDATE_IN_PROGRESS', begun),
    ]);

    expect(await stack.rolledBackOperation()).toMatchObject({ startedAt: begun });
    expect(await stack.mayBeRollingBack()).toBe(true);
  });

  test('to its end, even if the stack begins another operation during a retry', async () => {
    const { stack, stacks } = stackOf(rollingBack, []);
    await stack.rolledBackOperation();

    stacks.operation = { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt + 9_000 };

    expect(await stack.rolledBackOperation()).toMatchObject({ startedAt: begun });
    expect(await stack.mayBeRollingBack()).toBe(true);
  });

  test('perhaps, when CloudFormation does not answer', async () => {
    const { stack } = stackOf(undefined);

    expect(await stack.rolledBackOperation()).toBeUndefined();
    expect(await stack.mayBeRollingBack()).toBe(true);
  });

  test('from an unknown time, when CloudFormation denies its events', async () => {
    const { stack } = stackOf(rollingBack);

    expect(await stack.rolledBackOperation()).toBeUndefined();
    expect(await stack.mayBeRollingBack()).toBe(true);
  });
});

describe('A request belongs to no rollback', () => {
  const inProgress = stackEvent('UPDATE_IN_PROGRESS', issuedAt);

  test.each<[string, readonly StackEvent[] | undefined]>([
    ['nothing has failed', [inProgress]],
    ['CloudFormation denies the events of a stack that shows no rollback', undefined],
    [
      'another resource has failed',
      [inProgress, stackEvent('UPDATE_FAILED', issuedAt - 4_000, { LogicalResourceId: 'Sibling' })],
    ],
    [
      'its resource has failed in an earlier operation',
      [inProgress, ofStack('UPDATE_IN_PROGRESS', issuedAt - 1_000), stackEvent('UPDATE_FAILED', issuedAt - 4_000)],
    ],
    ['it has failed itself', [stackEvent('UPDATE_FAILED', issuedAt + 9_000), inProgress]],
    // A late delivery of the failed Update.
    [
      'its resource is being restored after it has failed itself',
      [stackEvent('UPDATE_IN_PROGRESS', issuedAt + 9_000), stackEvent('UPDATE_FAILED', issuedAt + 5_000), inProgress],
    ],
    [
      'its resource is being restored after it has failed itself within the second of its issue',
      [stackEvent('UPDATE_IN_PROGRESS', issuedAt + 3_000), stackEvent('UPDATE_FAILED', issuedAt + 500), inProgress],
    ],
  ])('when %s', async (_when, happened) => {
    const { stack } = stackOf(goingOn, happened);

    expect(await stack.rolledBackOperation()).toBeUndefined();
    expect(await stack.mayBeRollingBack()).toBe(false);
  });

  test('when the rollback began after its issue, and undoes it', async () => {
    const { stack } = stackOf(rollingBack, [ofStack('UPDATE_ROLLBACK_IN_PROGRESS', issuedAt + 2_000), inProgress]);

    expect(await stack.rolledBackOperation()).toBeUndefined();
    expect(await stack.mayBeRollingBack()).toBe(false);
    expect(await stack.mayBeUndone()).toBe(true);
  });

  test.each(['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'DELETE_IN_PROGRESS'])(
    'when the stack is %s, which needs no second question',
    async (StackStatus) => {
      const { stack, stacks } = stackOf({ StackStatus, startedAt: begun }, [], deleteRequest());

      expect(await stack.mayBeRollingBack()).toBe(false);
      expect(stacks.asked).toEqual(['currentOperation']);
    },
  );
});

describe('The cancelled Create of a Delete', () => {
  test('is the newest one that was read, if the stack has more events than the provider reads', async () => {
    const read = [
      stackEvent('CREATE_FAILED', issuedAt - 1_000, { PhysicalResourceId: 'another-id' }),
      stackEvent('CREATE_IN_PROGRESS', issuedAt - 9_000),
      stackEvent('UPDATE_COMPLETE', issuedAt - 20_000),
    ];
    const events: Stacks['events'] = async (_StackId, isLast) => {
      expect(read.filter(isLast)).toEqual([]);
      return undefined;
    };
    const stack = new StackOfRequest(deleteRequest(), { ...fakeStacks(), events });

    expect(await stack.cancelledCreate()).toEqual({ startedAt: issuedAt - 11_000, endedAt: undefined });
  });
});
