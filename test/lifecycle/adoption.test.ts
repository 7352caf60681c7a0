import type { CreationOptions } from '../../sandbox/cloudformation/operation-options.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { inSandbox, type Lifecycle, type LifecycleOptions, type Moment } from '../support/lifecycle.ts';
import { broken, imageStack, plant, repository, version, versions, versionsOf } from '../support/stacks.ts';

/** The resource that adopts a version; `plant` makes versions from this BaseImage. */
const planted = { Adopt: 1, BaseImage: `${repository}:planted` };
const adopting = (Properties: object = {}) => version({ ...planted, ...Properties });

const moved = versionsOf({ Adopted: adopting({ Aliases: ['latest', 'new'] }) });
const failing = versionsOf({
  Adopted: adopting({ Aliases: ['latest', 'new'] }),
  Broken: broken('Adopted'),
});

/** The aliases of the provider on the versions of the image. */
function ownAliases({ sageMaker }: Sandbox): readonly string[] {
  return Object.values(sageMaker.snapshot().images).flatMap(({ versions }) =>
    versions.flatMap(({ Aliases }) => Aliases.filter((alias) => alias.startsWith('cfn-'))),
  );
}

/** The stack is CREATE_FAILED then, and keeps the version. */
const withoutRollback: CreationOptions = { DisableRollback: true };

/** Runs `story` where a person has made version 1, which has the alias `latest`. */
function withPlanted<T>(story: (lifecycle: Lifecycle) => Promise<T>, options: LifecycleOptions = {}): Promise<T> {
  return inSandbox(async (lifecycle) => {
    await imageStack(lifecycle.sandbox);
    await plant(lifecycle.sandbox, 'studio', ['latest']);
    await lifecycle.clock.sleep(120_000);
    // The simulated version changes its status when somebody looks.
    await lifecycle.sandbox.sageMaker.call('DescribeImageVersion', { ImageName: 'studio', Version: 1 });
    return story(lifecycle);
  }, options);
}

const asPlanted = ['studio/1 planted CREATED latest'];

describe('A Create that adopts a version', () => {
  it('makes it the resource’s own, with the declared aliases and metadata', () =>
    withPlanted(async ({ sandbox, calls }) => {
      const { cloudFormation, sageMaker } = sandbox;
      calls.length = 0;

      const source = versionsOf({ Adopted: adopting({ Aliases: ['latest', 'new'], Processor: 'GPU' }) });
      const { StackStatus, events } = await cloudFormation.createStack('s', source);

      expect(StackStatus).toBe('CREATE_COMPLETE');
      expect(events.at(-2)?.PhysicalResourceId).toMatch(/:image-version\/studio\/1$/);
      expect(versions(sandbox)).toEqual(['studio/1 planted CREATED latest,new']);
      expect(sageMaker.snapshot().images['studio']?.versions[0]).toMatchObject({ metadata: { Processor: 'GPU' } });
      expect(calls).not.toContain('CreateImageVersion');
      expect(calls).toEqual([
        'ListAliases',
        'DescribeImageVersion',
        'ListAliases',
        'UpdateImageVersion',
        // It looks again whether another resource has adopted it.
        'DescribeImageVersion',
        'ListAliases',
        'DescribeImageVersion',
      ]);

      await cloudFormation.deleteStack('s');
      expect(versions(sandbox)).toEqual([]);
    }));

  it('changes it in place and replaces it later, as if it had made it', () =>
    withPlanted(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('s', moved);

      await cloudFormation.updateStack('s', versionsOf({ Adopted: adopting({ Alias: 'latest' }) }));
      expect(versions(sandbox)).toEqual(['studio/1 planted CREATED latest']);

      const next = adopting({ Alias: 'latest', BaseImage: `${repository}:2.0` });
      await cloudFormation.updateStack('s', versionsOf({ Adopted: next, Broken: broken('Adopted') }));
      expect(versions(sandbox)).toEqual(['studio/1 planted CREATED latest']);

      const { StackStatus } = await cloudFormation.updateStack('s', versionsOf({ Adopted: next }));
      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/3 2.0 CREATED latest']);
    }));

  it('is not repeated by an Update, which only warns', () =>
    withPlanted(async ({ sandbox, logLines }) => {
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('s', versionsOf({ Stable: version() }));

      const { StackStatus } = await cloudFormation.updateStack('s', versionsOf({ Stable: version({ Adopt: 1 }) }));

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual([...asPlanted, 'studio/2 1.0 CREATED']);
      expect(logLines.filter((line) => line.includes('is not adopted: Adopt counts only'))).toHaveLength(1);
    }));

  it('adopts what an earlier Create of this resource had adopted, and a Retain policy kept', () =>
    withPlanted(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      const retained = versionsOf({ Adopted: version({ ...planted, Alias: 'latest' }, { DeletionPolicy: 'Retain' }) });
      await cloudFormation.createStack('s', retained);
      await cloudFormation.updateStack('s', versionsOf({ Other: version() }));
      expect(ownAliases(sandbox)).toHaveLength(3);

      const { StackStatus } = await cloudFormation.updateStack('s', moved);

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(ownAliases(sandbox)).toHaveLength(2);
      await cloudFormation.deleteStack('s');
      expect(versions(sandbox)).toEqual([]);
    }));
});

