/**
 * The fence before every step that makes, changes, moves or deletes by ownership: Lambda may deliver a request late,
 * or again, when CloudFormation has long gone on. A late Create would make what no stack refers to, a late Update
 * would undo the rollback that came after it.
 */
import { issueTime } from '../cloudformation/issue-time.ts';
import type { Request } from '../cloudformation/request.ts';
import { ProviderError, Superseded } from '../errors.ts';
import type { StepDependencies } from './dependencies.ts';

/** Lambda's first retry comes a minute after the first delivery: a younger request is in its first one. */
export const youngMs = 50_000;
/** An invocation that begins later after the request was issued is no ordinary first delivery. */
const promptMs = 5_000;
/** ResponseURL tells whole seconds. */
const resolutionMs = 1000;

const underWay = {
  Create: 'CREATE_IN_PROGRESS',
  Update: 'UPDATE_IN_PROGRESS',
  Delete: 'DELETE_IN_PROGRESS',
} as const;

/**
 * The fence before anything new: beside what `fence` asks, the time for the request must not have run out.
 *
 * @throws ProviderError NotStabilized if it has; Superseded as `fence` does
 */
export async function fenceNewWork(request: Request, dependencies: StepDependencies): Promise<void> {
  await fence(request, dependencies);
  if (dependencies.clock.now() <= dependencies.deadlines.request) return;
  const reason = 'The time for the request had run out before this could be done. Try again.';
  throw new ProviderError('NotStabilized', reason);
}

/**
 * Asks CloudFormation, where the request came late or is no longer young, whether its resource is still in it.
 *
 * @throws Superseded if it is not. Where CloudFormation would not tell, the request goes on.
 */
export async function fence(request: Request, { begunAt, clock, stacks }: StepDependencies): Promise<void> {
  const issuedAt = issueTime(request.ResponseURL);
  const isPrompt = issuedAt !== undefined && begunAt - issuedAt < promptMs;
  if (isPrompt && clock.now() - issuedAt < youngMs) return;
  const resource = await stacks.currentResource(request.StackId, request.LogicalResourceId);
  if (resource === undefined) return;
  if (resource === 'gone') throw new Superseded();
  const isTouched = issuedAt !== undefined && resource.lastUpdatedAt > issuedAt + resolutionMs;
  if (isTouched || resource.ResourceStatus !== underWay[request.RequestType]) throw new Superseded();
}
