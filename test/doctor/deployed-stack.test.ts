import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { readDeployedStack } from '../../doctor/deployed-stack.ts';

const client = new CloudFormationClient({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
});
const read = () => readDeployedStack(client, 'eu-west-1', 'studio');
const CreationTime = new Date(0);

function answering(StackStatus: StackStatus, TemplateBody = '{"Resources":{}}') {
  const mock = mockClient(client);
  const Parameters = [
    { ParameterKey: 'Tag', ParameterValue: '1.4' },
    { ParameterKey: 'Repository', ParameterValue: '/repository', ResolvedValue: 'studio' },
  ];
  const stack = { StackId: 'arn:studio', StackName: 'studio', StackStatus, CreationTime, Parameters };
  mock.on(DescribeStacksCommand, { StackName: 'studio' }).resolves({ Stacks: [stack] });
  mock.on(GetTemplateCommand, { StackName: 'arn:studio', TemplateStage: 'Processed' }).resolves({ TemplateBody });
  mock.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: (['CREATE_COMPLETE', 'DELETE_SKIPPED'] as const).map((ResourceStatus) => ({
      ...{ LogicalResourceId: ResourceStatus, PhysicalResourceId: 'id', ResourceType: 'Custom::X' },
      ...{ ResourceStatus, LastUpdatedTimestamp: CreationTime },
    })),
  });
  mock
    .on(ListExportsCommand)
    .resolves({ Exports: [{ Name: 'second', Value: '2' }] })
    .on(ListExportsCommand, { NextToken: undefined })
    .resolves({ Exports: [{ Name: 'first', Value: '1' }], NextToken: 'next' });
  return mock;
}

test('a stack is its processed template, the values of its parameters, its live resources and every export', async () => {
  const templateText = '{"Resources":{"A":{"Fn::ImportValue":"first"}}}';
  answering('UPDATE_ROLLBACK_COMPLETE', templateText);

  expect(await read()).toEqual({
    ...{ StackId: 'arn:studio', StackName: 'studio', templateText },
    parameters: { Tag: '1.4', Repository: 'studio' },
    resources: [{ LogicalResourceId: 'CREATE_COMPLETE', PhysicalResourceId: 'id', ResourceType: 'Custom::X' }],
    exports: new Map([
      ['first', '1'],
      ['second', '2'],
    ]),
  });
});

test('the exports of the Region are not read for a template that imports none', async () => {
  const mock = answering('CREATE_COMPLETE');

  await read();

  expect(mock.commandCalls(ListExportsCommand)).toEqual([]);
});

test.each(['UPDATE_IN_PROGRESS', 'UPDATE_FAILED', 'REVIEW_IN_PROGRESS'] as const)(
  'a stack that is %s has no certain declaration',
  async (status) => {
    answering(status);

    await expect(read()).rejects.toMatchObject({
      exitStatus: 3,
      message:
        `Stack studio is ${status}. Its template may not match its resources yet. Run drift again when its status ends ` +
        'with COMPLETE.',
    });
  },
);

test('a deleted stack does not exist, also if it is named by its id', async () => {
  answering('DELETE_COMPLETE');

  await expect(read()).rejects.toMatchObject({ exitStatus: 2, message: 'There is no stack studio in eu-west-1.' });
});

test('a permission that is missing is named', async () => {
  const denied = Object.assign(new Error('You may not.'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
  answering('CREATE_COMPLETE').on(GetTemplateCommand).rejects(denied);

  await expect(read()).rejects.toMatchObject({
    exitStatus: 3,
    message:
      'cloudformation:GetTemplate is not allowed in eu-west-1. AccessDenied: You may not. The doctor needs this permission.',
  });
});
