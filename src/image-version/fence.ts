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
const promptMs = 3_000;
/** What an ordinary invocation has come to its first step in. */
const atOnceMs = 2_000;
/** ResponseURL tells whole seconds. */
export const issueTimeResolutionMs = 1000;
/**
 * How much later than it was issued a request's resource may have come into its status: nobody outside CloudFormation
 * knows which of the two comes first, or how far its clocks are apart. The next request comes later than that.
 */
const longestStepMs = 2000;

const underWay = {
  Create: 'CREATE_IN_PROGRESS',
  Update: 'UPDATE_IN_PROGRESS',
  Delete: 'DELETE_IN_PROGRESS',
} as const;

/**
 * The fence before anything new.
 *
 * @throws ProviderError NotStabilized if the time for the request has run out; Superseded as `fenceFirstStep` does
 */
export async function fenceNewWork(request: Request, dependencies: StepDependencies): Promise<void> {
  await fenceFirstStep(request, dependencies);
  if (dependencies.clock.now() <= dependencies.deadlines.request) return;
  const reason = 'The time for the request had run out before this could be done. Try again.';
  throw new ProviderError('NotStabilized', reason, { overdue: true });
}

/**
 * As `fence`, before and right after the first step: an ordinary request comes to it at once, so one that was kept from
 * it, by calls that hang or are refused, asks as a late one does.
 *
 * @throws Superseded as `fence` does
 */
export async function fenceFirstStep(request: Request, dependencies: StepDependencies): Promise<void> {
  const { begunAt, clock } = dependencies;
  if (clock.now() - begunAt < atOnceMs) return fence(request, dependencies);
  await askWhetherWanted(request, dependencies);
}

/**
 * Asks CloudFormation, where the request came late or is no longer young, whether its resource is still in it.
 *
 * @throws Superseded if it is not. Where CloudFormation would not tell, the request goes on.
 */
export async function fence(request: Request, dependencies: StepDependencies): Promise<void> {
  const { clock } = dependencies;
  const issuedAt = issueTime(request.ResponseURL);
  if (issuedAt !== undefined && isPrompt(request, dependencies) && clock.now() - issuedAt < youngMs) return;
  await askWhetherWanted(request, dependencies);
}

/** Whether this invocation began when an ordinary first delivery does: then no other came before it. */
export function isPrompt({ ResponseURL }: Request, { begunAt }: StepDependencies): boolean {
  const issuedAt = issueTime(ResponseURL);
  return issuedAt !== undefined && begunAt - issuedAt < promptMs;
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
  const isTouched = issuedAt !== undefined && resource.lastUpdatedAt > issuedAt + issueTimeResolutionMs + longestStepMs;
  if (isTouched || resource.ResourceStatus !== underWay[request.RequestType]) throw new Superseded();
}
