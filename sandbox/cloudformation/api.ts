/**
 * CloudFormation's read operations. Each takes the parameters of a Query request and returns the members of its result.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import { resolveParameters } from '../template/parameters.ts';
import { parseTemplate } from '../template/parse.ts';
import type { CloudFormation } from './cloudformation.ts';
import { CloudFormationError, throwValidationError } from './refusals.ts';
import type { ResourceRecord, Stack } from './stack.ts';

/** A text, a structure or a list. A list's items are `member` elements in XML; undefined members are left out. */
export type XmlValue = string | number | boolean | undefined | readonly XmlValue[] | XmlMembers;
export type XmlMembers = { readonly [name: string]: XmlValue };

export interface ReadableStacks extends Pick<CloudFormation, 'findStack' | 'listStacks'> {
  /** The number of items on a page; 100 by default. */
  readonly pageSize?: number;
  /** Called with the name of each operation before it is carried out; what it throws is the answer. */
  readonly refuseQuery?: (operation: string) => void;
}

type Operation = (stacks: ReadableStacks, parameters: URLSearchParams) => XmlMembers;

/** The result of the operation that the parameter Action names. Throws the API's CloudFormationError. */
export function answerQuery(stacks: ReadableStacks, parameters: URLSearchParams): XmlMembers {
  const action = parameters.get('Action') ?? '';
  const operation = operations.get(action);
  stacks.refuseQuery?.(action);
  if (operation !== undefined) return operation(stacks, parameters);
  throw new CloudFormationError('InvalidAction', `Could not find operation ${action} for version 2010-05-15`);
}

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['DescribeStacks', describeStacks],
  ['DescribeStackResource', describeStackResource],
  ['DescribeStackResources', describeStackResources],
  ['DescribeStackEvents', describeStackEvents],
  ['ListStackResources', listStackResources],
  ['ListStacks', listStacks],
]);

function describeStacks(stacks: ReadableStacks, parameters: URLSearchParams) {
  const name = parameters.get('StackName');
  if (name !== null) return { Stacks: [describedStack(namedStack(stacks, name))] };
  const isListed = ({ StackStatus }: Stack) => StackStatus !== 'DELETE_COMPLETE';
  const { items, NextToken } = pageOfStacks('DescribeStacks', stacks, parameters, isListed);
  return { Stacks: items.map(describedStack), NextToken };
}

function describeStackResource(stacks: ReadableStacks, parameters: URLSearchParams) {
  const stack = stackOf(stacks, parameters);
  const resource = namedResource(stack, required(parameters, 'LogicalResourceId'));
  const { Timestamp, ...detail } = stackResource(stack, resource);
  const Metadata = JSON.stringify(resource.Metadata ?? {});
  return { StackResourceDetail: { ...detail, LastUpdatedTimestamp: Timestamp, Metadata } };
}

function describeStackResources(stacks: ReadableStacks, parameters: URLSearchParams) {
  const stack = stackOf(stacks, parameters);
  const id = parameters.get('LogicalResourceId');
  const found = id === null ? Object.values(stack.resources) : [namedResource(stack, id)];
  return { StackResources: found.map((resource) => stackResource(stack, resource)) };
}

function describeStackEvents(stacks: ReadableStacks, parameters: URLSearchParams) {
  const { StackId, events } = stackOf(stacks, parameters);
  const newestFirst = events.map((event, index) => ({ event, index })).toReversed();
  // Two events of a resource may have the same EventId: the id contains milliseconds.
  const key = ({ index }: { readonly index: number }) => String(index);
  const listing = { name: `DescribeStackEvents ${StackId}`, key, isListed: () => true };
  const { items, NextToken } = page(newestFirst, listing, stacks, parameters);
  return { StackEvents: items.map(({ event }) => ({ ...event, Timestamp: timestamp(event.Timestamp) })), NextToken };
}

function listStackResources(stacks: ReadableStacks, parameters: URLSearchParams) {
  const stack = stackOf(stacks, parameters);
  const key = ({ LogicalResourceId }: ResourceRecord) => LogicalResourceId;
  const listing = { name: `ListStackResources ${stack.StackId}`, key, isListed: () => true };
  const { items, NextToken } = page(Object.values(stack.resources), listing, stacks, parameters);
  const summaries = items.map((resource) => {
    const { StackId, StackName, Timestamp, ...summary } = stackResource(stack, resource);
    return { ...summary, LastUpdatedTimestamp: Timestamp };
  });
  return { StackResourceSummaries: summaries, NextToken };
}

