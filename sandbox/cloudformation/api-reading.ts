/**
 * The operations of CloudFormation's API that read stacks.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import { innerTypeOfStored, resolveParameters } from '../template/parameters.ts';
import { parse, parseTemplate } from '../template/parse.ts';
import type { CloudFormation } from './cloudformation.ts';
import type { Operation, QueryCall } from './query.ts';
import { throwValidationError } from './refusals.ts';
import { liveResources, type ResourceRecord, type Stack, type StackSource } from './stack.ts';

export interface ReadableStacks extends Pick<CloudFormation, 'findStack' | 'listStacks'> {
  /** The number of items on a page; 100 by default. */
  readonly pageSize?: number;
}

export const readingOperations: Readonly<Record<string, Operation<ReadableStacks>>> = {
  DescribeStacks: { act: describeStacks, reads: 'StackName NextToken' },
  DescribeStackResource: { act: describeStackResource, reads: 'StackName LogicalResourceId' },
  DescribeStackResources: { act: describeStackResources, reads: 'StackName LogicalResourceId PhysicalResourceId' },
  DescribeStackEvents: { act: describeStackEvents, reads: 'StackName NextToken' },
  ListStackResources: { act: listStackResources, reads: 'StackName NextToken' },
  ListStacks: { act: listStacks, reads: 'StackStatusFilter NextToken' },
  ListExports: { act: listExports, reads: 'NextToken' },
  ListImports: { act: listImports, reads: 'ExportName NextToken' },
};

function describeStacks(call: QueryCall, stacks: ReadableStacks) {
  const name = call.text('StackName');
  if (name !== undefined) return { Stacks: [describedStack(namedStack(stacks, name))] };
  const isListed = ({ StackStatus }: Stack) => StackStatus !== 'DELETE_COMPLETE';
  const { items, NextToken } = pageOfStacks(stacks, call, isListed);
  return { Stacks: items.map(describedStack), NextToken };
}

function describeStackResource(call: QueryCall, stacks: ReadableStacks) {
  const stack = namedStack(stacks, call.required('StackName'));
  const resource = namedResource(stack, call.required('LogicalResourceId'));
  const Metadata = JSON.stringify(resource.Metadata ?? {});
  const { StackId, StackName } = stack;
  return { StackResourceDetail: { StackId, StackName, ...resourceSummary(resource), Metadata } };
}

function describeStackResources(call: QueryCall, stacks: ReadableStacks) {
  const physicalId = call.text('PhysicalResourceId');
  const owns = (stack: Stack) => liveResources(stack).some((each) => each.PhysicalResourceId === physicalId);
  const owner = physicalId === undefined ? undefined : stacks.listStacks().find(owns);
  if (physicalId !== undefined && owner === undefined) throwValidationError(`Stack for ${physicalId} does not exist`);
  const stack = owner ?? namedStack(stacks, call.required('StackName'));
  const id = call.text('LogicalResourceId');
  const found = id === undefined ? Object.values(stack.resources) : [namedResource(stack, id)];
  const { StackId, StackName } = stack;
  const StackResources = found.map((resource) => {
    const { LastUpdatedTimestamp: Timestamp, ...summary } = resourceSummary(resource);
    return { StackId, StackName, ...summary, Timestamp };
  });
  return { StackResources };
}

function describeStackEvents(call: QueryCall, stacks: ReadableStacks) {
  const { events } = namedStack(stacks, call.required('StackName'));
  const newestFirst = events.map((event, index) => ({ event, index })).toReversed();
  // Two events of a resource may have the same EventId: the id contains milliseconds.
  const key = ({ index }: { readonly index: number }) => String(index);
  const { items, NextToken } = pageOf(newestFirst, { key }, stacks, call);
  return { StackEvents: items.map(({ event }) => ({ ...event, Timestamp: timestamp(event.Timestamp) })), NextToken };
}

function listStackResources(call: QueryCall, stacks: ReadableStacks) {
  const stack = namedStack(stacks, call.required('StackName'));
  const key = ({ LogicalResourceId }: ResourceRecord) => LogicalResourceId;
  const { items, NextToken } = pageOf(Object.values(stack.resources), { key }, stacks, call);
  return { StackResourceSummaries: items.map(resourceSummary), NextToken };
}

function listStacks(call: QueryCall, stacks: ReadableStacks) {
  const statuses = call.list('StackStatusFilter');
  const isListed = ({ StackStatus }: Stack) => statuses?.includes(StackStatus) ?? true;
  const { items, NextToken } = pageOfStacks(stacks, call, isListed);
  const StackSummaries = items.map((stack) => {
    const { template } = parse(stack.source.templateText, stack.source.fileName);
    return { ...stackHeader(stack), TemplateDescription: template?.Description };
  });
  return { StackSummaries, NextToken };
}

function listExports(call: QueryCall, stacks: ReadableStacks) {
  const exportsOf = ({ StackId: ExportingStackId, outputs }: Stack) =>
    outputs.flatMap(({ ExportName: Name, OutputValue: Value }) =>
      Name === undefined ? [] : [{ ExportingStackId, Name, Value }],
    );
  const exports = stacks.listStacks().flatMap(exportsOf);
  const { items, NextToken } = pageOf(exports, { key: ({ Name }) => Name }, stacks, call);
  return { Exports: items, NextToken };
}