describe('A Create that cannot adopt a version', () => {
  const refused = async ({ sandbox }: Lifecycle, Adopted: object) => {
    const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', versionsOf({ Adopted }));
    expect(StackStatus).toBe('ROLLBACK_COMPLETE');
    return events.flatMap(({ ResourceStatus, ResourceStatusReason: reason }) =>
      ResourceStatus === 'CREATE_FAILED' ? [reason] : [],
    );
  };

  it.each([
    ['does not exist', { Adopt: 7 }, 'The resource cannot adopt version 7 of image studio: it does not exist'],
    ['is of another BaseImage', { BaseImage: `${repository}:1.0` }, `it was made from ${repository}:planted`],
    ['has no number', { Adopt: 'one' }, 'Adopt must be a whole number from 1 to 2147483647, not "one"'],
  ])('changes nothing if it %s', (_name, Properties: object, reason) =>
    withPlanted(async (lifecycle) => {
      expect(await refused(lifecycle, adopting(Properties))).toEqual([expect.stringContaining(reason)]);

      expect(versions(lifecycle.sandbox)).toEqual(asPlanted);
      expect(ownAliases(lifecycle.sandbox)).toEqual([]);
    }),
  );

  it('names the command with which an earlier owner gives it up', () =>
    withPlanted(async (lifecycle) => {
      const { sandbox } = lifecycle;
      const retained = versionsOf({ Stable: version({ Alias: 'old' }, { DeletionPolicy: 'Retain' }) });
      await sandbox.cloudFormation.createStack('t', retained);
      await sandbox.cloudFormation.deleteStack('t');
      const before = versions(sandbox);
      const owned = adopting({ Adopt: 2, BaseImage: `${repository}:1.0` });

      const [reason = ''] = await refused(lifecycle, owned);
      const [, alias] =
        /run aws sagemaker update-image-version --region eu-west-1 --image-name studio --version-number 2 --aliases-to-delete (\S+) \(Log/.exec(
          reason,
        ) ?? [];
      expect([alias]).toEqual(ownAliases(sandbox));
      expect(versions(sandbox)).toEqual(before);

      await sandbox.sageMaker.call('UpdateImageVersion', {
        ImageName: 'studio',
        Version: 2,
        AliasesToDelete: [alias ?? ''],
      });
      await sandbox.cloudFormation.deleteStack('s');
      const { StackStatus } = await sandbox.cloudFormation.createStack('s', versionsOf({ Adopted: owned }));
      expect(StackStatus).toBe('CREATE_COMPLETE');
    }));
});

describe('A version that was adopted in an operation that fails', () => {
  it('is let go with the aliases that it had', () =>
    withPlanted(async ({ sandbox }) => {
      const { StackStatus } = await sandbox.cloudFormation.createStack('s', failing);

      expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      expect(versions(sandbox)).toEqual(asPlanted);
      expect(ownAliases(sandbox)).toEqual([]);
    }));

  it('returns an alias to the version of the stack that had it', () =>
    withPlanted(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      const stable = version({ Alias: 'stable' });
      await cloudFormation.createStack('s', versionsOf({ Stable: stable }));
      const before = versions(sandbox);

      const Adopted = adopting({ Aliases: ['latest', 'stable', 'new'] });
      const next = versionsOf({ Stable: version(), Adopted, Broken: broken(['Adopted', 'Stable']) });
      const { StackStatus } = await cloudFormation.updateStack('s', next);

      expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(versions(sandbox)).toEqual(before);
      expect(ownAliases(sandbox)).toHaveLength(1);
    }));

  it.each([
    ['DELETE', 'DELETE_COMPLETE'],
    ['ROLLBACK', 'ROLLBACK_COMPLETE'],
  ] as const)('is let go with OnFailure %s', (OnFailure, expected) =>
    withPlanted(async ({ sandbox }) => {
      const options: CreationOptions = { OnFailure };
      const { StackStatus } = await sandbox.cloudFormation.createStack('s', failing, options);

      expect(StackStatus).toBe(expected);
      expect(versions(sandbox)).toEqual(asPlanted);
      expect(ownAliases(sandbox)).toEqual([]);
    }),
  );

  it('is let go if the stack is deleted, without a rollback before', () =>
    withPlanted(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      const { StackStatus } = await cloudFormation.createStack('s', failing, withoutRollback);
      expect(StackStatus).toBe('CREATE_FAILED');

      await cloudFormation.deleteStack('s');

      expect(versions(sandbox)).toEqual(asPlanted);
      expect(ownAliases(sandbox)).toEqual([]);
    }));

  it('is the resource’s own for good if the next update succeeds', () =>
    withPlanted(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('s', failing, withoutRollback);

      const { StackStatus } = await cloudFormation.updateStack('s', moved, withoutRollback);
      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 planted CREATED latest,new']);

      await cloudFormation.deleteStack('s');
      expect(versions(sandbox)).toEqual([]);
    }));

  it.each([
    ['is still queued', 100_000, 0],
    ['has answered', 0, 30_000],
    ['has not answered yet', 3_000, 3_200],
  ])('is let go if CloudFormation cancels the Create when it %s', (_name, adoptedMs, brokenMs) =>
    withPlanted(
      async ({ sandbox }) => {
        const Adopted = adopting({ Aliases: ['latest', 'new'] });
        const { StackStatus } = await sandbox.cloudFormation.createStack(
          's',
          versionsOf({ Adopted, Broken: broken([]) }),
        );
        await sandbox.idle();

        expect(StackStatus).toBe('ROLLBACK_COMPLETE');
        expect(versions(sandbox)).toEqual(asPlanted);
        expect(ownAliases(sandbox)).toEqual([]);
      },
      {
        latenessMs: ({ RequestType, LogicalResourceId }) => {
          if (RequestType !== 'Create') return 0;
          return LogicalResourceId === 'Broken' ? brokenMs : adoptedMs;
        },
      },
    ),
  );
});

