/**
 * The doctor's calls of CloudFormation: it lists all stacks of the account and Region, including nested stacks, the
 * resources of the existing ones, and the events of some.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
 */
import {
  type CloudFormationClient,
  paginateDescribeStackEvents,
  paginateListStackResources,
  paginateListStacks,
  type StackSummary,
} from '@aws-sdk/client-cloudformation';
import { callAws, itemsOf } from './errors.ts';
import type { ExistingStack, StackEvent, StackResource, Stacks } from './judge.ts';

/** A resource that was deleted or retained no longer belongs to its stack. */
const goneStatuses = ['DELETE_COMPLETE', 'DELETE_SKIPPED'];

type Listed = StackSummary & { readonly StackId: string; readonly StackName: string; readonly StackStatus: string };

/**
 * Lists the stacks before and after the resources, which take long to read, and marks the stacks that changed: an update
 * changes LastUpdatedTime, and every other operation that can succeed changes the status.
 */
export async function readStacks(client: CloudFormationClient, Region: string): Promise<Stacks> {
  const before = await listStacks(client, Region);
  const found: { readonly stack: Listed; readonly resources: readonly StackResource[] }[] = [];
  for (const stack of before) {
    if (isDeleted(stack)) continue;
    const listed = await listResources(client, Region, stack.StackId);
    const resources = listed.map(({ LogicalResourceId, PhysicalResourceId }) => {
      return { LogicalResourceId, PhysicalResourceId };
    });
    found.push({ stack, resources });
  }
  const after = new Map((await listStacks(client, Region)).map((stack) => [stack.StackId, stack]));
  const existing = found.map(
    ({ stack: { StackId, StackName, StackStatus, LastUpdatedTime }, resources }): ExistingStack => {
      const now = after.get(StackId);
      const isSame = now?.StackStatus === StackStatus && now.LastUpdatedTime?.getTime() === LastUpdatedTime?.getTime();
      return { StackId, StackName, StackStatus, hasChanged: !isSame, resources };
    },
  );
  const deleted = before.filter(isDeleted).map(({ StackId, StackName, DeletionTime }) => ({
    StackId,
    StackName,
    DeletionTime,
  }));
  return { existing, deleted };
}

function isDeleted({ StackStatus }: Listed): boolean {
  return StackStatus === 'DELETE_COMPLETE';
}

async function listStacks(client: CloudFormationClient, Region: string): Promise<readonly Listed[]> {
  const summaries = await callAws('cloudformation:ListStacks', Region, () =>
    itemsOf(paginateListStacks({ client }, {}), ({ StackSummaries }) => StackSummaries),
  );
  return summaries.flatMap(({ StackId, StackName, StackStatus, ...more }) =>
    StackId && StackName && StackStatus ? [{ ...more, StackId, StackName, StackStatus }] : [],
  );
}

/** Without deleted and retained resources. */
export async function listResources(client: CloudFormationClient, Region: string, StackName: string) {
  const pages = paginateListStackResources({ client }, { StackName });
  const summaries = await callAws('cloudformation:ListStackResources', Region, () =>
    itemsOf(pages, ({ StackResourceSummaries }) => StackResourceSummaries),
  );
  return summaries.flatMap(({ LogicalResourceId, ResourceStatus = '', ...more }) =>
    LogicalResourceId === undefined || goneStatuses.includes(ResourceStatus) ? [] : [{ ...more, LogicalResourceId }],
  );
}

/** The events of a stack of the last 90 days, newest first. */
export async function readEvents(
  client: CloudFormationClient,
  Region: string,
  StackName: string,
): Promise<readonly StackEvent[]> {
  const events = await callAws('cloudformation:DescribeStackEvents', Region, () =>
    itemsOf(paginateDescribeStackEvents({ client }, { StackName }), ({ StackEvents }) => StackEvents),
  );
  return events.flatMap(({ PhysicalResourceId, ResourceStatus, Timestamp }) =>
    ResourceStatus && Timestamp ? [{ PhysicalResourceId, ResourceStatus, Timestamp }] : [],
  );
}
