import type { ResourceChange } from '../../../sandbox/cloudformation/change-set.ts';
import { CUSTOM, failing, newWorld, stackSource, type World } from './world.ts';

const failed = { Status: 'FAILED', Reason: 'In use' };

/** One line for each change: "Modify A Conditional: Name". A question mark follows a property whose value is not known. */
async function preview({ clock, cloudFormation }: World, resources: string, rest?: string): Promise<readonly string[]> {
  const { changes } = await clock.run(() => cloudFormation.previewStack('app', stackSource(resources, rest)));
  return changes.map(described);
}

function described(change: ResourceChange): string {
  const what = `${change.Action} ${change.LogicalResourceId}`;
  if (change.Action === 'Add') return what;
  if (change.Action === 'Remove') return `${what} ${change.PolicyAction}`;
  const details = change.Details.map(
    ({ Target, Evaluation }) => `${Target.Name ?? Target.Attribute}${Evaluation === 'Dynamic' ? '?' : ''}`,
  );
  return `${what} ${change.Replacement}: ${details.join(', ')}`;
}

test('every wanted resource of a new stack is added, and nothing is created', async () => {
  const world = newWorld();

  const changes = await preview(
    world,
    'A: { Name: one }\nB: { Name: !Ref A }\nC! { Type: Custom::Thing, Condition: Never, Properties: { ServiceToken: x } }',
    'Conditions: { Never: !Equals [a, b] }',
  );

  expect(changes).toEqual(['Add A', 'Add B']);
  expect(world.cloudFormation.listStacks()).toEqual([]);
  expect(world.requests).toEqual([]);
});

test('a new stack has an id in the plan already, whose parts a template may select', async () => {
  const uuid = '!Select [2, !Split ["/", !Ref AWS::StackId]]';

  const changes = await preview(newWorld(), `A: { Name: !Select [4, !Split ["-", ${uuid}]] }`);

  expect(changes).toEqual(['Add A']);
});

test('an unchanged resource is not in the change set', async () => {
  const world = newWorld();
  await world.create('A: { Name: one, Size: 1 }\nB: { Name: !Ref A }');

  const changes = await preview(world, 'A: { Name: one, Size: "2" }\nB: { Name: !Ref A }\nC: { Name: three }');

  // The provider decides whether A gets another id, so B may get another Name.
  expect(changes).toEqual(['Modify A Conditional: Size', 'Modify B Conditional: Name?', 'Add C']);
});

test('a number that becomes text, or has another form, is not a change', async () => {
  const world = newWorld();
  await world.create('A: { Name: one, Size: 1, On: true }');

  const changes = await preview(world, 'A: { Name: !Sub "one", Size: "1", On: "true" }\nB: {}');

  expect(changes).toEqual(['Add B']);
});

test('added and removed properties have a name, Metadata is one change', async () => {
  const world = newWorld();
  await world.create('A: { Name: one, Old: 1 }\nB! { Type: Custom::Thing, Properties: { ServiceToken: arn:aws:x } }');

  const changes = await preview(
    world,
    'A: { Name: one, New: 1 }\nB! { Type: Custom::Thing, Metadata: { a: b }, Properties: { ServiceToken: arn:aws:x } }',
  );

  expect(changes).toEqual(['Modify A Conditional: New, Old', 'Modify B False: Metadata']);
});

test('policies have a name, as a literal or by a condition', async () => {
  const world = newWorld();
  const conditions = 'Conditions: { Always: !Equals [a, a] }';
  await world.create(`A! { ${CUSTOM} }\nB! { ${CUSTOM}, DeletionPolicy: !If [Always, Retain, Delete] }`, conditions);

  const changes = await preview(
    world,
    `A! { ${CUSTOM}, UpdateReplacePolicy: !If [Always, Retain, Delete] }\nB! { ${CUSTOM}, DeletionPolicy: Delete }`,
    conditions,
  );

  expect(changes).toEqual(['Modify A False: UpdateReplacePolicy', 'Modify B False: DeletionPolicy']);
});

test('a change of Metadata or policies does not change attributes', async () => {
  const world = newWorld();
  await world.create('A: { Name: one }\nB: { Name: !GetAtt A.Upper }');

  const changes = await preview(
    world,
    `A! { Metadata: { a: b }, DeletionPolicy: Retain, ${CUSTOM.replace(' }', ', Name: one }')} }\nB: { Name: !GetAtt A.Upper }`,
  );

  expect(changes).toEqual(['Modify A False: Metadata, DeletionPolicy']);
});

test('a resource whose restoring Update has failed is shown although no property differs', async () => {
  const world = newWorld({ provider: failing('Update', failed) });
  await world.create('A: { Size: 1 }');
  await world.clock.run(() =>
    world.cloudFormation.updateStack('app', stackSource('A: { Size: 2 }'), { DisableRollback: true }),
  );

  const { changes } = await world.clock.run(() =>
    world.cloudFormation.previewStack('app', stackSource('A: { Size: 1 }'), { DisableRollback: true }),
  );

  expect(changes.map(described)).toEqual(['Modify A Conditional: Properties']);
});

