import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommonOptions, nextSteps } from '../../../sandbox/cli/next-steps.ts';
import type { ResourceRecord, Stack } from '../../../sandbox/cloudformation/stack.ts';
import { newFolder } from '../../cli/command-line.ts';

const { folder, remove } = newFolder();
afterAll(remove);

/** A shell needs quotation marks for it. */
const file = join(folder, 'my templates', 'mine.yaml');
mkdirSync(join(folder, 'my templates'));
writeFileSync(file, '');

const common: CommonOptions = {
  commandName: 'npm run sandbox --',
  state: '.sandbox',
  stackName: 'mine',
};

function stackIn(StackStatus: string, statuses: Readonly<Record<string, string>> = {}): Stack {
  const resources = Object.entries(statuses).map(([LogicalResourceId, ResourceStatus]): [string, ResourceRecord] => [
    LogicalResourceId,
    {
      LogicalResourceId,
      ResourceStatus,
      ResourceType: 'Custom::Thing',
      PhysicalResourceId: 'any',
      LastUpdatedTimestamp: 0,
      Properties: {},
      Attributes: {},
      attributesKey: 'any',
      Metadata: null,
      dependencies: [],
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    },
  ]);
  return {
    StackId: 'arn',
    StackName: 'mine',
    CreationTime: 0,
    StackStatus,
    source: { templateText: '', fileName: '', parameters: {} },
    resources: Object.fromEntries(resources),
    outputs: [],
    imports: [],
    events: [],
  };
}

const commandsFor = (stack: Stack, options: Partial<CommonOptions> = {}) =>
  nextSteps(stack, { ...common, ...options }).map(({ command }) => command.replace(/^npm run sandbox -- /, ''));

test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'DELETE_COMPLETE'])(
  'a stack that is %s needs none',
  (StackStatus) => {
    expect(nextSteps(stackIn(StackStatus), common)).toEqual([]);
  },
);

test.each(['ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'])('a stack that is %s can only be deleted', (StackStatus) => {
  expect(nextSteps(stackIn(StackStatus, { One: 'DELETE_FAILED' }), common)).toEqual([
    {
      description: 'The stack was never created, so you can only delete it:',
      command: 'npm run sandbox -- delete --stack-name mine',
    },
  ]);
});

describe('a stack that has failed without a rollback', () => {
  const source = { templateText: '', fileName: file, parameters: {} };
  const failed = { One: 'CREATE_FAILED', Two: 'UPDATE_COMPLETE', Three: 'UPDATE_FAILED' };
  const pendingUpdate = { source, resources: {}, replaced: [] };

  test('after an update can be updated or rolled back', () => {
    const steps = nextSteps({ ...stackIn('UPDATE_FAILED', failed), source, pendingUpdate }, common);

    expect(steps).toEqual([
      {
        description: 'Fix the cause of the failure of One, Three, then update the stack again:',
        command: `npm run sandbox -- update --stack-name mine --template '${file}' --disable-rollback`,
      },
      {
        description: 'Or return to the state before the update that failed:',
        command: 'npm run sandbox -- rollback --stack-name mine',
      },
    ]);
  });

  test.each<[what: string, stack: Stack]>([
    ['its creation', { ...stackIn('CREATE_FAILED', failed), source }],
    [
      'an update that followed a failed creation',
      { ...stackIn('UPDATE_FAILED', failed), source, pendingUpdate: { ...pendingUpdate, followsFailedCreation: true } },
    ],
  ])('after %s can be updated or deleted', (_what, stack) => {
    expect(commandsFor(stack)).toEqual([
      `update --stack-name mine --template '${file}' --disable-rollback`,
      'delete --stack-name mine',
    ]);
  });

  test('in express mode can be updated in that mode or deleted', () => {
    const stack: Stack = { ...stackIn('UPDATE_FAILED', failed), source, pendingUpdate };

    expect(commandsFor({ ...stack, DeploymentConfig: { Mode: 'EXPRESS' } })).toEqual([
      `update --stack-name mine --template '${file}' --express`,
      'delete --stack-name mine',
    ]);
  });

  test('after a creation with DO_NOTHING can only be deleted', () => {
    expect(commandsFor({ ...stackIn('CREATE_FAILED', failed), OnFailure: 'DO_NOTHING' })).toEqual([
      'delete --stack-name mine',
    ]);
  });

  test('because of its outputs names no resource, and the template without the mark of a macro', () => {
    const processed = { ...source, fileName: `${file} (processed)` };

    const [first] = nextSteps({ ...stackIn('CREATE_FAILED'), source: processed }, common);

    expect(first?.description).toBe('Fix the cause of the failure, then update the stack again:');
    expect(first?.command).toContain(` --template '${file}' --disable-rollback`);
  });
});

