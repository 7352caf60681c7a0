import type { StackSource } from '../../sandbox/cloudformation/stack.ts';
import { isMap } from '../../sandbox/json.ts';
import { errorAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { inSandbox, type Lifecycle, type LifecycleOptions } from '../support/lifecycle.ts';
import { broken, image, plant, repository, stackOf, version, versions } from '../support/stacks.ts';

const tagged = (tag: string, Properties: object = {}) =>
  version({ BaseImage: `${repository}:${tag}`, Aliases: ['latest'], ...Properties });

const bothRollbacks: readonly (readonly [string, LifecycleOptions])[] = [
  ['by Delete alone', { cloudFormation: { rollbackAfterReplacement: 'delete-only' } }],
  ['by an Update first', { cloudFormation: { rollbackAfterReplacement: 'update-first' } }],
];

describe('A replacement', () => {
  it.each([
    ['BaseImage', stackOf({ Stable: tagged('2.0') }), ['studio/2 2.0 CREATED latest']],
    ['Revision', stackOf({ Stable: tagged('1.0', { Revision: 'f3a1' }) }), ['studio/2 1.0 CREATED latest']],
    [
      'ImageName',
      stackOf({ Other: image('other'), Stable: version({ ImageName: 'other' }, { DependsOn: 'Other' }) }),
      ['other/1 1.0 CREATED'],
    ],
  ])('follows a change of %s, and the old version goes', (_name, changed: StackSource, expected) =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0') }));

      const { StackStatus } = await sandbox.cloudFormation.updateStack('s', changed);

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual(expected);
    }),
  );

  it.each(bothRollbacks)('is rolled back %s: the old version has its number and its aliases', (_name, options) =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0') }));

      const changed = stackOf({ Stable: tagged('2.0'), Broken: broken('Stable') });
      const { StackStatus } = await sandbox.cloudFormation.updateStack('s', changed);

      expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
    }, options),
  );

  it.each(bothRollbacks)('of a replacement is rolled back %s to the last one', (_name, options) =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0') }));
      await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: tagged('2.0') }));

      const changed = stackOf({ Stable: tagged('3.0'), Broken: broken('Stable') });
      await sandbox.cloudFormation.updateStack('s', changed);

      expect(versions(sandbox)).toEqual(['studio/2 2.0 CREATED latest']);
    }, options),
  );

  it.each(bothRollbacks)('by Revision alone is rolled back %s', (_name, options) =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0', { Revision: 'a' }) }));

      const changed = stackOf({ Stable: tagged('1.0', { Revision: 'b' }), Broken: broken('Stable') });
      await sandbox.cloudFormation.updateStack('s', changed);

      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
    }, options),
  );

  it('by Revision that fails itself is rolled back in place', async () => {
    let tooLarge = false;
    const failures = { versionCreation: () => (tooLarge ? 'The image is too large.' : undefined) };
    await inSandbox(
      async ({ sandbox }) => {
        await sandbox.cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0', { Revision: 'a' }) }));
        tooLarge = true;

        const changed = stackOf({ Stable: tagged('1.0', { Revision: 'b' }) });
        const { StackStatus } = await sandbox.cloudFormation.updateStack('s', changed);

        expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      },
      { sageMaker: { failures } },
    );
  });

  it('leaves a retained old version where it is, without the alias', () =>
    inSandbox(async ({ sandbox }) => {
      const retained = (tag: string) => ({ ...tagged(tag), UpdateReplacePolicy: 'Retain' });
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: retained('1.0') }));

      await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: retained('2.0') }));

      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED', 'studio/2 2.0 CREATED latest']);
    }));

  it('that is taken out of the template does not leave its alias to the version that was retained', () =>
    inSandbox(async ({ sandbox }) => {
      const retained = (tag: string) => ({ ...tagged(tag), UpdateReplacePolicy: 'Retain' });
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: retained('1.0') }));
      await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: retained('2.0') }));

      await sandbox.cloudFormation.updateStack('s', stackOf({}));

      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED']);
    }));

  it('never takes an alias from a version of nobody, and names the holder', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));
      await plant(sandbox, 'studio', ['latest']);

      const { StackStatus, events } = await sandbox.cloudFormation.updateStack('s', stackOf({ Stable: tagged('2.0') }));

      expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(events.find(({ ResourceStatus }) => ResourceStatus === 'UPDATE_FAILED')?.ResourceStatusReason).toContain(
        'In image studio, alias latest is on version 2, which was not made with this provider. An alias can be on one version ' +
          'only: remove it from that version and from any template that declares it, or declare another alias. (Log: ',
      );
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED', 'studio/2 planted CREATED latest']);
    }));
});

