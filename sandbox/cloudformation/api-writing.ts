/**
 * The operations of CloudFormation's API that change stacks. Each answers when the operation has begun.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import { parseTemplate } from '../template/parse.ts';
import { changeSetReference, type TemplateStore, templateOf } from './api-templates.ts';
import { checkCapabilities } from './capabilities.ts';
import type { CloudFormation } from './cloudformation.ts';
import type { DeploymentConfig, StackAttributes, UpdateOptions } from './operation-options.ts';
import type { Operation, QueryCall } from './query.ts';
import { throwValidationError } from './refusals.ts';
import type { Stack, StackSource } from './stack.ts';

type Services = CloudFormation & TemplateStore;

const template =
  'StackName TemplateBody TemplateURL Parameters Capabilities Tags NotificationARNs RoleARN DeploymentConfig';
const ignored = 'TimeoutInMinutes DisableValidation';
const refused = 'RollbackConfiguration ResourceTypes';
const policies = 'StackPolicyBody StackPolicyURL';

export const writingOperations: ReadonlyMap<string, Operation<Services>> = new Map(
  Object.entries<Operation<Services>>({
    CreateStack: {
      act: createStack,
      reads: `${template} DisableRollback OnFailure RetainExceptOnCreate ClientRequestToken EnableTerminationProtection`,
      ignores: ignored,
      refuses: `${refused} ${policies}`,
    },
    UpdateStack: {
      act: updateStack,
      reads: `${template} UsePreviousTemplate DisableRollback RetainExceptOnCreate ClientRequestToken`,
      ignores: 'DisableValidation',
      refuses: `${refused} ${policies} StackPolicyDuringUpdateBody StackPolicyDuringUpdateURL`,
    },
    DeleteStack: {
      act: deleteStack,
      reads: 'StackName RetainResources DeploymentConfig',
      ignores: 'RoleARN ClientRequestToken',
      refuses: 'DeletionMode',
    },
    RollbackStack: {
      act: rollbackStack,
      reads: 'StackName RetainExceptOnCreate',
      ignores: 'RoleARN ClientRequestToken',
      refuses: 'DeploymentConfig',
    },
    ContinueUpdateRollback: {
      act: continueUpdateRollback,
      reads: 'StackName ResourcesToSkip',
      ignores: 'RoleARN ClientRequestToken',
      refuses: 'ForceRollback',
    },
    CancelUpdateStack: { act: cancelUpdateStack, reads: 'StackName', ignores: 'ClientRequestToken' },
    UpdateTerminationProtection: {
      act: updateTerminationProtection,
      reads: 'StackName EnableTerminationProtection',
    },
    CreateChangeSet: {
      act: createChangeSet,
      reads: `${template} UsePreviousTemplate ChangeSetName ChangeSetType Description OnStackFailure`,
      ignores: 'ClientToken IncludeNestedStacks DisableValidation',
      refuses: `${refused} ResourcesToImport ImportExistingResources DeploymentMode`,
    },
    ExecuteChangeSet: {
      act: executeChangeSet,
      reads: 'ChangeSetName StackName DisableRollback RetainExceptOnCreate',
      ignores: 'ClientRequestToken',
    },
    DeleteChangeSet: { act: deleteChangeSet, reads: 'ChangeSetName StackName' },
  }),
);

async function createStack(call: QueryCall, services: Services) {
  const StackName = call.required('StackName');
  const repeated = repeatedCall(call, services.findStack(StackName));
  if (repeated) return repeated;
  const source = sourceOf(call, services, undefined);
  checkCapabilities(source, call.list('Capabilities'));
  const { StackId } = await services.begin.createStack(StackName, source, {
    ...rollbackOptionsOf(call),
    OnFailure: call.oneOf('OnFailure', onFailures),
    attributes: {
      ...attributesOf(call),
      ClientRequestToken: call.text('ClientRequestToken'),
      EnableTerminationProtection: call.flag('EnableTerminationProtection') ?? false,
    },
  });
  return { StackId };
}

async function updateStack(call: QueryCall, services: Services) {
  const StackName = call.required('StackName');
  const stack = services.findStack(StackName);
  const repeated = repeatedCall(call, stack);
  if (repeated) return repeated;
  const { source: previous } = stack ?? throwValidationError(`Stack [${StackName}] does not exist`);
  const source = sourceOf(call, services, previous);
  checkCapabilities(source, call.list('Capabilities'));
  const { StackId } = await services.begin.updateStack(StackName, source, {
    ...rollbackOptionsOf(call),
    attributes: { ...attributesOf(call), ClientRequestToken: call.text('ClientRequestToken') },
  });
  return { StackId };
}

async function deleteStack(call: QueryCall, { begin }: Services) {
  const RetainResources = call.list('RetainResources') ?? [];
  await begin.deleteStack(call.required('StackName'), { RetainResources, DeploymentConfig: deploymentConfigOf(call) });
  return undefined;
}

async function rollbackStack(call: QueryCall, { begin }: Services) {
  const { StackId } = await begin.rollbackStack(call.required('StackName'), {
    RetainExceptOnCreate: call.flag('RetainExceptOnCreate'),
  });
  return { StackId };
}

async function continueUpdateRollback(call: QueryCall, { begin }: Services) {
  const ResourcesToSkip = call.list('ResourcesToSkip') ?? [];
  await begin.continueUpdateRollback(call.required('StackName'), { ResourcesToSkip });
  return {};
}

async function cancelUpdateStack(call: QueryCall, services: Services) {
  await services.cancelUpdateStack(call.required('StackName'));
  return undefined;
}

function updateTerminationProtection(call: QueryCall, services: Services) {
  const isEnabled = call.flag('EnableTerminationProtection') ?? false;
  const { StackId } = services.setTerminationProtection(call.required('StackName'), isEnabled);
  return { StackId };
}

async function createChangeSet(call: QueryCall, services: Services) {
  const StackName = call.required('StackName');
  const ChangeSetName = call.required('ChangeSetName');
  const ChangeSetType = call.oneOf('ChangeSetType', ['CREATE', 'UPDATE']) ?? 'UPDATE';
  const stack = services.findStack(StackName);
  const source = sourceOf(call, services, ChangeSetType === 'UPDATE' ? stack?.source : undefined);
  checkCapabilities(source, call.list('Capabilities'), { expandsMacros: true });
  const { ChangeSetId: Id, StackId } = await services.createChangeSet(StackName, {
    ChangeSetName,
    ChangeSetType,
    Description: call.text('Description'),
    source,
    options: {
      OnFailure: call.oneOf('OnStackFailure', onFailures),
      DeploymentConfig: deploymentConfigOf(call),
      attributes: attributesOf(call),
    },
  });
  return { Id, StackId };
}

async function executeChangeSet(call: QueryCall, { begin }: Services) {
  await begin.executeChangeSet(changeSetReference(call), {
    DisableRollback: call.flag('DisableRollback'),
    RetainExceptOnCreate: call.flag('RetainExceptOnCreate'),
  });
  return {};
}

function deleteChangeSet(call: QueryCall, services: Services) {
  services.deleteChangeSet(changeSetReference(call));
  return {};
}

/** The answer to a call that was repeated with its token: the operation has begun already. */
function repeatedCall(call: QueryCall, stack: Stack | undefined) {
  const token = call.text('ClientRequestToken');
  if (stack === undefined || token === undefined || stack.attributes?.ClientRequestToken !== token) return undefined;
  return { StackId: stack.StackId };
}

