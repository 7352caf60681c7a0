/**
 * DeleteStack deletes every resource, dependents first, with one attempt each. A resource that fails to delete keeps the
 * resources that it depends on.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
 */
import { replacedResources } from './clean-up.ts';
import { dependentsAmong, inOrder } from './dependency-order.ts';
import { exportConflict } from './exports.ts';
import { deleteResource } from './resource-steps.ts';
import { announce, failedResources, type Run, setResourceStatus, setStackStatus } from './run.ts';
import { isGone, type ResourceRecord } from './stack.ts';

/** Deletes the stack, but retains `RetainResources`. */
export async function deleteStack(run: Run, RetainResources: readonly string[]): Promise<void> {
  const { stack, stacks, clock } = run;
  const conflict = exportConflict(stack, stacks, []);
  // The stack keeps its status, with the conflict as the reason.
  if (conflict !== undefined) return setStackStatus(run, stack.StackStatus, conflict);

  stack.DeletionTime = clock.now();
  setStackStatus(run, 'DELETE_IN_PROGRESS', 'User Initiated');
  const live = Object.values(stack.resources).filter((resource) => !isGone(resource));
  const replaced = replacedResources(run);
  const resources = [...live, ...replaced];
  const isRetained = (resource: ResourceRecord) =>
    RetainResources.includes(resource.LogicalResourceId) ||
    (replaced.includes(resource) ? resource.UpdateReplacePolicy : resource.DeletionPolicy).startsWith('Retain');
  await inOrder(resources, dependentsAmong(resources), async (resource) => {
    const setStatus = live.includes(resource) ? setResourceStatus : announce;
    if (!isRetained(resource)) return deleteResource(run, resource, resource.Properties, setStatus);
    setStatus(run, resource, 'DELETE_SKIPPED');
    return true;
  });

  const failure = failedResources(stack, 'DELETE');
  if (failure !== '') return setStackStatus(run, 'DELETE_FAILED', failure);
  stack.outputs = [];
  stack.imports = [];
  delete stack.pendingUpdate;
  setStackStatus(run, 'DELETE_COMPLETE');
}
