import type { CreationOptions, UpdateOptions } from '../../../sandbox/cloudformation/operation-options.ts';
import type { CloudFormationSettings } from '../../../sandbox/cloudformation/settings.ts';
import {
  type Answer,
  CUSTOM,
  eventLines,
  failing,
  nameProvider,
  newWorld,
  type Provider,
  requestLines,
  START,
  stackSource,
  type World,
} from './world.ts';

const disabled = { DisableRollback: true };
const failed: Answer = { Status: 'FAILED', Reason: 'No' };

function create(world: World, options: CreationOptions, resources: string) {
  return world.clock.run(() => world.cloudFormation.createStack('app', stackSource(resources), options));
}

function update(world: World, options: UpdateOptions, resources: string) {
  return world.clock.run(() => world.cloudFormation.updateStack('app', stackSource(resources), options));
}

function rollBack(world: World) {
  return world.clock.run(() => world.cloudFormation.rollbackStack('app'));
}

/** The requests that `act` causes. */
async function requestsOf(world: World, act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = world.requests.length;
  await act();
  return requestLines(world.requests.slice(before));
}

/** The reason of a resource whose request `index` was answered with FAILED. */
function reasonOf(world: World, index: number): string {
  const message = `Message returned: No (RequestId: ${world.requests[index]?.RequestId})`;
  return `Received response status [FAILED] from custom resource. ${message}`;
}

/** Answers FAILED to an Update to this Size. */
function failingSize(size: string): Provider {
  return (request) =>
    request.RequestType === 'Update' && request.ResourceProperties['Size'] === size
      ? { ...failed, PhysicalResourceId: request.PhysicalResourceId ?? '' }
      : nameProvider(request);
}

