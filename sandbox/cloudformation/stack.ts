/**
 * The state of a stack: plain data, which the command line saves. `operations.ts` changes it, and the API shows it.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
 */
import type { Json, JsonMap } from '../json.ts';
import { type Random, randomHex } from '../random.ts';
import type { StoredValues } from '../template/stored-values.ts';
import type { DeletionPolicy, UpdateReplacePolicy } from '../template/template.ts';
import type { DeploymentConfig, OnFailure, StackAttributes } from './operation-options.ts';
import type { Account } from './settings.ts';

export interface StackSource {
  readonly templateText: string;
  readonly fileName: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What SSM parameters and dynamic references resolve to. */
  readonly storedValues?: StoredValues;
  /** The text before the macros have run, if there are any. */
  readonly original?: string;
}

export interface ResourceIds {
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  /** Empty until the resource has one. */
  readonly PhysicalResourceId: string;
}

/** One physical resource of a stack. Instants are milliseconds since the Unix epoch. */
export interface ResourceRecord extends ResourceIds {
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  /** Its restoring Update failed, so the next operation sends an Update even if no property changes. */
  readonly needsUpdate?: true;
  readonly LastUpdatedTimestamp: number;
  /** The properties of the last request to its provider. */
  readonly Properties: JsonMap;
  /** The attributes for Fn::GetAtt: Data of the last response. */
  readonly Attributes: JsonMap;
  /** The name of the attributes' object in error messages. */
  readonly attributesKey: string;
  readonly Metadata: Json;
  readonly dependencies: readonly string[];
  readonly DeletionPolicy: DeletionPolicy;
  readonly UpdateReplacePolicy: UpdateReplacePolicy;
}

