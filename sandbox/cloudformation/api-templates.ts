/**
 * The operations of CloudFormation's API on templates and change sets.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
 */
import { mapOf } from '../json.ts';
import { parse, parseTemplate } from '../template/parse.ts';
import { plainTemplate } from '../template/read-yaml.ts';
import type { ParameterDeclaration } from '../template/template.ts';
import { filled, namedStack, pageOf, type ReadableStacks, shownParameters, timestamp } from './api-reading.ts';
import type { ChangeSet, ChangeSetReference } from './change-sets.ts';
import type { CloudFormation } from './cloudformation.ts';
import { namesMacros } from './macros.ts';
import type { Operation, QueryCall } from './query.ts';
import { CloudFormationError, refuseIf, throwConstraint, throwValidationError } from './refusals.ts';
import { isInReview, type StackSource } from './stack.ts';

export interface TemplateStore {
  /** The text of an object of S3 that was uploaded to the sandbox. */
  readonly findUpload?: (url: string) => string | undefined;
}

type Services = CloudFormation & TemplateStore & Pick<ReadableStacks, 'pageSize'>;

export const templateOperations: Readonly<Record<string, Operation<Services>>> = {
  DescribeChangeSet: {
    act: describeChangeSet,
    reads: 'ChangeSetName StackName NextToken',
    ignores: 'IncludePropertyValues',
  },
  ListChangeSets: { act: listChangeSets, reads: 'StackName NextToken' },
  GetTemplate: { act: getTemplate, reads: 'StackName ChangeSetName TemplateStage' },
  GetTemplateSummary: {
    act: getTemplateSummary,
    reads: 'TemplateBody TemplateURL StackName',
    ignores: 'TemplateSummaryConfig',
  },
  ValidateTemplate: {
    act: (call, services) => validated(givenSource(call, services), () => ({})),
    reads: 'TemplateBody TemplateURL',
  },
};

export function changeSetReference(call: QueryCall): ChangeSetReference {
  return { ChangeSetName: call.required('ChangeSetName'), StackName: call.text('StackName') };
}

const longestBody = 51_200;

export function templateOf(call: QueryCall, { findUpload }: TemplateStore): string {
  const url = call.text('TemplateURL');
  const body = call.text('TemplateBody');
  const problem = `S3 error: the sandbox has no object at ${url}. Upload it to the sandbox, or pass it as TemplateBody.`;
  if (url !== undefined) return findUpload?.(url) ?? throwValidationError(problem);
  if (body === undefined) return throwValidationError('Either Template URL or Template Body must be specified.');
  if (body.length <= longestBody) return body;
  return throwConstraint("Value at 'templateBody'", `Member must have length less than or equal to ${longestBody}`);
}

function describeChangeSet(call: QueryCall, services: Services) {
  const changeSet = services.findChangeSet(changeSetReference(call));
  const { options, source, changes } = changeSet;
  const { DeploymentConfig, OnFailure, attributes = {} } = options;
  const { Capabilities = [], NotificationARNs = [], Tags } = attributes;
  const { items, NextToken } = pageOf(changes, { key: (each) => each.LogicalResourceId }, services, call);
  return {
    ...summaryOf(changeSet),
    ...{ NotificationARNs, Capabilities, Tags, DeploymentConfig, OnStackFailure: OnFailure },
    Parameters: filled(shownParameters(source)),
    RollbackConfiguration: {},
    Changes: items.map((change) => ({ Type: 'Resource', ResourceChange: { Scope: [], Details: [], ...change } })),
    NextToken,
  };
}

function listChangeSets(call: QueryCall, services: Services) {
  const name = call.required('StackName');
  const { StackId } = services.findStack(name) ?? throwValidationError(`Stack [${name}] does not exist`);
  const all = services.listChangeSets(StackId);
  const { items, NextToken } = pageOf(all, { key: (each) => each.ChangeSetId }, services, call);
  return { Summaries: items.map(summaryOf), NextToken };
}

function summaryOf(changeSet: ChangeSet) {
  const { StackId, StackName, ChangeSetId, ChangeSetName, ExecutionStatus, Status, StatusReason } = changeSet;
  return {
    ...{ StackId, StackName, ChangeSetId, ChangeSetName, ExecutionStatus, Status, StatusReason },
    CreationTime: timestamp(changeSet.CreationTime),
    Description: changeSet.Description,
    IncludeNestedStacks: false,
  };
}

function getTemplate(call: QueryCall, services: Services) {
  const StagesAvailable = ['Original', 'Processed'] as const;
  const stage = call.oneOf('TemplateStage', StagesAvailable) ?? 'Original';
  const ofChangeSet = call.text('ChangeSetName') !== undefined;
  const stackName = () => call.text('StackName') ?? throwValidationError('StackName is a required parameter.');
  const holder = ofChangeSet ? services.findChangeSet(changeSetReference(call)) : namedStack(services, stackName());
  const { templateText, original = templateText } = holder.source;
  return { TemplateBody: stage === 'Original' ? original : templateText, StagesAvailable };
}

