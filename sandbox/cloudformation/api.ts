/**
 * CloudFormation's read operations. Each takes the parameters of a Query request and returns the members of its result.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Operations.html
 */
import { resolveParameters } from '../template/parameters.ts';
import { parseTemplate } from '../template/parse.ts';
import type { CloudFormation } from './cloudformation.ts';
import { CloudFormationError } from './refusals.ts';
import type { ResourceRecord, Stack, StackEvent } from './stack.ts';

/** A text, a structure or a list. A list's items are `member` elements in XML; undefined members are left out. */
export type XmlValue =
  | string
  | number
  | boolean
  | undefined
  | readonly XmlValue[]
  | { readonly [name: string]: XmlValue };

export interface ReadableStacks extends Pick<CloudFormation, 'findStack' | 'listStacks'> {
  /** The number of items on a page; 100 by default. */
  readonly pageSize?: number;
}

type Operation = (stacks: ReadableStacks, parameters: URLSearchParams) => { readonly [name: string]: XmlValue };

/** The result of the operation that the parameter Action names. Throws the API's CloudFormationError. */
export function answerQuery(
  stacks: ReadableStacks,
  parameters: URLSearchParams,
): { readonly [name: string]: XmlValue } {
  const action = parameters.get('Action') ?? '';
  const operation = operations.get(action);
  if (operation === undefined) {
    throw new CloudFormationError('InvalidAction', `Could not find operation ${action} for version 2010-05-15`);
  }
  return operation(stacks, parameters);
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
  const { items, NextToken } = pageOfStacks(
    stacks,
    'DescribeStacks',
    ({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE',
    parameters,
  );
  return { Stacks: items.map(describedStack), NextToken };
}

function describeStackResource(stacks: ReadableStacks, parameters: URLSearchParams) {
  const stack = namedStack(stacks, required(parameters, 'StackName'));
  return {
    StackResourceDetail: resourceDetail(stack, namedResource(stack, required(parameters, 'LogicalResourceId'))),
  };
}

function describeStackResources(stacks: ReadableStacks, parameters: URLSearchParams) {
  const stack = namedStack(stacks, required(parameters, 'StackName'));
  const id = parameters.get('LogicalResourceId');
  const found = id === null ? Object.values(stack.resources) : [namedResource(stack, id)];
  return { StackResources: found.map((resource) => stackResource(stack, resource)) };
}

function describeStackEvents(stacks: ReadableStacks, parameters: URLSearchParams) {
  const stack = namedStack(stacks, required(parameters, 'StackName'));
  return { StackEvents: stack.events.toReversed().map(stackEvent) };
}

function listStackResources(stacks: ReadableStacks, parameters: URLSearchParams) {
  const stack = namedStack(stacks, required(parameters, 'StackName'));
  const { items, NextToken } = page(
    Object.values(stack.resources),
    {
      name: `ListStackResources ${stack.StackId}`,
      key: (resource) => resource.LogicalResourceId,
      isListed: () => true,
    },
    parameters.get('NextToken'),
    stacks.pageSize ?? defaultPageSize,
  );
  return { StackResourceSummaries: items.map((resource) => resourceSummary(stack, resource)), NextToken };
}

function listStacks(stacks: ReadableStacks, parameters: URLSearchParams) {
  const statuses = [...parameters].filter(([name]) => name.startsWith('StackStatusFilter.')).map(([, value]) => value);
  const { items, NextToken } = pageOfStacks(
    stacks,
    `ListStacks ${statuses.join(' ')}`,
    ({ StackStatus }) => statuses.length === 0 || statuses.includes(StackStatus),
    parameters,
  );
  return { StackSummaries: items.map(stackHeader), NextToken };
}

function pageOfStacks(
  stacks: ReadableStacks,
  name: string,
  isListed: (stack: Stack) => boolean,
  parameters: URLSearchParams,
) {
  const listing = { name, key: ({ StackId }: Stack) => StackId, isListed };
  const pageSize = stacks.pageSize ?? defaultPageSize;
  return page(stacks.listStacks().toReversed(), listing, parameters.get('NextToken'), pageSize);
}

function namedStack({ findStack }: ReadableStacks, name: string): Stack {
  const stack = findStack(name);
  if (stack !== undefined) return stack;
  throw new CloudFormationError('ValidationError', `Stack with id ${name} does not exist`);
}

function namedResource(stack: Stack, LogicalResourceId: string): ResourceRecord {
  const resource = stack.resources[LogicalResourceId];
  if (resource !== undefined) return resource;
  const message = `Resource ${LogicalResourceId} does not exist for stack ${stack.StackName}`;
  throw new CloudFormationError('ValidationError', message);
}

function required(parameters: URLSearchParams, name: string): string {
  const value = parameters.get(name);
  if (value !== null && value !== '') return value;
  const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const message = `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`;
  throw new CloudFormationError('ValidationError', message);
}

function describedStack(stack: Stack) {
  return {
    ...stackHeader(stack),
    Parameters: parameterValues(stack),
    Outputs: stack.outputs.map((output) => ({ ...output })),
    Tags: [],
    Capabilities: [],
    NotificationARNs: [],
    DisableRollback: false,
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
    LastUpdatedTime: LastUpdatedTime === undefined ? undefined : timestamp(LastUpdatedTime),
    DeletionTime: DeletionTime === undefined ? undefined : timestamp(DeletionTime),
    StackStatus,
    StackStatusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

function parameterValues({ source }: Stack) {
  const template = parseTemplate(source.templateText, source.fileName);
  return Object.entries(resolveParameters(template, source.parameters)).map(([ParameterKey, value]) => ({
    ParameterKey,
    ParameterValue: template.Parameters.get(ParameterKey)?.NoEcho ? '****' : [value].flat().join(','),
  }));
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

function resourceDetail(stack: Stack, resource: ResourceRecord) {
  const { Timestamp, ...detail } = stackResource(stack, resource);
  return { ...detail, LastUpdatedTimestamp: Timestamp, Metadata: JSON.stringify(resource.Metadata ?? {}) };
}

function resourceSummary(stack: Stack, resource: ResourceRecord) {
  const { StackId, StackName, Timestamp, ...summary } = stackResource(stack, resource);
  return { ...summary, LastUpdatedTimestamp: Timestamp };
}

function stackEvent({ Timestamp, ...event }: StackEvent) {
  return { ...event, Timestamp: timestamp(Timestamp) };
}

function timestamp(instant: number): string {
  return new Date(instant).toISOString();
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
 * The page after `NextToken`, in the order of `all`. The token contains the last item shown, not a count: items that
 * are created or deleted between two pages neither hide nor repeat others. Throws a ValidationError for a wrong token.
 */
function page<T>(
  all: readonly T[],
  { name, key, isListed }: Listing<T>,
  NextToken: string | null,
  pageSize: number,
): { readonly items: readonly T[]; readonly NextToken: string | undefined } {
  const last = NextToken === null ? undefined : keyFromToken(NextToken, name);
  const left = all.slice(last === undefined ? 0 : 1 + all.findIndex((item) => key(item) === last)).filter(isListed);
  const items = left.slice(0, pageSize);
  const shown = items.at(-1);
  const isLast = shown === undefined || items.length === left.length;
  return { items, NextToken: isLast ? undefined : tokenFor(key(shown), name) };
}

function tokenFor(key: string, name: string): string {
  return Buffer.from(`${name}\n${key}`).toString('base64url');
}

function keyFromToken(NextToken: string, name: string): string {
  const decoded = Buffer.from(NextToken, 'base64url').toString();
  if (decoded.startsWith(`${name}\n`)) return decoded.slice(name.length + 1);
  throw new CloudFormationError('ValidationError', 'Invalid NextToken.');
}
