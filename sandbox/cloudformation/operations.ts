/**
 * The course of each operation: CreateStack, UpdateStack with its rollback and its clean-up, RollbackStack and DeleteStack.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html
 */
import { isDeepStrictEqual } from 'node:util';
import { newCancellation } from '../clock.ts';
import { isRetainedInCleanUp } from './change-set.ts';
import { noKnownTypes } from './check-template.ts';
import { isCustomResourceType } from './custom-resource.ts';
import { type DeploymentRun, exportConflict, missingExports, settleOutputs } from './deployed-values.ts';
import { openDeployment, type WantedDeclaration } from './deployment.ts';
import { bringResource, deleteResource, restoreFailedResource, setDeletionStatus } from './resource-steps.ts';
import { dependenciesAmong, dependentsAmong, inOrder, type Run, setResourceStatus, setStackStatus } from './run.ts';
import { isGone, liveResources, type PendingUpdate, type ResourceRecord, type Stack } from './stack.ts';

export async function createStack(run: DeploymentRun): Promise<void> {
  const { stack, onFailure, settings } = run;
  setStackStatus(run, 'CREATE_IN_PROGRESS', 'User Initiated');
  await pause(run, settings.pauseBeforeFirstRequestMs);
  await bringResources(run);
  const failure = failedResources(Object.values(stack.resources), 'CREATE') || settleOutputs(run);
  if (failure === undefined) setStackStatus(run, 'CREATE_COMPLETE');
  else if (onFailure === 'DO_NOTHING') setStackStatus(run, 'CREATE_FAILED', failure);
  else {
    const reason = `${failure} ${onFailure === 'DELETE' ? 'Delete' : 'Rollback'} requested by user.`;
    const { pauseBeforeRollbackMs: pauseMs } = settings;
    await deleteEverything(run, { status: onFailure, reason, pauseMs, undoesCreate: true, RetainResources: [] });
  }
}

export async function updateStack(run: DeploymentRun): Promise<void> {
  const { stack, deployment, cancellation, onFailure, settings, clock } = run;
  const before = { ...stack.resources };
  // After a failed update without rollback, the state before that one is still the last stable one.
  stack.pendingUpdate ??= {
    ...{ source: stack.source, resources: before, replaced: [] },
    ...(stack.StackStatus === 'CREATE_FAILED' && { followsFailedCreation: true }),
  };
  stack.source = deployment.source;
  stack.LastUpdatedTime = clock.now();
  setStackStatus(run, 'UPDATE_IN_PROGRESS', 'User Initiated');
  await pause(run, settings.pauseBeforeFirstRequestMs);

  await bringResources(run);

  const wasCancelled = cancellation.signal.reason === CANCELLED_BY_USER;
  const failed = failedResources(declaredResources(run), 'CREATE', 'UPDATE', 'DELETE');
  const failure = (wasCancelled ? CANCELLED_BY_USER : failed) || settleOutputs(run);
  const isRolledBack = onFailure !== 'DO_NOTHING' || (wasCancelled && !stack.pendingUpdate.followsFailedCreation);
  if (failure !== undefined) return isRolledBack ? rollBackUpdate(run, failure) : preserveUpdate(run, before, failure);
  await cleanUpStack(run, 'UPDATE');
}

/** The stack's resources that the deployment declares. An earlier operation may have left others that failed. */
function declaredResources({ stack, deployment: { resources } }: DeploymentRun): readonly ResourceRecord[] {
  return resources.flatMap(({ LogicalResourceId }) => stack.resources[LogicalResourceId] ?? []);
}

/** Keeps what has succeeded, and returns only the failed resources to their state `before` the update. */
async function preserveUpdate(failedRun: Run, before: Stack['resources'], reason: string): Promise<void> {
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
  for (const resource of run.refusedReplacements) await deleteResource(run, resource);
  setStackStatus(run, 'UPDATE_FAILED', reason);
}

/** Returns to the last stable state. A stack that has none is deleted. ContinueUpdateRollback skips resources. */
export function rollBackStack(run: Run, skipped: readonly string[] = []): Promise<void> {
  const { StackStatus, pendingUpdate } = run.stack;
  const isWithoutStableState = StackStatus === 'CREATE_FAILED' || pendingUpdate?.followsFailedCreation;
  return isWithoutStableState ? deleteStack(run, [], true) : rollBackUpdate(run, CANCELLED_BY_USER, skipped);
}

/** CancelUpdateStack aborts the operation's `cancellation` with this reason. */
export const CANCELLED_BY_USER = 'User Initiated';

/** Creates or updates each resource until one fails, or none if an export is missing: `settleOutputs` reports it. */
async function bringResources(run: DeploymentRun): Promise<void> {
  if (missingExports(run).length > 0) return;
  const { resources } = run.deployment;
  const bring = async (declaration: WantedDeclaration) => {
    const brought = await bringResource(run, declaration);
    if (!brought && run.onFailure !== 'DO_NOTHING') run.cancellation.abort();
    return brought;
  };
  await inOrder(resources, dependenciesAmong(resources), bring, run.cancellation.signal);
}

