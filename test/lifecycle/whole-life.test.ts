import { readFileSync } from 'node:fs';
import { inSandbox } from '../support/lifecycle.ts';
import { versions } from '../support/stacks.ts';

const quickStart = (parameters: Readonly<Record<string, string>> = {}) => ({
  templateText: readFileSync('examples/quick-start.yaml', 'utf8'),
  fileName: 'quick-start.yaml',
  parameters,
});

describe('The quick start', () => {
  it.each([{ VerifyRequests: 'false' }, { VerifyRequests: 'true' }])(
    'is created, updated in place, replaced, rolled back and deleted, and leaves nothing: %j',
    (providerParameters) =>
      inSandbox(
        async ({ sandbox }) => {
          const { cloudFormation } = sandbox;

          const created = await cloudFormation.createStack('life', quickStart());
          expect(created.StackStatus).toBe('CREATE_COMPLETE');
          expect(versions(sandbox)).toEqual([
            'data-science/1 1.3 CREATED 1.3',
            'data-science/2 1.4 CREATED 1.4,latest',
          ]);

          const inPlace = await cloudFormation.updateStack('life', quickStart({ ReleaseNotes: 'Second' }));
          expect(inPlace.StackStatus).toBe('UPDATE_COMPLETE');
          expect(versions(sandbox)).toEqual([
            'data-science/1 1.3 CREATED 1.3',
            'data-science/2 1.4 CREATED 1.4,latest',
          ]);

          const replaced = await cloudFormation.updateStack('life', quickStart({ StableTag: '1.5' }));
          expect(replaced.StackStatus).toBe('UPDATE_COMPLETE');
          expect(versions(sandbox)).toEqual([
            'data-science/1 1.3 CREATED 1.3',
            'data-science/3 1.5 CREATED 1.5,latest',
          ]);

          const failed = await cloudFormation.updateStack('life', quickStart({ StableTag: 'does-not-exist' }));
          expect(failed.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
          expect(versions(sandbox)).toEqual([
            'data-science/1 1.3 CREATED 1.3',
            'data-science/3 1.5 CREATED 1.5,latest',
          ]);

          const deleted = await cloudFormation.deleteStack('life');
          expect(deleted?.StackStatus).toBe('DELETE_COMPLETE');
          expect(versions(sandbox)).toEqual([]);
        },
        { providerParameters },
      ),
  );

  it('has the ARN as Ref and every attribute in its outputs', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('life', quickStart());

      const outputs = sandbox.cloudFormation.findStack('life')?.outputs ?? [];
      expect(Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))).toEqual({
        StableVersionArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/data-science/2',
        StableVersion: '2',
        StableContainerImage: expect.stringMatching(
          /^111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/studio@sha256:/,
        ),
      });
    }));

  it('runs the same way twice from the same seed, and another way from another', async () => {
    const trace = (seed: number) =>
      inSandbox(
        async ({ sandbox, calls }) => {
          const { events } = await sandbox.cloudFormation.createStack('life', quickStart());
          return [...events.map((event) => JSON.stringify(event)), ...calls];
        },
        { seed },
      );

    const first = await trace(7);

    expect(await trace(7)).toEqual(first);
    expect(await trace(8)).not.toEqual(first);
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws-iso', 'aws-iso-b'])('works in partition %s', (partition) =>
    inSandbox(
      async ({ sandbox }) => {
        const { StackStatus } = await sandbox.cloudFormation.createStack('life', quickStart());

        expect(StackStatus).toBe('CREATE_COMPLETE');
        expect(sandbox.cloudFormation.findStack('life')?.resources['Stable']?.PhysicalResourceId).toBe(
          `arn:${partition}:sagemaker:eu-west-1:111122223333:image-version/data-science/2`,
        );
      },
      { sageMaker: { partition } },
    ),
  );
});
