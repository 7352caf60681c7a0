import type { CreationOptions } from '../../../sandbox/cloudformation/operation-options.ts';
import { CUSTOM, failing, newWorld, type Provider, stackSource, type World } from './world.ts';

const failed = { Status: 'FAILED', Reason: 'No' };

interface Refusal {
  readonly provider?: Provider;
  /** Operations before it. The last one resolves with the stack's id. */
  readonly before?: (world: World) => Promise<{ readonly StackId: string }>;
  readonly call: (world: World) => Promise<unknown>;
  readonly code?: string;
  readonly message: (StackId: string) => string;
}

const created = (world: World) => world.create('A: {}');
const createdWith = (world: World, options: CreationOptions) =>
  world.clock.run(() => world.cloudFormation.createStack('app', stackSource('A: {}'), options));

const refusals: Readonly<Record<string, Refusal>> = {
  'CreateStack with a name that is not valid': {
    call: ({ cloudFormation }) => cloudFormation.createStack('1app', stackSource('A: {}')),
    message: () =>
      "1 validation error detected: Value '1app' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*",
  },
  'CreateStack with the name of an existing stack': {
    before: created,
    call: created,
    code: 'AlreadyExistsException',
    message: () => 'Stack [app] already exists',
  },
  'UpdateStack without a stack': {
    call: (world) => world.update('A: {}'),
    message: () => 'Stack [app] does not exist',
  },
  'UpdateStack after a failed rollback': {
    provider: () => ({ ...failed, PhysicalResourceId: 'x' }),
    before: created,
    call: (world) => world.update('A: {}'),
    message: (StackId) => `Stack:${StackId} is in ROLLBACK_FAILED state and can not be updated.`,
  },
  'UpdateStack if only DependsOn changes': {
    before: (world) => world.create('A: {}\nB: {}'),
    call: (world) => world.update(`A: {}\nB! { ${CUSTOM}, DependsOn: A }`),
    message: () => 'No updates are to be performed.',
  },
  'UpdateStack with another type for a logical id': {
    before: created,
    call: (world) => world.update(`A! { ${CUSTOM.replace('Thing', 'Other')} }`),
    message: () =>
      'Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]',
  },
  'CreateStack with DisableRollback and OnFailure': {
    call: ({ cloudFormation }) =>
      cloudFormation.createStack('app', stackSource('A: {}'), { DisableRollback: true, OnFailure: 'DELETE' }),
    message: () => 'You can specify either DisableRollback or OnFailure, but not both.',
  },
  'UpdateStack without DisableRollback after an operation that has failed with it': {
    provider: failing('Create', failed),
    before: (world) => createdWith(world, { DisableRollback: true }),
    call: (world) => world.update('A: {}'),
    message: () =>
      'This stack is currently in a non-terminal [CREATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API',
  },
  'UpdateStack after a creation with DO_NOTHING that has failed': {
    provider: failing('Create', failed),
    before: (world) => createdWith(world, { OnFailure: 'DO_NOTHING' }),
    call: ({ cloudFormation }) => cloudFormation.updateStack('app', stackSource('A: {}'), { DisableRollback: true }),
    message: () =>
      'This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation.',
  },
  'UpdateStack in the standard mode after express mode': {
    before: (world) => createdWith(world, { DeploymentConfig: { Mode: 'EXPRESS' } }),
    call: (world) => world.update('A: { Size: 2 }'),
    message: () => 'Stack [app] is in express mode. Use DeploymentConfig with the Mode EXPRESS.',
  },
  'RollbackStack in express mode': {
    provider: failing('Create', failed),
    before: (world) => createdWith(world, { DeploymentConfig: { Mode: 'EXPRESS' } }),
    call: ({ cloudFormation }) => cloudFormation.rollbackStack('app'),
    message: () => 'RollbackStack is not supported for stack [app], because it is in express mode.',
  },
  'RollbackStack of a stack that has not failed': {
    before: created,
    call: ({ cloudFormation }) => cloudFormation.rollbackStack('app'),
    message: (StackId) => `Stack:${StackId} is in CREATE_COMPLETE state and can not be rolled back.`,
  },
  'DeleteStack with RetainResources before it has failed': {
    before: created,
    call: ({ cloudFormation }) => cloudFormation.deleteStack('app', { RetainResources: ['A'] }),
    message: (StackId) =>
      `Invalid operation on stack [${StackId}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
  },
  'DeleteStack during another operation': {
    call: ({ clock, cloudFormation }) =>
      clock.run(async () => {
        const creation = cloudFormation.createStack('app', stackSource('A: {}'));
        await Promise.all([creation, cloudFormation.deleteStack('app')]);
      }),
    message: () => 'Stack [app] cannot be deleted while in status CREATE_IN_PROGRESS',
  },
  'CancelUpdateStack without an update': {
    before: created,
    call: ({ cloudFormation }) => cloudFormation.cancelUpdateStack('app'),
    message: () => 'CancelUpdateStack cannot be called from current stack status',
  },
  'ContinueUpdateRollback that skips a resource that has not failed': {
    provider: failing('Update', failed),
    before: async (world) => {
      await world.create('A: {}\nB: { Size: 1 }');
      return world.update('A: {}\nB: { Size: 2 }');
    },
    call: ({ cloudFormation }) => cloudFormation.continueUpdateRollback('app', { ResourcesToSkip: ['A'] }),
    message: () => 'ResourcesToSkip can only name resources in the UPDATE_FAILED state, not [A]',
  },
  'a macro that is not deployed': {
    call: ({ cloudFormation }) => cloudFormation.createStack('app', stackSource('A: {}', 'Transform: Mine\n')),
    message: () => 'No transform named 111122223333::Mine found.',
  },
};

test.each(Object.entries(refusals))(
  'CloudFormation refuses %s, and changes nothing',
  async (_name, { provider, before, call, code, message }) => {
    const world = newWorld(provider && { provider });
    const { StackId } = (await before?.(world)) ?? { StackId: '' };
    const status = world.cloudFormation.findStack(StackId)?.StackStatus;

    const refused = call(world);

    await expect(refused).rejects.toMatchObject({ code: code ?? 'ValidationError', message: message(StackId) });
    expect(world.cloudFormation.findStack(StackId)?.StackStatus).toBe(status);
  },
);
