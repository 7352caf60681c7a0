import type { ResourceChange } from '../../../sandbox/cloudformation/change-set.ts';
import { nameProvider, newWorld, type Provider, stackSource, type World } from './world.ts';

/** "Modify A Conditional: Name" in a line for each change; a property whose value nobody knows yet has a question mark. */
async function preview({ clock, cloudFormation }: World, resources: string, rest?: string): Promise<readonly string[]> {
  const { changes } = await clock.run(() => cloudFormation.previewStack('app', stackSource(resources, rest)));
  return changes.map(told);
}

function told(change: ResourceChange): string {
  const what = `${change.Action} ${change.LogicalResourceId}`;
  if (change.Action === 'Add') return what;
  if (change.Action === 'Remove') return `${what} ${change.PolicyAction}`;
  const details = change.Details.map(
    ({ Target, Evaluation }) => `${Target.Name ?? Target.Attribute}${Evaluation === 'Dynamic' ? '?' : ''}`,
  );
  return `${what} ${change.Replacement}: ${details.join(', ')}`;
}

test('of a stack that is not there, every wanted resource is added, and nothing is made', async () => {
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

test('what stays as it is, is not told', async () => {
  const world = newWorld();
  await world.create('A: { Name: one, Size: 1 }\nB: { Name: !Ref A }');

  const changes = await preview(world, 'A: { Name: one, Size: "2" }\nB: { Name: !Ref A }\nC: { Name: three }');

  // Whether A gets another id, its provider decides: so B may get another Name.
  expect(changes).toEqual(['Modify A Conditional: Size', 'Modify B Conditional: Name?', 'Add C']);
});

test('a number that was text before, or is written otherwise, is no change', async () => {
  const world = newWorld();
  await world.create('A: { Name: one, Size: 1, On: true }');

  const changes = await preview(world, 'A: { Name: !Sub "one", Size: "1", On: "true" }\nB: {}');

  expect(changes).toEqual(['Add B']);
});

test('properties that come and go are told by name, Metadata as a whole', async () => {
  const world = newWorld();
  await world.create('A: { Name: one, Old: 1 }\nB! { Type: Custom::Thing, Properties: { ServiceToken: arn:aws:x } }');

  const changes = await preview(
    world,
    'A: { Name: one, New: 1 }\nB! { Type: Custom::Thing, Metadata: { a: b }, Properties: { ServiceToken: arn:aws:x } }',
  );

  expect(changes).toEqual(['Modify A Conditional: New, Old', 'Modify B False: Metadata']);
});

test('a type that names what is replaced is told so, and what hangs on it is known later', async () => {
  const world = newWorld();
  const role = (name: string) => `Role! { Type: AWS::IAM::Role, Properties: { RoleName: ${name} } }`;
  await world.create(`${role('one')}\nA: { Name: !GetAtt Role.Arn, Fixed: !Ref Role }`);

  const changes = await preview(world, `${role('two')}\nA: { Name: !GetAtt Role.Arn, Fixed: !Ref Role }`);

  expect(changes).toEqual(['Modify Role False: RoleName', 'Modify A Conditional: Name?']);
});

test('an Image is replaced for its ImageName, and for nothing else', async () => {
  const image = (name: string, description: string) =>
    `Image! { Type: AWS::SageMaker::Image, Properties: { ImageName: ${name}, ImageRoleArn: r, ImageDescription: ${description} } }`;
  const body = '{"ImageArn": "arn:aws:sagemaker:eu-west-1:111122223333:image/x", "ImageStatus": "CREATED"}';
  const world = newWorld({ images: { call: async () => ({ status: 200, body }) } });
  await world.create(image('one', 'first'));

  expect(await preview(world, image('one', 'second'))).toEqual(['Modify Image False: ImageDescription']);
  expect(await preview(world, image('two', 'second'))).toEqual(['Modify Image True: ImageName, ImageDescription']);
});

test('what is no longer declared is removed or kept, as its policy says', async () => {
  const world = newWorld();
  await world.create(
    'A: {}\nB! { Type: Custom::Thing, DeletionPolicy: Retain, Properties: { ServiceToken: arn:aws:x } }\nC: {}',
  );

  expect(await preview(world, 'C: {}')).toEqual(['Remove A Delete', 'Remove B Retain']);
  expect(world.cloudFormation.previewDeletion('app').map(told)).toEqual([
    'Remove A Delete',
    'Remove B Retain',
    'Remove C Delete',
  ]);
  expect(world.cloudFormation.previewDeletion('other')).toEqual([]);
});

test('what DeleteStack is told to retain stays, and where it may not be told so, that is refused', async () => {
  const world = newWorld({ provider: failing('Delete') });
  await world.create('A: {}\nB: {}');
  const preview = () => world.cloudFormation.previewDeletion('app', { RetainResources: ['B'] });

  expect(preview).toThrow('specify which resources to retain only when the stack is in the DELETE_FAILED state.');
  await world.remove();
  expect(preview().map(told)).toEqual(['Remove A Delete', 'Remove B Retain']);
});

test('ContinueUpdateRollback tries again what has failed and is not skipped; other stacks are refused', async () => {
  const world = newWorld({ provider: failing('Update') });
  const { StackId } = await world.create('A: {}\nB: { Size: 1 }\nC: { Size: 1 }');
  const preview = (...ResourcesToSkip: readonly string[]) =>
    world.cloudFormation.previewContinuation('app', { ResourcesToSkip });

  expect(() => preview()).toThrow(`Stack:${StackId} is in CREATE_COMPLETE state and can not continue rollback.`);
  await world.update('A: {}\nB: { Size: 2 }\nC: { Size: 2 }');
  expect(preview()).toEqual(['B', 'C']);
  expect(preview('B')).toEqual(['C']);
  expect(() => preview('A')).toThrow('ResourcesToSkip can only name resources in the UPDATE_FAILED state, not [A]');
});

/** A provider that refuses every request of this type. */
function failing(RequestType: string): Provider {
  return (request) =>
    request.RequestType === RequestType
      ? { Status: 'FAILED', PhysicalResourceId: request.LogicalResourceId, Reason: 'In use' }
      : nameProvider(request);
}

test('where only an output changes, no resource is told', async () => {
  const world = newWorld();
  await world.create('A: {}');

  expect(await preview(world, 'A: {}', 'Outputs: { Name: { Value: !Ref A } }')).toEqual([]);
});

test('what UpdateStack would refuse is refused', async () => {
  const world = newWorld();
  await world.create('A: {}');

  await expect(preview(world, 'A: {}')).rejects.toThrow('No updates are to be performed.');
});