export interface StackOutput {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly Description?: string;
  readonly ExportName?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html */
export interface StackEvent extends ResourceIds, Pick<Stack, 'StackId' | 'StackName'> {
  readonly EventId: string;
  readonly Timestamp: number;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** The state before an update that may still be rolled back, or before the first of several that have failed. */
export interface PendingUpdate {
  /** The stack has never been complete, so a rollback deletes it. */
  readonly followsFailedCreation?: true;
  readonly source: StackSource;
  readonly resources: Readonly<Record<string, ResourceRecord>>;
  /** The replaced physical resources. The clean-up deletes those that are not live in the end. */
  readonly replaced: ResourceRecord[];
}

export interface Stack {
  readonly StackId: string;
  readonly StackName: string;
  readonly CreationTime: number;
  /** The OnFailure of its creation. */
  OnFailure?: OnFailure;
  attributes?: StackAttributes;
  /** As DescribeStacks shows it. */
  DisableRollback?: boolean;
  DeploymentConfig?: DeploymentConfig;
  LastUpdatedTime?: number;
  DeletionTime?: number;
  StackStatus: string;
  StackStatusReason?: string;
  source: StackSource;
  /** The types that its author lets stand in as stub resources; `*` is every type. */
  stubs?: readonly string[];
  readonly resources: Record<string, ResourceRecord>;
  outputs: readonly StackOutput[];
  imports: readonly string[];
  /** Oldest first. */
  readonly events: StackEvent[];
  pendingUpdate?: PendingUpdate;
}

/** A stack of which nothing exists yet. */
export function newStack(StackName: string, StackId: string, source: StackSource, CreationTime: number): Stack {
  const StackStatus = 'REVIEW_IN_PROGRESS';
  return { StackId, StackName, CreationTime, StackStatus, source, resources: {}, outputs: [], imports: [], events: [] };
}

/** A resource of which nothing exists yet. */
export function blankResource(declared: ResourceIds & Partial<ResourceRecord>): ResourceRecord {
  const data = { Properties: {}, Attributes: {}, attributesKey: '', Metadata: null };
  const policies = { dependencies: [], DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' } as const;
  return { ResourceStatus: '', LastUpdatedTimestamp: 0, ...data, ...policies, ...declared };
}

/** The stack as it was at this instant, as far as its events show; undefined if it has none by then. */
export function stackAsOf(stack: Stack, instant: number): Stack | undefined {
  const events = stack.events.filter(({ Timestamp }) => Timestamp <= instant);
  const last = events.findLast(({ PhysicalResourceId }) => PhysicalResourceId === stack.StackId);
  if (last === undefined) return undefined;
  const resources: Record<string, ResourceRecord> = {};
  for (const { LogicalResourceId, PhysicalResourceId, ResourceStatus, Timestamp } of events) {
    const resource = stack.resources[LogicalResourceId];
    // The Delete of a replaced or failed physical resource is none of the resource.
    const isCleanUp = ResourceStatus.startsWith('DELETE') && PhysicalResourceId !== resource?.PhysicalResourceId;
    if (resource === undefined || isCleanUp) continue;
    const then = { PhysicalResourceId, ResourceStatus, LastUpdatedTimestamp: Timestamp };
    resources[LogicalResourceId] = { ...resource, ...then };
  }
  return { ...stack, StackStatus: last.ResourceStatus, events, resources };
}

/** Whether the stack's author lets resources of this type stand in as stubs. */
export function isRequestedStub(Type: string, { stubs = [] }: Pick<Stack, 'stubs'>): boolean {
  return stubs.includes(Type) || stubs.includes('*');
}

/** Whether the resource no longer belongs to the stack: it was deleted or retained. */
export function isGone({ ResourceStatus }: ResourceRecord): boolean {
  return ResourceStatus === 'DELETE_COMPLETE' || ResourceStatus === 'DELETE_SKIPPED';
}

export function liveResources({ resources }: Stack): readonly ResourceRecord[] {
  return Object.values(resources).filter((resource) => !isGone(resource));
}

export function isOperating(stack: Stack): boolean {
  return stack.StackStatus.endsWith('_IN_PROGRESS') && !isInReview(stack);
}

/** Whether a clean-up was interrupted. The next update finishes it, even without changes, and so does DeleteStack. */
export function isCleanUpLeft({ StackStatus, pendingUpdate }: Stack): boolean {
  return StackStatus.endsWith('_COMPLETE') && pendingUpdate !== undefined;
}

/** Whether only a change set has made it: it can be created. */
export function isInReview({ StackStatus }: Stack): boolean {
  return StackStatus === 'REVIEW_IN_PROGRESS';
}

/** The stack of this name or StackId; a deleted stack only by its StackId. */
export function findStack(stacks: readonly Stack[], nameOrId: string): Stack | undefined {
  return (
    stacks.find(({ StackId }) => StackId === nameOrId) ??
    stacks.find(({ StackName, StackStatus }) => StackName === nameOrId && StackStatus !== 'DELETE_COMPLETE')
  );
}

export function findExport(stacks: readonly Stack[], name: string): StackOutput | undefined {
  return stacks.flatMap(({ outputs }) => outputs).find(({ ExportName }) => ExportName === name);
}

/** The ARN of a stack that is created now. Its last part is a version-1 UUID, which contains the instant. */
export function newStackId(StackName: string, { partition, region, accountId }: Account, now: number, random: Random) {
  return `arn:${partition}:cloudformation:${region}:${accountId}:stack/${StackName}/${timeUuid(now, random)}`;
}

/** The time from the start of the Gregorian calendar to the Unix epoch, in units of 100 ns. */
const GREGORIAN_OFFSET = 0x01b21dd213814000n;

function timeUuid(now: number, random: Random): string {
  const time = (BigInt(Math.trunc(now)) * 10_000n + GREGORIAN_OFFSET).toString(16).padStart(15, '0');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(7)}-${time.slice(3, 7)}-1${time.slice(0, 3)}-${variant}${randomHex(3, random)}-${randomHex(12, random)}`;
}
