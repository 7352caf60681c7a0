import { OutOfTime, Superseded } from '../../../src/errors.ts';
import { deleteImageVersion } from '../../../src/image-version/delete.ts';
import { gaveMarker, ownershipAlias, requestHash } from '../../../src/image-version/ownership.ts';
import { deniedId, notCreatedId, unconfirmedId } from '../../../src/image-version/physical-resource-id.ts';
import {
  createRequest,
  deleteRequest,
  imageVersion,
  issuedAt,
  resourceProperties,
  stackResource,
  versionArn,
} from '../../support/provider/builders.ts';
import { accessDenied, inUse, throttled } from '../../support/provider/fake-image-versions.ts';
import { type World, world } from '../../support/provider/world.ts';

const ImageName = 'my-image';
/** What the Create of the resource put on its version. */
const made = ownershipAlias(createRequest(), 0);
const invented = 'studio-Stable-1B2C3D4E5F';
const leftToDo =
  'Then, if the stack is DELETE_FAILED or ROLLBACK_FAILED, delete it again; else leave the stack as it is, and delete this ' +
  'version alone: aws sagemaker delete-image-version --image-name my-image --version 1';

function worldWithVersion(aliases: readonly string[] = [made], options: Parameters<typeof world>[0] = {}): World {
  const dependencies = world(options);
  dependencies.imageVersions.add(imageVersion(), ...aliases);
  return dependencies;
}

const versionsIn = ({ imageVersions }: World) => Object.keys(imageVersions.aliases());
const called = ({ imageVersions }: World) => imageVersions.calls.map(({ operation }) => operation);

