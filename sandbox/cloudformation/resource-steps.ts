/** The steps with one resource. Each records stack events and resolves with whether it succeeded. */
import type { Json } from '../json.ts';
import { evaluate } from '../template/evaluate.ts';
import { type Comparison, compareResource, hasFailedToCreate } from './change-set.ts';
import { type DeploymentRun, scopeOf } from './deployed-values.ts';
import type { WantedDeclaration } from './deployment.ts';
import type { ResourceCall, ResourceOutcome, ResourceType } from './resource-type.ts';
import { announce, type Run, setResourceStatus } from './run.ts';
import { blankResource, type ResourceRecord } from './stack.ts';

async function createResource(run: DeploymentRun, declaration: WantedDeclaration): Promise<boolean> {
  const blank = blankResource({ ...declared(declaration), PhysicalResourceId: '' });
  setResourceStatus(run, blank, 'CREATE_IN_PROGRESS');
  const compared = compareNow(run, declaration);
  if ('Reason' in compared) return fail(run, blank, 'CREATE', compared.Reason);
  const { Properties, Metadata } = compared;
  const resource = { ...blank, Properties, Metadata };
  const outcome = await typeOf(run, resource).create(callFor(run, resource, 'CREATE_IN_PROGRESS'));
  return settle(run, resource, outcome, 'CREATE');
}

/** Makes the resource what the template wants: creates it, updates it, or only takes over its Metadata and policies. */
export async function bringResource(run: DeploymentRun, declaration: WantedDeclaration): Promise<boolean> {
  const existing = run.stack.resources[declaration.LogicalResourceId];
  if (existing === undefined) return createResource(run, declaration);
  if (hasFailedToCreate(existing)) return createAgain(run, declaration, existing);
  const compared = compareNow(run, declaration);
  if ('Reason' in compared) return fail(run, existing, 'UPDATE', compared.Reason);
  const { change, Properties, Metadata } = compared;
  const { needsUpdate: _, ...unchanged } = existing;
  const resource = { ...unchanged, ...declared(declaration), Properties, Metadata };
  if (change?.Action === 'Modify' && change.Scope.includes('Properties')) {
    return updateResource(run, resource, existing, change.Replacement === 'True');
  }
  if (existing.ResourceStatus === 'UPDATE_FAILED') setResourceStatus(run, resource, 'UPDATE_COMPLETE');
  else run.stack.resources[resource.LogicalResourceId] = resource;
  return true;
}

/** A failed Create of an earlier operation has left `failed`, which is deleted now or in the clean-up. */
async function createAgain(run: DeploymentRun, declaration: WantedDeclaration, failed: ResourceRecord) {
  if (failed.DeletionPolicy === 'Retain' && !run.retainExceptOnCreate) announce(run, failed, 'DELETE_SKIPPED');
  else if (run.settings.failedCreateIsDeleted === 'in-clean-up') {
    run.stack.pendingUpdate?.replaced.push({ ...failed, UpdateReplacePolicy: 'Delete' });
  } else if (!(await deleteResource(run, failed))) return false;
  if (!run.cancellation.signal.aborted) return createResource(run, declaration);
  // The next operation creates it.
  delete run.stack.resources[failed.LogicalResourceId];
  return false;
}

const REPLACEMENT_REFUSED = 'Replacement type updates not supported on stack with disable-rollback.';

async function updateResource(run: Run, resource: ResourceRecord, existing: ResourceRecord, isReplaced: boolean) {
  if (isReplaced && fateOfReplacement(run) !== 'taken') return fail(run, existing, 'UPDATE', REPLACEMENT_REFUSED);
  setResourceStatus(run, resource, 'UPDATE_IN_PROGRESS');
  const type = typeOf(run, resource);
  const call = callFor(run, resource, 'UPDATE_IN_PROGRESS');
  const outcome = await (isReplaced ? replace(type, call, existing) : type.update(call, existing));
  if (outcome.kind === 'refused') return fail(run, existing, 'UPDATE', outcome.Reason);
  const refusal = settleReplacement(run, resource, existing, outcome);
  if (refusal === undefined) return settle(run, resource, outcome, 'UPDATE');
  return fail(run, { ...resource, PhysicalResourceId: existing.PhysicalResourceId }, 'UPDATE', refusal);
}

/** Rollback is disabled: an Update returns a failed resource to `stable`. It ends UPDATE_FAILED in any case. */
export async function restoreFailedResource(run: Run, failed: ResourceRecord, stable: ResourceRecord) {
  const Reason = failed.ResourceStatusReason;
  if (failed.PhysicalResourceId !== stable.PhysicalResourceId) {
    run.stack.pendingUpdate?.replaced.push(failed);
    setResourceStatus(run, stable, 'UPDATE_FAILED', Reason);
    return true;
  }
  setResourceStatus(run, stable, 'UPDATE_IN_PROGRESS');
  const outcome = await typeOf(run, stable).update(callFor(run, stable, 'UPDATE_IN_PROGRESS'), failed);
  const refusal = settleReplacement(run, stable, failed, outcome);
  if (outcome.kind === 'succeeded' && refusal === undefined) {
    const { kind: _, ...made } = outcome;
    setResourceStatus(run, { ...stable, ...made }, 'UPDATE_FAILED', Reason);
    return true;
  }
  const failure = refusal ?? ('Reason' in outcome ? outcome.Reason : undefined);
  return fail(run, { ...stable, needsUpdate: true }, 'UPDATE', failure);
}

