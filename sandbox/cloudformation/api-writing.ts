/**
 * The operations of CloudFormation's API that change stacks. Each answers when the operation has begun.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import { parseTemplate } from '../template/parse.ts';
import { changeSetReference, checkCapabilities, type TemplateStore, templateOf } from './api-templates.ts';
import type { CloudFormation } from './cloudformation.ts';
import type { DeploymentConfig, StackAttributes, UpdateOptions } from './operation-options.ts';
import type { Operation, QueryCall } from './query.ts';
import { throwValidationError } from './refusals.ts';
import type { Stack, StackSource } from './stack.ts';

type Services = CloudFormation & TemplateStore;
type Begun = Pick<Stack, 'StackId'>;

const template =
  'StackName TemplateBody TemplateURL Parameters Capabilities Tags NotificationARNs RoleARN DeploymentConfig';
const afterFailure = 'DisableRollback RetainExceptOnCreate ClientRequestToken';
const onFailures = ['DO_NOTHING', 'ROLLBACK', 'DELETE'] as const;

export const writingOperations: Readonly<Record<string, Operation<Services>>> = {
  CreateStack: {
    reads: `${template} ${afterFailure} OnFailure EnableTerminationProtection`,
    ignores: 'TimeoutInMinutes DisableValidation',
    act(call, services) {
      const StackName = call.required('StackName');
      const source = sourceOf(call, services, undefined);
      return deploy(call, source, services.findStack(StackName), () => {
        const options = { ...updateOptionsOf(call), OnFailure: call.oneOf('OnFailure', onFailures) };
        const EnableTerminationProtection = call.flag('EnableTerminationProtection') ?? false;
        const attributes = { ...options.attributes, EnableTerminationProtection };
        return services.begin.createStack(StackName, source, { ...options, attributes });
      });
    },
  },
  UpdateStack: {
    reads: `${template} ${afterFailure} UsePreviousTemplate`,
    ignores: 'DisableValidation',
    act(call, services) {
      const StackName = call.required('StackName');
      const stack = services.findStack(StackName) ?? throwValidationError(`Stack [${StackName}] does not exist`);
      const source = sourceOf(call, services, stack.source);
      return deploy(call, source, stack, () => services.begin.updateStack(StackName, source, updateOptionsOf(call)));
    },
  },
  DeleteStack: {
    reads: 'StackName RetainResources DeploymentConfig',
    ignores: 'RoleARN ClientRequestToken',
    async act(call, { begin }) {
      const RetainResources = call.list('RetainResources') ?? [];
      const DeploymentConfig = deploymentConfigOf(call);
      await begin.deleteStack(call.required('StackName'), { RetainResources, DeploymentConfig });
      return undefined;
    },
  },
  RollbackStack: {
    reads: 'StackName RetainExceptOnCreate',
    ignores: 'RoleARN ClientRequestToken',
    async act(call, { begin }) {
      const options = { RetainExceptOnCreate: call.flag('RetainExceptOnCreate') };
      const { StackId } = await begin.rollbackStack(call.required('StackName'), options);
      return { StackId };
    },
  },
  ContinueUpdateRollback: {
    reads: 'StackName ResourcesToSkip',
    ignores: 'RoleARN ClientRequestToken',
    async act(call, { begin }) {
      const ResourcesToSkip = call.list('ResourcesToSkip') ?? [];
      await begin.continueUpdateRollback(call.required('StackName'), { ResourcesToSkip });
      return {};
    },
  },
  CancelUpdateStack: {
    reads: 'StackName',
    ignores: 'ClientRequestToken',
    async act(call, services) {
      await services.cancelUpdateStack(call.required('StackName'));
      return undefined;
    },
  },
  UpdateTerminationProtection: {
    reads: 'StackName EnableTerminationProtection',
    act(call, services) {
      const isEnabled = call.flag('EnableTerminationProtection') ?? false;
      return { StackId: services.setTerminationProtection(call.required('StackName'), isEnabled).StackId };
    },
  },
  CreateChangeSet: {
    reads: `${template} UsePreviousTemplate ChangeSetName ChangeSetType Description OnStackFailure`,
    ignores: 'ClientToken IncludeNestedStacks DisableValidation',
    async act(call, services) {
      const StackName = call.required('StackName');
      const ChangeSetType = call.oneOf('ChangeSetType', ['CREATE', 'UPDATE']) ?? 'UPDATE';
      const previous = ChangeSetType === 'UPDATE' ? services.findStack(StackName)?.source : undefined;
      const source = sourceOf(call, services, previous);
      checkCapabilities(source, call, { expandsMacros: true });
      const { ChangeSetId: Id, StackId } = await services.createChangeSet(StackName, {
        ChangeSetName: call.required('ChangeSetName'),
        ...{ ChangeSetType, Description: call.text('Description'), source },
        options: {
          OnFailure: call.oneOf('OnStackFailure', onFailures),
          DeploymentConfig: deploymentConfigOf(call),
          attributes: attributesOf(call),
        },
      });
      return { Id, StackId };
    },
  },
  ExecuteChangeSet: {
    reads: `ChangeSetName StackName DisableRollback RetainExceptOnCreate`,
    ignores: 'ClientRequestToken',
    async act(call, { begin }) {
      await begin.executeChangeSet(changeSetReference(call), {
        DisableRollback: call.flag('DisableRollback'),
        RetainExceptOnCreate: call.flag('RetainExceptOnCreate'),
      });
      return {};
    },
  },
  DeleteChangeSet: {
    reads: 'ChangeSetName StackName',
    act(call, services) {
      services.deleteChangeSet(changeSetReference(call));
      return {};
    },
  },
};

/** Begins the operation, unless the same call has begun it already: a repeated call has the same token. */
async function deploy(call: QueryCall, source: StackSource, stack: Stack | undefined, begin: () => Promise<Begun>) {
  checkCapabilities(source, call);
  const token = call.text('ClientRequestToken');
  const isRepeated = token !== undefined && stack?.attributes?.ClientRequestToken === token;
  const { StackId } = isRepeated ? stack : await begin();
  return { StackId };
}

