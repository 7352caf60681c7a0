/**
 * The course of each operation: CreateStack, UpdateStack with its rollback and its clean-up, RollbackStack and DeleteStack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
 */
import { isDeepStrictEqual } from 'node:util';
import { newCancellation } from '../clock.ts';
import { planChanges } from './change-set.ts';
import { noKnownTypes } from './check-template.ts';
import { cleanUpStack, deletionOrder, replacedResources } from './clean-up.ts';
import {
  type Deployment,
  evaluateOutputs,
  exportConflict,
  missingExports,
  openDeployment,
  settleOutputs,
  type WantedDeclaration,
} from './deployment.ts';
import { bringResource, deleteResource, restoreFailedResource } from './resource-steps.ts';
import {
  announce,
  dependenciesAmong,
  failedResources,
  inOrder,
  pause,
  type Run,
  setResourceStatus,
  setStackStatus,
} from './run.ts';
import { liveResources, type PendingUpdate, type ResourceRecord } from './stack.ts';

export async function createStack(run: Run, deployment: Deployment): Promise<void> {
  const { stack, onFailure, settings } = run;
  setStackStatus(run, 'CREATE_IN_PROGRESS', 'User Initiated');
  await pause(run, settings.pauseBeforeFirstRequestMs);
  await bringResources(run, deployment);
  const failure = failedResources(Object.values(stack.resources), 'CREATE') || settleOutputs(run, deployment);
  if (failure === undefined) setStackStatus(run, 'CREATE_COMPLETE');
  else if (onFailure === 'DO_NOTHING') setStackStatus(run, 'CREATE_FAILED', failure);
  else if (onFailure === 'DELETE') await undoCreate(run, 'DELETE', `${failure} Delete requested by user.`);
  else await undoCreate(run, 'ROLLBACK', `${failure} Rollback requested by user.`);
}

/** Deletes everything; `status` is how the stack's status begins. */
async function undoCreate(run: Run, status: 'ROLLBACK' | 'DELETE', reason: string): Promise<void> {
  const { stack, settings, clock } = run;
  stack.DeletionTime = clock.now();
  setStackStatus(run, `${status}_IN_PROGRESS`, reason);
  await pause(run, settings.pauseBeforeRollbackMs);
  const resources = Object.values(stack.resources);
  await inOrder(resources, deletionOrder(run, resources), async (resource) => {
    // RetainExceptOnCreate does not retain a resource after a failed Create, so only Retain counts.
    const isRetained = resource.DeletionPolicy === 'Retain' && !run.retainExceptOnCreate;
    if (!isRetained) return deleteResource(run, resource, resource.Properties);
    setResourceStatus(run, resource, 'DELETE_SKIPPED');
    return true;
  });
  stack.imports = [];
  const failure = failedResources(Object.values(stack.resources), 'DELETE');
  if (failure === '') setStackStatus(run, `${status}_COMPLETE`);
  else setStackStatus(run, `${status}_FAILED`, failure);
}

