import { eventLines, failing, newWorld, requestLines } from './world.ts';

describe('DeleteStack', () => {
  it('deletes dependents first, with the last properties', async () => {
    const world = newWorld();
    await world.create('A: { Size: 1 }\nB: { Of: !Ref A }');

    const result = await world.remove();

    expect(requestLines(world.requests).slice(2)).toEqual(['Delete B B', 'Delete A A']);
    expect(world.requests[3]?.ResourceProperties['Size']).toBe('1');
    expect(eventLines(result)).toEqual([
      'app DELETE_IN_PROGRESS: User Initiated',
      'B DELETE_IN_PROGRESS',
      'B DELETE_COMPLETE',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'app DELETE_COMPLETE',
    ]);
    expect(world.cloudFormation.findStack('app')).toBeUndefined();
    expect(world.cloudFormation.findStack(result?.StackId ?? '')?.StackStatus).toBe('DELETE_COMPLETE');
  });

  it('succeeds without a result for a stack that does not exist', async () => {
    const world = newWorld();

    const result = await world.remove();

    expect(result).toBeUndefined();
  });

  it('ends DELETE_FAILED after one attempt and keeps what the failed resource depends on; another call can retain it', async () => {
    const world = newWorld({
      provider: failing('Delete', { Status: 'FAILED', PhysicalResourceId: 'B', Reason: 'In use' }, 'B'),
    });
    await world.create('A: {}\nB: { Of: !Ref A }\nC: {}');

    const failed = await world.remove();
    const result = await world.clock.run(() => world.cloudFormation.deleteStack('app', { RetainResources: ['B'] }));

    expect(eventLines(failed).at(-1)).toBe('app DELETE_FAILED: The following resource(s) failed to delete: [B].');
    expect(requestLines(world.requests).slice(3)).toEqual(['Delete B B', 'Delete C C', 'Delete A A']);
    expect(eventLines(result)).toEqual([
      'app DELETE_IN_PROGRESS: User Initiated',
      'B DELETE_SKIPPED',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'app DELETE_COMPLETE',
    ]);
  });

  it('leaves a stack as it is while another stack imports its export', async () => {
    const world = newWorld();
    await world.create('A: {}', 'Outputs: { O: { Value: !Ref A, Export: { Name: shared } } }');
    await world.create('U: { From: !ImportValue shared }', '', 'user');

    const refused = await world.remove();
    await world.remove('user');
    const deleted = await world.remove();

    expect(eventLines(refused)).toEqual([
      'app CREATE_COMPLETE: Export shared cannot be deleted as it is in use by user',
    ]);
    expect(deleted?.StackStatus).toBe('DELETE_COMPLETE');
  });
});

describe('an export', () => {
  it('cannot be changed while another stack imports it', async () => {
    const world = newWorld();
    const outputs = 'Outputs: { O: { Value: !Ref A, Export: { Name: shared } } }';
    await world.create('A: { Name: a-1 }', outputs);
    await world.create('U: { From: !ImportValue shared }', '', 'user');

    const result = await world.update('A: { Name: a-2 }', outputs);

    expect(eventLines(result)).toContain(
      'app UPDATE_ROLLBACK_IN_PROGRESS: Export shared cannot be updated as it is in use by user',
    );
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('cannot have the name of another export', async () => {
    const world = newWorld();
    const outputs = 'Outputs: { O: { Value: !Ref A, Export: { Name: shared } } }';
    await world.create('A: {}', outputs);

    const result = await world.create('A: {}', outputs, 'other');

    expect(eventLines(result)).toContain(
      'other ROLLBACK_IN_PROGRESS: Export with name shared is already exported by stack app. Rollback requested by user.',
    );
  });
});
