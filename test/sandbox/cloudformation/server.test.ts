import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  paginateDescribeStackEvents,
} from '@aws-sdk/client-cloudformation';
import { answerAction, listenCloudFormation } from '../../../sandbox/cloudformation/server.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { failing, newWorld, START, stackSource, type World } from './world.ts';

/** The API's answer to one call. */
async function ask(world: World, parameters: Record<string, string>, pageSize = 100) {
  const server = await listenCloudFormation({ ...world.cloudFormation, pageSize }, seededRandom(2));
  const response = await fetch(server.url, {
    method: 'POST',
    body: new URLSearchParams({ Version: '2010-05-15', ...parameters }),
  });
  const answer = { status: response.status, xml: await response.text() };
  await server.close();
  return answer;
}

/** What `use` gets from the API through the AWS SDK. */
async function withSdk<T>(world: World, use: (client: CloudFormationClient) => Promise<T>, pageSize = 100): Promise<T> {
  const server = await listenCloudFormation({ ...world.cloudFormation, pageSize }, seededRandom(2));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudFormationClient({ endpoint: server.url, region: 'eu-west-1', credentials });
  try {
    return await use(client);
  } finally {
    client.destroy();
    await server.close();
  }
}

describe('the CloudFormation API', () => {
  it('describes a stack by name and by id', async () => {
    const world = newWorld();
    const { StackId } = await world.create('A: {}', 'Outputs: { O: { Value: a<b, Description: d } }');

    const byName = await ask(world, { Action: 'DescribeStacks', StackName: 'app' });
    const byId = await ask(world, { Action: 'DescribeStacks', StackName: StackId });

    expect(byName.status).toBe(200);
    expect(byName.xml).toBe(
      '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>' +
        `<StackId>${StackId}</StackId><StackName>app</StackName><CreationTime>2026-11-21T09:00:00.000Z</CreationTime>` +
        '<StackStatus>CREATE_COMPLETE</StackStatus><DriftInformation><StackDriftStatus>NOT_CHECKED</StackDriftStatus></DriftInformation>' +
        '<Outputs><member><OutputKey>O</OutputKey><OutputValue>a&lt;b</OutputValue><Description>d</Description></member></Outputs>' +
        '<Tags></Tags><NotificationARNs></NotificationARNs><DisableRollback>false</DisableRollback>' +
        '<EnableTerminationProtection>false</EnableTerminationProtection><RollbackConfiguration></RollbackConfiguration>' +
        '</member></Stacks></DescribeStacksResult><ResponseMetadata><RequestId>' +
        `${byName.xml.match(/<RequestId>([-0-9a-f]{36})<\/RequestId>/)?.[1]}</RequestId></ResponseMetadata></DescribeStacksResponse>`,
    );
    expect(byId.xml).toBe(byName.xml);
  });

  it('shows stacks, events and resources as they were', async () => {
    const world = newWorld();
    await world.create('A: {}');
    const before = world.clock.now();
    await world.clock.run(() => world.clock.sleep(60_000));
    await world.update('A: { Properties: { P: 1 } }\nB: {}');
    const then = async (Action: string, shownAt: number, more = {}) => {
      const parameters = new URLSearchParams({ Action, StackName: 'app', ...more });
      const { result, refusal } = await answerAction(
        { ...world.cloudFormation, shownAt: () => shownAt },
        parameters,
        '1',
      );
      return JSON.stringify(refusal ?? result);
    };

    expect(await then('DescribeStacks', before)).toContain('"StackStatus":"CREATE_COMPLETE"');
    expect(await then('DescribeStacks', world.clock.now())).toContain('"StackStatus":"UPDATE_COMPLETE"');
    expect(await then('DescribeStackEvents', before)).not.toContain('UPDATE');
    const ofA = await then('DescribeStackResource', before, { LogicalResourceId: 'A' });
    expect(ofA).toContain('"ResourceStatus":"CREATE_COMPLETE"');
    expect(ofA).toContain(new Date(before).toISOString());
    expect(await then('DescribeStackResource', before, { LogicalResourceId: 'B' })).toContain('does not exist');
    expect(await then('DescribeStacks', START - 1)).toContain('does not exist');
  });

  it('replaces characters that XML forbids, such as control characters in a Reason', async () => {
    const Reason = 'a\u001b[31m\u0000\uFFFE\t\n😀 b';
    const world = newWorld({ provider: failing('Create', { Status: 'FAILED', Reason }) });
    await world.create('A: {}');

    const { StackEvents = [] } = await withSdk(world, (client) =>
      client.send(new DescribeStackEventsCommand({ StackName: 'app' })),
    );

    const reasons = StackEvents.map(({ ResourceStatusReason = '' }) => ResourceStatusReason);
    expect(reasons.join(' ')).toContain('Message returned: a\uFFFD[31m\uFFFD\uFFFD\t\n😀 b (RequestId');
  });

  it('shows parameters, and hides those with NoEcho', async () => {
    const world = newWorld();
    const source = stackSource(
      'A: {}',
      'Parameters: { P: { Type: String, Default: p }, S: { Type: String, NoEcho: true } }',
    );
    await world.clock.run(() => world.cloudFormation.createStack('app', { ...source, parameters: { S: 'secret' } }));

    const { xml } = await ask(world, { Action: 'DescribeStacks' });

    expect(xml).toContain(
      '<Parameters><member><ParameterKey>P</ParameterKey><ParameterValue>p</ParameterValue></member>' +
        '<member><ParameterKey>S</ParameterKey><ParameterValue>****</ParameterValue></member></Parameters>',
    );
  });

  it('keeps special characters in a description', async () => {
    const world = newWorld();
    await world.create('A: {}', `Description: 'test <env>.test.net & "more"'`);

    const { Stacks } = await withSdk(world, (client) => client.send(new DescribeStacksCommand({ StackName: 'app' })));

    expect(Stacks?.[0]?.Description).toBe('test <env>.test.net & "more"');
  });

  it('describes the options of the last operation', async () => {
    const world = newWorld();
    await world.clock.run(() =>
      world.cloudFormation.createStack('app', stackSource('A: {}'), { DeploymentConfig: { Mode: 'EXPRESS' } }),
    );

    const { Stacks = [] } = await withSdk(world, (client) =>
      client.send(new DescribeStacksCommand({ StackName: 'app' })),
    );

    expect(Stacks).toMatchObject([{ DisableRollback: true, DeploymentConfig: { Mode: 'EXPRESS' } }]);
  });

  it('finds a deleted stack only by its id', async () => {
    const world = newWorld();
    const { StackId } = await world.create('A: {}');
    await world.remove();

    const byName = await ask(world, { Action: 'DescribeStacks', StackName: 'app' });
    const byId = await ask(world, { Action: 'DescribeStacks', StackName: StackId });
    const all = await ask(world, { Action: 'DescribeStacks' });

    expect(all.xml).toContain('<Stacks></Stacks>');
    expect(byName.status).toBe(400);
    expect(byName.xml).toContain(
      '<Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id app does not exist</Message></Error>',
    );
    expect(byId.xml).toContain(
      '<DeletionTime>2026-11-21T09:00:01.000Z</DeletionTime><StackStatus>DELETE_COMPLETE</StackStatus>',
    );
  });

  it('describes a resource during its request', async () => {
    const world = newWorld();
    const creation = world.cloudFormation.createStack('app', stackSource('A: {}'));

    const { xml } = await ask(world, { Action: 'DescribeStackResource', StackName: 'app', LogicalResourceId: 'A' });
    await world.clock.run(() => creation);
    const after = await ask(world, { Action: 'DescribeStackResource', StackName: 'app', LogicalResourceId: 'A' });

    expect(xml).toContain('<ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus>');
    expect(xml).toContain('<LastUpdatedTimestamp>2026-11-21T09:00:00.000Z</LastUpdatedTimestamp>');
    expect(xml).not.toContain('PhysicalResourceId');
    expect(after.xml).toContain('<PhysicalResourceId>A</PhysicalResourceId>');
    expect(after.xml).toContain('<LastUpdatedTimestamp>2026-11-21T09:00:01.000Z</LastUpdatedTimestamp>');
  });

  it('lists resources, events (newest first) and stacks', async () => {
    const world = newWorld();
    await world.create('A: {}\nB: {}');

    const resources = await ask(world, { Action: 'DescribeStackResources', StackName: 'app' });
    const events = await ask(world, { Action: 'DescribeStackEvents', StackName: 'app' });
    const stacks = await ask(world, { Action: 'ListStacks', 'StackStatusFilter.member.1': 'CREATE_COMPLETE' });
    const none = await ask(world, { Action: 'ListStacks', 'StackStatusFilter.member.1': 'DELETE_COMPLETE' });

    expect(resources.xml.match(/<LogicalResourceId>\w+/g)).toEqual(['<LogicalResourceId>A', '<LogicalResourceId>B']);
    expect(events.xml.match(/<ResourceStatus>\w+/g)?.at(0)).toBe('<ResourceStatus>CREATE_COMPLETE');
    expect(stacks.xml).toContain('<StackName>app</StackName>');
    expect(none.xml).toContain('<StackSummaries></StackSummaries>');
  });

  it('lists resources page by page, each once', async () => {
    const world = newWorld();
    await world.create('A: {}\nB: {}\nC: {}');
    const list = { Action: 'ListStackResources', StackName: 'app' };

    const first = await ask(world, list, 2);
    const NextToken = /<NextToken>(.*)<\/NextToken>/.exec(first.xml)?.[1] ?? '';
    const second = await ask(world, { ...list, NextToken }, 2);

    expect(first.xml).toContain(
      '<ListStackResourcesResult><StackResourceSummaries><member><LogicalResourceId>A</LogicalResourceId>' +
        '<PhysicalResourceId>A</PhysicalResourceId><ResourceType>Custom::Thing</ResourceType>' +
        '<ResourceStatus>CREATE_COMPLETE</ResourceStatus>' +
        '<DriftInformation><StackResourceDriftStatus>NOT_CHECKED</StackResourceDriftStatus></DriftInformation>' +
        '<LastUpdatedTimestamp>2026-11-21T09:00:01.000Z</LastUpdatedTimestamp></member>',
    );
    expect(first.xml.match(/<LogicalResourceId>\w+/g)).toEqual(['<LogicalResourceId>A', '<LogicalResourceId>B']);
    expect(second.xml.match(/<LogicalResourceId>\w+/g)).toEqual(['<LogicalResourceId>C']);
    expect(second.xml).not.toContain('NextToken');
  });

  it('lists what is left page by page if an operation removes items in between, and refuses a page that is gone', async () => {
    const world = newWorld();
    await world.create('A: {}\nB: {}\nC: {}\nD: {}');
    const list = { Action: 'ListStackResources', StackName: 'app' };

    const first = await ask(world, list, 2);
    const NextToken = /<NextToken>(.*)<\/NextToken>/.exec(first.xml)?.[1] ?? '';
    await world.update('A: {}\nC: {}\nD: {}');
    const withoutLast = await ask(world, { ...list, NextToken }, 2);
    await world.update('C: {}\nD: {}');
    const withoutAll = await ask(world, { ...list, NextToken }, 2);

    expect(withoutLast.xml.match(/<LogicalResourceId>\w+/g)).toEqual(['<LogicalResourceId>C', '<LogicalResourceId>D']);
    expect(withoutAll.xml).toContain('<Code>ValidationError</Code><Message>Invalid NextToken.</Message>');
  });

  it('lists stacks page by page, newest first, also if stacks are created in between', async () => {
    const world = newWorld();
    for (const name of ['first', 'second', 'third']) await world.create('A: {}', '', name);
    const names = (xml: string) => [...xml.matchAll(/<StackName>(\w+)/g)].map(([, name]) => name);
    const tokenIn = (xml: string) => /<NextToken>(.*)<\/NextToken>/.exec(xml)?.[1] ?? '';

    const listed = await ask(world, { Action: 'ListStacks' }, 2);
    const described = await ask(world, { Action: 'DescribeStacks' }, 2);
    await world.create('A: {}', '', 'fourth');
    const listedNext = await ask(world, { Action: 'ListStacks', NextToken: tokenIn(listed.xml) }, 2);
    const describedNext = await ask(world, { Action: 'DescribeStacks', NextToken: tokenIn(described.xml) }, 2);

    expect(names(listed.xml)).toEqual(['third', 'second']);
    expect(names(listedNext.xml)).toEqual(['first']);
    expect(names(described.xml)).toEqual(['third', 'second']);
    expect(names(describedNext.xml)).toEqual(['first']);
  });

  it('lists events page by page to the AWS SDK, newest first, also if an operation adds some in between', async () => {
    const world = newWorld({
      provider: failing('Create', { Status: 'FAILED', Reason: 'No', PhysicalResourceId: 'a' }),
    });
    const { StackId } = await world.create('A: {}');

    const pages: string[][] = [];
    const listPages = async (client: CloudFormationClient) => {
      for await (const { StackEvents = [] } of paginateDescribeStackEvents({ client }, { StackName: StackId })) {
        pages.push(
          StackEvents.map(({ LogicalResourceId, PhysicalResourceId, ResourceStatus, Timestamp }) =>
            [LogicalResourceId, PhysicalResourceId, ResourceStatus, (Timestamp?.getTime() ?? 0) - START].join(' '),
          ),
        );
        if (pages.length === 1) await world.remove();
      }
    };
    await withSdk(world, listPages, 3);

    const stack = `app ${StackId}`;
    expect(pages).toEqual([
      [`${stack} ROLLBACK_COMPLETE 6000`, 'A a DELETE_COMPLETE 6000', 'A a DELETE_IN_PROGRESS 5000'],
      [`${stack} ROLLBACK_IN_PROGRESS 1000`, 'A a CREATE_FAILED 1000', 'A a CREATE_IN_PROGRESS 1000'],
      ['A  CREATE_IN_PROGRESS 0', `${stack} CREATE_IN_PROGRESS 0`],
    ]);
  });

  it.each([
    [{ Action: 'ListStacks', NextToken: 'bm90' }, 'ValidationError', 'Invalid NextToken.'],
    [
      { Action: 'DescribeStackResource', StackName: 'app', LogicalResourceId: 'X' },
      'ValidationError',
      'Resource X does not exist for stack app',
    ],
    [
      { Action: 'DescribeStackEvents' },
      'ValidationError',
      "1 validation error detected: Value null at 'stackName' failed to satisfy constraint: Member must not be null",
    ],
    [
      { Action: 'DetectStackDrift' },
      'InvalidAction',
      'Could not find operation DetectStackDrift for version 2010-05-15',
    ],
  ])('refuses %j', async (parameters, code, message) => {
    const world = newWorld();
    await world.create('A: {}');

    const { status, xml } = await ask(world, { ...parameters });

    expect(status).toBe(400);
    expect(xml).toContain(`<Code>${code}</Code><Message>${message}</Message>`);
  });
});
