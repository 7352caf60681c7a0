/**
 * CloudFormation may show a stack as it was some seconds ago, before it issued a request, or before it began the operation that
 * the request belongs to. Each request has an event, which has the status of its resource, and while a request is
 * in progress, its stack has an operation in progress. If CloudFormation shows neither, this port asks again.
 * https://github.com/aws/aws-cdk-cli/issues/1802
 */
import type { Clock } from '../clock.ts';
import { type Deadlines, wait } from '../deadlines.ts';
import { issueTimeResolutionMs, type Request } from './request.ts';
import { statusInProgress } from './stack-of-request.ts';
import type { StackEvent, Stacks } from './stacks.ts';

/** CloudFormation may take this long after it has issued a request to show the operation. */
export const longestStatusLagMs = 15_000;
/** The time between two questions. */
export const askAgainMs = 3_000;

/** Statuses of a stack without an operation in progress. CREATE_FAILED and UPDATE_FAILED are not among them, because
 * CloudFormation may still restore resources where rollback is disabled. */
const endStatus = /_COMPLETE$|(ROLLBACK|DELETE)_FAILED$/;

/**
 * Returns a port that asks again, until 15 s after the issue of the request, if CloudFormation does not show it yet.
 * But `currentResource` asks once: `isStillWanted` asks again.
 */
export function settledStacks(
  stacks: Stacks,
  { StackId: ownStackId, LogicalResourceId, RequestType, issuedAt = 0 }: Request,
  dependencies: { readonly clock: Clock; readonly deadlines: Deadlines },
): Stacks {
  const { clock, deadlines } = dependencies;
  const until = Math.min(issuedAt + longestStatusLagMs, deadlines.request);
  /** The stacks for whose events this has already waited. */
  const waitedFor = new Set<string>();

  const isRequest = (event: StackEvent) =>
    event.LogicalResourceId === LogicalResourceId &&
    event.PhysicalResourceId !== ownStackId &&
    event.ResourceStatus === statusInProgress[RequestType] &&
    event.happenedAt > issuedAt - issueTimeResolutionMs;

  async function settled<T>(ask: () => Promise<T>, isOld: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (clock.now() >= until || !isOld(answer)) return answer;
      await wait(askAgainMs, undefined, dependencies);
    }
  }
  const untilRequestIsShown = () =>
    settled(
      () =>
        stacks.events(ownStackId, (event) => isRequest(event) || event.happenedAt <= issuedAt - issueTimeResolutionMs),
      (events) => events !== undefined && !events.some(isRequest),
    );
  /** For the outermost stack, which contains that of the request. */
  const untilOperationIsShown = (StackId: string) =>
    settled(
      () => stacks.events(StackId, ({ PhysicalResourceId }) => PhysicalResourceId === StackId),
      (events) => endStatus.test(events?.at(-1)?.ResourceStatus ?? ''),
    );

  return {
    ...stacks,
    currentOperation: (StackId) =>
      settled(
        () => stacks.currentOperation(StackId),
        (operation) => endStatus.test(operation?.StackStatus ?? ''),
      ),
    async events(StackId, isLast) {
      if (!waitedFor.has(StackId) && clock.now() < until) {
        await (StackId === ownStackId ? untilRequestIsShown() : untilOperationIsShown(StackId));
        waitedFor.add(StackId);
      }
      return stacks.events(StackId, isLast);
    },
  };
}