test('RetainExceptOnCreate does not retain what has never been created', async () => {
  const world = newWorld({ provider: failing('Create', failed, 'B') });
  const options = { DisableRollback: true };
  const run = (resources: string) => stackSource(resources);
  await world.clock.run(() =>
    world.cloudFormation.createStack(
      'app',
      run(
        `A! { ${CUSTOM}, DeletionPolicy: RetainExceptOnCreate }\nB! { ${CUSTOM}, DeletionPolicy: RetainExceptOnCreate }`,
      ),
      options,
    ),
  );

  const { changes } = await world.clock.run(() => world.cloudFormation.previewStack('app', run('C: {}'), options));

  expect(changes.map(described)).toEqual(['Add C', 'Remove A Retain', 'Remove B Delete']);
});

test('an attribute of a changed stub resource is known later', async () => {
  const world = newWorld();
  const role = (name: string) => `Role! { Type: AWS::IAM::Role, Properties: { RoleName: ${name} } }`;
  await world.create(`${role('one')}\nA: { Name: !GetAtt Role.Arn, Fixed: !Ref Role }`);

  const changes = await preview(world, `${role('two')}\nA: { Name: !GetAtt Role.Arn, Fixed: !Ref Role }`);

  expect(changes).toEqual(['Modify Role True: RoleName', 'Modify A Conditional: Name?, Fixed?']);
});

test('only a change of ImageName replaces an Image', async () => {
  const image = (name: string, description: string) =>
    `Image! { Type: AWS::SageMaker::Image, Properties: { ImageName: ${name}, ImageRoleArn: arn:aws:iam::111122223333:role/r, ImageDescription: ${description} } }`;
  const body = '{"ImageArn": "arn:aws:sagemaker:eu-west-1:111122223333:image/x", "ImageStatus": "CREATED"}';
  const world = newWorld({ images: () => ({ call: async () => ({ status: 200, body }) }) });
  await world.create(image('one', 'first'));

  expect(await preview(world, image('one', 'second'))).toEqual(['Modify Image False: ImageDescription']);
  expect(await preview(world, image('two', 'second'))).toEqual(['Modify Image True: ImageName, ImageDescription']);
});

test('a resource that is no longer declared is deleted or retained by its policy', async () => {
  const world = newWorld();
  await world.create(
    'A: {}\nB! { Type: Custom::Thing, DeletionPolicy: Retain, Properties: { ServiceToken: arn:aws:x } }\nC: {}',
  );

  expect(await preview(world, 'C: {}')).toEqual(['Remove A Delete', 'Remove B Retain']);
  expect(world.cloudFormation.previewDeletion('app').map(described)).toEqual([
    'Remove A Delete',
    'Remove B Retain',
    'Remove C Delete',
  ]);
  expect(world.cloudFormation.previewDeletion('other')).toEqual([]);
});

test('RetainResources are retained, and refused where DeleteStack refuses them', async () => {
  const world = newWorld({ provider: failing('Delete', failed) });
  await world.create('A: {}\nB: {}');
  const preview = () => world.cloudFormation.previewDeletion('app', { RetainResources: ['B'] });

  expect(preview).toThrow('specify which resources to retain only when the stack is in the DELETE_FAILED state.');
  await world.remove();
  expect(preview().map(described)).toEqual(['Remove A Delete', 'Remove B Retain']);
});

test('ContinueUpdateRollback tries failed resources again unless it skips them, and is refused in other states', async () => {
  const world = newWorld({ provider: failing('Update', failed) });
  const { StackId } = await world.create('A: {}\nB: { Size: 1 }\nC: { Size: 1 }');
  const preview = (...ResourcesToSkip: readonly string[]) =>
    world.cloudFormation.previewContinuation('app', { ResourcesToSkip });

  expect(() => preview()).toThrow(`Stack:${StackId} is in CREATE_COMPLETE state and can not continue rollback.`);
  await world.update('A: {}\nB: { Size: 2 }\nC: { Size: 2 }');
  expect(preview()).toEqual(['B', 'C']);
  expect(preview('B')).toEqual(['C']);
  expect(() => preview('A')).toThrow('ResourcesToSkip can only name resources in the UPDATE_FAILED state, not [A]');
});

test('a change of an output alone changes no resource', async () => {
  const world = newWorld();
  await world.create('A: {}');

  expect(await preview(world, 'A: {}', 'Outputs: { Name: { Value: !Ref A } }')).toEqual([]);
});

test.each([
  ['properties', 'A: {}'],
  ['Metadata with a number', `A! { ${CUSTOM}, Metadata: { v: 1 } }`],
  ['Properties from a function', `A! { ${CUSTOM.replace(/Properties: (.*)$/, 'Properties: !If [Always, $1, {}]')} }`],
])('a preview is refused like UpdateStack if nothing changes: %s', async (_words, resources) => {
  const world = newWorld();
  const conditions = 'Conditions: { Always: !Equals [a, a] }';
  await world.create(resources, conditions);

  await expect(preview(world, resources, conditions)).rejects.toThrow('No updates are to be performed.');
  await expect(world.update(resources, conditions)).rejects.toThrow('No updates are to be performed.');
});
