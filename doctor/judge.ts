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
  /** The resource exists, but is another version, or none. */
  | { readonly Cause: 'NotThePhysicalResource'; readonly Stack: ExistingStack; readonly LogicalResourceId: string };

export type Verdict =
  | { readonly kind: 'in use'; readonly StackName: string; readonly LogicalResourceId: string }
  /** `because` completes a sentence that begins with the version's name. */
  | { readonly kind: 'undecided'; readonly because: string }
  | ({ readonly kind: 'orphan' } & OrphanCause);

/** A later operation on such a stack can return to a version, or delete it. */
const unfinished = /_(IN_PROGRESS|FAILED)$/;
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
  if (Stack.hasChanged) return { kind: 'undecided', because: `belongs to stack ${Stack.StackName}, which is changing` };
  if (unfinished.test(Stack.StackStatus)) {
    return { kind: 'undecided', because: `belongs to stack ${Stack.StackName}, which is ${Stack.StackStatus}` };
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

/** The stack and resource that made the version, as far as they still exist. Another resource can use it now. */
export function makerOf(
  { ownership }: OwnedVersion,
  { existing, deleted }: Stacks,
): { readonly StackName: string; readonly LogicalResourceId?: string } | undefined {
  const stack = existing.find((each) => isOwnershipOf(stackPrefix(each), ownership));
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

/** The resource that refers to the version, in any stack. */
function userOf(version: OwnedVersion, existing: readonly ExistingStack[]) {
  for (const { StackId, StackName, resources } of existing) {
    for (const { LogicalResourceId, PhysicalResourceId } of resources) {
      if (PhysicalResourceId === undefined) continue;
      if (refersTo({ StackId, LogicalResourceId }, PhysicalResourceId, version))
        return { StackName, LogicalResourceId };
    }
  }
  return undefined;
}

/** By its ARN, ignoring case, or by the id of a failed Create: the Delete of that id looks for the version. */
function refersTo(
  resource: Parameters<typeof resourcePrefix>[0],
  PhysicalResourceId: string,
  { ImageVersionArn, ownership }: OwnedVersion,
): boolean {
  if (PhysicalResourceId.toLowerCase() === ImageVersionArn.toLowerCase()) return true;
  const id = parsePhysicalResourceId(PhysicalResourceId);
  return (
    (id.kind === 'unconfirmed' || id.kind === 'denied') &&
    isOwnershipOf(requestPrefix(resource, id.requestHash), ownership)
  );
}
