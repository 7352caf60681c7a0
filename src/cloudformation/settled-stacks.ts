/**
 * CloudFormation may show a stack as it was some seconds ago, before it began the operation that a request belongs to. While a
 * request is in progress, its stack has an operation in progress. So where the stack shows none, this asks again.
 * https://github.com/aws/aws-cdk-cli/issues/1802
 */
import type { Clock } from '../clock.ts';
import { type Deadlines, wait } from '../deadlines.ts';
import type { Request } from './request.ts';
import type { Stacks } from './stacks.ts';

/** CloudFormation may take this long after it has issued a request to show the operation. */
export const longestStatusLagMs = 15_000;
export const askAgainMs = 3_000;

/** After a failure without rollback, CloudFormation may still restore resources. */
const endStatus = /_COMPLETE$|(ROLLBACK|DELETE)_FAILED$/;

/** The port, which asks again for 15 s after the request was issued if the stack shows no operation in progress. */
export function settledStacks(
  stacks: Stacks,
  { issuedAt = 0 }: Request,
  dependencies: { readonly clock: Clock; readonly deadlines: Deadlines },
): Stacks {
  const { clock, deadlines } = dependencies;
  const until = Math.min(issuedAt + longestStatusLagMs, deadlines.request);
  /** The stacks whose events have shown the operation. */
  const current = new Set<string>();

  async function settled<T>(ask: () => Promise<T>, statusOf: (answer: T) => string | undefined): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (clock.now() >= until || !endStatus.test(statusOf(answer) ?? '')) return answer;
      await wait(askAgainMs, undefined, dependencies);
    }
  }

  return {
    ...stacks,
    currentOperation: (StackId) =>
      settled(
        () => stacks.currentOperation(StackId),
        (operation) => operation?.StackStatus,
      ),
    async events(StackId, isLast) {
      if (!current.has(StackId) && clock.now() < until) {
        const newest = () => stacks.events(StackId, ({ PhysicalResourceId }) => PhysicalResourceId === StackId);
        await settled(newest, (events) => events?.at(-1)?.ResourceStatus);
        current.add(StackId);
      }
      return stacks.events(StackId, isLast);
    },
  };
}
