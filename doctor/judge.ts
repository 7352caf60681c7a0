/**
 * Whether a version that the provider has made is still anybody's: from what SageMaker and CloudFormation list, and
 * nothing else. In doubt a version is no orphan.
 */
import { isOwnershipOf, requestPrefix, resourcePrefix, stackPrefix } from '../src/image-version/ownership.ts';
import { parsePhysicalResourceId } from '../src/image-version/physical-resource-id.ts';

/** A version that bears an ownership alias. */
export interface OwnedVersion {
  readonly ImageName: string;
  readonly Version: number;
  readonly ImageVersionArn: string;
  readonly ImageVersionStatus: string;
  readonly CreationTime: Date;
  /** The alias that says which stack, resource and request made it. */
  readonly ownership: string;
  /** Those that templates and people have given it. */
  readonly aliases: readonly string[];
}

export interface StackResource {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string | undefined;
}

export interface LivingStack {
  readonly StackId: string;
  readonly StackName: string;
  readonly StackStatus: string;
  /** Whether something happened to the stack while it was read. */
  readonly hasChanged: boolean;
  /** Those that the stack has; neither deleted nor left behind. */
  readonly resources: readonly StackResource[];
}

/** CloudFormation knows them for 90 days. */
export interface DeletedStack {
  readonly StackId: string;
  readonly StackName: string;
  readonly DeletionTime: Date | undefined;
}

export interface Stacks {
  readonly living: readonly LivingStack[];
  readonly deleted: readonly DeletedStack[];
}

export type OrphanCause =
  /** No living stack has made it; the deleted one that has, if CloudFormation still knows it. */
  | { readonly Cause: 'StackGone'; readonly Stack: DeletedStack | undefined }
  /** The stack lives, and has no resource any more that has made it. */
  | { readonly Cause: 'ResourceGone'; readonly Stack: LivingStack }
  /** The resource lives, and is another version, or none. */
  | { readonly Cause: 'NotThePhysicalResource'; readonly Stack: LivingStack; readonly LogicalResourceId: string };

export type Verdict =
  | { readonly kind: 'in use'; readonly StackName: string; readonly LogicalResourceId: string }
  /** `because` is the end of a sentence that begins with the version's name. */
  | { readonly kind: 'undecided'; readonly because: string }
  | ({ readonly kind: 'orphan' } & OrphanCause);

/** A stack that goes on later may still go back to a version, or delete it. */
const unfinished = /_(IN_PROGRESS|FAILED)$/;
const changing = ['CREATING', 'DELETING'];

/** @param stacks as read after the versions: what has been made since then is no business of this verdict */
export function judge(version: OwnedVersion, { living, deleted }: Stacks): Verdict {
  const user = userOf(version, living);
  if (user !== undefined) return { kind: 'in use', ...user };
  if (changing.includes(version.ImageVersionStatus)) {
    return { kind: 'undecided', because: `is still ${version.ImageVersionStatus}` };
  }
  const { ownership } = version;
  const isMaker = (stack: DeletedStack | LivingStack) => isOwnershipOf(stackPrefix(stack), ownership);
  const Stack = living.find(isMaker);
  if (Stack === undefined) return { kind: 'orphan', Cause: 'StackGone', Stack: deleted.find(isMaker) };
  if (Stack.hasChanged) return { kind: 'undecided', because: `is of stack ${Stack.StackName}, which changes just now` };
  if (unfinished.test(Stack.StackStatus)) {
    return { kind: 'undecided', because: `is of stack ${Stack.StackName}, which is ${Stack.StackStatus}` };
  }
  const resource = Stack.resources.find(({ LogicalResourceId }) =>
    isOwnershipOf(resourcePrefix({ StackId: Stack.StackId, LogicalResourceId }), ownership),
  );
  if (resource === undefined) return { kind: 'orphan', Cause: 'ResourceGone', Stack };
  return {
    kind: 'orphan',
    Cause: 'NotThePhysicalResource',
    Stack,
    LogicalResourceId: resource.LogicalResourceId,
  };
}

/** Who has made the version, as far as that still has a name; whoever uses it now may be another. */
export function makerOf(
  { ownership }: OwnedVersion,
  { living, deleted }: Stacks,
): { readonly StackName: string; readonly LogicalResourceId?: string } | undefined {
  const stack = living.find((each) => isOwnershipOf(stackPrefix(each), ownership));
  if (stack === undefined) {
    const gone = deleted.find((each) => isOwnershipOf(stackPrefix(each), ownership));
    return gone && { StackName: gone.StackName };
  }
  const { StackId, StackName, resources } = stack;
  const resource = resources.find(({ LogicalResourceId }) =>
    isOwnershipOf(resourcePrefix({ StackId, LogicalResourceId }), ownership),
  );
  return { StackName, ...(resource && { LogicalResourceId: resource.LogicalResourceId }) };
}

/** The resource that refers to the version, of whatever stack. */
function userOf(version: OwnedVersion, living: readonly LivingStack[]) {
  for (const { StackId, StackName, resources } of living) {
    for (const { LogicalResourceId, PhysicalResourceId } of resources) {
      if (PhysicalResourceId === undefined) continue;
      if (refersTo({ StackId, LogicalResourceId }, PhysicalResourceId, version))
        return { StackName, LogicalResourceId };
    }
  }
  return undefined;
}

/** By its ARN, in whatever case; or by the id that a failed Create left, whose Delete looks for what it made. */
function refersTo(
  resource: Parameters<typeof resourcePrefix>[0],
  PhysicalResourceId: string,
  { ImageVersionArn, ownership }: OwnedVersion,
): boolean {
  if (PhysicalResourceId.toLowerCase() === ImageVersionArn.toLowerCase()) return true;
  const id = parsePhysicalResourceId(PhysicalResourceId);
  return (
    (id.kind === 'unconfirmed' || id.kind === 'denied') && isOwnershipOf(requestPrefix(resource, id.request), ownership)
  );
}
