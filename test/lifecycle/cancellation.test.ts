import type { RequestRecord } from '../../laws/run.ts';
import { inSandbox, type Moment } from '../support/lifecycle.ts';
import { broken, imageStack, repository, stackOf, version, versions, versionsOf } from '../support/stacks.ts';

/** Both are asked for at the same time; `Broken` fails when its request has come. */
const siblings = { Stable: version({ Alias: 'latest' }), Broken: broken('Image') };

describe('A Create that CloudFormation cancels', () => {
  it.each([
    // A version takes 20 seconds; the sibling fails after so many.
    ['is still queued', { Stable: 10_000, Broken: 0 }, 20_000],
    ['is delivered after its Delete', { Stable: 100_000, Broken: 0 }, 20_000],
    ['is calling', { Stable: 0, Broken: 60 }, 20_000],
    ['waits for its version', { Stable: 0, Broken: 8_000 }, 20_000],
    ['waits for a version that takes longer than an invocation', { Stable: 0, Broken: 8_000 }, 1_000_000],
    ['is about to answer', { Stable: 0, Broken: 20_100 }, 20_000],
  ])('leaves nothing when it %s', (_name, latenessMs: Readonly<Record<string, number>>, createMs) =>
    inSandbox(
      async ({ sandbox }) => {
        await imageStack(sandbox);

        const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', versionsOf(siblings));
        await sandbox.idle();

        expect(StackStatus).toBe('ROLLBACK_COMPLETE');
        expect(events.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContain('Resource creation cancelled');
        expect(versions(sandbox)).toEqual([]);
      },
      {
        sageMaker: { durations: { versionCreation: [createMs, createMs] } },
        latenessMs: ({ RequestType, LogicalResourceId }) =>
          RequestType === 'Create' ? (latenessMs[LogicalResourceId] ?? 0) : 0,
      },
    ),
  );

  it('does not touch what an earlier stack operation has retained', () =>
    inSandbox(
      async ({ sandbox }) => {
        const retained = { ...version({ Alias: 'latest' }), DeletionPolicy: 'Retain' };
        await sandbox.cloudFormation.createStack('s', stackOf({ Stable: retained }));
        await sandbox.cloudFormation.updateStack('s', stackOf({}));

        const again = { Stable: version({ Alias: 'new' }), Broken: broken('Image') };
        const { StackStatus } = await sandbox.cloudFormation.updateStack('s', stackOf(again));

        expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      },
      { latenessMs: ({ LogicalResourceId }) => (LogicalResourceId === 'Broken' ? 5_000 : 0) },
    ));
});

// AWS does not document whether the rollback of an update changes the stack's LastUpdatedTime.
describe.each(['kept', 'moved'] as const)('Where LastUpdatedTime is %s in a rollback', (lastUpdatedTimeInRollback) => {
  /** The sibling fails while the version is CREATING. */
  const late = { latenessMs: ({ LogicalResourceId }: RequestRecord) => (LogicalResourceId === 'Broken' ? 10_000 : 0) };
  const settings = { ...late, cloudFormation: { lastUpdatedTimeInRollback } };
  const stable = { Stable: version({ Alias: 'latest' }) };

  it('a replacement whose invocation has died leaves nothing', () => {
    let made = 0;
    const kill = ({ phase, what }: Moment) => phase === 'after' && what === 'CreateImageVersion' && ++made === 2;
    return inSandbox(
      async ({ sandbox }) => {
        await imageStack(sandbox);
        await sandbox.cloudFormation.createStack('s', versionsOf(stable));

        const next = { Stable: version({ Alias: 'latest', BaseImage: `${repository}:2.0` }), Broken: broken([]) };
        const { StackStatus } = await sandbox.cloudFormation.updateStack('s', versionsOf(next));
        await sandbox.idle();

        expect({ StackStatus, made }).toEqual({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE', made: 2 });
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      },
      { ...settings, kill },
    );
  });

  it('a Create that is cancelled leaves nothing', () =>
    inSandbox(async ({ sandbox }) => {
      await imageStack(sandbox);
      await sandbox.cloudFormation.createStack('s', versionsOf(stable));

      const next = { ...stable, Second: version({ Alias: 'second' }), Broken: broken([]) };
      const { StackStatus } = await sandbox.cloudFormation.updateStack('s', versionsOf(next));
      await sandbox.idle();

      expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
    }, settings));
});

describe('An update that a person cancels', () => {
  it.each([5_000, 14_000, 21_000, 23_000])('after %d ms leaves what was there before', (afterMs) =>
    inSandbox(
      async ({ sandbox, clock }) => {
        const tagged = (tag: string) =>
          stackOf({ Stable: version({ BaseImage: `${repository}:${tag}`, Alias: 'latest' }) });
        await sandbox.cloudFormation.createStack('s', tagged('1.0'));

        const updating = sandbox.cloudFormation.updateStack('s', tagged('2.0'));
        await clock.sleep(afterMs);
        await sandbox.cloudFormation.cancelUpdateStack('s');
        const { StackStatus } = await updating;
        await sandbox.idle();

        expect(StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      },
      { sageMaker: { durations: { versionCreation: [20_500, 20_500] } } },
    ),
  );
});
