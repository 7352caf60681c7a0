import { inSandbox } from '../support/lifecycle.ts';
import { stackOf, version, versions } from '../support/stacks.ts';

/** A stack with a domain that offers version 1 by its number. */
const domainStack = {
  templateText: JSON.stringify({
    Resources: {
      Domain: {
        Type: 'AWS::SageMaker::Domain',
        Properties: {
          DomainName: 'studio',
          DefaultUserSettings: {
            JupyterLabAppSettings: {
              CustomImages: [{ ImageName: 'studio', AppImageConfigName: 'config', ImageVersionNumber: 1 }],
            },
          },
        },
      },
    },
  }),
  fileName: 'domain.json',
  parameters: {},
};

describe.each(['ResourceInUse', 'DELETE_FAILED'] as const)(
  'A version that a domain uses, whose deletion ends in %s',
  (deletionOfUsedVersion) => {
    it('stays, and the Reason has the command that shows who uses it; after that it can be deleted', () =>
      inSandbox(
        async ({ sandbox }) => {
          const { cloudFormation } = sandbox;
          await cloudFormation.createStack('s', stackOf({ Stable: version() }));
          await cloudFormation.createStack('domain', domainStack);

          const refused = await cloudFormation.deleteStack('s');
          const left = versions(sandbox).length;
          await cloudFormation.deleteStack('domain');
          const deleted = await cloudFormation.deleteStack('s');

          const failures = refused?.events.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_FAILED');
          const reasons = failures?.map(({ LogicalResourceId, ResourceStatusReason }) => [
            LogicalResourceId,
            ResourceStatusReason,
          ]);
          expect(reasons).toEqual([
            [
              'Stable',
              expect.stringContaining('npx --no sagemaker-image-version-provider used-by --region eu-west-1 studio/1'),
            ],
            ['s', 'The following resource(s) failed to delete: [Stable].'],
          ]);
          expect([left, deleted?.StackStatus, versions(sandbox)]).toEqual([1, 'DELETE_COMPLETE', []]);
        },
        { sageMaker: { switches: { deletionOfUsedVersion } } },
      ));
  },
);
