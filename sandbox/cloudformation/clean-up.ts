/**
 * The clean-up of an update or of its rollback: CloudFormation deletes what the stack no longer needs. It also has the order
 * of every deletion.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
 */
import { isRetainedInCleanUp } from './change-set.ts';
import { isCustomResourceType } from './custom-resource.ts';
import type { Deployment } from './deployment.ts';
import { deleteResource } from './resource-steps.ts';
import { announce, dependentsAmong, inOrder, type Run, setResourceStatus } from './run.ts';
import { liveResources, type ResourceRecord } from './stack.ts';

const TRIES = 3;

/** Deletes the resources that are not in `deployment`. Resolves with whether any could not be deleted. */
export async function cleanUpStack(
  run: Run,
  deployment: Deployment,
  operation: 'UPDATE' | 'ROLLBACK',
): Promise<boolean> {
  const { stack, settings } = run;
  const wanted = new Set(deployment.resources.map(({ LogicalResourceId }) => LogicalResourceId));
  const unwanted = Object.values(stack.resources).filter(({ LogicalResourceId }) => !wanted.has(LogicalResourceId));
  const replaced = replacedResources(run);

  let left: readonly ResourceRecord[] = [...unwanted, ...replaced];
  for (let tries = 0; tries < TRIES && left.length > 0; tries += 1) {
    const failed: ResourceRecord[] = [];
    await inOrder(left, deletionOrder(run, left), async (resource) => {
      const isReplaced = replaced.includes(resource);
      const setStatus = isReplaced ? announce : setResourceStatus;
      const isRenamed = settings.cleanupResourceType !== 'own' && isCustomResourceType(resource.ResourceType);
      const deleted = isRenamed ? { ...resource, ResourceType: settings.cleanupResourceType } : resource;
      const isRetained = isReplaced ? resource.UpdateReplacePolicy === 'Retain' : isRetainedInCleanUp(run, resource);
      if (isRetained) setStatus(run, resource, 'DELETE_SKIPPED');
      else if (!(await deleteResource(run, deleted, deleteProperties(run, resource, operation), setStatus)))
        failed.push(resource);
      return true;
    });
    left = failed;
  }
  for (const { LogicalResourceId } of unwanted) delete stack.resources[LogicalResourceId];
  return left.length > 0;
}

/**
 * Every physical resource that this update replaced, except those that are live again after a rollback. Another resource of
 * the stack may have the same physical id: CloudFormation deletes it all the same.
 */
export function replacedResources({ stack }: Run): readonly ResourceRecord[] {
  const live = liveResources(stack);
  const isLive = ({ LogicalResourceId, PhysicalResourceId }: ResourceRecord) =>
    live.some((each) => each.LogicalResourceId === LogicalResourceId && each.PhysicalResourceId === PhysicalResourceId);
  return (stack.pendingUpdate?.replaced ?? []).filter((resource) => !isLive(resource));
}

function deleteProperties({ stack, settings }: Run, resource: ResourceRecord, operation: 'UPDATE' | 'ROLLBACK') {
  const successor = stack.resources[resource.LogicalResourceId];
  const isNew = operation === 'UPDATE' && settings.cleanupDeleteProperties === 'new';
  return (isNew && successor?.Properties) || resource.Properties;
}

/** In express mode, CloudFormation may begin to delete an image while the versions that depend on it are deleted. */
export function deletionOrder({ isExpress, settings }: Run, resources: readonly ResourceRecord[]) {
  const dependents = dependentsAmong(resources);
  if (!isExpress || settings.imageDeletionInExpress === 'waits') return dependents;
  return (resource: ResourceRecord) => (isCustomResourceType(resource.ResourceType) ? dependents(resource) : []);
}
