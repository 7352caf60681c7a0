/** How a stack that could not be created goes away again: Deletes only, dependents first, one attempt each. */
import { dependentsAmong, inOrder } from './dependency-order.ts';
import { deleteResource } from './resource-steps.ts';
import { failedResources, type Run, setResourceStatus, setStackStatus } from './run.ts';

export async function rollBackCreate(run: Run, reason: string): Promise<void> {
  const { stack, settings, clock } = run;
  stack.DeletionTime = clock.now();
  setStackStatus(run, 'ROLLBACK_IN_PROGRESS', reason);
  await clock.sleep(settings.pauseBeforeRollbackMs);
  const resources = Object.values(stack.resources);
  await inOrder(resources, dependentsAmong(resources), async (resource) => {
    // RetainExceptOnCreate makes its exception for this very moment.
    if (resource.DeletionPolicy !== 'Retain') return deleteResource(run, resource, resource.Properties);
    setResourceStatus(run, resource, 'DELETE_SKIPPED');
    return true;
  });
  stack.imports = [];
  const failure = failedResources(stack, 'DELETE');
  if (failure === '') setStackStatus(run, 'ROLLBACK_COMPLETE');
  else setStackStatus(run, 'ROLLBACK_FAILED', failure);
}