/** What becomes of a physical resource that an Update returns in place of the old one. */
function fateOfReplacement({ onFailure, isExpress, settings }: Run): 'forgotten' | 'deleted' | 'taken' {
  if (onFailure !== 'DO_NOTHING') return 'taken';
  return isExpress ? settings.replacementInExpress : settings.replacementWithoutRollback;
}

/** A replacement that is known from the change. Of a custom resource, only its provider knows it. */
async function replace(type: ResourceType, call: ResourceCall, existing: ResourceRecord): Promise<ResourceOutcome> {
  const { PhysicalResourceId } = existing;
  const reason = 'Requested update requires the creation of a new physical resource; hence creating one.';
  call.progress(reason, PhysicalResourceId);
  const outcome = await type.create(call);
  const isNothingMade = outcome.kind === 'failed' && outcome.PhysicalResourceId === '';
  return isNothingMade ? { ...outcome, PhysicalResourceId } : outcome;
}

/** Leaves a replaced physical resource to the clean-up. Returns the reason where CloudFormation refuses to replace it. */
function settleReplacement(run: Run, resource: ResourceRecord, existing: ResourceRecord, outcome: ResourceOutcome) {
  if (outcome.kind === 'refused' || outcome.kind === 'cancelled') return undefined;
  const { PhysicalResourceId } = outcome;
  if (PhysicalResourceId === existing.PhysicalResourceId) return undefined;
  const fate = fateOfReplacement(run);
  if (fate === 'taken') {
    const replaced = { ...existing, UpdateReplacePolicy: resource.UpdateReplacePolicy };
    if (outcome.kind === 'succeeded') run.stack.pendingUpdate?.replaced.push(replaced);
    return undefined;
  }
  if (fate === 'deleted') run.refusedReplacements.push({ ...resource, PhysicalResourceId });
  return outcome.kind === 'failed' ? outcome.Reason : REPLACEMENT_REFUSED;
}

/** Sends one Delete. A resource without a physical id needs none: it is gone at once. */
export async function deleteResource(run: Run, resource: ResourceRecord): Promise<boolean> {
  if (resource.PhysicalResourceId === '') {
    setDeletionStatus(run, resource, 'DELETE_COMPLETE');
    return true;
  }
  setDeletionStatus(run, resource, 'DELETE_IN_PROGRESS');
  // CloudFormation never cancels a Delete.
  const call = { ...callFor(run, resource), signal: new AbortController().signal };
  const outcome = await typeOf(run, resource).delete(call, resource.PhysicalResourceId);
  if (outcome.kind === 'succeeded') setDeletionStatus(run, resource, 'DELETE_COMPLETE');
  else setDeletionStatus(run, resource, 'DELETE_FAILED', outcome.kind === 'cancelled' ? undefined : outcome.Reason);
  return outcome.kind === 'succeeded';
}

/** The logical id of a replaced resource refers to another physical resource, which keeps its status. */
export function setDeletionStatus(run: Run, resource: ResourceRecord, Status: string, Reason?: string): void {
  const current = run.stack.resources[resource.LogicalResourceId];
  if (current?.PhysicalResourceId === resource.PhysicalResourceId) setResourceStatus(run, resource, Status, Reason);
  else announce(run, resource, Status, Reason);
}

function settle(run: Run, resource: ResourceRecord, outcome: ResourceOutcome, act: 'CREATE' | 'UPDATE'): boolean {
  if (outcome.kind === 'succeeded') {
    const { kind: _, ...made } = outcome;
    setResourceStatus(run, { ...resource, ...made }, `${act}_COMPLETE`);
    return true;
  }
  const cancelled = `Resource ${act === 'CREATE' ? 'creation' : 'update'} cancelled`;
  const Reason = outcome.kind === 'cancelled' ? cancelled : outcome.Reason;
  const { PhysicalResourceId } = outcome.kind === 'refused' ? resource : outcome;
  return fail(run, { ...resource, PhysicalResourceId }, act, Reason);
}

function fail(run: Run, resource: ResourceRecord, act: 'CREATE' | 'UPDATE', Reason: string | undefined): false {
  setResourceStatus(run, resource, `${act}_FAILED`, Reason);
  return false;
}

/** The comparison with every value known; or the reason why a value cannot be evaluated. */
function compareNow(run: DeploymentRun, declaration: WantedDeclaration): Comparison | { readonly Reason: string } {
  const evaluated = (value: Json, where?: 'Metadata') =>
    ({ value: evaluate(value, run.deployment.template, scopeOf(run, where)), Evaluation: 'Static' }) as const;
  try {
    return compareResource(declaration, run, evaluated);
  } catch (error) {
    return { Reason: error instanceof Error ? error.message : String(error) };
  }
}

function declared({ LogicalResourceId, Type, dependencies, DeletionPolicy, UpdateReplacePolicy }: WantedDeclaration) {
  return { LogicalResourceId, ResourceType: Type, dependencies, DeletionPolicy, UpdateReplacePolicy };
}

function typeOf({ findResourceType }: Run, { ResourceType }: ResourceRecord): ResourceType {
  const found = findResourceType(ResourceType);
  if (found === undefined) throw new Error(`No resource of the type ${ResourceType} can be in a stack here`);
  return found;
}

function callFor(run: Run, resource: ResourceRecord, inProgress = ''): ResourceCall {
  const { StackId, StackName } = run.stack;
  const { LogicalResourceId, ResourceType, Properties } = resource;
  return {
    ...{ StackId, StackName, LogicalResourceId, ResourceType, Properties },
    isExpress: run.isExpress,
    signal: run.cancellation.signal,
    progress: (reason, PhysicalResourceId) =>
      setResourceStatus(run, { ...resource, PhysicalResourceId }, inProgress, reason),
  };
}
