/**
 * The steps with one resource: create it, update it to the template, delete it. Each records stack events and resolves
 * with whether it succeeded.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Json, type JsonMap, mapOf } from '../json.ts';
import { evaluate } from '../template/evaluate.ts';
import type { ResourceDeclaration } from '../template/template.ts';
import { type Deployment, scopeOf, stringified } from './deployment.ts';
import type { ResourceCall, ResourceOutcome, ResourceType } from './resource-type.ts';
import { type announce, type Run, setResourceStatus } from './run.ts';
import type { ResourceRecord } from './stack.ts';

export async function createResource(
  run: Run,
  deployment: Deployment,
  declaration: ResourceDeclaration,
): Promise<boolean> {
  const blank = {
    ...declared(declaration),
    PhysicalResourceId: '',
    ResourceStatus: '',
    LastUpdatedTimestamp: run.clock.now(),
    Properties: {},
    Attributes: {},
    attributesKey: '',
    Metadata: null,
  };
  setResourceStatus(run, blank, 'CREATE_IN_PROGRESS');
  const desired = desiredOf(run, deployment, declaration);
  if ('Reason' in desired) {
    setResourceStatus(run, blank, 'CREATE_FAILED', desired.Reason);
    return false;
  }
  const resource = { ...blank, ...desired };
  const outcome = await typeOf(run, resource).create(callFor(run, resource, 'CREATE_IN_PROGRESS'));
  return settle(run, resource, outcome, 'CREATE');
}

export async function bringResource(
  run: Run,
  deployment: Deployment,
  declaration: ResourceDeclaration,
): Promise<boolean> {
  const existing = run.stack.resources[declaration.LogicalResourceId];
  if (existing === undefined) return createResource(run, deployment, declaration);
  const desired = desiredOf(run, deployment, declaration);
  if ('Reason' in desired) {
    setResourceStatus(run, existing, 'UPDATE_FAILED', desired.Reason);
    return false;
  }
  const resource = { ...existing, ...declared(declaration), ...desired };
  if (!isDeepStrictEqual(existing.Properties, desired.Properties)) return updateResource(run, resource, existing);
  if (existing.ResourceStatus === 'UPDATE_FAILED') setResourceStatus(run, resource, 'UPDATE_COMPLETE');
  else run.stack.resources[resource.LogicalResourceId] = resource;
  return true;
}

async function updateResource(run: Run, resource: ResourceRecord, existing: ResourceRecord): Promise<boolean> {
  setResourceStatus(run, resource, 'UPDATE_IN_PROGRESS');
  const outcome = await typeOf(run, resource).update(callFor(run, resource, 'UPDATE_IN_PROGRESS'), existing);
  if (outcome.kind === 'refused') {
    setResourceStatus(run, existing, 'UPDATE_FAILED', outcome.Reason);
    return false;
  }
  if (outcome.kind === 'succeeded' && outcome.PhysicalResourceId !== existing.PhysicalResourceId) {
    const { UpdateReplacePolicy } = resource;
    run.stack.pendingUpdate?.replaced.push({ ...existing, UpdateReplacePolicy });
  }
  return settle(run, resource, outcome, 'UPDATE');
}

/** Sends one Delete with `Properties`. A resource without a physical id needs none: it is gone at once. */
export async function deleteResource(
  run: Run,
  resource: ResourceRecord,
  Properties: JsonMap,
  setStatus: typeof announce = setResourceStatus,
): Promise<boolean> {
  if (resource.PhysicalResourceId === '') {
    setStatus(run, resource, 'DELETE_COMPLETE');
    return true;
  }
  setStatus(run, resource, 'DELETE_IN_PROGRESS');
  // CloudFormation never cancels a Delete.
  const call = { ...callFor(run, { ...resource, Properties }), signal: new AbortController().signal };
  const outcome = await typeOf(run, resource).delete(call, resource.PhysicalResourceId);
  if (outcome.kind === 'succeeded') setStatus(run, resource, 'DELETE_COMPLETE');
  else setStatus(run, resource, 'DELETE_FAILED', outcome.kind === 'cancelled' ? undefined : outcome.Reason);
  return outcome.kind === 'succeeded';
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
  setResourceStatus(run, { ...resource, PhysicalResourceId }, `${act}_FAILED`, Reason);
  return false;
}

/** The resource's Properties, as its provider gets them, and its Metadata; or the reason why they cannot be evaluated. */
function desiredOf(
  run: Run,
  deployment: Deployment,
  { Properties, Metadata = null }: ResourceDeclaration,
): Pick<ResourceRecord, 'Properties' | 'Metadata'> | { readonly Reason: string } {
  const scope = scopeOf(run, deployment);
  const evaluated = (value: Json) => evaluate(value, deployment.template, scope) ?? null;
  try {
    return { Properties: mapOf(stringified(evaluated(Properties))), Metadata: evaluated(Metadata) };
  } catch (error) {
    return { Reason: error instanceof Error ? error.message : String(error) };
  }
}

function declared({ LogicalResourceId, Type, dependencies, DeletionPolicy, UpdateReplacePolicy }: ResourceDeclaration) {
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
    StackId,
    StackName,
    LogicalResourceId,
    ResourceType,
    Properties,
    signal: run.cancellation.signal,
    progress: (reason, PhysicalResourceId) =>
      setResourceStatus(run, { ...resource, PhysicalResourceId }, inProgress, reason),
  };
}
