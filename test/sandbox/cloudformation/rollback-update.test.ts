import {
  type Answer,
  nameProvider,
  narrated,
  newWorld,
  type Provider,
  stackSource,
  told,
  type World,
} from './world.ts';

const before = 'A: { Name: a-1 }\nB: { Size: 1, After: !Ref A }';
const after = 'A: { Name: a-2 }\nB: { Size: 2, After: !Ref A }';

/** Answers as `answer` says to the Update of B with Size 2, else as usual. */
function failingAtB(answer: Answer | undefined): Provider {
  return (request) =>
    request.RequestType === 'Update' && request.LogicalResourceId === 'B' && request.ResourceProperties['Size'] === '2'
      ? answer
      : nameProvider(request);
}

const failed: Answer = { Status: 'FAILED', PhysicalResourceId: 'B', Reason: 'No luck' };

async function rolledBack(world: World, from = before, to = after) {
  await world.create(from);
  const created = world.requests.length;
  const result = await world.update(to);
  return { result, requests: world.requests.slice(created) };
}

describe('an update that fails', () => {
  it('goes back in place with swapped properties, and deletes the replacement without an Update of it', async () => {
    const world = newWorld({ provider: failingAtB(failed) });

    const { result, requests } = await rolledBack(world);

    expect(told(requests)).toEqual(['Update A a-1', 'Update B B', 'Update B B', 'Delete A a-2']);
    expect(requests[2]).toMatchObject({
      ResourceProperties: { Size: '1', After: 'a-1' },
      OldResourceProperties: { Size: '2', After: 'a-2' },
    });
    expect(requests[3]).toMatchObject({ ResourceProperties: { Name: 'a-2' } });
    expect(narrated(result).slice(4)).toEqual([
      'B UPDATE_IN_PROGRESS',
      `B UPDATE_FAILED: Received response status [FAILED] from custom resource. Message returned: No luck (RequestId: ${requests[1]?.RequestId})`,
      'app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [B].',
      'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'app UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(world.cloudFormation.findStack('app')?.resources['A']).toMatchObject({
      PhysicalResourceId: 'a-1',
      Attributes: { Name: 'a-1' },
    });
  });

  it('is as if it had never been: the old template has nothing to update afterwards', async () => {
    const world = newWorld({ provider: failingAtB(failed) });
    await rolledBack(world);

    const refused = world.update(before);

    await expect(refused).rejects.toThrow('No updates are to be performed.');
  });

  it('updates the replacement first if the switch says so, and deletes it once the old id is answered', async () => {
    const world = newWorld({ provider: failingAtB(failed), settings: { rollbackAfterReplacement: 'update-first' } });

    const { requests } = await rolledBack(world);

    expect(told(requests)).toEqual(['Update A a-1', 'Update B B', 'Update A a-2', 'Update B B', 'Delete A a-2']);
    expect(requests[2]).toMatchObject({
      ResourceProperties: { Name: 'a-1' },
      OldResourceProperties: { Name: 'a-2' },
    });
    expect(world.cloudFormation.findStack('app')?.resources['A']?.PhysicalResourceId).toBe('a-1');
  });

  it.each([
    ['keeps the replacement', 'a-2', ['Delete A a-1']],
    ['takes a third one', 'a-3', ['Delete A a-1', 'Delete A a-2']],
  ])('%s if the rollback Update answers so, and deletes every other', async (_words, id, deletes) => {
    const world = newWorld({
      provider: (request) =>
        request.RequestType === 'Update' && request.PhysicalResourceId === 'a-2'
          ? { PhysicalResourceId: id }
          : failingAtB(failed)(request),
      settings: { rollbackAfterReplacement: 'update-first' },
    });

    const { requests } = await rolledBack(world);

    expect(told(requests).filter((line) => line.startsWith('Delete'))).toEqual(deletes);
    expect(world.cloudFormation.findStack('app')?.resources['A']?.PhysicalResourceId).toBe(id);
  });

  it.each(['delete-only', 'update-first'] as const)(
    'adopts the other id of a FAILED Update: it is deleted, and no Update is sent (%s)',
    async (rollbackAfterReplacement) => {
      const world = newWorld({
        provider: failingAtB({ ...failed, PhysicalResourceId: 'b-2' }),
        settings: { rollbackAfterReplacement },
      });

      const { requests } = await rolledBack(world, 'B: { Size: 1 }', 'B: { Size: 2 }');

      expect(told(requests)).toEqual(['Update B B', 'Delete B b-2']);
      expect(world.cloudFormation.findStack('app')?.resources['B']?.PhysicalResourceId).toBe('B');
    },
  );

  it('cancels siblings under way and sends them the reverse Update 2 s later', async () => {
    const world = newWorld({
      provider: (request) =>
        request.LogicalResourceId === 'A' && request.ResourceProperties['Size'] === '2'
          ? { ...nameProvider(request), afterMs: 60_000 }
          : failingAtB(failed)(request),
    });

    const { result, requests } = await rolledBack(
      world,
      'A: { Size: 1 }\nB: { Size: 1 }',
      'A: { Size: 2 }\nB: { Size: 2 }\nC: { After: !Ref A }',
    );

    expect(told(requests)).toEqual(['Update A A', 'Update B B', 'Update A A', 'Update B B']);
    expect(narrated(result)).toContain('A UPDATE_FAILED: Resource update cancelled');
    expect(narrated(result)).toContain(
      'app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [A, B].',
    );
  });

  it('deletes what it created in the clean-up of the rollback', async () => {
    const world = newWorld({
      provider: (request) =>
        request.LogicalResourceId === 'New' && request.RequestType === 'Create'
          ? { Status: 'FAILED', PhysicalResourceId: 'not-created', Reason: 'No' }
          : nameProvider(request),
    });

    const { result, requests } = await rolledBack(world, 'A: {}', 'A: {}\nNew: {}');

    expect(told(requests)).toEqual(['Create New', 'Delete New not-created']);
    expect(narrated(result).slice(3)).toEqual([
      'app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [New].',
      'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'New DELETE_IN_PROGRESS',
      'New DELETE_COMPLETE',
      'app UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(Object.keys(world.cloudFormation.findStack('app')?.resources ?? {})).toEqual(['A']);
  });

  it('deletes what it created even if its policy is RetainExceptOnCreate', async () => {
    const world = newWorld({ provider: failingAtB(failed) });
    const kept =
      'New! { Type: Custom::Thing, DeletionPolicy: RetainExceptOnCreate, Properties: { ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:provider } }';

    const { requests } = await rolledBack(world, 'B: { Size: 1 }', `B: { Size: 2, After: !Ref New }\n${kept}`);

    expect(told(requests)).toEqual(['Create New', 'Update B B', 'Update B B', 'Delete New New']);
  });

  it('still imports what it imported before', async () => {
    const world = newWorld({ provider: failingAtB(failed) });
    const exporting = stackSource('X: {}', 'Outputs: { O: { Value: !Ref X, Export: { Name: shared } } }');
    await world.clock.run(() => world.cloudFormation.createStack('exporting', exporting));
    await rolledBack(world, 'B: { Size: 1, From: !ImportValue shared }', 'B: { Size: 2 }');

    const refused = await world.clock.run(() => world.cloudFormation.deleteStack('exporting'));

    expect(refused?.StackStatusReason).toBe('Export shared cannot be deleted as it is in use by app');
  });

  it('ends UPDATE_ROLLBACK_FAILED when a rollback Update fails; ContinueUpdateRollback asks for the same again', async () => {
    const world = newWorld();
    await world.create('B: { Size: 1 }');
    world.provideWith((request) => (request.RequestType === 'Update' ? failed : nameProvider(request)));
    const failure = await world.update('B: { Size: 2 }');
    const asked = world.requests.length;
    world.provideWith(nameProvider);

    const result = await world.clock.run(() => world.cloudFormation.continueUpdateRollback('app'));

    expect(narrated(failure).at(-1)).toBe(
      'app UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [B].',
    );
    expect(world.requests.slice(asked)).toEqual([
      expect.objectContaining({
        RequestType: 'Update',
        ResourceProperties: expect.objectContaining({ Size: '1' }),
        OldResourceProperties: expect.objectContaining({ Size: '2' }),
      }),
    ]);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('leaves alone what ContinueUpdateRollback is told to skip', async () => {
    const world = newWorld();
    await world.create('B: { Size: 1 }');
    world.provideWith((request) => (request.RequestType === 'Update' ? failed : nameProvider(request)));
    await world.update('B: { Size: 2 }');
    const asked = world.requests.length;

    const result = await world.clock.run(() =>
      world.cloudFormation.continueUpdateRollback('app', { ResourcesToSkip: ['B'] }),
    );

    expect(world.requests).toHaveLength(asked);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.cloudFormation.findStack('app')?.resources['B']?.Properties).toMatchObject({ Size: '1' });
  });

  it('can be told to skip only what has failed', async () => {
    const world = newWorld();
    await world.create('A: {}\nB: { Size: 1 }');
    world.provideWith((request) => (request.RequestType === 'Update' ? failed : nameProvider(request)));
    await world.update('A: {}\nB: { Size: 2 }');

    const refused = world.cloudFormation.continueUpdateRollback('app', { ResourcesToSkip: ['A'] });

    await expect(refused).rejects.toThrow(
      'ResourcesToSkip can only name resources in the UPDATE_FAILED state, not [A]',
    );
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('UPDATE_ROLLBACK_FAILED');
  });

  it('goes on after a restart from the snapshot', async () => {
    const world = newWorld();
    await world.create('B: { Size: 1 }');
    world.provideWith((request) => (request.RequestType === 'Update' ? failed : nameProvider(request)));
    await world.update('B: { Size: 2 }');

    const next = newWorld({ snapshot: JSON.parse(JSON.stringify(world.cloudFormation.snapshot())) });
    const result = await next.clock.run(() => next.cloudFormation.continueUpdateRollback('app'));

    expect(told(next.requests)).toEqual(['Update B B']);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('CancelUpdateStack', () => {
  it('cancels what is under way and rolls back', async () => {
    const world = newWorld({ provider: failingAtB(undefined) });
    await world.create('B: { Size: 1 }');

    const result = await world.clock.run(async () => {
      const update = world.cloudFormation.updateStack('app', stackSource('B: { Size: 2 }'));
      await world.clock.sleep(5000);
      await world.cloudFormation.cancelUpdateStack('app');
      return update;
    });

    expect(narrated(result).slice(1, 5)).toEqual([
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_FAILED: Resource update cancelled',
      'app UPDATE_ROLLBACK_IN_PROGRESS: User Initiated',
      'B UPDATE_IN_PROGRESS',
    ]);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('is refused when no update is under way', async () => {
    const world = newWorld();
    await world.create('A: {}');

    const refused = world.cloudFormation.cancelUpdateStack('app');

    await expect(refused).rejects.toThrow('CancelUpdateStack cannot be called from current stack status');
  });
});
