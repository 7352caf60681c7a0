/** What may be asked of a stack in which state: the refusals that come before anything has changed. */
import type { ResourceDeclaration } from '../template/template.ts';
import type { Stack } from './stack.ts';

/** A refused call: `code` as the API sends it (ValidationError, AlreadyExistsException), `message` in its own words. */
export class CloudFormationError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'CloudFormationError';
    this.code = code;
  }
}

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** Throws a ValidationError unless `name` may be given to a stack. */
export function checkStackName(name: string): void {
  if (STACK_NAME.test(name)) return;
  throw new CloudFormationError(
    'ValidationError',
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
  );
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** UpdateStack: not while anything is under way, and not of a stack that has failed. */
export function checkUpdatable({ StackId, StackStatus }: Stack): void {
  if (!UPDATABLE.includes(StackStatus)) refuse(`Stack:${StackId} is in ${StackStatus} state and can not be updated.`);
}

/** UpdateStack: a logical id keeps its type for ever. */
export function checkTypesKept({ resources }: Stack, declarations: readonly ResourceDeclaration[]): void {
  const retyped = declarations
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
