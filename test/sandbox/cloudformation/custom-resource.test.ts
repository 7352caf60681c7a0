import { createCloudFormation } from '../../../sandbox/cloudformation/cloudformation.ts';
import type { CloudFormationSettings } from '../../../sandbox/cloudformation/settings.ts';
import { seededRandom } from '../../../sandbox/random.ts';
import { eventLines, failing, nameProvider, newWorld, requestLines, stackSource } from './world.ts';

describe('a custom resource', () => {
  it('gets a Delete with an invented id if the response to its Create has an invalid id', async () => {
    const answer = { Status: 'FAILED', PhysicalResourceId: '', Reason: 'hidden' };
    const world = newWorld({ provider: failing('Create', answer) });

    const result = await world.create('A: {}');

    expect(eventLines(result)[2]).toBe('A CREATE_FAILED: Invalid PhysicalResourceId');
    expect(requestLines(world.requests)[1]).toMatch(/^Delete A app-A-[A-Z0-9]{12}$/);
  });

  it('keeps its id if the response to its Update has an invalid id', async () => {
    const world = newWorld();
    await world.create('A: { Size: 1 }');
    world.provideWith((request) =>
      request.ResourceProperties['Size'] === '2' ? { PhysicalResourceId: '' } : nameProvider(request),
    );

    const result = await world.update('A: { Size: 2 }');

    expect(requestLines(world.requests)).toEqual(['Create A', 'Update A A', 'Update A A']);
    expect(result.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  it.each([
    [
      'a ServiceTimeout out of range',
      'ServiceTimeout: 3601',
      'ServiceTimeout must be a number of seconds from 1 to 3600',
    ],
    ['a ServiceToken that is not an ARN', 'ServiceToken: provider', 'Invalid service token.'],
  ])('fails with %s without a request, and needs no Delete', async (_words, property, Reason) => {
    const world = newWorld();
    const token = property.startsWith('ServiceToken')
      ? ''
      : ', ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:x';

    const result = await world.create(`A! { Type: Custom::Thing, Properties: { ${property}${token} } }`);

    expect(world.requests).toEqual([]);
    expect(eventLines(result)).toEqual([
      'app CREATE_IN_PROGRESS: User Initiated',
      'A CREATE_IN_PROGRESS',
      `A CREATE_FAILED: ${Reason}`,
      'app ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [A]. Rollback requested by user.',
      'A DELETE_COMPLETE',
      'app ROLLBACK_COMPLETE',
    ]);
  });

  it.each<
    [
      CloudFormationSettings['serviceTimeoutIn'],
      { readonly event: string | undefined; readonly properties: readonly (string | undefined)[] },
    ]
  >([
    ['ResourceProperties', { event: undefined, properties: ['60', '30'] }],
    ['event', { event: '60', properties: [undefined, undefined] }],
    ['both', { event: '60', properties: ['60', '30'] }],
  ])('gets ServiceTimeout in %s', async (serviceTimeoutIn, { event, properties }) => {
    const world = newWorld({ settings: { serviceTimeoutIn } });
    await world.create('A: { ServiceTimeout: 30 }');
    await world.update('A: { ServiceTimeout: 60 }');

    const update = world.requests[1];

    expect(update?.ServiceTimeout).toBe(event);
    const { ResourceProperties, OldResourceProperties } = update ?? {};
    expect([ResourceProperties?.['ServiceTimeout'], OldResourceProperties?.['ServiceTimeout']]).toEqual(properties);
  });

  it.each<[CloudFormationSettings['cleanupResourceType'], string]>([
    ['own', 'Custom::Thing'],
    ['AWS::CloudFormation::CustomResource', 'AWS::CloudFormation::CustomResource'],
  ])('has its %s type in the Deletes of a clean-up', async (cleanupResourceType, expected) => {
    const world = newWorld({ settings: { cleanupResourceType } });
    await world.create('A: { Name: a-1 }\nB: {}');

    await world.update('A: { Name: a-2 }');
    await world.remove();

    const deletions = world.requests.filter(({ RequestType }) => RequestType === 'Delete');
    expect(deletions.map(({ ResourceType }) => ResourceType).sort()).toEqual(
      [expected, expected, 'Custom::Thing'].sort(),
    );
  });

  it('fails if the function does not exist', async () => {
    const { clock, bucket } = newWorld();
    const cloudFormation = createCloudFormation(
      {},
      {
        clock,
        bucket,
        random: seededRandom(1),
        sageMaker: { call: () => Promise.reject(new Error('No images here')) },
        invokeEvent: (functionArn) => {
          throw new Error(`Function not found: ${functionArn}`);
        },
      },
    );

    const result = await clock.run(() => cloudFormation.createStack('app', stackSource('A: {}')));

    expect(eventLines(result)[2]).toBe(
      'A CREATE_FAILED: Function not found: arn:aws:lambda:eu-west-1:111122223333:function:provider',
    );
  });

  it('uses the first response and does not read a later one', async () => {
    const world = newWorld();
    const { StackStatus } = await world.create('A: {}');

    const { ResponseURL } = world.requests[0] ?? { ResponseURL: '' };
    const answer = await world.bucket.put(ResponseURL, { 'content-type': '', 'content-length': '2' }, '{}');

    expect(answer.status).toBe(200);
    expect(StackStatus).toBe('CREATE_COMPLETE');
    expect(world.cloudFormation.findStack('app')?.StackStatus).toBe('CREATE_COMPLETE');
  });

  it('stops its timer after the response', async () => {
    const world = newWorld();
    const sleep = jest.spyOn(world.clock, 'sleep');

    await world.create('A: {}');

    const [, signal] = sleep.mock.calls.find(([ms]) => ms === 3_600_000) ?? [];
    expect(signal?.aborted).toBe(true);
  });

  it('can have the general type', async () => {
    const world = newWorld();

    await world.create(
      'A! { Type: "AWS::CloudFormation::CustomResource", Properties: { ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:x } }',
    );

    expect(world.requests[0]?.ResourceType).toBe('AWS::CloudFormation::CustomResource');
  });

  it('cannot have a type of more than 60 characters', async () => {
    const world = newWorld();
    const type = `Custom::${'x'.repeat(53)}`;

    const refused = world.create(
      `A! { Type: "${type}", Properties: { ServiceToken: arn:aws:lambda:eu-west-1:111122223333:function:x } }`,
    );

    await expect(refused).rejects.toThrow(
      `app.yaml:2:3: Resource A: the type ${type} may have at most 60 characters, and only letters, digits, _, @ and - after Custom::`,
    );
  });
});