describe('A fixed alias', () => {
  it('is on the old version again after a rollback by Update, where SageMaker refuses an alias that a version bears already', () =>
    inSandbox(
      async ({ sandbox }) => {
        await sandbox.cloudFormation.createStack('s', stackOf({ Stable: tagged('1.0') }));

        const changed = stackOf({ Stable: tagged('2.0'), Broken: broken('Stable') });
        const { StackStatus } = await sandbox.cloudFormation.updateStack('s', changed);

        expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
        const aliases = sandbox.sageMaker.snapshot().images['studio']?.versions[0]?.Aliases ?? [];
        expect(aliases.filter((alias) => alias.includes('-gave-'))).toEqual([]);
      },
      {
        cloudFormation: { rollbackAfterReplacement: 'update-first' },
        sageMaker: { switches: { aliasAddedTwice: 'ResourceInUse', absentAliasDeleted: 'ResourceNotFound' } },
      },
    ));

  describe.each([
    { absentAliasDeleted: 'accepted', aliasOfAnotherVersion: 'ResourceInUse' },
    { absentAliasDeleted: 'ResourceNotFound', aliasOfAnotherVersion: 'ResourceInUse' },
    { absentAliasDeleted: 'accepted', aliasOfAnotherVersion: 'moves' },
  ] as const)(
    'of a sibling that changes while the new version is CREATING ($absentAliasDeleted, $aliasOfAnotherVersion)',
    (switches) => {
      const durations = { versionCreation: [60_000, 60_000] } as const;
      const options = { sageMaker: { durations, switches } };
      /** Stable is replaced and takes the alias that Sibling has, while `change` happens. */
      const taking = (change: (lifecycle: Lifecycle) => Promise<unknown>) =>
        inSandbox(async (lifecycle) => {
          const { clock, sandbox } = lifecycle;
          const stack = (tag: string, Aliases: readonly string[]) =>
            stackOf({ Sibling: version({ Alias: 'stable' }), Stable: tagged(tag, { Aliases }) });
          await sandbox.cloudFormation.createStack('s', stack('1.0', ['latest']));
          const updated = sandbox.cloudFormation.updateStack('s', stack('2.0', ['latest', 'stable']));
          await clock.sleep(30_000);
          await change(lifecycle);
          const { StackStatus } = await updated;
          await sandbox.idle();
          return [StackStatus, ...versions(sandbox)];
        }, options);

      it('is free when a person is deleting that version', async () => {
        const found = await taking(async ({ clock, sandbox }) => {
          await clock.sleep(28_000);
          await sandbox.sageMaker.call('DeleteImageVersion', { ImageName: 'studio', Alias: 'stable' });
          // It may also answer so, instead of ResourceInUse.
          sandbox.sageMaker.intercept(async (operation, input, next) => {
            const isOfSibling = operation === 'UpdateImageVersion' && isMap(input) && input['Version'] === 1;
            return isOfSibling ? errorAnswer('ValidationException', 'Invalid state.', 'id') : next();
          });
        });

        expect(found).toEqual(['UPDATE_COMPLETE', 'studio/3 2.0 CREATED latest,stable']);
      });

      it('is free when a person has deleted that version', async () => {
        const found = await taking(({ sandbox }) =>
          sandbox.sageMaker.call('DeleteImageVersion', { ImageName: 'studio', Alias: 'stable' }),
        );

        expect(found).toEqual(['UPDATE_COMPLETE', 'studio/3 2.0 CREATED latest,stable']);
      });

      it('stays on the version to which a person has moved it', async () => {
        const found = await taking(async ({ sandbox: { sageMaker } }) => {
          const ImageName = 'studio';
          const byHand = {
            ImageName,
            BaseImage: `${repository}:9.0`,
            ClientToken: 'by-hand-0123456789012345678901234567',
          };
          await sageMaker.call('UpdateImageVersion', { ImageName, Alias: 'stable', AliasesToDelete: ['stable'] });
          await sageMaker.call('CreateImageVersion', { ...byHand, Aliases: ['stable'] });
        });

        expect(found).toEqual([
          'UPDATE_ROLLBACK_COMPLETE',
          'studio/1 1.0 CREATED',
          'studio/2 1.0 CREATED latest',
          'studio/4 9.0 CREATED stable',
        ]);
      });
    },
  );

  it('follows a logical id that is renamed', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Old: tagged('1.0') }));

      await sandbox.cloudFormation.updateStack('s', stackOf({ New: tagged('2.0') }));

      expect(versions(sandbox)).toEqual(['studio/2 2.0 CREATED latest']);
    }));

  it('goes back when the renaming is rolled back', () =>
    inSandbox(async ({ sandbox }) => {
      await sandbox.cloudFormation.createStack('s', stackOf({ Old: tagged('1.0') }));

      await sandbox.cloudFormation.updateStack('s', stackOf({ New: tagged('2.0'), Broken: broken('New') }));

      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
    }));

  it.each([
    ['taker first', 'First', 'Second'],
    ['giver first', 'Second', 'First'],
  ])('moves between two resources of the stack, the %s, and back in a rollback', (_name, holder, taker) =>
    inSandbox(async ({ sandbox }) => {
      const stack = (holds: string, more: Record<string, object> = {}) =>
        stackOf({
          First: version(holds === 'First' ? { Alias: 'stable' } : {}),
          Second: version(holds === 'Second' ? { Alias: 'stable' } : {}, { DependsOn: 'First' }),
          ...more,
        });
      const on = (name: string) => [
        `studio/1 1.0 CREATED${name === 'First' ? ' stable' : ''}`,
        `studio/2 1.0 CREATED${name === 'Second' ? ' stable' : ''}`,
      ];
      await sandbox.cloudFormation.createStack('s', stack(holder));

      await sandbox.cloudFormation.updateStack('s', stack(taker, { Broken: broken(['First', 'Second']) }));
      expect(versions(sandbox)).toEqual(on(holder));

      await sandbox.cloudFormation.updateStack('s', stack(taker));
      expect(versions(sandbox)).toEqual(on(taker));
    }),
  );
});
