/**
 * What CloudFormation's API tells about a stack and the protocol does not: asked only when it matters, so the ordinary
 * Create, Update and Delete never do. `sdk-stacks.ts` is its adapter.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */

/** The operation that a stack is in. */
export interface StackOperation {
  readonly StackStatus: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

export interface Stacks {
  /** Undefined where CloudFormation would not tell. */
  currentOperation(StackId: string): Promise<StackOperation | undefined>;
}

/** Whether the stack goes back to what it was before the operation. */
export function isRollingBack({ StackStatus }: StackOperation): boolean {
  return StackStatus.includes('ROLLBACK');
}
