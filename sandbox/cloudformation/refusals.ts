/** The calls that CloudFormation refuses before anything has changed: wrong names, wrong states. */
import type { ResourceDeclaration } from '../template/template.ts';
import type { Conduct, CreationOptions } from './operation-options.ts';
import { isOperating, type Stack } from './stack.ts';

/** A refused call. `code` (ValidationError, AlreadyExistsException) and `message` are the API's own. */
export class CloudFormationError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'CloudFormationError';
    this.code = code;
  }
}

export function checkStackName(name: string): void {
  if (/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) return;
  const pattern = 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*';
  throwConstraint(`Value '${name}' at 'stackName'`, pattern);
}

export function checkOptions({ OnFailure, DisableRollback }: CreationOptions): void {
  const isContradiction = OnFailure !== undefined && DisableRollback !== undefined;
  refuseIf(isContradiction, 'You can specify either DisableRollback or OnFailure, but not both.');
}

const UPDATABLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'];

/** UpdateStack is refused during another operation, and for a stack that has failed, unless rollback was disabled. */
export function checkUpdatable(stack: Stack, { onFailure, isExpress }: Conduct): void {
  const { StackId, StackName, StackStatus, OnFailure, DeploymentConfig } = stack;
  const needsExpress = DeploymentConfig?.Mode === 'EXPRESS' && !isExpress;
  refuseIf(needsExpress, `Stack [${StackName}] is in express mode. Use DeploymentConfig with the Mode EXPRESS.`);
  const isFinal = StackStatus === 'CREATE_FAILED' && OnFailure === 'DO_NOTHING';
  const why = 'it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.';
  refuseIf(isFinal, `This stack cannot be updated from [CREATE_FAILED] state because ${why}`);
  const hasFailed = isFailedWithoutRollback(stack);
  const state = `This stack is currently in a non-terminal [${StackStatus}] state.`;
  const fix = 'To update the stack from this state, please use the disable-rollback parameter with update-stack API.';
  const undo = 'To rollback to the last known good state, use the rollback-stack API';
  refuseIf(hasFailed && onFailure !== 'DO_NOTHING', `${state} ${fix} ${undo}`);
  const isUpdatable = hasFailed || UPDATABLE.includes(StackStatus);
  refuseIf(!isUpdatable, `Stack:${StackId} is in ${StackStatus} state and can not be updated.`);
}

/** Whether the stack's last operation has failed, and nothing was rolled back. */
export function isFailedWithoutRollback({ StackStatus }: Stack): boolean {
  return StackStatus === 'CREATE_FAILED' || StackStatus === 'UPDATE_FAILED';
}

export function checkTypesKept({ resources }: Stack, declarations: readonly ResourceDeclaration[]): void {
  const retyped = declarations
    .filter(({ LogicalResourceId, Type }) => (resources[LogicalResourceId]?.ResourceType ?? Type) !== Type)
    .map(({ LogicalResourceId }) => LogicalResourceId);
  const which = `The new template modifies resource type of the following resources: [${retyped.join(', ')}]`;
  refuseIf(retyped.length > 0, `Update of resource type is not permitted. ${which}`);
}

/** DeleteStack is refused during another operation. RetainResources needs a DeleteStack that has failed before. */
export function checkDeletable(stack: Stack, RetainResources: readonly string[]): void {
  const { StackId, StackName, StackStatus, attributes } = stack;
  const isProtected = attributes?.EnableTerminationProtection ?? false;
  refuseIf(isProtected, `Stack [${StackName}] cannot be deleted while TerminationProtection is enabled`);
  refuseIf(isOperating(stack), `Stack [${StackName}] cannot be deleted while in status ${StackStatus}`);
  const isTooEarly = RetainResources.length > 0 && StackStatus !== 'DELETE_FAILED';
  const rule = 'specify which resources to retain only when the stack is in the DELETE_FAILED state.';
  refuseIf(isTooEarly, `Invalid operation on stack [${StackId}]. When you delete a stack, ${rule}`);
}

export function checkCancellable({ StackStatus }: Stack): void {
  const isUpdating = StackStatus === 'UPDATE_IN_PROGRESS';
  refuseIf(!isUpdating, 'CancelUpdateStack cannot be called from current stack status');
}

/** RollbackStack needs an operation that has failed without a rollback, and does not exist in express mode. */
export function checkRollbackable(stack: Stack): void {
  const { StackId, StackName, StackStatus, DeploymentConfig } = stack;
  const isExpress = DeploymentConfig?.Mode === 'EXPRESS';
  refuseIf(isExpress, `RollbackStack is not supported for stack [${StackName}], because it is in express mode.`);
  const hasFailed = isFailedWithoutRollback(stack);
  refuseIf(!hasFailed, `Stack:${StackId} is in ${StackStatus} state and can not be rolled back.`);
}

/** ContinueUpdateRollback needs a rollback that has failed, and can skip only resources that have failed. */
export function checkContinuable({ StackId, StackStatus, resources }: Stack, ResourcesToSkip: readonly string[]): void {
  const hasFailed = StackStatus === 'UPDATE_ROLLBACK_FAILED';
  refuseIf(!hasFailed, `Stack:${StackId} is in ${StackStatus} state and can not continue rollback.`);
  const others = ResourcesToSkip.filter((id) => resources[id]?.ResourceStatus !== 'UPDATE_FAILED');
  const rule = 'ResourcesToSkip can only name resources in the UPDATE_FAILED state';
  refuseIf(others.length > 0, `${rule}, not [${others.join(', ')}]`);
}

/** Why a change set is FAILED. Throws what CreateChangeSet refuses at once: a wrong template or parameter. */
export function failureOf(error: unknown): string {
  if (!(error instanceof CloudFormationError)) throw error;
  if (error.message === 'No updates are to be performed.') {
    return "The submitted information didn't contain changes. Submit different information to create a change set.";
  }
  if (/^(Transform|No transform|Received malformed)/.test(error.message)) return error.message;
  throw error;
}

export function refuseIf(isRefused: boolean, message: string): void {
  if (isRefused) throwValidationError(message);
}

/** Refuses a parameter, in the words of every API of AWS. */
export function throwConstraint(what: string, constraint: string): never {
  throwValidationError(`1 validation error detected: ${what} failed to satisfy constraint: ${constraint}`);
}

export function throwValidationError(message: string): never {
  throw new CloudFormationError('ValidationError', message);
}
