/**
 * What CloudFormation knows about a stack: plain data, so that a sandbox can be kept in a file between runs. The phases
 * (`create-stack.ts` and its neighbours) change it; `api.ts` shows it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
 */
import type { Json, JsonMap } from '../json.ts';
import type { Random } from '../random.ts';
import type { DeletionPolicy, UpdateReplacePolicy } from '../template/template.ts';
import type { Account } from './settings.ts';

/** Everything a stack is made from. */
export interface StackSource {
  readonly templateText: string;
  readonly fileName: string;
  /** Parameter values as they were given; what is missing takes the template's default. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One physical resource of a stack. Instants are milliseconds since the Unix epoch. */
export interface ResourceRecord {
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  /** Empty as long as there is none. */
  readonly PhysicalResourceId: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly LastUpdatedTimestamp: number;
  /** What its provider was last asked to make of it. */
  readonly Properties: JsonMap;
  /** What Fn::GetAtt finds: the Data of the last answer. */
  readonly Attributes: JsonMap;
  /** The object that holds the attributes, as error messages name it. */
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

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html */
export interface StackEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly Timestamp: number;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
}

/** What an update must remember until it can no longer be rolled back. */
export interface PendingUpdate {
  readonly source: StackSource;
  readonly resources: Readonly<Record<string, ResourceRecord>>;
  /** Physical resources that were replaced: whichever is not live in the end is deleted in the clean-up. */
  readonly replaced: ResourceRecord[];
}

export interface Stack {
  readonly StackId: string;
  readonly StackName: string;
  readonly CreationTime: number;
  LastUpdatedTime?: number;
  DeletionTime?: number;
  StackStatus: string;
  StackStatusReason?: string;
  source: StackSource;
  readonly resources: Record<string, ResourceRecord>;
  outputs: readonly StackOutput[];
  /** Names of the exports it uses. */
  imports: readonly string[];
  /** Oldest first. */
  readonly events: StackEvent[];
  pendingUpdate?: PendingUpdate;
}

/** Whether the resource is no longer the stack's: deleted, or left behind as its policy asks. */
export function isGone({ ResourceStatus }: ResourceRecord): boolean {
  return ResourceStatus === 'DELETE_COMPLETE' || ResourceStatus === 'DELETE_SKIPPED';
}

/** By name, or by id; a deleted stack only by its id. */
export function findStack(stacks: readonly Stack[], nameOrId: string): Stack | undefined {
  return (
    stacks.find(({ StackId }) => StackId === nameOrId) ??
    stacks.find(({ StackName, StackStatus }) => StackName === nameOrId && StackStatus !== 'DELETE_COMPLETE')
  );
}

/** The ARN of a stack that is created now. Its last part is a version-1 UUID: the instant of creation stands in it. */
export function newStackId(StackName: string, { partition, region, accountId }: Account, now: number, random: Random) {
  return `arn:${partition}:cloudformation:${region}:${accountId}:stack/${StackName}/${timeUuid(now, random)}`;
}

/** From the start of the Gregorian calendar to the Unix epoch, in units of 100 ns. */
const GREGORIAN_OFFSET = 0x01b21dd213814000n;

function timeUuid(now: number, random: Random): string {
  const time = (BigInt(Math.trunc(now)) * 10_000n + GREGORIAN_OFFSET).toString(16).padStart(15, '0');
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(random() * 4)).toString(16);
  return `${time.slice(7)}-${time.slice(3, 7)}-1${time.slice(0, 3)}-${variant}${digits(3)}-${digits(12)}`;
}
