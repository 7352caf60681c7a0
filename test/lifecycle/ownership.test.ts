import { inSandbox } from '../support/lifecycle.ts';
import { image, plant, repository, serviceToken, stackOf, version, versions } from '../support/stacks.ts';

describe('What is not its own', () => {
  it('is not deleted in place of a version whose image was made anew', () =>
    inSandbox(async ({ sandbox, clock }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));
      await sandbox.sageMaker.call('DeleteImage', { ImageName: 'studio' });
      await clock.sleep(60_000);
      await sandbox.sageMaker.call('CreateImage', {
        ImageName: 'studio',
        RoleArn: 'arn:aws:iam::111122223333:role/StudioImages',
      });
      await clock.sleep(60_000);
      await plant(sandbox, 'studio', ['precious']);
      await clock.sleep(60_000);

      const { StackStatus } = await sandbox.cloudFormation.updateStack('s', stackOf({}));

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 planted CREATED precious']);
    }));

  it('is not adopted: what a Retain policy left stays, and a new version is made', () =>
    inSandbox(async ({ sandbox }) => {
      const retained = stackOf({ Stable: { ...version({ Alias: 'one' }), DeletionPolicy: 'Retain' } });
      await sandbox.cloudFormation.createStack('s', retained);
      await sandbox.cloudFormation.updateStack('s', stackOf({}));

      await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: version({ Alias: 'two' }) }));
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED one', 'studio/2 1.0 CREATED two']);

      await sandbox.cloudFormation.updateStack('s', stackOf({}));
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED one']);
    }));

  it('of another stack keeps its alias', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('mine', stackOf({ Stable: version({ Alias: 'latest' }) }));
      const theirs = {
        templateText: JSON.stringify({ Resources: { Theirs: version({ Alias: 'latest' }, { DependsOn: [] }) } }),
        fileName: 'theirs.json',
        parameters: {},
      };

      const { StackStatus } = await sandbox.cloudFormation.createStack('theirs', theirs);

      expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
    }));
});

describe('Bad input', () => {
  it('is answered at once with every problem, and nothing is called for it or for its Delete', () =>
    inSandbox(async ({ sandbox, calls }) => {
      const wrong = {
        Type: 'Custom::SageMakerImageVersion',
        DependsOn: 'Image',
        Properties: {
          ServiceToken: serviceToken,
          ImageNme: 'studio',
          BaseImage: `${repository}:1.0`,
          Aliases: ['latest', 'cfn-mine', '-'],
          Horovod: 'yes',
          Processor: 'TPU',
          Version: 3,
        },
      };

      const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: wrong }));

      expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
      expect(failed?.ResourceStatusReason).toContain(
        "Message returned: The template's properties are not valid: " +
          'ImageNme is not a property of an image version (did you mean ImageName?); ' +
          'Version is an attribute, read with Fn::GetAtt, and cannot be set; ' +
          'ImageName is required; ' +
          'Horovod must be true or false, not "yes"; ' +
          'Processor must be one of CPU, GPU, not "TPU"; ' +
          'Aliases[1] must be letters, digits, "-", "_" and ".", beginning with none of "-", "." and "cfn-", not ' +
          '"cfn-mine"; ' +
          'Aliases[2] must be letters, digits, "-", "_" and ".", beginning with none of "-", "." and "cfn-", not "-". (Log: ',
      );
      expect(failed?.PhysicalResourceId).toMatch(/^not-created\/[0-9a-f]{16}$/);
      expect(calls.filter((call) => !/Image$/.test(call))).toEqual([]);
    }));
});

describe('An update that is refused for its properties', () => {
  const typo = { Procesor: 'CPU' };

  it('and rolled back has not touched what it declared', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version({ Alias: 'one' }) }));
      const byHand = { AliasesToAdd: ['prod'], VendorGuidance: 'STABLE', Horovod: true };
      await sandbox.sageMaker.call('UpdateImageVersion', { ImageName: 'studio', Version: 1, ...byHand });

      const refused = version({ Aliases: ['prod'], VendorGuidance: 'STABLE', Horovod: true, Revision: '2', ...typo });
      const { StackStatus } = await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: refused }));

      expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED one,prod']);
      const [{ metadata } = { metadata: undefined }] = sandbox.sageMaker.snapshot().images['studio']?.versions ?? [];
      expect(metadata).toEqual({ VendorGuidance: 'STABLE', Horovod: true });
    }));

  it('does not lose its version when it names an alias of the provider', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));
      const aliases = sandbox.sageMaker.snapshot().images['studio']?.versions[0]?.Aliases ?? [];
      expect(aliases).toEqual([expect.stringMatching(/^cfn-/)]);

      await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: version({ Aliases: aliases }) }));
      await sandbox.cloudFormation.deleteStack('s');

      expect(versions(sandbox)).toEqual([]);
    }));

  it('as a Create that is cancelled can be deleted, whatever its ImageName', () =>
    inSandbox(
      async ({ sandbox }) => {
        const nameless = { Late: version({ ImageName: 'not a name!' }), Broken: version(typo) };

        const { StackStatus } = await sandbox.cloudFormation.createStack('s', stackOf(nameless));

        expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      },
      {
        latenessMs: ({ RequestType, LogicalResourceId }) =>
          RequestType + LogicalResourceId === 'CreateLate' ? 5_000 : 0,
      },
    ));
});

describe('Names in mixed case', () => {
  it.each(['kept', 'lowered'] as const)('work where ARNs have them %s', (caseOfArns) =>
    inSandbox(
      async ({ sandbox }) => {
        const stack = (Properties: object) => ({
          templateText: JSON.stringify({
            Resources: { Image: image('MyStudio'), Stable: version({ ImageName: 'MyStudio', ...Properties }) },
          }),
          fileName: 'template.json',
          parameters: {},
        });
        await sandbox.cloudFormation.createStack('s', stack({ Alias: 'latest' }));
        await sandbox.cloudFormation.updateStack('s', stack({ Alias: 'newest' }));
        await sandbox.cloudFormation.updateStack('s', stack({ Alias: 'newest', Revision: '2' }));
        expect(versions(sandbox)).toEqual(['MyStudio/2 1.0 CREATED newest']);

        const deleted = await sandbox.cloudFormation.deleteStack('s');

        expect(deleted?.StackStatus).toBe('DELETE_COMPLETE');
        expect(sandbox.sageMaker.snapshot().images).toEqual({});
      },
      { sageMaker: { switches: { caseOfArns } } },
    ),
  );
});
