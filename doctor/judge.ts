/**
 * Decides whether a version that the provider made still belongs to a stack, only from what SageMaker and CloudFormation
 * list. In doubt, a version is not an orphan.
 */
import { isOwnershipOf, requestPrefix, resourcePrefix, stackPrefix } from '../src/image-version/ownership.ts';
import { parsePhysicalResourceId } from '../src/image-version/physical-resource-id.ts';

/** A version with an ownership alias. */
export interface OwnedVersion {
  readonly ImageName: string;
  readonly Version: number;
  readonly ImageVersionArn: string;
  readonly ImageVersionStatus: string;
  readonly CreationTime: Date;
  /** The alias that identifies the stack, the resource and the request that made it. */
  readonly ownership: string;
  /** The other aliases, from templates and people. */
  readonly aliases: readonly string[];
  /** Whether the stack adopted it: then somebody else made it, and may still need it. */
  readonly isAdopted: boolean;
}

export interface StackResource {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string | undefined;
}

export interface ExistingStack {
  readonly StackId: string;
  readonly StackName: string;
  readonly StackStatus: string;
  /** Whether the stack changed while it was read. */
  readonly hasChanged: boolean;
  /** Without deleted and retained resources. */
  readonly resources: readonly StackResource[];
  /** Newest first. Undefined if the doctor does not need them: then no operation counts as failed. */
  readonly events?: readonly StackEvent[];
}

export interface StackEvent {
  readonly PhysicalResourceId: string | undefined;
  readonly ResourceStatus: string;
  readonly Timestamp: Date;
}

/** CloudFormation lists deleted stacks for 90 days. */
interface DeletedStack {
  readonly StackId: string;
  readonly StackName: string;
  readonly DeletionTime: Date | undefined;
}

export interface Stacks {
  readonly existing: readonly ExistingStack[];
  readonly deleted: readonly DeletedStack[];
}

export type OrphanCause =
  /** No existing stack made it. `Stack` is the deleted stack that did, if CloudFormation still lists it. */
  | { readonly Cause: 'StackGone'; readonly Stack: DeletedStack | undefined }
  /** The stack exists, but no longer has the resource that made it. */
  | { readonly Cause: 'ResourceGone'; readonly Stack: ExistingStack }
  /** The resource exists, but refers to another version, or to none. */
  | ({ readonly Cause: 'NotThePhysicalResource' } & ReplacedIn)
  /** The same, and the operation of the stack that made the version failed. */
  | ({ readonly Cause: 'OperationFailed' } & ReplacedIn);

interface ReplacedIn {
  readonly Stack: ExistingStack;
  readonly LogicalResourceId: string;
  /** What the resource refers to now. */
  readonly PhysicalResourceId: string | undefined;
}

export type Verdict =
  | { readonly kind: 'in use'; readonly StackName: string; readonly LogicalResourceId: string }
  /** `because` completes a sentence that begins with the version's name. */
  | { readonly kind: 'undecided'; readonly because: string }
  | ({ readonly kind: 'orphan' } & OrphanCause);

/** A later operation on such a stack can return to a version, or delete it. */
const unfinished = /_(IN_PROGRESS|FAILED)$/;
/** The stack stays in such a status if rollback is disabled: it never returns to what the operation made. */
const failedWithoutRollback = ['CREATE_FAILED', 'UPDATE_FAILED'];
const changing = ['CREATING', 'DELETING'];

/** @param stacks read after the versions, so that the stack of each version is among them */
export function judge(version: OwnedVersion, { existing, deleted }: Stacks): Verdict {
  const user = userOf(version, existing);
  if (user !== undefined) return { kind: 'in use', ...user };
  if (changing.includes(version.ImageVersionStatus)) {
    return { kind: 'undecided', because: `is still ${version.ImageVersionStatus}` };
  }
  const { ownership } = version;
  const isMaker = (stack: DeletedStack | ExistingStack) => isOwnershipOf(stackPrefix(stack), ownership);
  const Stack = existing.find(isMaker);
  if (Stack === undefined) return { kind: 'orphan', Cause: 'StackGone', Stack: deleted.find(isMaker) };
  const { StackName, StackStatus } = Stack;
  if (Stack.hasChanged) return { kind: 'undecided', because: `belongs to stack ${StackName}, which is changing` };
  const resource = makerIn(Stack, version);
  const hasFailed = isMadeInVain(version, Stack);
  const isReplaced = isVersion(resource?.PhysicalResourceId);
  const isLeft = failedWithoutRollback.includes(StackStatus) && hasFailed && isReplaced;
  if (unfinished.test(StackStatus) && !isLeft) {
    return { kind: 'undecided', because: `belongs to stack ${StackName}, which is ${StackStatus}` };
  }
  if (resource === undefined) return { kind: 'orphan', Cause: 'ResourceGone', Stack };
  return { kind: 'orphan', Cause: hasFailed ? 'OperationFailed' : 'NotThePhysicalResource', Stack, ...resource };
}