function listStacks(stacks: ReadableStacks, parameters: URLSearchParams) {
  const statuses = [...parameters].filter(([name]) => name.startsWith('StackStatusFilter.')).map(([, value]) => value);
  const isListed = ({ StackStatus }: Stack) => statuses.length === 0 || statuses.includes(StackStatus);
  const { items, NextToken } = pageOfStacks(`ListStacks ${statuses.join(' ')}`, stacks, parameters, isListed);
  return { StackSummaries: items.map(stackHeader), NextToken };
}

function pageOfStacks(
  name: string,
  stacks: ReadableStacks,
  parameters: URLSearchParams,
  isListed: (stack: Stack) => boolean,
) {
  const newestFirst = stacks.listStacks().toReversed();
  return page(newestFirst, { name, key: ({ StackId }) => StackId, isListed }, stacks, parameters);
}

function stackOf(stacks: ReadableStacks, parameters: URLSearchParams): Stack {
  return namedStack(stacks, required(parameters, 'StackName'));
}

function namedStack({ findStack }: ReadableStacks, name: string): Stack {
  return findStack(name) ?? throwValidationError(`Stack with id ${name} does not exist`);
}

function namedResource({ StackName, resources }: Stack, LogicalResourceId: string): ResourceRecord {
  return (
    resources[LogicalResourceId] ??
    throwValidationError(`Resource ${LogicalResourceId} does not exist for stack ${StackName}`)
  );
}

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value !== null && value !== '') return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return throwValidationError(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

function describedStack(stack: Stack) {
  const { templateText, fileName, parameters } = stack.source;
  const template = parseTemplate(templateText, fileName);
  return {
    ...stackHeader(stack),
    Parameters: Object.entries(resolveParameters(template, parameters)).map(([ParameterKey, value]) => ({
      ParameterKey,
      ParameterValue: template.Parameters.get(ParameterKey)?.NoEcho ? '****' : [value].flat().join(','),
    })),
    Outputs: stack.outputs.map((output) => ({ ...output })),
    Tags: [],
    Capabilities: [],
    NotificationARNs: [],
    DisableRollback: stack.DisableRollback ?? false,
    DeploymentConfig: stack.DeploymentConfig && { ...stack.DeploymentConfig },
    EnableTerminationProtection: false,
    RollbackConfiguration: {},
  };
}

function stackHeader(stack: Stack) {
  const { StackId, StackName, CreationTime, LastUpdatedTime, DeletionTime, StackStatus, StackStatusReason } = stack;
  return {
    StackId,
    StackName,
    CreationTime: timestamp(CreationTime),
    LastUpdatedTime: timestamp(LastUpdatedTime),
    DeletionTime: timestamp(DeletionTime),
    StackStatus,
    StackStatusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function stackResource({ StackId, StackName }: Stack, resource: ResourceRecord) {
  const { LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus, ResourceStatusReason } = resource;
  return {
    StackId,
    StackName,
    LogicalResourceId,
    PhysicalResourceId: PhysicalResourceId === '' ? undefined : PhysicalResourceId,
    ResourceType,
    Timestamp: timestamp(resource.LastUpdatedTimestamp),
    ResourceStatus,
    ResourceStatusReason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

function timestamp(instant: number | undefined): string | undefined {
  return instant === undefined ? undefined : new Date(instant).toISOString();
}

/** CloudFormation cuts its pages by bytes; about 100 summaries fit. */
const defaultPageSize = 100;

interface Listing<T> {
  /** A token is valid only for a list of the same name. */
  readonly name: string;
  /** No two items have the same key, and an item's key never changes. */
  readonly key: (item: T) => string;
  /** An item that is not listed keeps its position. */
  readonly isListed: (item: T) => boolean;
}

/**
 * The page after NextToken, in the order of `all`. The token contains the last item shown, not a count: items that are
 * created or deleted between two pages neither hide nor repeat others.
 */
function page<T>(
  all: readonly T[],
  { name, key, isListed }: Listing<T>,
  { pageSize = defaultPageSize }: ReadableStacks,
  parameters: URLSearchParams,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const NextToken = parameters.get('NextToken');
  const [given, last] = Buffer.from(NextToken ?? '', 'base64url')
    .toString()
    .split('\n');
  if (NextToken !== null && (given !== name || last === undefined)) throwValidationError('Invalid NextToken.');
  const left = all.slice(1 + all.findIndex((item) => key(item) === last)).filter(isListed);
  const items = left.slice(0, pageSize);
  const shown = items.at(-1);
  if (shown === undefined || items.length === left.length) return { items, NextToken: undefined };
  return { items, NextToken: Buffer.from(`${name}\n${key(shown)}`).toString('base64url') };
}
