/** The calls that CloudFormation refuses before anything has changed: wrong names, wrong states. */
import type { ResourceDeclaration } from '../template/template.ts';
import type { Stack } from './stack.ts';

/** A refused call. `code` (ValidationError, AlreadyExistsException) and `message` are the API's own. */
export class CloudFormationError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'CloudFormationError';
    this.code = code;
  }
}

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

export function checkStackName(name: string): void {
  if (STACK_NAME.test(name)) return;
  throwValidationError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
  );
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** UpdateStack is refused during another operation, and for a stack that has failed. */
export function checkUpdatable({ StackId, StackStatus }: Stack): void {
  if (!UPDATABLE.includes(StackStatus))
    throwValidationError(`Stack:${StackId} is in ${StackStatus} state and can not be updated.`);
}

/** UpdateStack is refused if a logical id changes its type. */
export function checkTypesKept({ resources }: Stack, declarations: readonly ResourceDeclaration[]): void {
  const retyped = declarations
    .filter(({ LogicalResourceId, Type }) => (resources[LogicalResourceId]?.ResourceType ?? Type) !== Type)
    .map(({ LogicalResourceId }) => LogicalResourceId);
  if (retyped.length === 0) return;
  const which = `The new template modifies resource type of the following resources: [${retyped.join(', ')}]`;
  throwValidationError(`Update of resource type is not permitted. ${which}`);
}

/** DeleteStack is refused during another operation. RetainResources needs a DeleteStack that has failed before. */
export function checkDeletable({ StackId, StackName, StackStatus }: Stack, RetainResources: readonly string[]): void {
  if (StackStatus.endsWith('_IN_PROGRESS')) {
    throwValidationError(`Stack [${StackName}] cannot be deleted while in status ${StackStatus}`);
  }
  if (RetainResources.length > 0 && StackStatus !== 'DELETE_FAILED') {
    throwValidationError(
      `Invalid operation on stack [${StackId}]. When you delete a stack, specify which resources to retain ` +
        'only when the stack is in the DELETE_FAILED state.',
    );
  }
}

/** CancelUpdateStack is refused unless resources are being updated. */
export function checkCancellable({ StackStatus }: Stack): void {
  if (StackStatus !== 'UPDATE_IN_PROGRESS')
    throwValidationError('CancelUpdateStack cannot be called from current stack status');
}

/** ContinueUpdateRollback needs a rollback that has failed, and can skip only resources that have failed. */
export function checkContinuable({ StackId, StackStatus, resources }: Stack, ResourcesToSkip: readonly string[]): void {
  if (StackStatus !== 'UPDATE_ROLLBACK_FAILED') {
    throwValidationError(`Stack:${StackId} is in ${StackStatus} state and can not continue rollback.`);
  }
  const others = ResourcesToSkip.filter((id) => resources[id]?.ResourceStatus !== 'UPDATE_FAILED');
  if (others.length === 0) return;
  throwValidationError(
    `ResourcesToSkip can only name resources in the UPDATE_FAILED state, not [${others.join(', ')}]`,
  );
}

export function throwValidationError(message: string): never {
  throw new CloudFormationError('ValidationError', message);
}
