/**
 * The last phase of an update and of its rollback: it deletes what the stack no longer refers to. It never fails the
 * operation: after three attempts it leaves a resource behind, and the stack forgets that resource.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
 */
import { dependentsAmong, inOrder } from './dependency-order.ts';
import type { Deployment } from './deployment.ts';
import { deleteResource } from './resource-steps.ts';
import { announce, type Run, setResourceStatus } from './run.ts';
import { isGone, type ResourceRecord } from './stack.ts';

const TRIES = 3;

/** Deletes the resources that are not in `deployment`. Resolves with whether any could not be deleted. */
export async function cleanUpStack(
  run: Run,
  deployment: Deployment,
  operation: 'UPDATE' | 'ROLLBACK',
): Promise<boolean> {
  const { stack } = run;
  const wanted = new Set(deployment.resources.map(({ LogicalResourceId }) => LogicalResourceId));
  const unwanted = Object.values(stack.resources).filter(({ LogicalResourceId }) => !wanted.has(LogicalResourceId));
  const replaced = replacedResources(run).filter(({ LogicalResourceId }) => wanted.has(LogicalResourceId));

  let left: readonly ResourceRecord[] = [...unwanted, ...replaced];
  for (let tries = 0; tries < TRIES && left.length > 0; tries += 1) {
    const failed: ResourceRecord[] = [];
    await inOrder(left, dependentsAmong(left), async (resource) => {
      const isReplaced = replaced.includes(resource);
      const setStatus = isReplaced ? announce : setResourceStatus;
      if (isRetained(run, resource, isReplaced)) setStatus(run, resource, 'DELETE_SKIPPED');
      else if (!(await deleteResource(run, resource, deleteProperties(run, resource, operation), setStatus)))
        failed.push(resource);
      return true;
    });
    left = failed;
  }
  for (const { LogicalResourceId } of unwanted) delete stack.resources[LogicalResourceId];
  return left.length > 0;
}

/** Every physical resource that this update replaced, except those that are live again after a rollback. */
export function replacedResources({ stack }: Pick<Run, 'stack'>): readonly ResourceRecord[] {
  const live = new Set(
    Object.values(stack.resources)
      .filter((resource) => !isGone(resource))
      .map(({ PhysicalResourceId }) => PhysicalResourceId),
  );
  return (stack.pendingUpdate?.replaced ?? []).filter(({ PhysicalResourceId }) => !live.has(PhysicalResourceId));
}

function isRetained({ stack }: Run, resource: ResourceRecord, isReplaced: boolean): boolean {
  if (isReplaced) return resource.UpdateReplacePolicy === 'Retain';
  if (resource.DeletionPolicy === 'Retain') return true;
  // RetainExceptOnCreate retains a resource unless the rolled-back operation created it.
  const isNew = stack.pendingUpdate?.resources[resource.LogicalResourceId] === undefined;
  return resource.DeletionPolicy === 'RetainExceptOnCreate' && !isNew;
}

function deleteProperties({ stack, settings }: Run, resource: ResourceRecord, operation: 'UPDATE' | 'ROLLBACK') {
  const successor = stack.resources[resource.LogicalResourceId];
  return operation === 'UPDATE' && settings.cleanupDeleteProperties === 'new' && successor !== undefined
    ? successor.Properties
    : resource.Properties;
}
