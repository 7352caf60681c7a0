/**
 * UpdateStack creates and updates resources in the order of the dependencies, then the outputs, and deletes in its
 * clean-up what is no longer wanted. After the first failure it rolls back.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
 */
import { isDeepStrictEqual } from 'node:util';
import { planChanges } from './change-set.ts';
import { cleanUpStack } from './clean-up.ts';
import { dependenciesAmong, inOrder } from './dependency-order.ts';
import type { Deployment } from './deployment.ts';
import { evaluateOutputs, settleOutputs } from './outputs.ts';
import { bringResource } from './resource-steps.ts';
import { rollBackUpdate } from './rollback-update.ts';
import { failedResources, type Run, setStackStatus } from './run.ts';

export async function updateStack(run: Run, deployment: Deployment): Promise<void> {
  const { stack, cancellation, clock } = run;
  stack.pendingUpdate = {
    source: stack.source,
    resources: { ...stack.resources },
    replaced: [],
  };
  stack.source = deployment.source;
  stack.LastUpdatedTime = clock.now();
  setStackStatus(run, 'UPDATE_IN_PROGRESS', 'User Initiated');

  const { resources } = deployment;
  await inOrder(
    resources,
    dependenciesAmong(resources),
    async (declaration) => {
      const brought = await bringResource(run, deployment, declaration);
      if (!brought) cancellation.abort();
      return brought;
    },
    cancellation.signal,
  );

  const failure = failureOf(run) ?? settleOutputs(run, deployment);
  if (failure !== undefined) return rollBackUpdate(run, failure);
  setStackStatus(run, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const left = await cleanUpStack(run, deployment, 'UPDATE');
  delete stack.pendingUpdate;
  setStackStatus(
    run,
    'UPDATE_COMPLETE',
    left ? 'Update successful. One or more resources could not be deleted.' : undefined,
  );
}

/** CancelUpdateStack aborts the operation's `cancellation` with this reason. */
export const CANCELLED_BY_USER = 'User Initiated';

function failureOf({ stack, cancellation: { signal } }: Run): string | undefined {
  if (signal.reason === CANCELLED_BY_USER) return CANCELLED_BY_USER;
  return failedResources(stack, 'CREATE', 'UPDATE') || undefined;
}

/**
 * Whether an update to `deployment` would change anything: the set of resources, properties, Metadata or outputs. A
 * change of policies alone does not count.
 */
export function hasChanges(run: Run, deployment: Deployment): boolean {
  if (planChanges(run, deployment).changes.length > 0) return true;
  try {
    return !isDeepStrictEqual(run.stack.outputs, evaluateOutputs(run, deployment));
  } catch {
    // The deployed outputs can be evaluated, so these are different.
    return true;
  }
}
