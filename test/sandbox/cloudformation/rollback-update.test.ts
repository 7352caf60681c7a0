import {
  type Answer,
  CUSTOM,
  eventLines,
  failing,
  nameProvider,
  newWorld,
  type Provider,
  requestLines,
  stackSource,
  type World,
} from './world.ts';

const before = 'A: { Name: a-1 }\nB: { Size: 1, After: !Ref A }';
const after = 'A: { Name: a-2 }\nB: { Size: 2, After: !Ref A }';

/** Answers with `answer` to the Update of B to Size 2, and as usual to any other request. */
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

/** A stack whose update and rollback have failed. */
async function failedRollback() {
  const world = newWorld({ provider: failing('Update', failed) });
  await world.create('B: { Size: 1 }');
  return { world, failure: await world.update('B: { Size: 2 }') };
}

describe('an update that fails', () => {
  it('restores resources with swapped properties, and deletes a replacement without an Update of it', async () => {
    const world = newWorld({ provider: failingAtB(failed) });

    const { result, requests } = await rolledBack(world);

    expect(requestLines(requests)).toEqual(['Update A a-1', 'Update B B', 'Update B B', 'Delete A a-2']);
    expect(requests[2]).toMatchObject({
      ResourceProperties: { Size: '1', After: 'a-1' },
      OldResourceProperties: { Size: '2', After: 'a-2' },
    });
    expect(requests[3]).toMatchObject({ ResourceProperties: { Name: 'a-2' } });
    expect(eventLines(result).slice(4)).toEqual([
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
    expect(world.resource('A')).toMatchObject({
      PhysicalResourceId: 'a-1',
      Attributes: { Name: 'a-1' },
    });
  });

  it('leaves nothing to update to the old template', async () => {
    const world = newWorld({ provider: failingAtB(failed) });
    await rolledBack(world);

    const refused = world.update(before);

    await expect(refused).rejects.toThrow('No updates are to be performed.');
  });

  it('updates the replacement first under a switch, and deletes it after a response with the old id', async () => {
    const world = newWorld({ provider: failingAtB(failed), settings: { rollbackAfterReplacement: 'update-first' } });

    const { requests } = await rolledBack(world);

    expect(requestLines(requests)).toEqual([
      'Update A a-1',
      'Update B B',
      'Update A a-2',
      'Update B B',
      'Delete A a-2',
    ]);
    expect(requests[2]).toMatchObject({
      ResourceProperties: { Name: 'a-1' },
      OldResourceProperties: { Name: 'a-2' },
    });
    expect(world.resource('A')?.PhysicalResourceId).toBe('a-1');
  });

  it.each([
    ['keeps the replacement', 'a-2', ['Delete A a-1']],
    ['uses a third resource', 'a-3', ['Delete A a-1', 'Delete A a-2']],
  ])('%s if the rollback Update answers with its id, and deletes every other', async (_words, id, deletes) => {
    const world = newWorld({
      provider: (request) =>
        request.RequestType === 'Update' && request.PhysicalResourceId === 'a-2'
          ? { PhysicalResourceId: id }
          : failingAtB(failed)(request),
      settings: { rollbackAfterReplacement: 'update-first' },
    });

    const { requests } = await rolledBack(world);

    expect(requestLines(requests).filter((line) => line.startsWith('Delete'))).toEqual(deletes);
    expect(world.resource('A')?.PhysicalResourceId).toBe(id);
  });

  it.each(['delete-only', 'update-first'] as const)(
    'deletes the other id of a FAILED Update and sends no Update (%s)',
    async (rollbackAfterReplacement) => {
      const world = newWorld({
        provider: failingAtB({ ...failed, PhysicalResourceId: 'b-2' }),
        settings: { rollbackAfterReplacement },
      });

      const { requests } = await rolledBack(world, 'B: { Size: 1 }', 'B: { Size: 2 }');

      expect(requestLines(requests)).toEqual(['Update B B', 'Delete B b-2']);
      expect(world.resource('B')?.PhysicalResourceId).toBe('B');
    },
  );

  it('cancels running siblings and sends them the reverse Update', async () => {
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

    expect(requestLines(requests)).toEqual(['Update A A', 'Update B B', 'Update A A', 'Update B B']);
    expect(eventLines(result)).toContain('A UPDATE_FAILED: Resource update cancelled');
    expect(eventLines(result)).toContain(
      'app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [A, B].',
    );
  });

  it('deletes in the clean-up what the update created', async () => {
    const answer = { Status: 'FAILED', PhysicalResourceId: 'not-created', Reason: 'No' };
    const world = newWorld({ provider: failing('Create', answer, 'New') });

    const { result, requests } = await rolledBack(world, 'A: {}', 'A: {}\nNew: {}');

    expect(requestLines(requests)).toEqual(['Create New', 'Delete New not-created']);
    expect(eventLines(result).slice(4)).toEqual([
      'app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [New].',
      'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'New DELETE_IN_PROGRESS',
      'New DELETE_COMPLETE',
      'app UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(Object.keys(world.cloudFormation.findStack('app')?.resources ?? {})).toEqual(['A']);
  });

  it('deletes what the update created even with the policy RetainExceptOnCreate', async () => {
    const world = newWorld({ provider: failingAtB(failed) });
    const kept = `New! { ${CUSTOM}, DeletionPolicy: RetainExceptOnCreate }`;

    const { requests } = await rolledBack(world, 'B: { Size: 1 }', `B: { Size: 2, After: !Ref New }\n${kept}`);

    expect(requestLines(requests)).toEqual(['Create New', 'Update B B', 'Update B B', 'Delete New New']);
  });

  it('keeps the imports of the old template', async () => {
    const world = newWorld({ provider: failingAtB(failed) });
    await world.create('X: {}', 'Outputs: { O: { Value: !Ref X, Export: { Name: shared } } }', 'exporting');
    await rolledBack(world, 'B: { Size: 1, From: !ImportValue shared }', 'B: { Size: 2 }');

    const refused = await world.remove('exporting');

    expect(refused?.StackStatusReason).toBe('Export shared cannot be deleted as it is in use by app');
  });

  it('ends UPDATE_ROLLBACK_FAILED when a rollback Update fails; ContinueUpdateRollback sends the same request again', async () => {
    const { world, failure } = await failedRollback();
    const sent = world.requests.length;
    world.provideWith(nameProvider);

    const result = await world.clock.run(() => world.cloudFormation.continueUpdateRollback('app'));

    expect(eventLines(failure).at(-1)).toBe(
      'app UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [B].',
    );
    expect(world.requests.slice(sent)).toEqual([
      expect.objectContaining({
        RequestType: 'Update',
        ResourceProperties: expect.objectContaining({ Size: '1' }),
        OldResourceProperties: expect.objectContaining({ Size: '2' }),
      }),
    ]);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('sends no request for what ContinueUpdateRollback skips', async () => {
    const { world } = await failedRollback();
    const sent = world.requests.length;

    const result = await world.clock.run(() =>
      world.cloudFormation.continueUpdateRollback('app', { ResourcesToSkip: ['B'] }),
    );

    expect(world.requests).toHaveLength(sent);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.resource('B')?.Properties).toMatchObject({ Size: '1' });
  });

  it('continues from a snapshot', async () => {
    const { world } = await failedRollback();

    const next = newWorld({ snapshot: JSON.parse(JSON.stringify(world.cloudFormation.snapshot())) });
    const result = await next.clock.run(() => next.cloudFormation.continueUpdateRollback('app'));

    expect(requestLines(next.requests)).toEqual(['Update B B']);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});

describe('CancelUpdateStack', () => {
  it('cancels the running request and rolls back', async () => {
    const world = newWorld({ provider: failingAtB(undefined) });
    await world.create('B: { Size: 1 }');

    const result = await world.clock.run(async () => {
      const update = world.cloudFormation.updateStack('app', stackSource('B: { Size: 2 }'));
      await world.clock.sleep(5000);
      await world.cloudFormation.cancelUpdateStack('app');
      return update;
    });

    expect(eventLines(result).slice(1, 5)).toEqual([
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_FAILED: Resource update cancelled',
      'app UPDATE_ROLLBACK_IN_PROGRESS: User Initiated',
      'B UPDATE_IN_PROGRESS',
    ]);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });
});
