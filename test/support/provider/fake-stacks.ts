/**
 * CloudFormation's API, as far as the provider asks it. It does not tell anything until a test says what there is.
 */

import type { Request } from '../../../src/cloudformation/request.ts';
import type { StackEvent, StackOperation, StackResource, Stacks } from '../../../src/cloudformation/stacks.ts';
import { createRequest, issuedAt } from './builders.ts';

/** What a test says of the stack's operation: rollback is enabled and the mode is not EXPRESS, unless it says otherwise. */
export type GivenOperation = Partial<StackOperation> &
  Pick<StackOperation, 'StackStatus'> & {
    /** In milliseconds since the epoch: the first event of the operation, and of the resource in it. */
    readonly startedAt: number;
    /** The PhysicalResourceId that the operation began to update; without it, the operation began with the creation. */
    readonly idBefore?: string;
  };

export interface FakeStacks extends Stacks {
  operation: GivenOperation | undefined;
  resource: StackResource | 'gone' | undefined;
  /** What happened in the operation after it began, newest first; undefined if CloudFormation does not say. */
  happened: readonly StackEvent[] | undefined;
  /** Every question, in order. */
  readonly asked: readonly (keyof Stacks)[];
}

const { StackId, LogicalResourceId } = createRequest();

/** An event of the resource, or of the stack itself. */
export function stackEvent(
  ResourceStatus: string,
  happenedAt: number,
  overrides: Partial<StackEvent> = {},
): StackEvent {
  return { LogicalResourceId, PhysicalResourceId: undefined, ResourceStatus, happenedAt, ...overrides };
}

export function ofStack(ResourceStatus: string, happenedAt: number): StackEvent {
  return stackEvent(ResourceStatus, happenedAt, { LogicalResourceId: 'studio', PhysicalResourceId: StackId });
}

/** @param request its event is among those of the stack, unless a test takes it away */
export function fakeStacks(request?: Request): FakeStacks {
  const asked: (keyof Stacks)[] = [];
  const own = request === undefined ? [] : [eventOf(request)];
  const issued = request?.issuedAt ?? issuedAt;
  const stacks: FakeStacks = {
    operation: undefined,
    resource: undefined,
    happened: [],
    asked,
    currentOperation: async () => {
      asked.push('currentOperation');
      if (stacks.operation === undefined) return undefined;
      const { startedAt: _, idBefore: __, ...operation } = stacks.operation;
      return { isRollbackDisabled: false, isExpress: false, ...operation };
    },
    currentResource: async () => {
      asked.push('currentResource');
      return stacks.resource;
    },
    events: async (_StackId, isLast) => {
      asked.push('events');
      if (stacks.operation === undefined || stacks.happened === undefined) return undefined;
      const { StackStatus, startedAt, idBefore: PhysicalResourceId } = stacks.operation;
      const begins = StackStatus.startsWith('UPDATE') ? 'UPDATE_IN_PROGRESS' : 'CREATE_IN_PROGRESS';
      const first =
        PhysicalResourceId === undefined
          ? stackEvent('CREATE_IN_PROGRESS', startedAt)
          : stackEvent('UPDATE_IN_PROGRESS', startedAt, { PhysicalResourceId });
      const newestAt = Math.max(startedAt, ...stacks.happened.map(({ happenedAt }) => happenedAt));
      const newest = StackStatus === begins ? [] : [ofStack(StackStatus, newestAt)];
      const all = [...newest, ...stacks.happened, first, ofStack(begins, startedAt)];
      const events = [
        ...all.filter((event) => event.happenedAt > issued),
        ...own,
        ...all.filter((event) => event.happenedAt <= issued),
      ];
      const last = events.findIndex(isLast);
      return last < 0 ? events : events.slice(0, last + 1);
    },
  };
  return stacks;
}

/** The event with which CloudFormation issues the request. */
function eventOf(request: Request): StackEvent {
  const PhysicalResourceId = 'PhysicalResourceId' in request ? request.PhysicalResourceId : undefined;
  return stackEvent(`${request.RequestType.toUpperCase()}_IN_PROGRESS`, request.issuedAt ?? issuedAt, {
    PhysicalResourceId,
  });
}
