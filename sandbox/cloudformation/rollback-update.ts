/**
 * The rollback of an update that failed or was cancelled. It restores the old properties of every changed resource in
 * the order of the dependencies, and then deletes what the update created.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
 */
import { newCancellation } from '../cancellation.ts';
import type { ResourceDeclaration } from '../template/template.ts';
import { cleanUpStack } from './clean-up.ts';
import { dependenciesAmong, inOrder } from './dependency-order.ts';
import { type Deployment, openDeployment } from './deployment.ts';
import { noKnownTypes } from './known-types.ts';
import { bringResource } from './resource-steps.ts';
import { failedResources, type Run, setResourceStatus, setStackStatus } from './run.ts';
import type { PendingUpdate } from './stack.ts';

/** Rolls back the stack's pending update. ContinueUpdateRollback calls it again with the resources to skip. */
export async function rollBackUpdate(
  cancelled: Run,
  reason: string,
  ResourcesToSkip: readonly string[] = [],
): Promise<void> {
  const { stack, settings, clock } = cancelled;
  const { pendingUpdate } = stack;
  if (pendingUpdate === undefined) throw new Error('There is no update to roll back');
  // The cancellation of the update must not cancel the rollback.
  const run = { ...cancelled, cancellation: newCancellation() };
  setStackStatus(run, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  await clock.sleep(settings.pauseBeforeRollbackMs);

  const previous = openDeployment(pendingUpdate.source, stack, {
    account: settings,
    findResourceType: run.findResourceType,
    knownTypes: noKnownTypes,
  });
  stack.source = previous.source;
  const { resources } = previous;
  await inOrder(resources, dependenciesAmong(resources), async (declaration) => {
    if (!ResourcesToSkip.includes(declaration.LogicalResourceId)) {
      return restoreResource(run, previous, pendingUpdate, declaration);
    }
    skipResource(run, pendingUpdate, declaration);
    return true;
  });
  const failure = failedResources(stack, 'UPDATE');
  if (failure !== '') return setStackStatus(run, 'UPDATE_ROLLBACK_FAILED', failure);

  setStackStatus(run, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const left = await cleanUpStack(run, previous, 'ROLLBACK');
  delete stack.pendingUpdate;
  setStackStatus(
    run,
    'UPDATE_ROLLBACK_COMPLETE',
    left ? 'Update rollback successful. One or more resources could not be deleted.' : undefined,
  );
}

async function restoreResource(
  run: Run,
  previous: Deployment,
  { resources, replaced }: PendingUpdate,
  declaration: ResourceDeclaration,
): Promise<boolean> {
  const before = resources[declaration.LogicalResourceId];
  const current = run.stack.resources[declaration.LogicalResourceId];
  const wasReplaced = before !== undefined && current?.PhysicalResourceId !== before.PhysicalResourceId;
  // If an Update FAILED with another physical id, the rollback deletes that id and sends no Update.
  const isUndoneByDelete =
    run.settings.rollbackAfterReplacement === 'delete-only' || current?.ResourceStatus === 'UPDATE_FAILED';
  if (current !== undefined && wasReplaced && isUndoneByDelete) {
    replaced.push(current);
    setResourceStatus(run, before, 'UPDATE_COMPLETE');
    return true;
  }
  const restored = await bringResource(run, previous, declaration);
  const failed = run.stack.resources[declaration.LogicalResourceId];
  if (!restored && failed !== undefined && current !== undefined) {
    // ContinueUpdateRollback must send the same request again.
    run.stack.resources[declaration.LogicalResourceId] = { ...failed, Properties: current.Properties };
  }
  return restored;
}

/** CloudFormation then assumes that the resource has its old properties. */
function skipResource(run: Run, { resources }: PendingUpdate, { LogicalResourceId }: ResourceDeclaration): void {
  const before = resources[LogicalResourceId];
  const current = run.stack.resources[LogicalResourceId];
  if (before === undefined || current === undefined) return;
  setResourceStatus(run, { ...current, Properties: before.Properties }, 'UPDATE_COMPLETE');
}
