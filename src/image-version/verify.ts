/**
 * With the parameter VerifyRequests, the provider asks CloudFormation about each request before it does anything else.
 * Anybody who can invoke the function can send an event with the ids of any stack, and CloudFormation's API shows whether
 * that stack has such a request in progress.
 */
import type { Stacks } from '../cloudformation/stacks.ts';
import { ProviderError } from '../errors.ts';
import type { RequestContext } from './request-context.ts';

/**
 * Whether the resource has a request of this type in progress. CloudFormation shows no status for the Delete of an id that
 * the resource no longer has, as after a replacement. For such a Delete, the stack must have an operation in progress.
 *
 * @param context asks CloudFormation through a port of `requiringAnswers`
 */
export async function isInProgress(context: RequestContext): Promise<boolean> {
  const { request } = context;
  if (request.RequestType !== 'Delete') return context.isStillWanted(0);
  if ((await context.stack.currentId()) === request.PhysicalResourceId) return context.isStillWanted(0);
  return (await context.stack.operation())?.StackStatus.endsWith('_IN_PROGRESS') === true;
}

/** Makes the port throw if CloudFormation gives no answer, so that Lambda delivers the request again. */
export function requiringAnswers(stacks: Stacks): Stacks {
  return {
    currentOperation: (...stack) => required(stacks.currentOperation(...stack)),
    currentResource: (...resource) => required(stacks.currentResource(...resource)),
    events: (...events) => required(stacks.events(...events)),
  };
}

async function required<T>(answer: Promise<T | undefined>): Promise<T> {
  const answered = await answer;
  if (answered !== undefined) return answered;
  const reason =
    'CloudFormation did not answer, so the provider could not verify that CloudFormation sent this request. Check that the ' +
    'role of the provider may call cloudformation:DescribeStacks, DescribeStackResource and DescribeStackEvents, then try again.';
  throw new ProviderError('GeneralServiceException', reason);
}