describe('An adoption whose invocation is killed', () => {
  /** Runs it with one kill; tells how many moments there were, and what is left. */
  const killedAt = async (source: typeof moved, killAt: number) => {
    let moments = 0;
    const kill = (_moment: Moment) => {
      moments += 1;
      return moments === killAt;
    };
    return withPlanted(
      async ({ sandbox }) => {
        const { StackStatus } = await sandbox.cloudFormation.createStack('s', source);
        await sandbox.idle();
        return { StackStatus, versions: versions(sandbox), own: ownAliases(sandbox).length, moments: () => moments };
      },
      { kill },
    );
  };

  it.each([
    ['succeeds', moved, 'CREATE_COMPLETE', ['studio/1 planted CREATED latest,new'], 2],
    ['is rolled back', failing, 'ROLLBACK_COMPLETE', asPlanted, 0],
  ] as const)('at any moment %s as without it', async (_name, source, StackStatus, left, own) => {
    const whole = (await killedAt(source, 0)).moments();
    expect(whole).toBeGreaterThan(10);
    for (let killAt = 1; killAt <= whole; killAt += 1) {
      const outcome = await killedAt(source, killAt);
      expect({ killAt, ...outcome, moments: 0 }).toEqual({ killAt, StackStatus, versions: left, own, moments: 0 });
    }
  });
});
