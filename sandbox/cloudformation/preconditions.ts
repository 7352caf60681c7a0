/** What may be asked of a stack in which state: the refusals that come before anything has changed. */
import { CloudFormationError } from './cloudformation-error.ts';
import type { Deployment } from './deployment.ts';
import type { Stack } from './stack.ts';

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** UpdateStack: not while anything is under way, and not of a stack that has failed. */
export function checkUpdatable({ StackId, StackStatus }: Stack): void {
  if (!UPDATABLE.includes(StackStatus)) refuse(`Stack:${StackId} is in ${StackStatus} state and can not be updated.`);
}

/** UpdateStack: a logical id keeps its type for ever. */
export function checkTypesKept({ resources }: Stack, deployment: Deployment): void {
  const retyped = deployment.resources
    .filter(({ LogicalResourceId, Type }) => (resources[LogicalResourceId]?.ResourceType ?? Type) !== Type)
    .map(({ LogicalResourceId }) => LogicalResourceId);
  if (retyped.length === 0) return;
  const which = `The new template modifies resource type of the following resources: [${retyped.join(', ')}]`;
  refuse(`Update of resource type is not permitted. ${which}`);
}

/** DeleteStack: not while anything is under way, and with RetainResources only after it has failed. */
export function checkDeletable({ StackId, StackName, StackStatus }: Stack, RetainResources: readonly string[]): void {
  if (StackStatus.endsWith('_IN_PROGRESS')) {
    refuse(`Stack [${StackName}] cannot be deleted while in status ${StackStatus}`);
  }
  if (RetainResources.length > 0 && StackStatus !== 'DELETE_FAILED') {
    refuse(
      `Invalid operation on stack [${StackId}]. When you delete a stack, specify which resources to retain ` +
        'only when the stack is in the DELETE_FAILED state.',
    );
  }
}

/** CancelUpdateStack: only while resources are being updated. */
export function checkCancellable({ StackStatus }: Stack): void {
  if (StackStatus !== 'UPDATE_IN_PROGRESS') refuse('CancelUpdateStack cannot be called from current stack status');
}

/** ContinueUpdateRollback: only after a rollback that has failed; only resources that have failed can be skipped. */
export function checkContinuable({ StackId, StackStatus, resources }: Stack, ResourcesToSkip: readonly string[]): void {
  if (StackStatus !== 'UPDATE_ROLLBACK_FAILED') {
    refuse(`Stack:${StackId} is in ${StackStatus} state and can not continue rollback.`);
  }
  const others = ResourcesToSkip.filter((id) => resources[id]?.ResourceStatus !== 'UPDATE_FAILED');
  if (others.length === 0) return;
  refuse(`ResourcesToSkip can only name resources in the UPDATE_FAILED state, not [${others.join(', ')}]`);
}

function refuse(message: string): never {
  throw new CloudFormationError('ValidationError', message);
}