function updateOptionsOf(call: QueryCall): UpdateOptions {
  return {
    DisableRollback: call.flag('DisableRollback'),
    RetainExceptOnCreate: call.flag('RetainExceptOnCreate'),
    DeploymentConfig: deploymentConfigOf(call),
    attributes: { ...attributesOf(call), ClientRequestToken: call.text('ClientRequestToken') },
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

function sourceOf(call: QueryCall, services: TemplateStore, previous: StackSource | undefined): StackSource {
  const keepsTemplate = previous !== undefined && call.flag('UsePreviousTemplate');
  const templateText = keepsTemplate ? (previous.original ?? previous.templateText) : templateOf(call, services);
  const before = previous === undefined ? {} : lastParameters(previous);
  const parameters: Record<string, string> = {};
  for (const { ParameterKey = '', ParameterValue = '', UsePreviousValue } of call.records('Parameters') ?? []) {
    const problem = `Invalid input for parameter key ${ParameterKey}. Cannot specify usePreviousValue as true`;
    const value = UsePreviousValue === 'true' ? before[ParameterKey] : ParameterValue;
    parameters[ParameterKey] =
      value ?? throwValidationError(`${problem} for a parameter key not in the previous template`);
  }
  return { templateText, fileName: 'TemplateBody', parameters };
}

/** The values of the parameters of a deployed template, also those of its defaults. */
export function lastParameters({ templateText, fileName, parameters }: StackSource): Readonly<Record<string, string>> {
  const { Parameters } = parseTemplate(templateText, fileName);
  const defaults = [...Parameters].flatMap(([name, { Default }]) => (Default === undefined ? [] : [[name, Default]]));
  return { ...Object.fromEntries(defaults), ...parameters };
}
