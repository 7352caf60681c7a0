/**
 * CreateStack creates every resource in the order of the dependencies, then the outputs. After the first failure it
 * deletes everything again.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 */
import { dependenciesAmong, dependentsAmong, inOrder } from './dependency-order.ts';
import type { Deployment } from './deployment.ts';
import { settleOutputs } from './outputs.ts';
import { createResource, deleteResource } from './resource-steps.ts';
import { failedResources, type Run, setResourceStatus, setStackStatus } from './run.ts';

/** What CreateStack does when a resource cannot be created: delete everything, or leave everything as it is. */
export type OnFailure = 'ROLLBACK' | 'DO_NOTHING';

export async function createStack(run: Run, deployment: Deployment, onFailure: OnFailure): Promise<void> {
  setStackStatus(run, 'CREATE_IN_PROGRESS', 'User Initiated');
  const { resources } = deployment;
  const { signal } = run.cancellation;
  await inOrder(
    resources,
    dependenciesAmong(resources),
    async (declaration) => {
      const created = await createResource(run, deployment, declaration);
      if (!created && onFailure === 'ROLLBACK') run.cancellation.abort();
      return created;
    },
    signal,
  );
  const failure = failedResources(run.stack, 'CREATE') || settleOutputs(run, deployment);
  if (failure === undefined) setStackStatus(run, 'CREATE_COMPLETE');
  else if (onFailure === 'DO_NOTHING') setStackStatus(run, 'CREATE_FAILED', failure);
  else await rollBackCreate(run, `${failure} Rollback requested by user.`);
}

/** Deletes what was created: dependents first, one attempt each. */
async function rollBackCreate(run: Run, reason: string): Promise<void> {
  const { stack, settings, clock } = run;
  stack.DeletionTime = clock.now();
  setStackStatus(run, 'ROLLBACK_IN_PROGRESS', reason);
  await clock.sleep(settings.pauseBeforeRollbackMs);
  const resources = Object.values(stack.resources);
  await inOrder(resources, dependentsAmong(resources), async (resource) => {
    // RetainExceptOnCreate does not retain a resource after a failed Create, so only Retain counts.
    if (resource.DeletionPolicy !== 'Retain') return deleteResource(run, resource, resource.Properties);
    setResourceStatus(run, resource, 'DELETE_SKIPPED');
    return true;
  });
  stack.imports = [];
  const failure = failedResources(stack, 'DELETE');
  if (failure === '') setStackStatus(run, 'ROLLBACK_COMPLETE');
  else setStackStatus(run, 'ROLLBACK_FAILED', failure);
}
