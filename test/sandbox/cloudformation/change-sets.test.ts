import type { WantedChangeSet } from '../../../sandbox/cloudformation/change-sets.ts';
import { eventLines, newWorld, stackSource, type World } from './world.ts';

const wanted = (resources: string, more: Partial<WantedChangeSet> = {}): WantedChangeSet => ({
  ChangeSetName: 'first',
  ChangeSetType: 'CREATE',
  source: stackSource(resources),
  options: {},
  ...more,
});

const make = ({ cloudFormation }: World, resources: string, more?: Partial<WantedChangeSet>) =>
  cloudFormation.createChangeSet('app', wanted(resources, more));
const update = (ChangeSetName: string) => ({ ChangeSetName, ChangeSetType: 'UPDATE' as const });
const execute = ({ clock, cloudFormation }: World, ChangeSetName = 'first') =>
  clock.run(() => cloudFormation.executeChangeSet({ ChangeSetName, StackName: 'app' }));

/** "first CREATE_COMPLETE AVAILABLE" for each change set of the stack, oldest first. */
const changeSetLines = ({ cloudFormation }: World) =>
  cloudFormation
    .listChangeSets(cloudFormation.findStack('app')?.StackId ?? '')
    .map(({ ChangeSetName, Status, ExecutionStatus }) => `${ChangeSetName} ${Status} ${ExecutionStatus}`);

test('a change set makes a stack in review, and its execution creates the resources', async () => {
  const world = newWorld();

  const { changes, StackId } = await make(world, 'A: {}');
  const inReview = structuredClone(world.cloudFormation.findStack('app'));
  const result = await execute(world);

  expect(changes).toMatchObject([{ Action: 'Add', LogicalResourceId: 'A' }]);
  expect(inReview).toMatchObject({ StackId, StackStatus: 'REVIEW_IN_PROGRESS', StackStatusReason: 'User Initiated' });
  expect(result.StackId).toBe(StackId);
  expect(eventLines(result).at(0)).toBe('app CREATE_IN_PROGRESS: User Initiated');
  expect(result.StackStatus).toBe('CREATE_COMPLETE');
  expect(world.cloudFormation.findStack('app')?.LastUpdatedTime).toBeDefined();
  expect(changeSetLines(world)).toEqual(['first CREATE_COMPLETE EXECUTE_COMPLETE']);
});

test('an update makes every other change set of the stack obsolete', async () => {
  const world = newWorld();
  await world.create('A: {}');
  await make(world, 'A: { P: 1 }', update('one'));
  await make(world, 'A: { P: 2 }', update('two'));
  await make(world, 'A: {}', update('none'));

  await execute(world, 'two');

  expect(world.resource('A')?.Properties).toMatchObject({ P: '2' });
  expect(changeSetLines(world)).toEqual([
    'one CREATE_COMPLETE OBSOLETE',
    'two CREATE_COMPLETE EXECUTE_COMPLETE',
    'none FAILED UNAVAILABLE',
  ]);
  await expect(execute(world, 'one')).rejects.toThrow('cannot be executed in its current status of [OBSOLETE]');
  await expect(execute(world, 'none')).rejects.toThrow('cannot be executed in its current status of [FAILED]');
});

test('a change set without changes is FAILED with the words that the AWS CLI compares', async () => {
  const world = newWorld();
  await world.create('A: {}');

  const { Status, StatusReason } = await make(world, 'A: {}', update('none'));

  expect({ Status, StatusReason }).toEqual({
    Status: 'FAILED',
    StatusReason:
      "The submitted information didn't contain changes. Submit different information to create a change set.",
  });
});

test('a stack in review keeps its termination protection when its change set is executed', async () => {
  const world = newWorld();
  const attributes = { Capabilities: ['CAPABILITY_IAM'] };
  await make(world, 'A: {}', { options: { attributes } });
  world.cloudFormation.setTerminationProtection('app', true);

  await execute(world);

  expect(world.cloudFormation.findStack('app')?.attributes).toEqual({
    ...attributes,
    EnableTerminationProtection: true,
  });
  await expect(world.remove()).rejects.toThrow('Stack [app] cannot be deleted while TerminationProtection is enabled');
});

test('CreateStack takes a stack in review, and its change sets become obsolete', async () => {
  const world = newWorld();
  const { StackId } = await make(world, 'A: {}');

  const result = await world.create('B: {}');

  expect(result).toMatchObject({ StackId, StackStatus: 'CREATE_COMPLETE' });
  expect(changeSetLines(world)).toEqual(['first CREATE_COMPLETE OBSOLETE']);
});

test('a stack in review can be deleted', async () => {
  const world = newWorld();
  await make(world, 'A: {}');

  expect(await world.remove()).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
});

test('a saved change set can be executed', async () => {
  const before = newWorld();
  await make(before, 'A: {}');
  const world = newWorld({ snapshot: before.cloudFormation.snapshot() });

  expect(await execute(world)).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
});

describe('a change set is refused', () => {
  const refused = async (act: (world: World) => Promise<unknown>) => {
    const world = newWorld();
    await world.create('A: {}');
    return act(world).then(
      () => 'accepted',
      ({ code, message }: { code?: string; message: string }) => [code, message].join(' '),
    );
  };

  test.each<[string, (world: World) => Promise<unknown>, string]>([
    [
      'if it would create a stack that exists',
      (world) => make(world, 'A: {}'),
      'ValidationError Stack [app] already exists and cannot be created again with the changeSet [first].',
    ],
    [
      'if it would update a stack that does not exist',
      ({ cloudFormation }) => cloudFormation.createChangeSet('none', wanted('A: {}', update('u'))),
      'ValidationError Stack [none] does not exist',
    ],
    [
      'if its name is taken',
      async (world) => {
        await make(world, 'A: { P: 1 }', update('u'));
        return make(world, 'A: { P: 1 }', update('u'));
      },
      'AlreadyExistsException ChangeSet u already exists',
    ],
    [
      'if it is executed by a name without a stack',
      ({ cloudFormation }) => cloudFormation.executeChangeSet({ ChangeSetName: 'u' }),
      'ValidationError StackName must be specified if ChangeSetName is not specified as an ARN.',
    ],
    ['if there is none', (world) => execute(world, 'u'), 'ChangeSetNotFound ChangeSet [u] does not exist'],
    [
      'if its template is wrong',
      (world) => make(world, 'A!  { Type: Custom::Thing, Propertie: {} }', update('u')),
      expect.stringContaining('Propertie'),
    ],
  ])('%s', async (_case, act, message) => {
    expect(await refused(act)).toEqual(message);
  });
});

test('a protected stack cannot be deleted', async () => {
  const world = newWorld();
  await world.create('A: {}');
  world.cloudFormation.setTerminationProtection('app', true);

  await expect(world.remove()).rejects.toThrow('Stack [app] cannot be deleted while TerminationProtection is enabled');
  world.cloudFormation.setTerminationProtection('app', false);
  expect(await world.remove()).toMatchObject({ StackStatus: 'DELETE_COMPLETE' });
});

test('an operation has begun, and can be watched, before it is done', async () => {
  const world = newWorld();

  const { StackId, done } = await world.cloudFormation.begin.createStack('app', stackSource('A: {}'));
  const whileItRuns = world.cloudFormation.findStack(StackId)?.StackStatus;
  const { StackStatus } = await world.clock.run(() => done);

  expect([whileItRuns, StackStatus]).toEqual(['CREATE_IN_PROGRESS', 'CREATE_COMPLETE']);
});
