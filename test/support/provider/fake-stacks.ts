/**
 * CloudFormation's API, as far as the provider asks it. It does not tell anything until a test says what there is.
 */
import type { StackOperation, StackResource, Stacks } from '../../../src/cloudformation/stacks.ts';

export interface FakeStacks extends Stacks {
  operation: StackOperation | undefined;
  resource: StackResource | 'gone' | undefined;
  /** Every question, in order. */
  readonly asked: readonly ('currentOperation' | 'currentResource')[];
}

export function fakeStacks(): FakeStacks {
  const asked: ('currentOperation' | 'currentResource')[] = [];
  const stacks: FakeStacks = {
    operation: undefined,
    resource: undefined,
    asked,
    currentOperation: async () => {
      asked.push('currentOperation');
      return stacks.operation;
    },
    currentResource: async () => {
      asked.push('currentResource');
      return stacks.resource;
    },
  };
  return stacks;
}