export async function updateStack(run: Run, deployment: Deployment): Promise<void> {
  const { stack, cancellation, onFailure, settings, clock } = run;
  const before = { ...stack.resources };
  // After a failed update without rollback, the state before that one is still the last stable one.
  stack.pendingUpdate ??= {
    source: stack.source,
    resources: before,
    replaced: [],
    ...(stack.StackStatus === 'CREATE_FAILED' && { followsFailedCreation: true }),
  };
  stack.source = deployment.source;
  stack.LastUpdatedTime = clock.now();
  setStackStatus(run, 'UPDATE_IN_PROGRESS', 'User Initiated');
  await pause(run, settings.pauseBeforeFirstRequestMs);

  await bringResources(run, deployment);

  const wasCancelled = cancellation.signal.reason === CANCELLED_BY_USER;
  const failures = failedResources(declaredResources(run, deployment), 'CREATE', 'UPDATE', 'DELETE');
  const failed = wasCancelled ? CANCELLED_BY_USER : failures;
  const failure = failed || settleOutputs(run, deployment);
  if (failure !== undefined) {
    const isRolledBack = onFailure !== 'DO_NOTHING' || (wasCancelled && !stack.pendingUpdate.followsFailedCreation);
    return isRolledBack ? rollBackUpdate(run, failure) : preserveUpdate(run, before, failure);
  }
  setStackStatus(run, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
  const left = await cleanUpStack(run, deployment, 'UPDATE');
  delete stack.pendingUpdate;
  setStackStatus(run, 'UPDATE_COMPLETE', left ? `Update successful. ${LEFT_BEHIND}` : undefined);
}

/** The stack's resources that `deployment` declares. An earlier operation may have left others that failed. */
function declaredResources({ stack }: Run, { resources }: Deployment): readonly ResourceRecord[] {
  const records = resources.map(({ LogicalResourceId }) => stack.resources[LogicalResourceId]);
  return records.filter((record) => record !== undefined);
}

/** Keeps what has succeeded, and returns only the failed resources to their state `before` the update. */
async function preserveUpdate(
  failedRun: Run,
  before: Readonly<Record<string, ResourceRecord>>,
  reason: string,
): Promise<void> {
  // The cancellation of the update must not cancel what restores its resources.
  const run = { ...failedRun, cancellation: newCancellation() };
  const { stack, settings } = run;
  const failed = Object.values(stack.resources).flatMap((resource) => {
    const stable = before[resource.LogicalResourceId];
    if (stable === undefined || resource.ResourceStatus !== 'UPDATE_FAILED') return [];
    const isRequested =
      !isDeepStrictEqual(resource.Properties, stable.Properties) ||
      resource.PhysicalResourceId !== stable.PhysicalResourceId ||
      (stable.needsUpdate && !resource.needsUpdate);
    return isRequested ? [resource] : [];
  });
  if (failed.length > 0) await pause(run, settings.pauseBeforeRollbackMs);
  await inOrder(failed, dependenciesAmong(failed), (resource) =>
    restoreFailedResource(run, resource, before[resource.LogicalResourceId] ?? resource),
  );
  for (const resource of run.refusedReplacements) await deleteResource(run, resource, resource.Properties, announce);
  setStackStatus(run, 'UPDATE_FAILED', reason);
}

/** Returns to the last stable state. A stack that has none is deleted. */
export function rollBackStack(run: Run): Promise<void> {
  const { StackStatus, pendingUpdate } = run.stack;
  const isWithoutStableState = StackStatus === 'CREATE_FAILED' || pendingUpdate?.followsFailedCreation;
  return isWithoutStableState ? deleteStack(run, [], true) : rollBackUpdate(run, CANCELLED_BY_USER);
}

/** CancelUpdateStack aborts the operation's `cancellation` with this reason. */
export const CANCELLED_BY_USER = 'User Initiated';

const LEFT_BEHIND = 'One or more resources could not be deleted.';

/**
 * Creates or updates every resource of `deployment`, until one fails. If an export is missing, it asks no resource:
 * `settleOutputs` then returns the reason.
 */
async function bringResources(run: Run, deployment: Deployment): Promise<void> {
  if (missingExports(run, deployment).length > 0) return;
  await inCreationOrder(run, deployment, async (declaration) => {
    const brought = await bringResource(run, deployment, declaration);
    if (!brought && run.onFailure !== 'DO_NOTHING') run.cancellation.abort();
    return brought;
  });
}

/** Calls `act` for every resource of `deployment`, after those that it depends on, until the operation is cancelled. */
function inCreationOrder(
  { cancellation }: Run,
  { resources }: Deployment,
  act: (declaration: WantedDeclaration) => Promise<boolean>,
): Promise<void> {
  return inOrder(resources, dependenciesAmong(resources), act, cancellation.signal);
}

/** Whether an update to `deployment` would change resources, their Metadata and policies, or outputs. */
export function hasChanges(run: Run, deployment: Deployment): boolean {
  if (planChanges(run, deployment).changes.length > 0) return true;
  try {
    return !isDeepStrictEqual(run.stack.outputs, evaluateOutputs(run, deployment));
  } catch {
    // The deployed outputs can be evaluated, so these are different.
    return true;
  }
}

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
  const run: Run = { ...cancelled, onFailure: 'ROLLBACK', cancellation: newCancellation() };
  if (settings.lastUpdatedTimeInRollback === 'moved') stack.LastUpdatedTime = clock.now();
  setStackStatus(run, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  await pause(run, settings.pauseBeforeRollbackMs);

  const previous = openDeployment(pendingUpdate.source, stack, {
    account: settings,
    findResourceType: run.findResourceType,
    knownTypes: noKnownTypes,
  });
  stack.source = previous.source;
  await inCreationOrder(run, previous, async (declaration) => {
    if (!ResourcesToSkip.includes(declaration.LogicalResourceId)) {
      return restoreResource(run, previous, pendingUpdate, declaration);
    }
    skipResource(run, pendingUpdate, declaration);
    return true;
  });
  const failure = failedResources(declaredResources(run, previous), 'UPDATE');
  if (failure !== '') return setStackStatus(run, 'UPDATE_ROLLBACK_FAILED', failure);

  setStackStatus(run, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
  const left = await cleanUpStack(run, previous, 'ROLLBACK');
  delete stack.pendingUpdate;
  setStackStatus(run, 'UPDATE_ROLLBACK_COMPLETE', left ? `Update rollback successful. ${LEFT_BEHIND}` : undefined);
}

async function restoreResource(
  run: Run,
  previous: Deployment,
  { resources, replaced }: PendingUpdate,
  declaration: WantedDeclaration,
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
function skipResource(run: Run, { resources }: PendingUpdate, { LogicalResourceId }: WantedDeclaration): void {
  const before = resources[LogicalResourceId];
  const current = run.stack.resources[LogicalResourceId];
  if (before === undefined || current === undefined) return;
  setResourceStatus(run, { ...current, Properties: before.Properties }, 'UPDATE_COMPLETE');
}

/** @param undoesCreate whether the stack has never been complete: RetainExceptOnCreate then retains nothing */
export async function deleteStack(run: Run, RetainResources: readonly string[], undoesCreate = false): Promise<void> {
  const { stack, stacks, settings, clock } = run;
  const conflict = exportConflict(stack, stacks, []);
  // The stack keeps its status, with the conflict as the reason.
  if (conflict !== undefined) return setStackStatus(run, stack.StackStatus, conflict);

  stack.DeletionTime = clock.now();
  setStackStatus(run, 'DELETE_IN_PROGRESS', 'User Initiated');
  await pause(run, settings.pauseBeforeFirstRequestMs);
  const live = liveResources(stack);
  const replaced = replacedResources(run);
  const resources = [...live, ...replaced];
  const isRetained = (resource: ResourceRecord) => {
    if (RetainResources.includes(resource.LogicalResourceId)) return true;
    const policy = replaced.includes(resource) ? resource.UpdateReplacePolicy : resource.DeletionPolicy;
    return undoesCreate ? policy === 'Retain' && !run.retainExceptOnCreate : policy.startsWith('Retain');
  };
  const undeleted = new Set(resources);
  const failed: ResourceRecord[] = [];
  await inOrder(resources, deletionOrder(run, resources), async (resource) => {
    const setStatus = live.includes(resource) ? setResourceStatus : announce;
    if (isRetained(resource)) setStatus(run, resource, 'DELETE_SKIPPED');
    else if (!(await deleteResource(run, resource, resource.Properties, setStatus))) {
      failed.push({ ...resource, ResourceStatus: 'DELETE_FAILED' });
      return false;
    }
    undeleted.delete(resource);
    return true;
  });

  // The next DeleteStack tries these again.
  if (stack.pendingUpdate) {
    stack.pendingUpdate = { ...stack.pendingUpdate, replaced: replaced.filter((each) => undeleted.has(each)) };
  }
  const failure = failedResources(failed, 'DELETE');
  if (failure !== '') return setStackStatus(run, 'DELETE_FAILED', failure);
  stack.outputs = [];
  stack.imports = [];
  delete stack.pendingUpdate;
  setStackStatus(run, 'DELETE_COMPLETE');
}
