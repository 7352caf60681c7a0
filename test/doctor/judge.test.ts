import { type ExistingStack, judge, makerOf } from '../../doctor/judge.ts';
import { requestHash } from '../../src/image-version/ownership.ts';
import { deniedId, notCreatedId, unconfirmedId } from '../../src/image-version/physical-resource-id.ts';
import { createRequest, versionArn } from '../support/provider/builders.ts';
import { existingStack, ownedVersion } from './findings.ts';

const judged = (stack: ExistingStack, version = ownedVersion()) => judge(version, { existing: [stack], deleted: [] });

describe('a version is in use', () => {
  test.each([versionArn(1), versionArn(1).toUpperCase()])('if a existing resource is %s', (PhysicalResourceId) => {
    const stack = existingStack({ resources: [{ LogicalResourceId: 'Stable', PhysicalResourceId }] });

    expect(judged(stack)).toEqual({ kind: 'in use', StackName: 'studio', LogicalResourceId: 'Stable' });
  });

  test('if a resource of another stack refers to it, no matter which stack made it', () => {
    const other = existingStack({
      StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/other/1',
      StackName: 'other',
      resources: [{ LogicalResourceId: 'Moved', PhysicalResourceId: versionArn(1) }],
    });

    const verdict = judge(ownedVersion(), { existing: [existingStack(), other], deleted: [] });

    expect(verdict).toEqual({ kind: 'in use', StackName: 'other', LogicalResourceId: 'Moved' });
  });

  test.each([unconfirmedId, deniedId])('if the resource that made it has the id of a failed Create', (idOf) => {
    const PhysicalResourceId = idOf(requestHash(createRequest()));
    const stack = existingStack({ resources: [{ LogicalResourceId: 'Stable', PhysicalResourceId }] });

    expect(judged(stack)).toEqual({ kind: 'in use', StackName: 'studio', LogicalResourceId: 'Stable' });
  });
});

describe('a version is left undecided', () => {
  test.each(['UPDATE_IN_PROGRESS', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED'])(
    'while its stack is %s',
    (StackStatus) => {
      expect(judged(existingStack({ StackStatus }))).toEqual({
        kind: 'undecided',
        because: `belongs to stack studio, which is ${StackStatus}`,
      });
    },
  );

  test('if its stack changed while it was read', () => {
    expect(judged(existingStack({ hasChanged: true }))).toEqual({
      kind: 'undecided',
      because: 'belongs to stack studio, which is changing',
    });
  });

  test.each(['CREATING', 'DELETING'])('while it is %s, even if its stack is gone', (ImageVersionStatus) => {
    const verdict = judge(ownedVersion({ ImageVersionStatus }), { existing: [], deleted: [] });

    expect(verdict).toEqual({ kind: 'undecided', because: `is still ${ImageVersionStatus}` });
  });
});

describe('a version is an orphan', () => {
  const { StackId } = createRequest();

  test('if no existing stack made it', () => {
    const another = existingStack({ StackId: `${StackId}0` });

    expect(judged(another)).toEqual({ kind: 'orphan', Cause: 'StackGone', Stack: undefined });
  });

  test('of a deleted stack, which is named if CloudFormation still lists it', () => {
    const Stack = { StackId, StackName: 'studio', DeletionTime: new Date('2026-11-20T00:00:00Z') };

    expect(judge(ownedVersion(), { existing: [], deleted: [Stack] })).toEqual({
      kind: 'orphan',
      Cause: 'StackGone',
      Stack,
    });
  });

  test('if its stack no longer has the resource', () => {
    const Stack = existingStack({ resources: [{ LogicalResourceId: 'Other', PhysicalResourceId: versionArn(2) }] });

    expect(judged(Stack)).toEqual({ kind: 'orphan', Cause: 'ResourceGone', Stack });
  });

  test.each([versionArn(2), versionArn(1, 'other-image'), notCreatedId('0123456789abcdef'), undefined])(
    'if its resource is %s',
    (PhysicalResourceId) => {
      const Stack = existingStack({ resources: [{ LogicalResourceId: 'Stable', PhysicalResourceId }] });

      expect(judged(Stack)).toEqual({
        kind: 'orphan',
        Cause: 'NotThePhysicalResource',
        Stack,
        LogicalResourceId: 'Stable',
      });
    },
  );

  test('if its resource has the id of another failed Create', () => {
    const PhysicalResourceId = unconfirmedId('0123456789abcdef');
    const stack = existingStack({ resources: [{ LogicalResourceId: 'Stable', PhysicalResourceId }] });

    expect(judged(stack)).toMatchObject({ kind: 'orphan', Cause: 'NotThePhysicalResource' });
  });

  test.each(['CREATE_FAILED', 'DELETE_FAILED'])('also if it is %s', (ImageVersionStatus) => {
    expect(judged(existingStack(), ownedVersion({ ImageVersionStatus }))).toMatchObject({ kind: 'orphan' });
  });
});

describe('makerOf', () => {
  const { StackId } = createRequest();

  test('names stack and resource', () => {
    expect(makerOf(ownedVersion(), { existing: [existingStack()], deleted: [] })).toEqual({
      StackName: 'studio',
      LogicalResourceId: 'Stable',
    });
  });

  test('names only the stack if the resource or the stack was deleted', () => {
    const deleted = [{ StackId, StackName: 'was', DeletionTime: undefined }];

    expect(makerOf(ownedVersion(), { existing: [existingStack({ resources: [] })], deleted: [] })).toEqual({
      StackName: 'studio',
    });
    expect(makerOf(ownedVersion(), { existing: [], deleted })).toEqual({ StackName: 'was' });
  });

  test('names nothing if no stack is known', () => {
    expect(makerOf(ownedVersion(), { existing: [], deleted: [] })).toBeUndefined();
  });
});
