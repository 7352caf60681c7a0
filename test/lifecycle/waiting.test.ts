import { inSandbox } from '../support/lifecycle.ts';
import { imageStack, version, versions, versionsOf } from '../support/stacks.ts';

const minutes = 60_000;
const takes = (createMs: number) => ({ sageMaker: { durations: { versionCreation: [createMs, createMs] } } }) as const;

describe('A version that takes long', () => {
  it.each([1, 14, 16, 30, 40])('is waited for over %d minutes, across invocations', (count) =>
    inSandbox(
      async ({ sandbox, clock }) => {
        await imageStack(sandbox);
        const begun = clock.now();

        const { StackStatus } = await sandbox.cloudFormation.createStack('s', versionsOf({ Stable: version() }));

        expect(StackStatus).toBe('CREATE_COMPLETE');
        expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED']);
        // Lambda's own pauses between the invocations are one and two minutes.
        expect(clock.now() - begun).toBeLessThan((count + 3) * minutes);
      },
      takes(count * minutes),
    ),
  );

  it('longer than the budget is given up, removed and reported before CloudFormation would', () =>
    inSandbox(
      async ({ sandbox, clock }) => {
        await imageStack(sandbox);
        const begun = clock.now();

        const { StackStatus, events } = await sandbox.cloudFormation.createStack(
          's',
          versionsOf({ Stable: version() }),
        );

        expect(StackStatus).toBe('ROLLBACK_COMPLETE');
        expect(events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')?.ResourceStatusReason).toContain(
          'Version 1 of image studio was still CREATING when the time for the request ended.',
        );
        expect(clock.now() - begun).toBeLessThan(61 * minutes);
        await clock.sleep(60 * minutes);
        expect(versions(sandbox)).toEqual([]);
      },
      takes(50 * minutes),
    ));

  it('longer than ServiceTimeout is given up within it', () =>
    inSandbox(
      async ({ sandbox, clock }) => {
        await imageStack(sandbox);
        const begun = clock.now();

        const impatient = versionsOf({ Stable: version({ ServiceTimeout: 120 }) });
        const { events } = await sandbox.cloudFormation.createStack('s', impatient);

        const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
        expect(failed?.ResourceStatusReason).toContain('was still CREATING when the time for the request ended.');
        expect(Number(failed?.Timestamp) - begun).toBeLessThan(120_000 + 10_000);
        await sandbox.idle();
        expect(versions(sandbox)).toEqual([]);
      },
      takes(2.8 * minutes),
    ));

  it('while SageMaker no longer answers is given up within a short ServiceTimeout', () =>
    inSandbox(
      async ({ sandbox, clock }) => {
        await imageStack(sandbox);
        const begun = clock.now();
        const hungMs = 25_000;
        sandbox.sageMaker.intercept(async (operation, _input, next) => {
          if (/Version|Aliases/.test(operation) && clock.now() - begun > hungMs) await clock.sleep(3_600_000);
          return next();
        });

        const impatient = versionsOf({ Stable: version({ ServiceTimeout: 40 }) });
        const { events } = await sandbox.cloudFormation.createStack('s', impatient);

        const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
        expect(failed?.ResourceStatusReason).toContain(
          'The provider tried to describe version 1 of image studio, but SageMaker did not answer in time.',
        );
        expect(Number(failed?.Timestamp) - begun).toBeLessThan(40_000);
      },
      takes(2 * minutes),
    ));
});
