import { endInterrupted } from '../../../sandbox/cloudformation/interruption.ts';
import { failing, newWorld, type Provider, stackSource, type World } from './world.ts';

/** Answers nothing, so that the operation stays where it is. */
const silent: Provider = () => undefined;

/** A new process with what `world` has saved in the middle of its operation. */
const restarted = ({ cloudFormation }: World) => newWorld({ snapshot: endInterrupted(cloudFormation.snapshot()) });

/** Begins an operation that never ends. */
async function stopDuring(
  world: World,
  RequestType: string,
  begin: (world: World) => Promise<unknown>,
): Promise<World> {
  world.provideWith(failing(RequestType, undefined));
  await begin(world);
  await world.clock.run(() => world.clock.sleep(10_000));
  return restarted(world);
}

const statusOf = ({ cloudFormation }: World) => {
  const { StackStatus, StackStatusReason } = cloudFormation.findStack('app') ?? {};
  return `${StackStatus}: ${StackStatusReason}`;
};
const stopped = 'The sandbox was stopped during this operation.';

test('an interrupted creation has failed, and its stack can be deleted', async () => {
  const world = newWorld({ provider: silent });

  const after = await stopDuring(world, 'Create', ({ cloudFormation }) =>
    cloudFormation.begin.createStack('app', stackSource('A: {}')),
  );

  expect(statusOf(after)).toBe(`CREATE_FAILED: ${stopped}`);
  expect(after.resource('A')).toMatchObject({ ResourceStatus: 'CREATE_FAILED', ResourceStatusReason: stopped });
  expect(after.cloudFormation.findStack('app')?.events.at(-1)).toMatchObject({
    LogicalResourceId: 'app',
    ResourceStatus: 'CREATE_FAILED',
  });
  expect(await after.remove()).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
});

test('an interrupted update can be rolled back', async () => {
  const world = newWorld();
  await world.create('A: { P: 1 }');

  const after = await stopDuring(world, 'Update', ({ cloudFormation }) =>
    cloudFormation.begin.updateStack('app', stackSource('A: { P: 2 }')),
  );
  const failed = statusOf(after);
  const rolledBack = await after.clock.run(() => after.cloudFormation.rollbackStack('app'));

  expect(failed).toBe(`UPDATE_FAILED: ${stopped}`);
  expect(rolledBack).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
  expect(after.resource('A')?.Properties).toMatchObject({ P: '1' });
});

test('after an interrupted clean-up, the stack is complete', async () => {
  const world = newWorld();
  await world.create('A: { Name: a }');

  const after = await stopDuring(world, 'Delete', ({ cloudFormation }) =>
    cloudFormation.begin.updateStack('app', stackSource('A: { Name: b }')),
  );
  const status = statusOf(after);

  expect(status).toBe('UPDATE_COMPLETE: The sandbox was stopped during the clean-up. What was replaced may be left.');
  expect(await after.update('A: { Name: c }')).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
});

test('the change set of an interrupted operation has failed, and a stack in review stays so', async () => {
  const world = newWorld();
  const wanted = { ChangeSetType: 'CREATE' as const, source: stackSource('A: {}'), options: {} };
  const StackName = 'app';
  await world.cloudFormation.createChangeSet(StackName, { ChangeSetName: 'one', ...wanted });
  const inReview = statusOf(restarted(world));

  const after = await stopDuring(world, 'Create', ({ cloudFormation }) =>
    cloudFormation.begin.executeChangeSet({ ChangeSetName: 'one', StackName }),
  );

  expect(inReview).toBe('REVIEW_IN_PROGRESS: User Initiated');
  expect(after.cloudFormation.findChangeSet({ ChangeSetName: 'one', StackName }).ExecutionStatus).toBe(
    'EXECUTE_FAILED',
  );
});
