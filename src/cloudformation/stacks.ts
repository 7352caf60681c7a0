/**
 * What CloudFormation's API tells about a stack and the protocol does not: asked only when it matters, so the ordinary
 * Create, Update and Delete never do. `sdk-stacks.ts` is its adapter.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
 */

/** The operation that a stack is in. */
export interface StackOperation {
  readonly StackStatus: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A resource of a stack, as far as one can see whether a request about it is still wanted. */
export interface StackResource {
  readonly ResourceStatus: string;
  readonly PhysicalResourceId: string | undefined;
  /** In milliseconds since the epoch. */
  readonly lastUpdatedAt: number;
}

/**
 * Each answers undefined where CloudFormation would not tell while an answer of the provider is still in time, and throws
 * OutOfTime where the invocation cannot wait any longer: the next one asks again.
 */
export interface Stacks {
  currentOperation(StackId: string): Promise<StackOperation | undefined>;
  /** `gone` where the stack has no such resource any more, or there is no such stack. */
  currentResource(StackId: string, LogicalResourceId: string): Promise<StackResource | 'gone' | undefined>;
}

/** Whether the stack goes back to what it was before the operation. */
export function isRollingBack({ StackStatus }: StackOperation): boolean {
  return StackStatus.includes('ROLLBACK');
}
