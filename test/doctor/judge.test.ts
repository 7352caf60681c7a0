import { type ExistingStack, judge, makerOf } from '../../doctor/judge.ts';
import { requestHash } from '../../src/image-version/ownership.ts';
import { deniedId, notCreatedId, unconfirmedId } from '../../src/image-version/physical-resource-id.ts';
import { createRequest, versionArn } from '../support/provider/builders.ts';
import { existingStack, failedUpdate, ownedVersion, stackEvent } from './findings.ts';

const judged = (stack: ExistingStack, version = ownedVersion()) => judge(version, { existing: [stack], deleted: [] });

describe('a version is in use', () => {
  test.each([versionArn(1), versionArn(1).toUpperCase()])('if an existing resource is %s', (PhysicalResourceId) => {
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
        PhysicalResourceId,
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

describe('a version that a failed operation made', () => {
  const rolledBack = [stackEvent('UPDATE_ROLLBACK_COMPLETE', 60), stackEvent('UPDATE_ROLLBACK_IN_PROGRESS', 30)];
  const rollback = [...rolledBack, ...failedUpdate.slice(2)];

  test.each(['UPDATE_FAILED', 'CREATE_FAILED'])('is an orphan although its stack is %s', (StackStatus) => {
    expect(judged(existingStack({ StackStatus, events: failedUpdate }))).toMatchObject({
      kind: 'orphan',
      Cause: 'OperationFailed',
      LogicalResourceId: 'Stable',
      PhysicalResourceId: versionArn(2),
    });
  });

  test.each([
    ['was rolled back', rollback],
    ['was rolled back before a later update', [stackEvent('UPDATE_IN_PROGRESS', 90), ...rollback]],
    ['began less than a second later, because dates can lack their milliseconds', failedAt(0.9)],
  ])('is an orphan if the operation %s', (_name, events) => {
    expect(judged(existingStack({ events }))).toMatchObject({ kind: 'orphan', Cause: 'OperationFailed' });
  });

  test.each([
    ['another operation failed, later', [...failedAt(90), stackEvent('UPDATE_COMPLETE', 5), ...failedAt(-1).slice(1)]],
    ['another operation failed, before', [stackEvent('UPDATE_IN_PROGRESS', -1), ...failedAt(-90)]],
    ['only other resources have events', failedUpdate.map((event) => ({ ...event, PhysicalResourceId: 'any' }))],
    ['the events are gone', []],
  ])('is not known as such if %s', (_name, events) => {
    expect(judged(existingStack({ events }))).toMatchObject({ kind: 'orphan', Cause: 'NotThePhysicalResource' });
    expect(judged(existingStack({ events, StackStatus: 'UPDATE_FAILED' }))).toMatchObject({ kind: 'undecided' });
  });

  test.each(['UPDATE_IN_PROGRESS', 'UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_IN_PROGRESS', 'DELETE_FAILED'])(
    'is undecided while the stack is %s, because an operation can still delete it',
    (StackStatus) => {
      expect(judged(existingStack({ StackStatus, events: failedUpdate }))).toMatchObject({ kind: 'undecided' });
    },
  );

  test.each([unconfirmedId('0123456789abcdef'), 'studio-Stable-1ABC', undefined])(
    'is undecided while the resource is %s, because the next operation deletes what that Create made',
    (PhysicalResourceId) => {
      const resources = [{ LogicalResourceId: 'Stable', PhysicalResourceId }];
      const stack = existingStack({ StackStatus: 'CREATE_FAILED', resources, events: failedUpdate });

      expect(judged(stack)).toMatchObject({ kind: 'undecided' });
    },
  );

  function failedAt(seconds: number) {
    return [stackEvent('UPDATE_FAILED', seconds + 1), stackEvent('UPDATE_IN_PROGRESS', seconds)];
  }
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