function getTemplateSummary(call: QueryCall, services: Services) {
  const name = call.text('StackName');
  const stack = name === undefined ? undefined : namedStack(services, name);
  const hasOnlyChangeSets = stack !== undefined && isInReview(stack);
  refuseIf(hasOnlyChangeSets, 'GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.');
  const source = stack?.source ?? givenSource(call, services);
  const written = plainTemplate(source.original ?? source.templateText);
  const { AWSTemplateFormatVersion: Version, Metadata, Resources } = written;
  const types = Object.entries(mapOf(Resources)).map(([id, each]) => [id, String(mapOf(each)['Type'])] as const);
  const ResourceTypes = [...new Set(types.map(([, type]) => type))];
  return {
    ...validated(source, ({ Type, AllowedValues }) => ({
      ParameterType: Type,
      ParameterConstraints: AllowedValues === undefined ? {} : { AllowedValues },
    })),
    ResourceTypes,
    Version: typeof Version === 'string' ? Version : undefined,
    Metadata: Metadata === undefined ? undefined : JSON.stringify(Metadata),
    ResourceIdentifierSummaries: ResourceTypes.map((ResourceType) => ({
      ResourceType,
      LogicalResourceIds: types.filter(([, type]) => type === ResourceType).map(([id]) => id),
    })),
  };
}

function givenSource(call: QueryCall, services: Services): StackSource {
  return { templateText: templateOf(call, services), fileName: 'TemplateBody', parameters: {} };
}

/** What ValidateTemplate and GetTemplateSummary both show; `more` is what only one of them shows of a parameter. */
function validated<More extends object>(source: StackSource, more: (parameter: ParameterDeclaration) => More) {
  const { Description, Parameters } = parseTemplate(source.templateText, source.fileName);
  const { Transform = [] } = plainTemplate(source.original ?? source.templateText);
  const { Capabilities, types } = iamCapabilities(source);
  const transforms = [Transform].flat().map((each) => (typeof each === 'string' ? each : mapOf(each)['Name']));
  const DeclaredTransforms = transforms.filter((each) => typeof each === 'string');
  const needed = DeclaredTransforms.length > 0 ? [...Capabilities, 'CAPABILITY_AUTO_EXPAND'] : Capabilities;
  return {
    Parameters: [...Parameters].map(([ParameterKey, parameter]) => ({
      ParameterKey,
      DefaultValue: parameter.Default,
      NoEcho: parameter.NoEcho ?? false,
      Description: parameter.Description,
      ...more(parameter),
    })),
    Description,
    Capabilities: filled(needed),
    CapabilitiesReason: capabilitiesReason(types, DeclaredTransforms),
    DeclaredTransforms: filled(DeclaredTransforms),
  };
}

function capabilitiesReason(types: readonly string[], transforms: readonly string[]): string | undefined {
  if (transforms.length > 0) return `The following transform(s) require capabilities: [${transforms.join(', ')}]`;
  return types.length > 0 ? `The following resource(s) require capabilities: [${types.join(', ')}]` : undefined;
}

const iamTypes = /^AWS::IAM::(AccessKey|Group|InstanceProfile|(Managed)?Policy|Role|User|UserToGroupAddition)$/;
const names = ['RoleName', 'UserName', 'GroupName', 'InstanceProfileName', 'ManagedPolicyName'];

/** What the resources of a template need, and the types because of which they do. */
function iamCapabilities({ templateText, fileName }: StackSource) {
  const declarations = [...(parse(templateText, fileName).template?.Resources.values() ?? [])];
  const concerned = declarations.filter(({ Type }) => iamTypes.test(Type));
  const hasNames = concerned.some(({ Properties }) => names.some((name) => Object.hasOwn(mapOf(Properties), name)));
  const needed = hasNames ? 'CAPABILITY_NAMED_IAM' : 'CAPABILITY_IAM';
  return { Capabilities: concerned.length > 0 ? [needed] : [], types: [...new Set(concerned.map(({ Type }) => Type))] };
}

/** Throws if the caller has not given what the template needs. Creating a change set confirms its macros. */
export function checkCapabilities(source: StackSource, call: QueryCall, { expandsMacros = false } = {}): void {
  const given = call.list('Capabilities') ?? [];
  const confirmed = given.includes('CAPABILITY_NAMED_IAM') ? [...given, 'CAPABILITY_IAM'] : given;
  const macros = !expandsMacros && namesMacros(source) ? ['CAPABILITY_AUTO_EXPAND'] : [];
  const missing = [...iamCapabilities(source).Capabilities, ...macros].filter((each) => !confirmed.includes(each));
  if (missing.length === 0) return;
  throw new CloudFormationError('InsufficientCapabilitiesException', `Requires capabilities : [${missing.join(', ')}]`);
}