test('a stack whose template is in no file is updated with the one that it has', () => {
  const source = { templateText: '', fileName: 'TemplateBody', parameters: {} };

  const [first] = nextSteps({ ...stackIn('UPDATE_FAILED', { One: 'UPDATE_FAILED' }), source }, common);

  expect(first).toEqual({
    description:
      'Fix the cause of the failure of One, then update the stack again. ' +
      'This command keeps the template; --template names another one:',
    command: 'npm run sandbox -- update --stack-name mine --use-previous-template --disable-rollback',
  });
});

test.each([
  [{}, ''],
  [{ DeploymentConfig: { Mode: 'EXPRESS' as const } }, ' --express'],
])('a stack with a clean-up that was interrupted can be updated without changes: %j', (mode, option) => {
  const source = { templateText: '', fileName: file, parameters: {} };
  const pendingUpdate = { source, resources: {}, replaced: [] };
  const stack: Stack = { ...stackIn('UPDATE_COMPLETE'), ...mode, source, pendingUpdate };

  expect(nextSteps(stack, common)).toEqual([
    {
      description: 'Update the stack again, even without changes, to finish the clean-up:',
      command: `npm run sandbox -- update --stack-name mine --template '${file}'${option}`,
    },
  ]);
});

test.each(['ROLLBACK_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'DELETE_IN_PROGRESS', 'REVIEW_IN_PROGRESS'])(
  'a stack that is %s gets no command that is refused now',
  (StackStatus) => {
    expect(nextSteps(stackIn(StackStatus), common)).toEqual([]);
  },
);

test('what has failed is named, and nothing else', () => {
  const statuses = { One: 'UPDATE_FAILED', Two: 'UPDATE_COMPLETE', Three: 'UPDATE_FAILED' };

  expect(commandsFor(stackIn('UPDATE_ROLLBACK_FAILED', statuses))).toEqual([
    'continue-update-rollback --stack-name mine',
    'continue-update-rollback --stack-name mine --resources-to-skip One Three',
  ]);
  expect(commandsFor(stackIn('DELETE_FAILED', { One: 'DELETE_COMPLETE', Two: 'DELETE_FAILED' }))).toEqual([
    'delete --stack-name mine',
    'delete --stack-name mine --retain-resources Two',
  ]);
});

test('the command asks for the same provider in the same folder, in words that a shell reads back', () => {
  const options = {
    state: "it's here",
    providerTemplate: 'mine/template.yaml',
    handler: 'my provider.cjs:provide',
    variable: { NAME: '$HOME', URL: 'http://127.0.0.1:4566/a=b' },
    functionTimeout: 5,
  };

  expect(commandsFor(stackIn('ROLLBACK_COMPLETE'), options)).toEqual([
    String.raw`delete --stack-name mine --state 'it'\''s here' --provider-template mine/template.yaml ` +
      "--handler 'my provider.cjs:provide' --variable 'NAME=$HOME' --variable URL=http://127.0.0.1:4566/a=b " +
      '--function-timeout 5',
  ]);
});
