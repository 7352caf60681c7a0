import { CUSTOM, eventLines, failing, newWorld, requestLines, START, type World } from './world.ts';

/** The result of an update from `before` to `after`, and its requests. */
async function updated(world: World, before: string, after: string) {
  await world.create(before);
  const created = world.requests.length;
  const result = await world.update(after);
  return { result, requests: world.requests.slice(created) };
}

describe('UpdateStack', () => {
  it('updates a resource with other properties in place, and sends no other request', async () => {
    const world = newWorld();

    const { result, requests } = await updated(world, 'A: { Size: 1 }\nB: {}', 'A: { Size: 2 }\nB: {}');

    expect(requests).toEqual([
      expect.objectContaining({
        RequestType: 'Update',
        LogicalResourceId: 'A',
        PhysicalResourceId: 'A',
        ResourceProperties: { ServiceToken: expect.any(String), Size: '2' },
        OldResourceProperties: { ServiceToken: expect.any(String), Size: '1' },
      }),
    ]);
    expect(eventLines(result)).toEqual([
      'app UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_COMPLETE',
      'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'app UPDATE_COMPLETE',
    ]);
  });

  it('deletes what it has replaced although another resource has the same id', async () => {
    const world = newWorld();

    const { requests } = await updated(
      world,
      'A: { Name: same }\nB: { Name: same }',
      'A: { Name: another }\nB: { Name: same }',
    );

    expect(requestLines(requests)).toEqual(['Update A same', 'Delete A same']);
  });

  it('replaces a resource that answers with another id, updates its dependents, and deletes the old one in the clean-up', async () => {
    const world = newWorld();

    const { result, requests } = await updated(
      world,
      'A: { Name: a-1 }\nB: { Of: !Ref A }',
      'A: { Name: a-2 }\nB: { Of: !Ref A }',
    );

    expect(requestLines(requests)).toEqual(['Update A a-1', 'Update B B', 'Delete A a-1']);
    expect(requests[1]?.ResourceProperties['Of']).toBe('a-2');
    expect(requests[2]?.ResourceProperties['Name']).toBe('a-1');
    expect(eventLines(result)).toEqual([
      'app UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_IN_PROGRESS: Requested update required the provider to create a new physical resource',
      'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      'app UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'A DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'app UPDATE_COMPLETE',
    ]);
    expect(
      result.events.filter(({ LogicalResourceId }) => LogicalResourceId === 'A').map((e) => e.PhysicalResourceId),
    ).toEqual(['a-1', 'a-2', 'a-2', 'a-1', 'a-1']);
  });

  it('sends the new properties with the clean-up Delete under a switch', async () => {
    const world = newWorld({ settings: { cleanupDeleteProperties: 'new' } });

    const { requests } = await updated(world, 'A: { Name: a-1 }', 'A: { Name: a-2 }');

    expect(requests.at(-1)).toMatchObject({ PhysicalResourceId: 'a-1', ResourceProperties: { Name: 'a-2' } });
  });

  it('creates new resources and deletes removed ones, dependents first', async () => {
    const world = newWorld();

    const { requests } = await updated(world, 'A: {}\nB: { Of: !Ref A }', 'C: {}');

    expect(requestLines(requests)).toEqual(['Create C', 'Delete B B', 'Delete A A']);
    expect(Object.keys(world.cloudFormation.findStack('app')?.resources ?? {})).toEqual(['C']);
  });

  it('tries a clean-up Delete three times, then leaves the resource behind and succeeds', async () => {
    const world = newWorld();
    await world.create('A: { Name: a-1 }');
    world.provideWith(failing('Delete', { Status: 'FAILED', PhysicalResourceId: 'a-1', Reason: 'In use' }));

    const result = await world.update('A: { Name: a-2 }');

    expect(requestLines(world.requests).slice(1)).toEqual([
      'Update A a-1',
      'Delete A a-1',
      'Delete A a-1',
      'Delete A a-1',
    ]);
    expect(eventLines(result).at(-1)).toBe(
      'app UPDATE_COMPLETE: Update successful. One or more resources could not be deleted.',
    );
    expect(world.resource('A')?.PhysicalResourceId).toBe('a-2');
  });

  it('retains what UpdateReplacePolicy and DeletionPolicy retain', async () => {
    const world = newWorld();
    const custom = (properties: string) =>
      `{ ${CUSTOM.replace(' }', `${properties} }`)}, DeletionPolicy: RetainExceptOnCreate, UpdateReplacePolicy: Retain }`;

    const { result, requests } = await updated(
      world,
      `A! ${custom(', Name: a-1')}\nB! ${custom('')}`,
      `A! ${custom(', Name: a-2')}`,
    );

    expect(requestLines(requests)).toEqual(['Update A a-1']);
    expect(eventLines(result).filter((line) => line.includes('DELETE'))).toEqual([
      'B DELETE_SKIPPED',
      'A DELETE_SKIPPED',
    ]);
  });

  it('takes over new Metadata and policies without a request', async () => {
    const world = newWorld();
    const declaration = (rest: string) => `A! { ${CUSTOM}, ${rest} }`;

    const { result, requests } = await updated(
      world,
      declaration('Metadata: { v: 1 }'),
      declaration('Metadata: { v: 2 }, DeletionPolicy: Retain'),
    );

    expect(requests).toEqual([]);
    expect(result.StackStatus).toBe('UPDATE_COMPLETE');
    expect(world.resource('A')).toMatchObject({
      Metadata: { v: 2 },
      DeletionPolicy: 'Retain',
    });
  });

  it('refuses another ServiceToken without a request', async () => {
    const world = newWorld();
    await world.create('A: {}');

    const result = await world.update(`A! { ${CUSTOM.replace('provider', 'other')} }`);

    expect(requestLines(world.requests)).toEqual(['Create A']);
    expect(eventLines(result)).toEqual([
      'app UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'A UPDATE_FAILED: Modifying service token is not allowed.',
      'app UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to update: [A].',
      'A UPDATE_COMPLETE',
      'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'app UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  it('loses the attributes that the response to an Update does not contain', async () => {
    const world = newWorld();
    await world.create('A: { Size: 1 }', 'Outputs: { O: { Value: !GetAtt A.Upper } }');
    world.provideWith(() => ({ PhysicalResourceId: 'A' }));

    const result = await world.update('A: { Size: 2 }', 'Outputs: { O: { Value: !GetAtt A.Upper } }');

    expect(eventLines(result)[3]).toMatch(
      /^app UPDATE_ROLLBACK_IN_PROGRESS: CustomResource attribute error: Vendor response doesn't contain Upper attribute in object /,
    );
  });

  it('records when the update began', async () => {
    const world = newWorld();

    await updated(world, 'A: { Size: 1 }', 'A: { Size: 2 }');

    expect(world.cloudFormation.findStack('app')).toMatchObject({ CreationTime: START, LastUpdatedTime: START + 1000 });
  });
});