/** Rolls back the stack's pending update. ContinueUpdateRollback calls it again with the resources to skip. */
async function rollBackUpdate(cancelled: Run, reason: string, skipped: readonly string[] = []): Promise<void> {
  const { stack, settings, clock, findResourceType } = cancelled;
  const { pendingUpdate } = stack;
  if (pendingUpdate === undefined) throw new Error('There is no update to roll back');
  if (settings.lastUpdatedTimeInRollback === 'moved') stack.LastUpdatedTime = clock.now();
  setStackStatus(cancelled, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
  await pause(cancelled, settings.pauseBeforeRollbackMs);

  const future = { source: pendingUpdate.source, stack, account: settings };
  const deployment = openDeployment(future, { findResourceType, knownTypes: noKnownTypes });
  // The cancellation of the update must not cancel the rollback.
  const run: DeploymentRun = { ...cancelled, deployment, onFailure: 'ROLLBACK', cancellation: newCancellation() };
  const { source, resources } = deployment;
  stack.source = source;
  const restore = (declaration: WantedDeclaration) => {
    if (skipped.includes(declaration.LogicalResourceId)) return skipResource(run, pendingUpdate, declaration);
    return restoreResource(run, pendingUpdate, declaration);
  };
  await inOrder(resources, dependenciesAmong(resources), restore, run.cancellation.signal);
  const failure = failedResources(declaredResources(run), 'UPDATE');
  if (failure !== '') return setStackStatus(run, 'UPDATE_ROLLBACK_FAILED', failure);

  await cleanUpStack(run, 'UPDATE_ROLLBACK');
}

/** CloudFormation then assumes that the resource has its old properties. */
async function skipResource(run: Run, { resources }: PendingUpdate, { LogicalResourceId }: WantedDeclaration) {
  const before = resources[LogicalResourceId];
  const current = run.stack.resources[LogicalResourceId];
  if (before && current) setResourceStatus(run, { ...current, Properties: before.Properties }, 'UPDATE_COMPLETE');
  return true;
}

async function restoreResource(run: DeploymentRun, pendingUpdate: PendingUpdate, declaration: WantedDeclaration) {
  const { LogicalResourceId } = declaration;
  const before = pendingUpdate.resources[LogicalResourceId];
  const current = run.stack.resources[LogicalResourceId];
  const wasReplaced = before !== undefined && current?.PhysicalResourceId !== before.PhysicalResourceId;
  // A replacement that CloudFormation knew beforehand never touched the old physical resource.
  const isKnownReplacement = before && current && isReplacedFor(run, before, current);
  // If an Update FAILED with another physical id, the rollback deletes that id and sends no Update.
  const isUndoneByDelete =
    run.settings.rollbackAfterReplacement === 'delete-only' || current?.ResourceStatus === 'UPDATE_FAILED';
  if (before && current && (isKnownReplacement || (wasReplaced && isUndoneByDelete))) {
    if (wasReplaced) pendingUpdate.replaced.push(current);
    setResourceStatus(run, before, 'UPDATE_COMPLETE');
    return true;
  }
  const restored = await bringResource(run, declaration);
  const failed = run.stack.resources[LogicalResourceId];
  if (!restored && failed !== undefined && current !== undefined) {
    // ContinueUpdateRollback must send the same request again.
    run.stack.resources[LogicalResourceId] = { ...failed, Properties: current.Properties };
  }
  return restored;
}

/** Whether the two differ in a property whose change always replaces the resource. */
function isReplacedFor({ findResourceType }: Run, before: ResourceRecord, after: ResourceRecord): boolean {
  const type = findResourceType(after.ResourceType);
  const isChanged = (name: string) => !isDeepStrictEqual(before.Properties[name], after.Properties[name]);
  const names = Object.keys({ ...before.Properties, ...after.Properties });
  return names.some((name) => type?.requiresRecreation(name) === 'Always' && isChanged(name));
}

export async function deleteStack(run: Run, RetainResources: readonly string[], undoesCreate = false): Promise<void> {
  const { stack, settings } = run;
  const conflict = exportConflict(run, []);
  // The stack keeps its status, with the conflict as the reason.
  if (conflict !== undefined) return setStackStatus(run, stack.StackStatus, conflict);
  const { pauseBeforeFirstRequestMs: pauseMs } = settings;
  await deleteEverything(run, { status: 'DELETE', reason: 'User Initiated', pauseMs, undoesCreate, RetainResources });
}

interface Deletion {
  /** How the stack's status begins. */
  readonly status: 'ROLLBACK' | 'DELETE';
  readonly reason: string;
  readonly pauseMs: number;
  readonly RetainResources: readonly string[];
  /** The stack has never been complete, so RetainExceptOnCreate retains nothing. */
  readonly undoesCreate: boolean;
}

async function deleteEverything(run: Run, deletion: Deletion): Promise<void> {
  const { status, reason, pauseMs, RetainResources, undoesCreate } = deletion;
  const { stack, clock } = run;
  stack.DeletionTime = clock.now();
  setStackStatus(run, `${status}_IN_PROGRESS`, reason);
  await pause(run, pauseMs);
  const live = liveResources(stack);
  const replaced = replacedResources(run);
  const resources = [...live, ...replaced];
  const undeleted = new Set(resources);
  const failed: ResourceRecord[] = [];
  await inOrder(resources, deletionOrder(run, resources), async (resource) => {
    const policy = live.includes(resource) ? resource.DeletionPolicy : resource.UpdateReplacePolicy;
    const isNamed = RetainResources.includes(resource.LogicalResourceId);
    const isRetained = undoesCreate ? policy === 'Retain' && !run.retainExceptOnCreate : policy.startsWith('Retain');
    if (isNamed || isRetained) setDeletionStatus(run, resource, 'DELETE_SKIPPED');
    else if (!(await deleteResource(run, resource))) {
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
  if (failure !== '') return setStackStatus(run, `${status}_FAILED`, failure);
  stack.outputs = [];
  stack.imports = [];
  delete stack.pendingUpdate;
  setStackStatus(run, `${status}_COMPLETE`);
}

const TRIES = 3;

/** Deletes the resources that are not in the run's deployment, and completes the operation. */
async function cleanUpStack(run: DeploymentRun, operation: 'UPDATE' | 'UPDATE_ROLLBACK'): Promise<void> {
  const { stack, settings, deployment } = run;
  setStackStatus(run, `${operation}_COMPLETE_CLEANUP_IN_PROGRESS`);
  const wanted = new Set(deployment.resources.map(({ LogicalResourceId }) => LogicalResourceId));
  const unwanted = Object.values(stack.resources).filter(({ LogicalResourceId }) => !wanted.has(LogicalResourceId));
  const replaced = replacedResources(run);
  const sendsNewProperties = operation === 'UPDATE' && settings.cleanupDeleteProperties === 'new';
  const asDeleted = (resource: ResourceRecord): ResourceRecord => {
    const successor = sendsNewProperties ? stack.resources[resource.LogicalResourceId] : undefined;
    const isRenamed = settings.cleanupResourceType !== 'own' && isCustomResourceType(resource.ResourceType);
    const ResourceType = isRenamed ? settings.cleanupResourceType : resource.ResourceType;
    return { ...resource, ResourceType, Properties: successor?.Properties ?? resource.Properties };
  };

  let left: readonly ResourceRecord[] = [...unwanted, ...replaced];
  for (let tries = 0; tries < TRIES && left.length > 0; tries += 1) {
    const failed: ResourceRecord[] = [];
    await inOrder(left, deletionOrder(run, left), async (resource) => {
      const isRetained = replaced.includes(resource)
        ? resource.UpdateReplacePolicy === 'Retain'
        : isRetainedInCleanUp(run, resource);
      if (isRetained) setDeletionStatus(run, resource, 'DELETE_SKIPPED');
      else if (!(await deleteResource(run, asDeleted(resource)))) failed.push(resource);
      return true;
    });
    left = failed;
  }
  for (const { LogicalResourceId } of unwanted) delete stack.resources[LogicalResourceId];
  delete stack.pendingUpdate;
  const success = operation === 'UPDATE' ? 'Update successful.' : 'Update rollback successful.';
  const reason = left.length > 0 ? `${success} One or more resources could not be deleted.` : undefined;
  setStackStatus(run, `${operation}_COMPLETE`, reason);
}

/** What this update replaced and no rollback has brought back, even if another resource has the same physical id. */
function replacedResources({ stack: { resources, pendingUpdate } }: Run): readonly ResourceRecord[] {
  return (pendingUpdate?.replaced ?? []).filter(({ LogicalResourceId, PhysicalResourceId }) => {
    const current = resources[LogicalResourceId];
    return current === undefined || isGone(current) || current.PhysicalResourceId !== PhysicalResourceId;
  });
}

/** In express mode, CloudFormation may begin to delete an image while the versions that depend on it are deleted. */
function deletionOrder({ isExpress, settings }: Run, resources: readonly ResourceRecord[]) {
  const dependents = dependentsAmong(resources);
  if (!isExpress || settings.imageDeletionInExpress === 'waits') return dependents;
  return (resource: ResourceRecord) => (isCustomResourceType(resource.ResourceType) ? dependents(resource) : []);
}

/** "The following resource(s) failed to create: [A, B]." for each of `acts` that has failed for a resource. */
function failedResources(resources: readonly ResourceRecord[], ...acts: readonly ('CREATE' | 'UPDATE' | 'DELETE')[]) {
  const sentences = acts.map((act) => {
    const failed = resources.filter(({ ResourceStatus }) => ResourceStatus === `${act}_FAILED`);
    const ids = failed.map(({ LogicalResourceId }) => LogicalResourceId).join(', ');
    return ids === '' ? [] : [`The following resource(s) failed to ${act.toLowerCase()}: [${ids}].`];
  });
  return sentences.flat().join(' ');
}

/** Waits; without a yield if there is nothing to wait for. */
async function pause({ clock }: Run, ms: number): Promise<void> {
  if (ms > 0) await clock.sleep(ms);
}
