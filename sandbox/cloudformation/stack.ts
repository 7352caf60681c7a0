/**
 * What CloudFormation knows about a stack: plain data, so that a sandbox can be kept in a file between runs. The phases
 * (`create-stack.ts` and its neighbours) change it; `api.ts` shows it.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Stack.html
 */
import type { Json, JsonMap } from '../json.ts';
import type { DeletionPolicy, UpdateReplacePolicy } from '../template/template.ts';

/** Everything a stack is made from. */
export interface StackSource {
  readonly templateText: string;
  readonly fileName: string;
  /** Parameter values as they were given; what is missing takes the template's default. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One physical resource of a stack. Instants are milliseconds since the Unix epoch. */
export interface StackResource {
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
  readonly resources: Readonly<Record<string, StackResource>>;
  /** Physical resources that were replaced: whichever is not live in the end is deleted in the clean-up. */
  readonly replaced: StackResource[];
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
  readonly resources: Record<string, StackResource>;
  outputs: readonly StackOutput[];
  /** Names of the exports it uses. */
  imports: readonly string[];
  /** Oldest first. */
  readonly events: StackEvent[];
  pendingUpdate?: PendingUpdate;
}

/** Whether the resource is no longer the stack's: deleted, or left behind as its policy asks. */
export function isGone({ ResourceStatus }: StackResource): boolean {
  return ResourceStatus === 'DELETE_COMPLETE' || ResourceStatus === 'DELETE_SKIPPED';
}

/** By name, or by id; a deleted stack only by its id. */
export function findStack(stacks: readonly Stack[], nameOrId: string): Stack | undefined {
  return (
    stacks.find(({ StackId }) => StackId === nameOrId) ??
    stacks.find(({ StackName, StackStatus }) => StackName === nameOrId && StackStatus !== 'DELETE_COMPLETE')
  );
}