/** The stacks whose events `judge` needs, because one of their resources made a version that it does not refer to. */
export function stacksInQuestion(versions: readonly OwnedVersion[], { existing }: Stacks): readonly ExistingStack[] {
  return existing.filter((stack) =>
    versions.some((version) => makerIn(stack, version) !== undefined && userOf(version, existing) === undefined),
  );
}

function makerIn({ StackId, resources }: ExistingStack, { ownership }: OwnedVersion): StackResource | undefined {
  return resources.find(({ LogicalResourceId }) =>
    isOwnershipOf(resourcePrefix({ StackId, LogicalResourceId }), ownership),
  );
}

function isVersion(PhysicalResourceId: string | undefined): boolean {
  return PhysicalResourceId !== undefined && parsePhysicalResourceId(PhysicalResourceId).kind === 'image version';
}

/** SageMaker may cut the CreationTime to whole seconds. */
const resolutionMs = 1000;

/**
 * Whether the operation of the stack that was in progress when the version was created has failed. The events show when
 * an operation began: the stack's LastUpdatedTime may be the start of its rollback, and a later operation replaces it.
 */
function isMadeInVain({ CreationTime }: OwnedVersion, { StackId, events = [] }: ExistingStack): boolean {
  const ofStack = events.filter(({ PhysicalResourceId }) => PhysicalResourceId === StackId);
  const isStart = ({ ResourceStatus }: StackEvent) => /^(CREATE|UPDATE)_IN_PROGRESS$/.test(ResourceStatus);
  const start = ofStack.findIndex(
    (event) => isStart(event) && event.Timestamp.getTime() <= CreationTime.getTime() + resolutionMs,
  );
  if (start < 0) return false;
  const next = ofStack.findLastIndex((event, at) => at < start && isStart(event));
  return ofStack.slice(next + 1, start).some(({ ResourceStatus }) => /ROLLBACK|FAILED/.test(ResourceStatus));
}

/** The stack and resource that made the version, as far as they still exist. Another resource can use it now. */
export function makerOf(
  version: OwnedVersion,
  { existing, deleted }: Stacks,
): { readonly StackName: string; readonly LogicalResourceId?: string } | undefined {
  const isMaker = (stack: DeletedStack | ExistingStack) => isOwnershipOf(stackPrefix(stack), version.ownership);
  const stack = existing.find(isMaker) ?? deleted.find(isMaker);
  if (stack === undefined) return undefined;
  const resource = 'resources' in stack ? makerIn(stack, version) : undefined;
  return { StackName: stack.StackName, ...(resource && { LogicalResourceId: resource.LogicalResourceId }) };
}

/**
 * The resource that refers to the version, in any stack: by its ARN, ignoring case, or by the id of a failed Create, because
 * the Delete of that id looks for the version.
 */
function userOf({ ImageVersionArn, ownership }: OwnedVersion, existing: readonly ExistingStack[]) {
  for (const { StackId, StackName, resources } of existing) {
    for (const { LogicalResourceId, PhysicalResourceId = '' } of resources) {
      const isArn = PhysicalResourceId.toLowerCase() === ImageVersionArn.toLowerCase();
      const id = parsePhysicalResourceId(PhysicalResourceId);
      const hasMade = (requestHash: string) =>
        isOwnershipOf(requestPrefix({ StackId, LogicalResourceId }, requestHash), ownership);
      const isOfCreate = (id.kind === 'unconfirmed' || id.kind === 'denied') && hasMade(id.requestHash);
      if (isArn || isOfCreate) return { StackName, LogicalResourceId };
    }
  }
  return undefined;
}
