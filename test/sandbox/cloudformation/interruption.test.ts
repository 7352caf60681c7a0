import { endInterrupted } from '../../../sandbox/cloudformation/interruption.ts';
import { FUNCTION_ARN, failing, nameProvider, newWorld, type Provider, stackSource, type World } from './world.ts';

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

describe('after an interrupted clean-up', () => {
  const cleanUp = 'The sandbox was stopped during the clean-up. What was replaced or removed may still exist.';
  const replaced = async () => {
    const world = newWorld();
    await world.create('A: { Name: a }\n  B: { Name: b }');
    return stopDuring(world, 'Delete', ({ cloudFormation }) =>
      cloudFormation.begin.updateStack('app', stackSource('A: { Name: c }')),
    );
  };
  const refusingWrong: Provider = (request) => {
    const { RequestType, ResourceProperties, PhysicalResourceId = '' } = request;
    const isRefused = RequestType === 'Update' && 'Wrong' in ResourceProperties;
    return isRefused ? { Status: 'FAILED', Reason: 'Wrong', PhysicalResourceId } : nameProvider(request);
  };
  const deleted = ({ requests }: World) =>
    requests.flatMap((request) => (request.RequestType === 'Delete' ? [request.PhysicalResourceId] : [])).toSorted();

  test('the stack is complete, and an update without changes deletes what is left', async () => {
    const after = await replaced();
    const status = statusOf(after);

    const result = await after.update('A: { Name: c }');

    expect(status).toBe(`UPDATE_COMPLETE: ${cleanUp}`);
    expect(result).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
    expect(result.StackStatusReason).toBeUndefined();
    expect(deleted(after)).toEqual(['a', 'b']);
    await expect(after.update('A: { Name: c }')).rejects.toThrow('No updates are to be performed.');
  });

  test('a change set without changes deletes what is left, too', async () => {
    const after = await replaced();
    const source = stackSource('A: { Name: c }');
    const name = { ChangeSetName: 'again', StackName: 'app' };
    const made = await after.cloudFormation.createChangeSet('app', {
      ...{ ...name, ChangeSetType: 'UPDATE', source, options: {} },
    });

    await after.clock.run(() => after.cloudFormation.executeChangeSet(name));

    // B is no longer in the template.
    expect(made).toMatchObject({ Status: 'CREATE_COMPLETE', changes: [{ Action: 'Remove', LogicalResourceId: 'B' }] });
    expect(deleted(after)).toEqual(['a', 'b']);
  });

  test('a failed update returns to the new state, and deletes what is left', async () => {
    const after = await replaced();
    after.provideWith(refusingWrong);

    const result = await after.update('A: { Name: c, Wrong: 1 }');

    expect(result).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
    expect(after.resource('A')).toMatchObject({ PhysicalResourceId: 'c', Properties: { Name: 'c' } });
    expect(deleted(after)).toEqual(['a', 'b']);
  });

  test('the deletion of the stack deletes what is left, too', async () => {
    const after = await replaced();

    await after.remove();

    expect(deleted(after)).toEqual(['a', 'b', 'c']);
  });

  test('a stack that was rolled back deletes what is left in its next update', async () => {
    const resources = (Name: string, more = '') =>
      `A: { Name: ${Name} }\nB! { DependsOn: A, Type: Custom::Thing, Properties: { ServiceToken: ${FUNCTION_ARN}${more} } }`;
    const world = newWorld();
    await world.create(resources('a'));
    world.provideWith((request) => (request.RequestType === 'Delete' ? undefined : refusingWrong(request)));
    await world.cloudFormation.begin.updateStack('app', stackSource(resources('c', ', Wrong: 1')));
    await world.clock.run(() => world.clock.sleep(60_000));
    const after = restarted(world);
    const status = statusOf(after);

    await after.update(resources('a'));

    expect(status).toBe(`UPDATE_ROLLBACK_COMPLETE: ${cleanUp}`);
    expect(deleted(after)).toEqual(['c']);
  });
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