describe('a creation with disabled rollback that fails', () => {
  it.each<[string, CreationOptions]>([
    ['DisableRollback', disabled],
    ['DeploymentConfig', { DeploymentConfig: { DisableRollback: true } }],
    ['OnFailure DO_NOTHING', { OnFailure: 'DO_NOTHING' }],
  ])('keeps what has succeeded, and ends CREATE_FAILED, with %s', async (_, options) => {
    const world = newWorld({ provider: failing('Create', { ...failed, PhysicalResourceId: 'a-1' }, 'A') });

    const result = await create(world, options, 'A: {}\nB: {}\nC: { Name: !Ref A }');

    expect(requestLines(world.requests)).toEqual(['Create A', 'Create B']);
    expect(eventLines(result).slice(-2)).toEqual([
      'B CREATE_COMPLETE',
      'app CREATE_FAILED: The following resource(s) failed to create: [A].',
    ]);
    expect(world.cloudFormation.findStack('app')).toMatchObject({ DisableRollback: true });
  });

  it.each<[CloudFormationSettings['failedCreateIsDeleted'], readonly string[]]>([
    ['first', ['Delete A a-1', 'Create A']],
    ['in-clean-up', ['Create A', 'Delete A a-1']],
  ])('is repaired by an update, which deletes the failed resource: %s', async (failedCreateIsDeleted, expected) => {
    const provider = failing('Create', { ...failed, PhysicalResourceId: 'a-1' }, 'A');
    const world = newWorld({ provider, settings: { failedCreateIsDeleted } });
    await create(world, disabled, 'A: {}\nB: {}');
    world.provideWith(nameProvider);

    const requests = await requestsOf(world, () => update(world, disabled, 'A: {}\nB: {}'));

    expect(requests).toEqual(expected);
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('UPDATE_COMPLETE');
    expect(world.resource('A')).toMatchObject({ PhysicalResourceId: 'A', ResourceStatus: 'CREATE_COMPLETE' });
  });

  it.each([
    [{}, ['Create A'], 'A DELETE_SKIPPED'],
    [{ RetainExceptOnCreate: true }, ['Delete A a-1', 'Create A'], 'A DELETE_IN_PROGRESS'],
  ])('keeps the failed resource if its DeletionPolicy is Retain, with %j', async (options, expected, event) => {
    const provider = failing('Create', { ...failed, PhysicalResourceId: 'a-1' }, 'A');
    const world = newWorld({ provider });
    const resources = `A! { ${CUSTOM}, DeletionPolicy: Retain }`;
    await create(world, disabled, resources);
    world.provideWith(nameProvider);
    let events: readonly string[] = [];

    const requests = await requestsOf(world, async () => {
      events = eventLines(await update(world, { ...disabled, ...options }, resources));
    });

    expect(requests).toEqual(expected);
    expect(events[1]).toBe(event);
  });

  it('deletes a resource without an answer in the next operation, with an id that it invents', async () => {
    const world = newWorld({ provider: failing('Create', undefined, 'A') });
    await create(world, disabled, 'A: { ServiceTimeout: 30 }');
    world.provideWith(nameProvider);

    const requests = await requestsOf(world, () => update(world, disabled, 'A: { ServiceTimeout: 60 }'));

    expect(requests).toEqual([expect.stringMatching(/^Delete A app-A-[A-Z0-9]{12}$/), 'Create A']);
  });

  it('is created by the next update if a person cancels the one that deletes it', async () => {
    const provider = failing('Create', { ...failed, PhysicalResourceId: 'a-1' }, 'A');
    const world = newWorld({ provider });
    await create(world, disabled, 'A: {}\nB: {}');
    world.provideWith((request) => {
      if (request.RequestType === 'Delete') void world.cloudFormation.cancelUpdateStack('app');
      return nameProvider(request);
    });
    const deletes = await requestsOf(world, () => update(world, disabled, 'A: {}\nB: {}'));

    const creates = await requestsOf(world, () => update(world, disabled, 'A: {}\nB: {}'));

    expect({ deletes, creates }).toEqual({ deletes: ['Delete A a-1'], creates: ['Create A'] });
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('UPDATE_COMPLETE');
  });

  it('stays UPDATE_FAILED while the failed resource cannot be deleted', async () => {
    const world = newWorld({ provider: () => ({ ...failed, PhysicalResourceId: 'a-1' }) });
    await create(world, disabled, 'A: {}');

    const result = await update(world, disabled, 'A: {}');
    const again = await requestsOf(world, () => update(world, disabled, 'A: {}'));

    expect(eventLines(result).slice(1)).toEqual([
      'A DELETE_IN_PROGRESS',
      `A DELETE_FAILED: ${reasonOf(world, 1)}`,
      'app UPDATE_FAILED: The following resource(s) failed to delete: [A].',
    ]);
    expect(again).toEqual(['Delete A a-1']);
  });

  it('is deleted by RollbackStack, because it has no stable state', async () => {
    const world = newWorld({ provider: failing('Create', { ...failed, PhysicalResourceId: 'a-1' }, 'A') });
    await create(world, disabled, `A: {}\nB: {}\nC! { ${CUSTOM}, DeletionPolicy: Retain }`);
    await update(world, disabled, `A: { Size: 2 }\nB: {}\nC! { ${CUSTOM}, DeletionPolicy: Retain }`);

    const result = await rollBack(world);

    expect(eventLines(result)).toEqual([
      'app DELETE_IN_PROGRESS: User Initiated',
      'A DELETE_IN_PROGRESS',
      'B DELETE_IN_PROGRESS',
      'C DELETE_SKIPPED',
      'A DELETE_COMPLETE',
      'B DELETE_COMPLETE',
      'app DELETE_COMPLETE',
    ]);
  });
});