describe('deleteImageVersion, by ARN,', () => {
  test("deletes the resource's own version", async () => {
    const dependencies = worldWithVersion([made, 'latest']);

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([
      { operation: 'deleteImageVersion', input: { ImageName, Version: 1 } },
    ]);
    expect(versionsIn(dependencies)).toEqual([]);
    expect(dependencies.stacks.asked).toEqual([]);
  });

  test('is content where the version is gone already', async () => {
    const dependencies = world();

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(called(dependencies)).toEqual(['describeImageVersion']);
    expect(dependencies.log.lines).toEqual([
      { level: 'info', message: 'The version is gone already', details: { ImageName, Version: 1 } },
    ]);
  });

  test.each([
    ['nobody has marked', ['latest']],
    ['another resource has made', [ownershipAlias(createRequest({ LogicalResourceId: 'Other' }), 0)]],
    ['another stack has made', [ownershipAlias(createRequest({ StackId: 'other' }), 0)]],
    ['bears no more than a marker of the stack', [gaveMarker(createRequest(), 'latest', 2)]],
  ])('leaves a version that %s', async (_what, aliases) => {
    const dependencies = worldWithVersion(aliases);

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([]);
    expect(dependencies.log.lines).toEqual([
      {
        level: 'warn',
        message: "The version is not this resource's own, so it stays",
        details: { ImageName, Version: 1, aliases },
      },
    ]);
  });

  test('waits for a version that is still CREATING', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'CREATING', 'CREATING', 'CREATED');

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
    expect(dependencies.clock.slept).toEqual([1_500, 1_500]);
  });

  test('waits for one that is DELETING already, and deletes nothing twice', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'DELETING', 'gone');

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([]);
  });

  test('tries again where an earlier deletion has failed', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'DELETE_FAILED');

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test('deletes a version that never worked', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.becomes(1, 'CREATE_FAILED');

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test('tells why SageMaker could not delete it', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.whenDeleted('DELETING', 'DELETE_FAILED');

    await expect(deleteImageVersion(deleteRequest(), dependencies)).rejects.toMatchObject({
      code: 'NotStabilized',
      message:
        'SageMaker could not delete version 1 of image my-image. FailureReason: No such image. ' +
        `Detach it from domains, spaces and user profiles that use it. ${leftToDo}`,
    });
  });

  test('is patient with throttling and with an image that is being modified', async () => {
    const dependencies = worldWithVersion();
    const { imageVersions } = dependencies;
    imageVersions.next('listAliases', { refuses: throttled() });
    imageVersions.next('deleteImageVersion', { refuses: inUse('Resource was modified concurrently.') });

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test('throws what SageMaker refuses for good', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.always('deleteImageVersion', { refuses: accessDenied() });

    await expect(deleteImageVersion(deleteRequest(), dependencies)).rejects.toMatchObject({
      code: 'AccessDenied',
      message: `${accessDenied().message} ${leftToDo}`,
    });
  });

  test.each([
    ['are missing', {}],
    ['are broken', { ImageName: 'not--valid', Alias: 'cfn-x', Colour: 'red' }],
    ['name another image', { ImageName: 'another-image' }],
  ])('deletes by the id alone where the properties %s', async (_what, ResourceProperties) => {
    const dependencies = worldWithVersion();

    await deleteImageVersion(deleteRequest({ ResourceProperties }), dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test('uses the name of the template where the ARN has it in another case', async () => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion({}, 'My-Image'), made);
    const ResourceProperties = resourceProperties({ ImageName: 'My-Image' });

    await deleteImageVersion(deleteRequest({ ResourceProperties }), dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test('gives aliases that it took back while the stack rolls back', async () => {
    const giver = ownershipAlias(createRequest({ LogicalResourceId: 'Sibling' }), 0);
    const dependencies = worldWithVersion([made, 'latest']);
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), giver, gaveMarker(createRequest(), 'latest', 1));
    dependencies.stacks.operation = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };

    await deleteImageVersion(deleteRequest(), dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({ 2: [giver, 'latest'] });
  });

  test('gives a declared alias back that an earlier delivery has taken off already', async () => {
    const giver = ownershipAlias(createRequest({ LogicalResourceId: 'Sibling' }), 0);
    const dependencies = worldWithVersion([made]);
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), giver, gaveMarker(createRequest(), 'latest', 1));
    dependencies.stacks.operation = { StackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS', startedAt: issuedAt };
    const ResourceProperties = resourceProperties({ Alias: 'latest' });

    await deleteImageVersion(deleteRequest({ ResourceProperties }), dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({ 2: [giver, 'latest'] });
  });

  test('repeated, is content', async () => {
    const dependencies = worldWithVersion();

    await deleteImageVersion(deleteRequest(), dependencies);
    await deleteImageVersion(deleteRequest(), dependencies);

    expect(dependencies.imageVersions.writes()).toHaveLength(1);
  });

  test('throws OutOfTime at the deadline of the invocation', async () => {
    const dependencies = worldWithVersion([made], { deadlinesMs: { invocation: 1_000 } });
    dependencies.imageVersions.whenDeleted('DELETING');

    await expect(deleteImageVersion(deleteRequest(), dependencies)).rejects.toEqual(new OutOfTime());
  });
});

describe('deleteImageVersion, by the marker of what was not created,', () => {
  test('calls nothing', async () => {
    const dependencies = worldWithVersion();

    await deleteImageVersion(deleteRequest({ PhysicalResourceId: notCreatedId('0123456789abcdef') }), dependencies);

    expect(dependencies.imageVersions.calls).toEqual([]);
    expect(dependencies.stacks.asked).toEqual([]);
  });
});

describe('deleteImageVersion, by the marker of what is unconfirmed,', () => {
  const request = deleteRequest({ PhysicalResourceId: unconfirmedId(requestHash(createRequest())) });

  test('deletes what that request has made, and nothing else of the resource', async () => {
    const dependencies = worldWithVersion();
    const other = ownershipAlias(createRequest({ RequestId: 'another' }), 0);
    dependencies.imageVersions.add(imageVersion({ Version: 2 }), other);

    await deleteImageVersion(request, dependencies);

    expect(dependencies.imageVersions.aliases()).toEqual({ 2: [other] });
  });

  test('looks once: the request is over', async () => {
    const dependencies = world();

    await deleteImageVersion(request, dependencies);

    expect(called(dependencies)).toEqual(['listAliases']);
  });

  test.each([undefined, 'not--valid', 42])('is content where the ImageName is %j', async (ImageName) => {
    const dependencies = worldWithVersion();

    await deleteImageVersion({ ...request, ResourceProperties: { ImageName } }, dependencies);

    expect(dependencies.imageVersions.calls).toEqual([]);
  });

  test('stops where CloudFormation no longer waits', async () => {
    const dependencies = worldWithVersion([made], { now: issuedAt + 60_000 });
    dependencies.stacks.resource = stackResource('DELETE_COMPLETE');

    await expect(deleteImageVersion(request, dependencies)).rejects.toEqual(new Superseded());
    expect(dependencies.imageVersions.calls).toEqual([]);
  });
});

describe('deleteImageVersion, by the marker of what was denied,', () => {
  const request = deleteRequest({ PhysicalResourceId: deniedId(requestHash(createRequest())) });

  test('is content where it is denied too, and says so in the log', async () => {
    const dependencies = world();
    dependencies.imageVersions.always('listAliases', { refuses: accessDenied() });

    await deleteImageVersion(request, dependencies);

    expect(called(dependencies)).toEqual(['listAliases']);
    expect(dependencies.log.lines).toEqual([
      {
        level: 'warn',
        message: 'SageMaker denies access to the image, as it did to the Create: nothing was made',
        details: { error: accessDenied() },
      },
    ]);
  });

  test('deletes what a delivery that was allowed to has made', async () => {
    const dependencies = worldWithVersion();

    await deleteImageVersion(request, dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test('fails where the version that it finds may not be deleted', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.always('deleteImageVersion', { refuses: accessDenied() });

    await expect(deleteImageVersion(request, dependencies)).rejects.toMatchObject({
      code: 'AccessDenied',
      message: `${accessDenied().message} ${leftToDo}`,
    });
    expect(versionsIn(dependencies)).toEqual(['1']);
  });

  test('rides out throttling before it believes anything', async () => {
    const dependencies = worldWithVersion();
    dependencies.imageVersions.next('listAliases', { refuses: throttled() });

    await deleteImageVersion(request, dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test.each([undefined, 'not--valid', 42])('is content where the ImageName is %j', async (ImageName) => {
    const dependencies = worldWithVersion();

    await deleteImageVersion({ ...request, ResourceProperties: { ImageName } }, dependencies);

    expect(dependencies.imageVersions.calls).toEqual([]);
  });
});

describe('deleteImageVersion, by an id that CloudFormation made up,', () => {
  const request = deleteRequest({ PhysicalResourceId: invented });

  test('is superseded by an operation that began after it, whatever else CloudFormation tells', async () => {
    const dependencies = worldWithVersion();
    dependencies.stacks.operation = { StackStatus: 'UPDATE_IN_PROGRESS', startedAt: issuedAt + 1_001 };

    await expect(deleteImageVersion(request, dependencies)).rejects.toEqual(new Superseded());
    expect(versionsIn(dependencies)).toEqual(['1']);
  });
  const rollback = { StackStatus: 'ROLLBACK_IN_PROGRESS', startedAt: issuedAt };

  test('deletes what the resource has made since the operation began', async () => {
    const dependencies = worldWithVersion();
    dependencies.stacks.operation = rollback;

    await deleteImageVersion(request, dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
  });

  test.each([
    ['what an earlier operation has made and retained', issuedAt - 1_001, ['1']],
    ['nothing from the second in which it began', issuedAt - 1_000, []],
  ])('leaves %s', async (_what, createdAt, left) => {
    const dependencies = world();
    dependencies.imageVersions.add(imageVersion({ CreationTime: new Date(createdAt) }), made);
    dependencies.stacks.operation = rollback;

    await deleteImageVersion(request, dependencies);

    expect(versionsIn(dependencies)).toEqual(left);
  });

  test('keeps looking until no request that young can make anything any more', async () => {
    const dependencies = world();
    dependencies.stacks.operation = rollback;

    await deleteImageVersion(request, dependencies);

    expect(dependencies.clock.now()).toBe(issuedAt + 50_000);
    expect(new Set(dependencies.clock.slept)).toEqual(new Set([5_000]));
    expect(new Set(called(dependencies))).toEqual(new Set(['listAliases']));
  });

  test('deletes what appears while it looks', async () => {
    const dependencies = world();
    dependencies.stacks.operation = rollback;
    const { imageVersions } = dependencies;
    const appear = () => imageVersions.add(imageVersion({ ImageVersionStatus: 'CREATING' }), made);
    imageVersions.next('listAliases', {}, {}, { meanwhile: appear });
    imageVersions.next('describeImageVersion', { meanwhile: () => imageVersions.becomes(1, 'CREATING', 'CREATED') });

    await deleteImageVersion(request, dependencies);

    expect(versionsIn(dependencies)).toEqual([]);
    expect(dependencies.log.messages('info')).toContain('Found a version that this resource has made');
  });

  test('looks once where the Create is long over', async () => {
    const dependencies = world({ now: issuedAt + 50_000 });
    dependencies.stacks.operation = rollback;

    await deleteImageVersion(request, dependencies);

    expect(called(dependencies)).toEqual(['listAliases']);
  });

  test('leaves a version that the stack refers to by now', async () => {
    const dependencies = worldWithVersion();
    dependencies.stacks.operation = rollback;
    dependencies.stacks.resource = stackResource('UPDATE_COMPLETE', { PhysicalResourceId: versionArn(1) });

    await deleteImageVersion(request, dependencies);

    expect(versionsIn(dependencies)).toEqual(['1']);
  });

  test('stops where CloudFormation no longer waits', async () => {
    const dependencies = worldWithVersion([made], { now: issuedAt + 60_000 });
    dependencies.stacks.operation = rollback;
    dependencies.stacks.resource = stackResource('DELETE_COMPLETE');

    await expect(deleteImageVersion(request, dependencies)).rejects.toEqual(new Superseded());
    expect(dependencies.imageVersions.calls).toEqual([]);
  });

  test('leaves what others have made', async () => {
    const dependencies = worldWithVersion([ownershipAlias(createRequest({ LogicalResourceId: 'Other' }), 0)]);
    dependencies.stacks.operation = rollback;

    await deleteImageVersion(request, dependencies);

    expect(versionsIn(dependencies)).toEqual(['1']);
  });

  test('refuses to guess where nobody knows when the operation began', async () => {
    const dependencies = worldWithVersion();

    await expect(deleteImageVersion(request, dependencies)).rejects.toMatchObject({
      code: 'GeneralServiceException',
      message:
        'CloudFormation did not tell the provider since when this stack operation runs, so it cannot know which of the ' +
        "versions 1 of image my-image the cancelled Create has made. See that the provider's role may call " +
        'cloudformation:DescribeStacks, and try again.',
    });
    expect(versionsIn(dependencies)).toEqual(['1']);
  });

  test('is content where nobody knows when the operation began, and there is nothing of this resource', async () => {
    const dependencies = world();

    await deleteImageVersion(request, dependencies);

    expect(dependencies.imageVersions.writes()).toEqual([]);
  });
});
