/**
 * CloudFormation's API, as far as the provider needs it. A request does not show whether it is still wanted, or whether
 * the stack is rolling back. Without `VerifyRequests`, a Create, Delete or Update in place usually does not ask.
 * `sdk-stacks.ts` is the adapter.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */

/** The present or last operation of a stack. Only its events show when it began: see `beginsOperation`. */
export interface StackOperation {
  readonly StackStatus: string;
  /** AWS does not document whether this is the option of the present operation, or that of CreateStack. */
  readonly isRollbackDisabled: boolean;
  /** In EXPRESS mode, rollback is disabled unless somebody enables it, but CloudFormation accepts replacements. */
  readonly isExpress: boolean;
  /** The StackId of the outermost stack; undefined if no stack contains this one. */
  readonly RootId?: string | undefined;
}

/** A resource of a stack. */
export interface StackResource {
  readonly ResourceStatus: string;
  readonly PhysicalResourceId: string | undefined;
  /** In milliseconds since the epoch. */
  readonly lastUpdatedAt: number;
}

/** An event of a stack. */
export interface StackEvent {
  readonly LogicalResourceId: string;
  /** Undefined while the resource has none. A custom resource gets one from the answer to its Create. */
  readonly PhysicalResourceId: string | undefined;
  readonly ResourceStatus: string;
  /** In milliseconds since the epoch. */
  readonly happenedAt: number;
}

/**
 * Each method resolves with undefined if CloudFormation refuses the call, or gives no answer in time.
 *
 * @throws OutOfTime if the invocation cannot wait any longer; the next one asks again
 */
export interface Stacks {
  currentOperation(StackId: string): Promise<StackOperation | undefined>;
  /** `gone` if the stack has no such resource any more, or does not exist. */
  currentResource(StackId: string, LogicalResourceId: string): Promise<StackResource | 'gone' | undefined>;
  /**
   * The events of the stack, newest first. The first one for which `isLast` is true ends the list. Undefined also if
   * there are too many.
   */
  events(StackId: string, isLast: (event: StackEvent) => boolean): Promise<readonly StackEvent[] | undefined>;
}

/**
 * Whether the stack itself begins to create or update its resources with this event. The newest such event begins the
 * operation that is carried out or rolled back. The stack's LastUpdatedTime may be the start of the rollback instead.
 */
export function beginsOperation(StackId: string, { PhysicalResourceId, ResourceStatus }: StackEvent): boolean {
  return PhysicalResourceId === StackId && /^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus);
}

/** A service may cut the creation time of a resource to whole seconds. */
const creationTimeResolutionMs = 1000;

/** Something that began in a stack: an operation, or the Create of a resource. */
export interface Start {
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Whether something was created since then. */
export function isMadeSince({ startedAt }: Start, { CreationTime }: { readonly CreationTime: Date }): boolean {
  return CreationTime.getTime() >= startedAt - creationTimeResolutionMs;
}

/** The time from the start of one request of a resource to the start of its next request. */
export interface Period extends Start {
  /** In milliseconds since the epoch; undefined if the resource has had no later request. */
  readonly endedAt: number | undefined;
}

/** Whether something was created in that time. What was created about a second before the end counts as later. */
export function isMadeWithin(
  { endedAt = Number.POSITIVE_INFINITY, ...begun }: Period,
  made: { readonly CreationTime: Date },
): boolean {
  return isMadeSince(begun, made) && !isMadeSince({ startedAt: endedAt }, made);
}
