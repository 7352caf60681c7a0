import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { sdkStacks } from '../../../src/cloudformation/sdk-stacks.ts';
import type { Deadlines } from '../../../src/deadlines.ts';
import { OutOfTime } from '../../../src/errors.ts';
import { createRequest } from '../../support/provider/builders.ts';
import { fakeClock } from '../../support/provider/fake-clock.ts';
import { fakeLog } from '../../support/provider/fake-log.ts';

const { StackId, LogicalResourceId } = createRequest();
const created = new Date('2026-11-20T12:00:00Z');
const updated = new Date('2026-11-21T03:58:00Z');

/** @param deadlinesMs from now */
function cloudFormation(deadlinesMs: Partial<Deadlines> = {}) {
  const client = new CloudFormationClient({ region: 'eu-west-1' });
  const clock = fakeClock();
  const log = fakeLog();
  const { invocation = 900_000, cleanUp = 2_940_000 } = deadlinesMs;
  const deadlines = { invocation: clock.now() + invocation, request: clock.now(), cleanUp: clock.now() + cleanUp };
  return {
    mock: mockClient(client),
    clock,
    log,
    stacks: sdkStacks(client, { clock, log, deadlines, random: () => 1 - 2 ** -20 }),
  };
}

describe('sdkStacks', () => {
  test('tells the status of a stack', async () => {
    const { mock, stacks } = cloudFormation();
    const stack = { StackName: 'studio', CreationTime: created, LastUpdatedTime: updated };
    mock.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, StackStatus: 'UPDATE_IN_PROGRESS' }] });

    const operation = await stacks.currentOperation(StackId);

    expect(operation).toEqual({ StackStatus: 'UPDATE_IN_PROGRESS', isRollbackDisabled: false, isExpress: false });
    expect(mock.commandCalls(DescribeStacksCommand).map(({ args }) => args[0].input)).toEqual([{ StackName: StackId }]);
  });

  test.each([
    [{ DisableRollback: true }, { isRollbackDisabled: true }],
    [{ DisableRollback: true, DeploymentConfig: { DisableRollback: false } }, { isRollbackDisabled: false }],
    [{ DeploymentConfig: { Mode: 'STANDARD', DisableRollback: true } }, { isRollbackDisabled: true }],
    [{ DeploymentConfig: { Mode: 'EXPRESS' } }, { isExpress: true, isRollbackDisabled: true }],
    [{ DeploymentConfig: { Mode: 'EXPRESS', DisableRollback: false } }, { isExpress: true, isRollbackDisabled: false }],
  ] as const)('tells what becomes of a failure: %j', async (choice, expected) => {
    const { mock, stacks } = cloudFormation();
    const stack = { StackName: 'studio', CreationTime: created, StackStatus: 'UPDATE_IN_PROGRESS' } as const;
    mock.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, ...choice }] });

    expect(await stacks.currentOperation(StackId)).toMatchObject(expected);
  });

  const RootId = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/root/1';
  const nested = { StackName: 'nested', CreationTime: created, StackStatus: 'UPDATE_IN_PROGRESS', RootId } as const;
  const root = { StackName: 'root', CreationTime: created, StackStatus: 'UPDATE_IN_PROGRESS' } as const;

  // CloudFormation shows DisableRollback for a nested stack, although its outermost stack rolls back.
  test.each([
    [{ DisableRollback: false }, { isRollbackDisabled: false, isExpress: false, RootId }],
    [{ DisableRollback: true }, { isRollbackDisabled: true }],
    [{ DeploymentConfig: { Mode: 'EXPRESS' } }, { isRollbackDisabled: true, isExpress: true }],
  ] as const)(
    'tells of a nested stack what becomes of a failure in its outermost stack: %j',
    async (choice, expected) => {
      const { mock, stacks } = cloudFormation();
      mock
        .on(DescribeStacksCommand, { StackName: StackId })
        .resolves({ Stacks: [{ ...nested, DisableRollback: true }] });
      mock.on(DescribeStacksCommand, { StackName: RootId }).resolves({ Stacks: [{ ...root, ...choice }] });

      expect(await stacks.currentOperation(StackId)).toMatchObject(expected);
    },
  );

  test('takes rollback for enabled in a nested stack whose outermost stack it may not describe', async () => {
    const { mock, stacks } = cloudFormation();
    mock.on(DescribeStacksCommand, { StackName: StackId }).resolves({ Stacks: [{ ...nested, DisableRollback: true }] });
    mock
      .on(DescribeStacksCommand, { StackName: RootId })
      .rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));

    expect(await stacks.currentOperation(StackId)).toMatchObject({
      StackStatus: 'UPDATE_IN_PROGRESS',
      isRollbackDisabled: false,
    });
  });

  test('tells the status of a resource and when it was last touched', async () => {
    const { mock, stacks } = cloudFormation();
    mock.on(DescribeStackResourceCommand).resolves({
      StackResourceDetail: {
        LogicalResourceId,
        PhysicalResourceId: 'an-arn',
        ResourceType: 'Custom::SageMakerImageVersion',
        ResourceStatus: 'CREATE_IN_PROGRESS',
        LastUpdatedTimestamp: updated,
      },
    });

    const resource = await stacks.currentResource(StackId, LogicalResourceId);

    expect(resource).toEqual({
      ResourceStatus: 'CREATE_IN_PROGRESS',
      PhysicalResourceId: 'an-arn',
      lastUpdatedAt: updated.getTime(),
    });
    expect(mock.commandCalls(DescribeStackResourceCommand).map(({ args }) => args[0].input)).toEqual([
      { StackName: StackId, LogicalResourceId },
    ]);
  });

  describe('tells the events, newest first,', () => {
    const event = (LogicalResourceId: string, overrides: object = {}) => ({
      StackId,
      EventId: LogicalResourceId,
      StackName: 'studio',
      LogicalResourceId,
      ResourceStatus: 'CREATE_IN_PROGRESS' as const,
      Timestamp: updated,
      ...overrides,
    });
    const named = (events: readonly { readonly LogicalResourceId: string }[] | undefined) =>
      events?.map(({ LogicalResourceId: name }) => name);

    test('with what the provider reads of them', async () => {
      const { mock, stacks } = cloudFormation();
      mock.on(DescribeStackEventsCommand).resolves({
        StackEvents: [event('A', { PhysicalResourceId: '' }), event('B', { PhysicalResourceId: 'an-arn' })],
      });

      expect(await stacks.events(StackId, () => false)).toEqual([
        {
          LogicalResourceId: 'A',
          PhysicalResourceId: undefined,
          ResourceStatus: 'CREATE_IN_PROGRESS',
          happenedAt: updated.getTime(),
        },
        expect.objectContaining({ PhysicalResourceId: 'an-arn' }),
      ]);
    });

    test('page after page to the last one, and no further', async () => {
      const { mock, stacks } = cloudFormation();
      mock
        .on(DescribeStackEventsCommand)
        .resolvesOnce({ StackEvents: [event('A'), event('B')], NextToken: '2' })
        .resolves({ StackEvents: [event('C'), event('D')], NextToken: '3' });

      const events = await stacks.events(StackId, ({ LogicalResourceId: name }) => name === 'C');

      expect(named(events)).toEqual(['A', 'B', 'C']);
      expect(mock.commandCalls(DescribeStackEventsCommand).map(({ args }) => args[0].input)).toEqual([
        { StackName: StackId, NextToken: undefined },
        { StackName: StackId, NextToken: '2' },
      ]);
    });

    test('all where none is the last one, and a page again that CloudFormation throttles', async () => {
      const { mock, stacks } = cloudFormation();
      mock
        .on(DescribeStackEventsCommand)
        .resolvesOnce({ StackEvents: [event('A')], NextToken: '2' })
        .rejectsOnce(Object.assign(new Error('no'), { name: 'Throttling' }))
        .resolves({ StackEvents: [event('B')] });

      expect(named(await stacks.events(StackId, () => false))).toEqual(['A', 'B']);
      expect(mock.commandCalls(DescribeStackEventsCommand)).toHaveLength(3);
    });

    test('not where the pages never end', async () => {
      const { mock, stacks } = cloudFormation();
      mock.on(DescribeStackEventsCommand).resolves({ StackEvents: [event('A')], NextToken: '2' });

      expect(await stacks.events(StackId, () => false)).toBeUndefined();
      expect(mock.commandCalls(DescribeStackEventsCommand)).toHaveLength(50);
    });

    test('without those that lack what every event has', async () => {
      const { mock, stacks } = cloudFormation();
      const StackEvents = [event('A', { Timestamp: undefined }), event('B', { ResourceStatus: undefined }), event('C')];
      mock.on(DescribeStackEventsCommand).resolves({ StackEvents });

      expect(named(await stacks.events(StackId, () => false))).toEqual(['C']);
    });
  });

  test('gives each question five seconds', async () => {
    const { mock, clock, stacks } = cloudFormation();
    mock.on(DescribeStacksCommand).resolves({}).on(DescribeStackResourceCommand).resolves({});

    await stacks.currentOperation(StackId);
    await stacks.currentResource(StackId, LogicalResourceId);

    expect(clock.timeouts).toEqual([5_000, 5_000]);
    expect(mock.calls().map(({ args }) => Object.keys(args.at(1) ?? {}))).toEqual([['abortSignal'], ['abortSignal']]);
  });

  test('gives it less where the answer would be too late, but a second always', async () => {
    const hurried = cloudFormation({ cleanUp: 3_000 });
    const overdue = cloudFormation({ invocation: 500 });
    hurried.mock.on(DescribeStacksCommand).resolves({});
    overdue.mock.on(DescribeStacksCommand).resolves({});

    await hurried.stacks.currentOperation(StackId);
    await overdue.stacks.currentOperation(StackId);

    expect([hurried.clock.timeouts, overdue.clock.timeouts]).toEqual([[3_000], [1_000]]);
  });

  test.each<[what: string, deadlinesMs: Partial<Deadlines>, name: string, patienceMs: number]>([
    ['throttles', { cleanUp: 800_000 }, 'Throttling', 800_000],
    ['throttles', { cleanUp: 20_000 }, 'Throttling', 20_000],
    ['fails', {}, 'InternalFailure', 65_750],
    ['fails', { cleanUp: 500 }, 'InternalFailure', 500],
    ['resets the connection', {}, 'ECONNRESET', 65_750],
    ['does not answer', {}, 'TimeoutError', 65_750],
    ['refuses', {}, 'AccessDenied', 0],
    ['refuses', {}, 'AccessDeniedException', 0],
    // Nobody waits for an answer any more.
    ['throttles', { cleanUp: -1 }, 'Throttling', 65_750],
  ])(
    'is patient while CloudFormation %s, with deadlines %j and %s, for %d ms',
    async (_what, deadlinesMs, name, ms) => {
      const { mock, clock, stacks } = cloudFormation(deadlinesMs);
      mock.rejects(Object.assign(new Error('no'), { name }));
      const begun = clock.now();

      expect(await stacks.currentOperation(StackId)).toBeUndefined();

      expect(clock.now() - begun).toBe(ms);
    },
  );

  test.each(['Throttling', 'InternalFailure'])(
    'leaves the question to the next invocation where this one cannot wait, which is not the same as not told: %s',
    async (name) => {
      const { mock, log, stacks } = cloudFormation({ invocation: 500 });
      mock.rejects(Object.assign(new Error('no'), { name }));

      await expect(stacks.currentOperation(StackId)).rejects.toEqual(new OutOfTime());
      expect(log.lines).toEqual([]);
    },
  );

  test('tells nothing where the answer lacks something', async () => {
    const { mock, stacks } = cloudFormation();
    const resource = { LogicalResourceId, ResourceType: undefined, LastUpdatedTimestamp: updated };
    mock
      .on(DescribeStacksCommand)
      .resolves({})
      .on(DescribeStackResourceCommand)
      .resolvesOnce({ StackResourceDetail: { ...resource, ResourceStatus: undefined } })
      .resolves({});

    expect(await stacks.currentResource(StackId, LogicalResourceId)).toBeUndefined();
    expect(await stacks.currentOperation(StackId)).toBeUndefined();
    expect(await stacks.currentResource(StackId, LogicalResourceId)).toBeUndefined();
  });

  test('tells nothing, and logs why, where CloudFormation refuses', async () => {
    const { mock, log, stacks } = cloudFormation();
    mock.rejects(Object.assign(new Error('not authorized'), { name: 'AccessDenied' }));

    expect(await stacks.currentOperation(StackId)).toBeUndefined();
    expect(await stacks.currentResource(StackId, LogicalResourceId)).toBeUndefined();
    expect(await stacks.events(StackId, () => true)).toBeUndefined();
    const warning = (operation: string) => ({
      level: 'warn',
      message:
        `CloudFormation gave no usable answer to ${operation} (AccessDenied). Without it, a rollback may leave a version. ` +
        `If access was denied, allow the role of the provider cloudformation:${operation} on the stack.`,
      details: { error: { name: 'AccessDenied' } },
    });
    expect(log.lines).toMatchObject(['DescribeStacks', 'DescribeStackResource', 'DescribeStackEvents'].map(warning));
  });
});