describe('an update with disabled rollback that fails', () => {
  it('keeps what has succeeded, and returns the failed resource to its last stable state', async () => {
    const world = newWorld({ provider: failingSize('2') });
    await create(world, {}, 'A: { Size: 1 }\nB: { Size: 1 }\nC: { Name: !GetAtt A.Upper, Size: 1 }');

    const result = await update(
      world,
      disabled,
      'A: { Size: 2 }\nB: { Size: 3 }\nC: { Name: !GetAtt A.Upper, Size: 3 }\nD: {}',
    );

    const [, , , first, , , restoring] = world.requests;
    expect(eventLines(result)).toEqual([
      'app UPDATE_IN_PROGRESS: User Initiated',
      'A UPDATE_IN_PROGRESS',
      'B UPDATE_IN_PROGRESS',
      'D CREATE_IN_PROGRESS',
      `A UPDATE_FAILED: ${reasonOf(world, 3)}`,
      'B UPDATE_COMPLETE',
      'D CREATE_IN_PROGRESS: Resource creation Initiated',
      'D CREATE_COMPLETE',
      'A UPDATE_IN_PROGRESS',
      `A UPDATE_FAILED: ${reasonOf(world, 3)}`,
      'app UPDATE_FAILED: The following resource(s) failed to update: [A].',
    ]);
    expect(restoring).toMatchObject({
      RequestType: 'Update',
      PhysicalResourceId: 'A',
      ResourceProperties: first?.OldResourceProperties,
      OldResourceProperties: first?.ResourceProperties,
    });
    expect(world.resource('A')?.Properties['Size']).toBe('1');
  });

  it('sends no restoring Update to a resource whose Update it never sent', async () => {
    const world = newWorld();
    await create(world, {}, 'A: { Size: 1 }');

    const requests = await requestsOf(world, () =>
      update(world, disabled, 'A! { Type: Custom::Thing, Properties: { ServiceToken: arn:other } }'),
    );

    expect(requests).toEqual([]);
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('UPDATE_FAILED');
  });

  it('continues with the next update, which compares with the last stable state', async () => {
    const world = newWorld({ provider: failingSize('2') });
    await create(world, {}, 'A: { Size: 1 }\nB: { Size: 1 }');
    await update(world, disabled, 'A: { Size: 2 }\nB: { Size: 3 }');
    world.provideWith(nameProvider);

    const requests = await requestsOf(world, () => update(world, disabled, 'A: { Size: 2 }\nB: { Size: 3 }'));

    expect(requests).toEqual(['Update A A']);
    expect(world.requests.at(-1)?.OldResourceProperties?.['Size']).toBe('1');
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('UPDATE_COMPLETE');
  });

  it('sends an Update also without a change if the resource could not be restored', async () => {
    const world = newWorld({ provider: failing('Update', failed) });
    await create(world, {}, 'A: { Size: 1 }');
    await update(world, disabled, 'A: { Size: 2 }');
    const secondTime = await requestsOf(world, () => update(world, disabled, 'A: { Size: 1 }'));
    world.provideWith(nameProvider);

    const thirdTime = await requestsOf(world, () => rollBack(world));

    expect(secondTime).toEqual(['Update A A', 'Update A A']);
    expect(thirdTime).toEqual(['Update A A']);
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('is rolled back by RollbackStack to the state before the first failure', async () => {
    const world = newWorld({ provider: failingSize('2') });
    await create(world, {}, 'A: { Size: 1 }\nB: { Size: 1 }\nC: { Name: c-1 }');
    await update(world, disabled, 'A: { Size: 2 }\nB: { Size: 3 }\nC: { Name: c-1 }\nD: {}');
    await update(world, disabled, 'A: { Size: 2 }\nB: { Size: 4 }\nC: { Name: c-1 }\nD: {}\nE: {}');

    const result = await rollBack(world);

    expect(eventLines(result)).toEqual([
      'app UPDATE_ROLLBACK_IN_PROGRESS: User Initiated',
      'A UPDATE_COMPLETE',
      'B UPDATE_IN_PROGRESS',
      'B UPDATE_COMPLETE',
      'app UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'D DELETE_IN_PROGRESS',
      'E DELETE_IN_PROGRESS',
      'D DELETE_COMPLETE',
      'E DELETE_COMPLETE',
      'app UPDATE_ROLLBACK_COMPLETE',
    ]);
    expect(world.resource('B')?.Properties['Size']).toBe('1');
  });

  it('is rolled back by RollbackStack also if a resource has failed that the stable state does not have', async () => {
    const world = newWorld({ provider: failingSize('2') });
    await create(world, {}, 'A: { Size: 1 }');
    await update(world, disabled, 'A: { Size: 2 }\nB: { Size: 1 }');
    await update(world, disabled, 'A: { Size: 3 }\nB: { Size: 2 }');

    const requests = await requestsOf(world, () => rollBack(world));

    expect(requests).toEqual(['Update A A', 'Delete B B']);
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('is rolled back if a person cancels it', async () => {
    const world = newWorld({ provider: failing('Update', undefined) });
    await create(world, {}, 'A: { Size: 1, ServiceTimeout: 60 }');

    const result = await world.clock.run(async () => {
      const updating = world.cloudFormation.updateStack('app', stackSource('A: { Size: 2 }'), disabled);
      await world.clock.sleep(5000);
      world.provideWith(nameProvider);
      await world.cloudFormation.cancelUpdateStack('app');
      return updating;
    });

    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it('refuses the replacement of a native resource before anything is called', async () => {
    const calls: string[] = [];
    const images = {
      call: async (operation: string) => {
        calls.push(operation);
        return { status: 200, body: '{"ImageArn":"arn:image","ImageStatus":"CREATED"}' };
      },
    };
    const world = newWorld({ images: () => images });
    const image = (name: string) =>
      `I! { Type: AWS::SageMaker::Image, Properties: { ImageName: ${name}, ImageRoleArn: arn:aws:iam::111122223333:role/r } }`;
    await create(world, {}, image('one'));
    calls.length = 0;

    const result = await update(world, disabled, image('two'));

    expect(calls).toEqual([]);
    expect(eventLines(result).slice(1)).toEqual([
      'I UPDATE_FAILED: Replacement type updates not supported on stack with disable-rollback.',
      'app UPDATE_FAILED: The following resource(s) failed to update: [I].',
    ]);
  });
});

describe('a custom resource that is replaced while rollback is disabled', () => {
  const refused = 'Replacement type updates not supported on stack with disable-rollback.';

  it.each<[CloudFormationSettings['replacementWithoutRollback'], readonly string[], readonly string[]]>([
    ['forgotten', ['Update A a-1', 'Update A a-1'], ['Delete A a-1']],
    ['deleted', ['Update A a-1', 'Update A a-1', 'Delete A a-2'], ['Delete A a-1']],
    ['taken', ['Update A a-1', 'Delete A a-1'], ['Delete A a-2']],
  ])('is %s', async (replacementWithoutRollback, onUpdate, onDelete) => {
    const world = newWorld({ settings: { replacementWithoutRollback } });
    await create(world, {}, 'A: { Name: a-1 }');

    const requests = await requestsOf(world, () => update(world, disabled, 'A: { Name: a-2 }'));
    const { ResourceStatusReason } = world.resource('A') ?? {};
    const deletions = await requestsOf(world, () => world.remove());

    expect(requests).toEqual(onUpdate);
    expect(ResourceStatusReason).toBe(replacementWithoutRollback === 'taken' ? undefined : refused);
    expect(deletions).toEqual(onDelete);
  });

  it.each<[CloudFormationSettings['replacementWithoutRollback'], readonly string[], readonly string[]]>([
    ['forgotten', ['Update A a-1', 'Update A a-1'], ['Delete A a-1']],
    ['deleted', ['Update A a-1', 'Update A a-1', 'Delete A a-2'], ['Delete A a-1']],
    ['taken', ['Update A a-1'], ['Delete A a-1', 'Delete A a-2']],
  ])('and fails with its new id, is %s', async (replacementWithoutRollback, onUpdate, onDelete) => {
    const world = newWorld({ settings: { replacementWithoutRollback } });
    await create(world, {}, 'A: { Name: a-1 }');
    world.provideWith((request) =>
      request.ResourceProperties['Name'] === 'a-2' && request.RequestType === 'Update'
        ? { ...failed, PhysicalResourceId: 'a-2' }
        : nameProvider(request),
    );

    const requests = await requestsOf(world, () => update(world, disabled, 'A: { Name: a-2 }'));
    const record = world.resource('A');
    const deletions = await requestsOf(world, () => world.remove());

    expect(requests).toEqual(onUpdate);
    expect(record).toMatchObject({ PhysicalResourceId: 'a-1', ResourceStatus: 'UPDATE_FAILED' });
    expect(record?.Properties['Name']).toBe('a-1');
    expect(deletions).toEqual(onDelete);
  });

  it('keeps the stack from being deleted until it is deleted itself', async () => {
    const world = newWorld({ settings: { replacementWithoutRollback: 'taken' } });
    await create(world, {}, 'A: { Name: a-1 }');
    const isOfNew = (request: { readonly PhysicalResourceId?: unknown; readonly ResourceProperties: object }) =>
      'Name' in request.ResourceProperties && request.ResourceProperties.Name === 'a-2';
    world.provideWith((request) =>
      isOfNew(request) ? { ...failed, PhysicalResourceId: 'a-2' } : nameProvider(request),
    );
    await update(world, disabled, 'A: { Name: a-2 }');

    const refused = await world.remove();
    world.provideWith(nameProvider);
    const requests = await requestsOf(world, () => world.remove());

    expect(refused?.StackStatus).toBe('DELETE_FAILED');
    expect(refused?.StackStatusReason).toBe('The following resource(s) failed to delete: [A].');
    expect(requests).toEqual(['Delete A a-2']);
    expect(world.cloudFormation.listStacks()[0]?.StackStatus).toBe('DELETE_COMPLETE');
  });

  it('is replaced in an update that can roll back', async () => {
    const world = newWorld();
    await create(world, { OnFailure: 'ROLLBACK' }, 'A: { Name: a-1 }');

    const requests = await requestsOf(world, () => update(world, { DisableRollback: false }, 'A: { Name: a-2 }'));

    expect(requests).toEqual(['Update A a-1', 'Delete A a-1']);
  });
});

describe('OnFailure DELETE', () => {
  it('deletes the stack without a rollback', async () => {
    const world = newWorld({ provider: failing('Create', { ...failed, PhysicalResourceId: 'a-1' }, 'A') });

    const result = await create(world, { OnFailure: 'DELETE' }, 'A: {}\nB: {}');

    expect(eventLines(result).slice(-6)).toEqual([
      'app DELETE_IN_PROGRESS: The following resource(s) failed to create: [A, B]. Delete requested by user.',
      'A DELETE_IN_PROGRESS',
      'B DELETE_IN_PROGRESS',
      'A DELETE_COMPLETE',
      'B DELETE_COMPLETE',
      'app DELETE_COMPLETE',
    ]);
    expect(world.cloudFormation.findStack(result.StackId)?.DeletionTime).toBe(START + 1000);
    expect(world.cloudFormation.findStack('app')).toBeUndefined();
  });

  it('ends DELETE_FAILED if a resource cannot be deleted', async () => {
    const world = newWorld({ provider: () => ({ ...failed, PhysicalResourceId: 'a-1' }) });

    const result = await create(world, { OnFailure: 'DELETE' }, 'A: {}');

    expect(result.StackStatus).toBe('DELETE_FAILED');
  });
});

describe('RetainExceptOnCreate', () => {
  const retained = `B! { ${CUSTOM}, DeletionPolicy: Retain }`;

  it.each([
    [true, 'Delete B B'],
    [false, undefined],
  ])('as a parameter of CreateStack with the value %s', async (RetainExceptOnCreate, deletion) => {
    const world = newWorld({ provider: failing('Create', failed, 'A') });

    const requests = await requestsOf(world, () =>
      create(world, { RetainExceptOnCreate }, `A! { ${CUSTOM}, DependsOn: B }\n${retained}`),
    );

    expect(requests.slice(3)).toEqual([deletion].filter((line) => line !== undefined));
  });

  it.each([
    [true, ['Delete B B']],
    [false, []],
  ])('as a parameter of UpdateStack with the value %s', async (RetainExceptOnCreate, deletions) => {
    const world = newWorld({ provider: failingSize('2') });
    await create(world, {}, `A: { Size: 1 }\nC! { ${CUSTOM}, DeletionPolicy: Retain }`);

    const requests = await requestsOf(world, () =>
      update(world, { RetainExceptOnCreate }, `A: { Size: 2, Name: !Ref B }\n${retained}`),
    );

    expect(requests.filter((line) => line.startsWith('Delete'))).toEqual(deletions);
  });
});

describe('DescribeStacks', () => {
  it.each<[CloudFormationSettings['disableRollbackShown'], boolean]>([
    ['operation', false],
    ['creation', true],
  ])('shows the DisableRollback of the %s', async (disableRollbackShown, shown) => {
    const world = newWorld({ settings: { disableRollbackShown } });
    await create(world, disabled, 'A: { Size: 1 }');

    await update(world, {}, 'A: { Size: 2 }');

    expect(world.cloudFormation.findStack('app')?.DisableRollback).toBe(shown);
  });

  it.each<[CloudFormationSettings['lastUpdatedTimeInRollback'], number]>([
    ['kept', 1000],
    ['moved', 2000],
  ])('shows LastUpdatedTime in a rollback: %s', async (lastUpdatedTimeInRollback, afterMs) => {
    const world = newWorld({ provider: failingSize('2'), settings: { lastUpdatedTimeInRollback } });
    await create(world, {}, 'A: { Size: 1 }');

    const result = await update(world, {}, 'A: { Size: 2 }');

    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(world.cloudFormation.findStack('app')?.LastUpdatedTime).toBe(START + afterMs);
  });
});
