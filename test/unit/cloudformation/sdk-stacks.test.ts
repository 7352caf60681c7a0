import {
  CloudFormationClient,
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
  return { mock: mockClient(client), clock, log, stacks: sdkStacks(client, { clock, log, deadlines }) };
}

describe('sdkStacks', () => {
  test('tells the status of a stack and when its update began', async () => {
    const { mock, stacks } = cloudFormation();
    const stack = { StackName: 'studio', CreationTime: created, LastUpdatedTime: updated };
    mock.on(DescribeStacksCommand).resolves({ Stacks: [{ ...stack, StackStatus: 'UPDATE_IN_PROGRESS' }] });

    const operation = await stacks.currentOperation(StackId);

    expect(operation).toEqual({ StackStatus: 'UPDATE_IN_PROGRESS', startedAt: updated.getTime() });
    expect(mock.commandCalls(DescribeStacksCommand).map(({ args }) => args[0].input)).toEqual([{ StackName: StackId }]);
  });

  test('tells when its creation began where it was never updated', async () => {
    const { mock, stacks } = cloudFormation();
    mock
      .on(DescribeStacksCommand)
      .resolves({ Stacks: [{ StackName: 'studio', CreationTime: created, StackStatus: 'ROLLBACK_IN_PROGRESS' }] });

    expect(await stacks.currentOperation(StackId)).toEqual({
      StackStatus: 'ROLLBACK_IN_PROGRESS',
      startedAt: created.getTime(),
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
    ['throttles', {}, 'Throttling', 65_750],
    ['throttles', { cleanUp: 20_000 }, 'Throttling', 20_000],
    ['fails', {}, 'InternalFailure', 750],
    ['fails', { cleanUp: 500 }, 'InternalFailure', 500],
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
    const message =
      `CloudFormation does not describe stack ${StackId} (AccessDenied). Check that the role of the provider may call ` +
      'cloudformation:DescribeStacks and cloudformation:DescribeStackResource.';
    expect(log.lines).toMatchObject([
      { level: 'warn', message, details: { error: { name: 'AccessDenied' } } },
      { level: 'warn', message, details: { error: { name: 'AccessDenied' } } },
    ]);
  });
});
