/**
 * The doctor's calls of CloudFormation about one stack: its template, its parameters, its resources, and the exports that
 * the template imports.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
 */
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  paginateListExports,
} from '@aws-sdk/client-cloudformation';
import { getProperty } from '../src/errors.ts';
import type { DeployedStack } from './declared.ts';
import { callAws, DoctorError, exitStatus, itemsOf } from './errors.ts';
import { listResources } from './stacks.ts';

/** CloudFormation detects drift in these statuses too. */
const settled = /(^|_)COMPLETE$|^UPDATE_ROLLBACK_FAILED$/;

/** @throws DoctorError if there is no such stack, or if an operation on it has not ended */
export async function readDeployedStack(
  client: CloudFormationClient,
  Region: string,
  named: string,
): Promise<DeployedStack> {
  const found = await callAws('cloudformation:DescribeStacks', Region, () =>
    client.send(new DescribeStacksCommand({ StackName: named })).then(({ Stacks }) => Stacks, noneIfAbsent),
  );
  const { StackId, StackName, StackStatus = 'DELETE_COMPLETE', Parameters = [] } = found?.[0] ?? {};
  if (StackId === undefined || StackName === undefined || StackStatus === 'DELETE_COMPLETE') {
    throw new DoctorError(`There is no stack ${named} in ${Region}.`, exitStatus.wrongUsage);
  }
  if (!settled.test(StackStatus)) {
    const advice = 'Its template may not match its resources yet. Run drift again when its status ends with COMPLETE.';
    throw new DoctorError(`Stack ${StackName} is ${StackStatus}. ${advice}`, exitStatus.noAnswer);
  }
  const { TemplateBody = '' } = await callAws('cloudformation:GetTemplate', Region, () =>
    client.send(new GetTemplateCommand({ StackName: StackId, TemplateStage: 'Processed' })),
  );
  const resources = await listResources(client, Region, StackId);
  const exports = TemplateBody.includes('ImportValue')
    ? await callAws('cloudformation:ListExports', Region, () =>
        itemsOf(paginateListExports({ client }, {}), (page) => page.Exports),
      )
    : [];
  const parameters = Parameters.map(({ ParameterKey = '', ParameterValue = '', ResolvedValue = ParameterValue }) => {
    return [ParameterKey, ResolvedValue];
  });
  return {
    ...{ StackId, StackName, templateText: TemplateBody },
    parameters: Object.fromEntries(parameters),
    resources: resources.map(({ LogicalResourceId, PhysicalResourceId = '', ResourceType = '' }) => {
      return { LogicalResourceId, PhysicalResourceId, ResourceType };
    }),
    exports: new Map(exports.map(({ Name = '', Value = '' }) => [Name, Value])),
  };
}

function noneIfAbsent(thrown: unknown): readonly never[] {
  if (/does not exist/.test(String(getProperty(thrown, 'message')))) return [];
  throw thrown;
}