const onFailures = ['DO_NOTHING', 'ROLLBACK', 'DELETE'] as const;

function rollbackOptionsOf(call: QueryCall): UpdateOptions {
  return {
    DisableRollback: call.flag('DisableRollback'),
    RetainExceptOnCreate: call.flag('RetainExceptOnCreate'),
    DeploymentConfig: deploymentConfigOf(call),
  };
}

function deploymentConfigOf(call: QueryCall): DeploymentConfig | undefined {
  const Mode = call.oneOf('DeploymentConfig.Mode', ['STANDARD', 'EXPRESS']);
  const DisableRollback = call.flag('DeploymentConfig.DisableRollback');
  return Mode === undefined && DisableRollback === undefined ? undefined : { Mode, DisableRollback };
}

/** A stack keeps the tags, ARNs and role that a call does not name. */
function attributesOf(call: QueryCall): StackAttributes {
  const Tags = call.records('Tags')?.map(({ Key = '', Value = '' }) => ({ Key, Value }));
  const NotificationARNs = call.list('NotificationARNs');
  const RoleARN = call.text('RoleARN');
  return {
    Capabilities: call.list('Capabilities') ?? [],
    ...(Tags && { Tags }),
    ...(NotificationARNs && { NotificationARNs }),
    ...(RoleARN !== undefined && { RoleARN }),
  };
}

/** @param previous of the stack that is updated: undefined for a new one */
function sourceOf(call: QueryCall, services: TemplateStore, previous: StackSource | undefined): StackSource {
  const keepsTemplate = previous !== undefined && call.flag('UsePreviousTemplate');
  const templateText = keepsTemplate ? (previous.original ?? previous.templateText) : templateOf(call, services);
  const before = previous === undefined ? {} : lastParameters(previous);
  const given = (call.records('Parameters') ?? []).map(
    ({ ParameterKey = '', ParameterValue = '', UsePreviousValue }) => {
      if (UsePreviousValue !== 'true') return [ParameterKey, ParameterValue] as const;
      const last = before[ParameterKey];
      if (last !== undefined) return [ParameterKey, last] as const;
      const problem = `Invalid input for parameter key ${ParameterKey}. Cannot specify usePreviousValue as true`;
      return throwValidationError(`${problem} for a parameter key not in the previous template`);
    },
  );
  return { templateText, fileName: 'TemplateBody', parameters: Object.fromEntries(given) };
}

/** The values of the parameters of a deployed template, also those of its defaults. */
export function lastParameters({ templateText, fileName, parameters }: StackSource): Readonly<Record<string, string>> {
  const { Parameters } = parseTemplate(templateText, fileName);
  const defaults = [...Parameters].flatMap(([name, { Default }]) => (Default === undefined ? [] : [[name, Default]]));
  return { ...Object.fromEntries(defaults), ...parameters };
}
