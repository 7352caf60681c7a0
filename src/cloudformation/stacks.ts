/**
 * CloudFormation's API, as far as the provider needs it. A request does not show whether it is still wanted, or whether
 * the stack is rolling back. An ordinary Create, Update or Delete never asks. `sdk-stacks.ts` is the adapter.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
 */

/** The present or last operation of a stack. */
export interface StackOperation {
  readonly StackStatus: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A resource of a stack. */
export interface StackResource {
  readonly ResourceStatus: string;
  readonly PhysicalResourceId: string | undefined;
  /** In milliseconds since the epoch. */
  readonly lastUpdatedAt: number;
}

/**
 * Both operations resolve with undefined if CloudFormation gives no answer before the provider's own answer is due.
 *
 * @throws OutOfTime if the invocation cannot wait any longer; the next one asks again
 */
export interface Stacks {
  currentOperation(StackId: string): Promise<StackOperation | undefined>;
  /** `gone` if the stack has no such resource any more, or does not exist. */
  currentResource(StackId: string, LogicalResourceId: string): Promise<StackResource | 'gone' | undefined>;
}

/** Whether the stack returns to its state before the operation. */
export function isRollingBack({ StackStatus }: StackOperation): boolean {
  return StackStatus.includes('ROLLBACK');
}

/** A service may cut the creation time of a resource to whole seconds. */
const creationTimeResolutionMs = 1000;

/** Whether something was created since the stack operation began. */
export function isMadeIn({ startedAt }: StackOperation, { CreationTime }: { readonly CreationTime: Date }): boolean {
  return CreationTime.getTime() >= startedAt - creationTimeResolutionMs;
}

/**
 * The port for one request. It keeps the first operation that is a rollback, because the request then belongs to that
 * rollback, even if the stack begins another operation during a retry.
 */
export function rememberingRollback(stacks: Stacks): Stacks {
  let rollback: StackOperation | undefined;
  return {
    currentResource: (...resource) => stacks.currentResource(...resource),
    async currentOperation(StackId) {
      if (rollback) return rollback;
      const operation = await stacks.currentOperation(StackId);
      if (operation && isRollingBack(operation)) rollback = operation;
      return operation;
    },
  };
}
