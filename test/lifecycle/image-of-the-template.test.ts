import { inSandbox } from '../support/lifecycle.ts';
import { stackOf, version, versions } from '../support/stacks.ts';

describe('A version of an image that the same template creates', () => {
  it('waits for the image if it depends on it', () =>
    inSandbox(async ({ sandbox }) => {
      const { StackStatus } = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));

      expect(StackStatus).toBe('CREATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED']);
    }));

  it('fails without DependsOn, because the image does not exist yet', () =>
    inSandbox(async ({ sandbox }) => {
      const { StackStatus, events } = await sandbox.cloudFormation.createStack(
        's',
        stackOf({ Stable: version({}, { DependsOn: [] }) }),
      );

      expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      const failed = events.find(
        ({ LogicalResourceId, ResourceStatus }) => LogicalResourceId === 'Stable' && ResourceStatus === 'CREATE_FAILED',
      );
      expect(failed?.ResourceStatusReason).toContain(
        'image/studio does not exist. Check ImageName. If the template also declares the AWS::SageMaker::Image, let the version depend on it.',
      );
      expect(versions(sandbox)).toEqual([]);
    }));

  it('is created and deleted in express mode, although the image is not ready and then disappears', () =>
    inSandbox(
      async ({ sandbox }) => {
        const options = { DeploymentConfig: { Mode: 'EXPRESS' } } as const;
        const created = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }), options);
        const deleted = await sandbox.cloudFormation.deleteStack('s');
        await sandbox.idle();

        expect([created.StackStatus, deleted?.StackStatus]).toEqual(['CREATE_COMPLETE', 'DELETE_COMPLETE']);
        expect(versions(sandbox)).toEqual([]);
      },
      {
        cloudFormation: { imageDeletionInExpress: 'overlaps' },
        sageMaker: { durations: { imageCreation: [60_000, 60_000], imageDeletion: [60_000, 60_000] } },
      },
    ));
});
