/**
 * The story of CreateStack: every resource in the order of its dependencies, then the outputs; or, from the first
 * failure on, back to nothing.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 */
import { dependenciesAmong, inOrder } from './dependency-order.ts';
import type { Deployment } from './deployment.ts';
import { settleOutputs } from './outputs.ts';
import { createResource } from './resource-steps.ts';
import { rollBackCreate } from './rollback-create.ts';
import { failedResources, type Run, setStackStatus } from './run.ts';

/** What happens when a resource cannot be created: back to nothing, or everything stays as it is. */
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
