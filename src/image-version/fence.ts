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
/** What an ordinary request is younger than when its first delivery begins, and when it comes to its first step. */
export const promptMs = 5_000;
/** ResponseURL tells whole seconds. */
const resolutionMs = 1000;

const underWay = {
  Create: 'CREATE_IN_PROGRESS',
  Update: 'UPDATE_IN_PROGRESS',
  Delete: 'DELETE_IN_PROGRESS',
} as const;

/**
 * The fence before anything new: an ordinary request comes to it at once, so one that was kept from it for longer, by
 * calls that hang or are refused, asks as a late one does.
 *
 * @throws ProviderError NotStabilized if the time for the request has run out; Superseded as `fence` does
 */
export async function fenceNewWork(request: Request, dependencies: StepDependencies): Promise<void> {
  await askFrom(promptMs, request, dependencies);
  if (dependencies.clock.now() <= dependencies.deadlines.request) return;
  const reason = 'The time for the request had run out before this could be done. Try again.';
  throw new ProviderError('NotStabilized', reason);
}

/**
 * Asks CloudFormation, where the request came late or is no longer young, whether its resource is still in it.
 *
 * @throws Superseded if it is not. Where CloudFormation would not tell, the request goes on.
 */
export async function fence(request: Request, dependencies: StepDependencies): Promise<void> {
  const issuedAt = issueTime(request.ResponseURL);
  const isPrompt = issuedAt !== undefined && dependencies.begunAt - issuedAt < promptMs;
  await askFrom(isPrompt ? youngMs : 0, request, dependencies);
}

/** @param ageMs a younger request passes without asking; one whose age cannot be read never does */
async function askFrom(ageMs: number, request: Request, dependencies: StepDependencies): Promise<void> {
  const issuedAt = issueTime(request.ResponseURL);
  if (issuedAt !== undefined && dependencies.clock.now() - issuedAt < ageMs) return;
  await askWhetherWanted(request, dependencies);
}

/**
 * Asks CloudFormation, whatever the request's age, whether its resource is still in it.
 *
 * @throws Superseded if it is not. Where CloudFormation would not tell, the request goes on.
 */
export async function askWhetherWanted(request: Request, { stacks }: StepDependencies): Promise<void> {
  const issuedAt = issueTime(request.ResponseURL);
  const resource = await stacks.currentResource(request.StackId, request.LogicalResourceId);
  if (resource === undefined) return;
  if (resource === 'gone') throw new Superseded();
  const isTouched = issuedAt !== undefined && resource.lastUpdatedAt > issuedAt + resolutionMs;
  if (isTouched || resource.ResourceStatus !== underWay[request.RequestType]) throw new Superseded();
}
