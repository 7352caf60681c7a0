/**
 * The stack of a request as CloudFormation's API describes it: a provider can ask whether its stack is rolling back.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
import type { RequestIds } from '../cloudformation/custom-resource.ts';
import type { Stack } from '../cloudformation/stack.ts';
import type { JsonMap } from '../json.ts';

/**
 * A stack in `StackStatus` whose only resource is that of the request. `before` is the same stack at the last request: the
 * operation in progress started then, unless it starts now.
 */
export function stackOf(
  { StackId, LogicalResourceId, RequestType, ResourceType, PhysicalResourceId = '' }: JsonMap & RequestIds,
  before: Pick<Stack, 'CreationTime' | 'LastUpdatedTime'> | undefined,
  { StackName, StackStatus, now }: { readonly StackName: string; readonly StackStatus: string; readonly now: number },
): Stack {
  const resource = {
    LogicalResourceId,
    ResourceType: String(ResourceType),
    PhysicalResourceId: String(PhysicalResourceId),
    ResourceStatus: `${String(RequestType).toUpperCase()}_IN_PROGRESS`,
    LastUpdatedTimestamp: now,
    Properties: {},
    Attributes: {},
    attributesKey: '',
    Metadata: null,
    dependencies: [],
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  } as const;
  const template = { Resources: { [LogicalResourceId]: { Type: String(ResourceType) } } };
  const LastUpdatedTime = StackStatus === 'UPDATE_IN_PROGRESS' ? now : before?.LastUpdatedTime;
  return {
    StackId,
    StackName,
    CreationTime: before?.CreationTime ?? now,
    ...(LastUpdatedTime !== undefined && { LastUpdatedTime }),
    StackStatus,
    source: { templateText: JSON.stringify(template), fileName: 'check.json', parameters: {} },
    resources: { [LogicalResourceId]: resource },
    outputs: [],
    imports: [],
    events: [],
  };
}
