import { inSandbox, type Lifecycle } from '../support/lifecycle.ts';
import { plant, stackOf, version, versions } from '../support/stacks.ts';

const everything = {
  Alias: 'one',
  Aliases: ['two', 'three'],
  Horovod: true,
  JobType: 'TRAINING',
  MLFramework: 'PyTorch 2.9',
  Processor: 'GPU',
  ProgrammingLang: 'Python 3.12',
  ReleaseNotes: 'First',
  VendorGuidance: 'STABLE',
};

const metadata = ({ sandbox }: Lifecycle) => sandbox.sageMaker.snapshot().images['studio']?.versions[0]?.metadata;

const modifying = (calls: readonly string[]) =>
  calls.filter((call) => /^(Create|Update|Delete)ImageVersion/.test(call));

/** From every property to the given ones, in place; tells the calls that changed something. */
async function updated(lifecycle: Lifecycle, Properties: object): Promise<readonly string[]> {
  const { sandbox, calls } = lifecycle;
  await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version(everything) }));
  calls.length = 0;
  const { StackStatus } = await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: version(Properties) }));
  expect(StackStatus).toBe('UPDATE_COMPLETE');
  return modifying(calls);
}

describe('An update in place', () => {
  it.each([
    ['Horovod', false],
    ['JobType', 'INFERENCE'],
    ['MLFramework', 'TensorFlow 2.20'],
    ['Processor', 'CPU'],
    ['ProgrammingLang', 'R 4.5'],
    ['ReleaseNotes', 'Second'],
    ['VendorGuidance', 'TO_BE_ARCHIVED'],
  ])('changes %s with one call', (name, value) =>
    inSandbox(async (lifecycle) => {
      expect(await updated(lifecycle, { ...everything, [name]: value })).toEqual(['UpdateImageVersion']);

      const { Alias: _alias, Aliases: _aliases, ...before } = everything;
      expect(metadata(lifecycle)).toEqual({ ...before, [name]: value });
      expect(versions(lifecycle.sandbox)).toEqual(['studio/1 1.0 CREATED one,three,two']);
    }),
  );

  it('changes everything with one call', () =>
    inSandbox(async (lifecycle) => {
      const other = {
        Alias: 'two',
        Aliases: ['four'],
        Horovod: false,
        JobType: 'NOTEBOOK_KERNEL',
        MLFramework: 'JAX 0.9',
        Processor: 'CPU',
        ProgrammingLang: 'R 4.5',
        ReleaseNotes: 'Second',
        VendorGuidance: 'NOT_PROVIDED',
      };

      expect(await updated(lifecycle, other)).toEqual(['UpdateImageVersion']);

      const { Alias: _alias, Aliases: _aliases, ...after } = other;
      expect(metadata(lifecycle)).toEqual(after);
      expect(versions(lifecycle.sandbox)).toEqual(['studio/1 1.0 CREATED four,two']);
    }));

  it('sets what the template no longer declares back, where SageMaker can, and warns where it cannot', () =>
    inSandbox(async (lifecycle) => {
      expect(await updated(lifecycle, {})).toEqual(['UpdateImageVersion']);

      expect(metadata(lifecycle)).toEqual({
        Horovod: false,
        JobType: 'TRAINING',
        MLFramework: 'PyTorch 2.9',
        Processor: 'GPU',
        ProgrammingLang: 'Python 3.12',
        ReleaseNotes: 'First',
        VendorGuidance: 'NOT_PROVIDED',
      });
      expect(versions(lifecycle.sandbox)).toEqual(['studio/1 1.0 CREATED']);
      expect(lifecycle.logLines.filter((line) => line.includes('SageMaker cannot clear them'))).toEqual([
        expect.stringContaining('"kept":["JobType","MLFramework","Processor","ProgrammingLang","ReleaseNotes"]'),
      ]);
    }));

  it('calls nothing that changes anything when only ServiceTimeout changes', () =>
    inSandbox(async (lifecycle) => {
      expect(await updated(lifecycle, { ...everything, ServiceTimeout: 1800 })).toEqual([]);

      expect(lifecycle.requests.at(-1)?.RequestType).toBe('Update');
      expect(lifecycle.calls).toEqual(['DescribeImageVersion', 'ListAliases']);
    }));

  it('leaves an alias that nobody declared', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version({ Alias: 'one' }) }));
      await sandbox.sageMaker.call('UpdateImageVersion', {
        ImageName: 'studio',
        Version: 1,
        AliasesToAdd: ['by-hand'],
      });

      await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: version({ Alias: 'two' }) }));

      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED by-hand,two']);
    }));

  it('finds a declared alias among hundreds, over all pages', () =>
    inSandbox(
      async ({ sandbox, calls }) => {
        const many = Array.from({ length: 120 }, (_, index) => `a${index}`);
        await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version({ Aliases: many }) }));
        calls.length = 0;

        await sandbox.cloudFormation.updateStack(
          's',
          stackOf({ Stable: version({ Aliases: many, ReleaseNotes: 'x' }) }),
        );

        expect(calls.filter((call) => call === 'ListAliases')).toHaveLength(18);
        expect(modifying(calls)).toEqual(['UpdateImageVersion']);
      },
      { sageMaker: { largestPageSize: 7 } },
    ));

  it('lets a version that SageMaker has archived stay archived', () =>
    inSandbox(async (lifecycle) => {
      const { sandbox, clock } = lifecycle;
      const archiving = (ReleaseNotes: string) =>
        stackOf({ Stable: version({ VendorGuidance: 'TO_BE_ARCHIVED', ReleaseNotes }) });
      await sandbox.cloudFormation.createStack('s', archiving('First'));
      await clock.sleep(100 * 24 * 3_600_000);

      await sandbox.cloudFormation.updateStack('s', archiving('Second'));

      expect(metadata(lifecycle)).toEqual({ VendorGuidance: 'ARCHIVED', ReleaseNotes: 'Second' });
    }));

  it('makes a version that is gone anew', () =>
    inSandbox(async ({ sandbox, clock }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version({ Alias: 'one' }) }));
      await sandbox.sageMaker.call('DeleteImageVersion', { ImageName: 'studio', Version: 1 });
      await clock.sleep(30_000);

      const changed = stackOf({ Stable: version({ Alias: 'one', ReleaseNotes: 'Second' }) });
      const { StackStatus } = await sandbox.cloudFormation.updateStack('s', changed);

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/2 1.0 CREATED one']);
    }));

  it('is rolled back although a person has moved its alias, which stays there', () =>
    inSandbox(async ({ sandbox, logLines }) => {
      const { cloudFormation, sageMaker } = sandbox;
      const latest = (ReleaseNotes: string) =>
        stackOf({ Stable: version({ Aliases: ['latest', 'other'], ReleaseNotes }) });
      await cloudFormation.createStack('s', latest('First'));
      const AliasesToDelete = ['latest', 'other'];
      await sageMaker.call('UpdateImageVersion', { ImageName: 'studio', Version: 1, AliasesToDelete });
      await plant(sandbox, 'studio', ['latest']);

      const { StackStatus, events } = await cloudFormation.updateStack('s', latest('Second'));

      const failure = events.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED');
      expect(failure?.ResourceStatusReason).toContain(
        'alias latest is on version 2, which was not made with this provider',
      );
      expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED other', 'studio/2 planted CREATED latest']);
      expect(logLines.filter((line) => line.includes('The rollback does not move this alias'))).toHaveLength(1);
    }));
});