function listImports(call: QueryCall, stacks: ReadableStacks) {
  const ExportName = call.required('ExportName');
  const importers = stacks.listStacks().filter(({ imports }) => imports.includes(ExportName));
  if (importers.length === 0) throwValidationError(`Export '${ExportName}' is not imported by any stack.`);
  const { items, NextToken } = pageOf(importers, { key: ({ StackId }) => StackId }, stacks, call);
  return { Imports: items.map(({ StackName }) => StackName), NextToken };
}

function pageOfStacks(stacks: ReadableStacks, call: QueryCall, isListed: (stack: Stack) => boolean) {
  const newestFirst = stacks.listStacks().toReversed();
  return pageOf(newestFirst, { key: ({ StackId }) => StackId, isListed }, stacks, call);
}

export function namedStack({ findStack }: ReadableStacks, name: string): Stack {
  return findStack(name) ?? throwValidationError(`Stack with id ${name} does not exist`);
}

function namedResource({ StackName, resources }: Stack, LogicalResourceId: string): ResourceRecord {
  const problem = `Resource ${LogicalResourceId} does not exist for stack ${StackName}`;
  return resources[LogicalResourceId] ?? throwValidationError(problem);
}

function describedStack(stack: Stack) {
  const { source, outputs, DeploymentConfig, StackStatus, attributes = {} } = stack;
  const { Tags = [], Capabilities, NotificationARNs = [], RoleARN, EnableTerminationProtection = false } = attributes;
  return {
    ...stackHeader(stack),
    Description: parseTemplate(source.templateText, source.fileName).Description,
    // AWS leaves out what is empty, but not everything.
    Parameters: filled(shownParameters(source)),
    Outputs: filled(outputs),
    ...{ Tags, Capabilities, NotificationARNs, RoleARN, DeploymentConfig },
    DisableRollback: stack.DisableRollback ?? false,
    EnableTerminationProtection: StackStatus === 'DELETE_COMPLETE' ? undefined : EnableTerminationProtection,
    RollbackConfiguration: {},
  };
}

export function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

export function shownParameters({ templateText, fileName, parameters, storedValues }: StackSource) {
  const template = parseTemplate(templateText, fileName);
  return Object.entries(resolveParameters(template, parameters, storedValues)).map(([ParameterKey, resolved]) => {
    const { Type = '', Default, NoEcho } = template.Parameters.get(ParameterKey) ?? {};
    const value = [resolved].flat().join(',');
    if (NoEcho) return { ParameterKey, ParameterValue: '****' };
    if (innerTypeOfStored(Type) === undefined) return { ParameterKey, ParameterValue: value };
    return { ParameterKey, ParameterValue: parameters[ParameterKey] ?? Default, ResolvedValue: value };
  });
}

function stackHeader(stack: Stack) {
  const { StackId, StackName, StackStatus, StackStatusReason } = stack;
  return {
    ...{ StackId, StackName, CreationTime: timestamp(stack.CreationTime) },
    LastUpdatedTime: timestamp(stack.LastUpdatedTime),
    DeletionTime: timestamp(stack.DeletionTime),
    ...{ StackStatus, StackStatusReason },
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function resourceSummary(resource: ResourceRecord) {
  const { LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus, ResourceStatusReason } = resource;
  return {
    ...{ LogicalResourceId, PhysicalResourceId: PhysicalResourceId === '' ? undefined : PhysicalResourceId },
    ...{ ResourceType, ResourceStatus, ResourceStatusReason },
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
    LastUpdatedTimestamp: timestamp(resource.LastUpdatedTimestamp),
  };
}

export function timestamp(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

/**
 * The page after NextToken, which is of the same call, in the order of `all`. The token contains the keys of the page that
 * was shown, not a count: this page begins after the last of them that is left, so items that are created or deleted
 * between two pages neither hide nor repeat others. Refuses the token if none is left. No two items have the same key, and
 * an item's key never changes. An item that is not listed keeps its position.
 */
export function pageOf<T>(
  all: readonly T[],
  { key, isListed = () => true }: { readonly key: (item: T) => string; readonly isListed?: (item: T) => boolean },
  // CloudFormation cuts its pages by bytes; about 100 summaries fit.
  { pageSize = 100 }: Pick<ReadableStacks, 'pageSize'>,
  call: QueryCall,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const NextToken = call.text('NextToken');
  const [given, ...shown] = `${Buffer.from(NextToken ?? '', 'base64url')}`.split('\n');
  const last = shown.map((each) => all.findIndex((item) => key(item) === each)).findLast((index) => index >= 0);
  const isValid = NextToken === undefined || (given === call.identity && last !== undefined);
  if (!isValid) throwValidationError('Invalid NextToken.');
  const left = all.slice(1 + (last ?? -1)).filter(isListed);
  const items = left.slice(0, pageSize);
  if (items.length === left.length) return { items, NextToken: undefined };
  return { items, NextToken: Buffer.from([call.identity, ...items.map(key)].join('\n')).toString('base64url') };
}
