import type { StackSource } from '../../sandbox/cloudformation/stack.ts';
import { errorAnswer } from '../../sandbox/sagemaker/api-answer.ts';
import { inSandbox, type Moment } from '../support/lifecycle.ts';
import { broken, imageStack, repository, stackOf, version, versions, versionsOf } from '../support/stacks.ts';

const tagged = (tag: string, Properties: object = {}) =>
  version({ BaseImage: `${repository}:${tag}`, Aliases: ['latest'], ...Properties });

const before = stackOf({ Stable: tagged('1.0') });

/** What happens to a stack that has one version, and the versions that must be there in the end. */
const operations: readonly (readonly [string, StackSource | 'delete', string, readonly string[]])[] = [
  [
    'an update in place',
    stackOf({ Stable: tagged('1.0', { Alias: 'new' }) }),
    'UPDATE_COMPLETE',
    ['studio/1 1.0 CREATED latest,new'],
  ],
  ['a replacement', stackOf({ Stable: tagged('2.0') }), 'UPDATE_COMPLETE', ['studio/2 2.0 CREATED latest']],
  [
    'a replacement that is rolled back',
    stackOf({ Stable: tagged('2.0'), Broken: broken('Stable') }),
    'UPDATE_ROLLBACK_COMPLETE',
    ['studio/1 1.0 CREATED latest'],
  ],
  [
    'a replacement that fails',
    stackOf({ Stable: tagged('does-not-exist') }),
    'UPDATE_ROLLBACK_COMPLETE',
    ['studio/1 1.0 CREATED latest'],
  ],
  ['a Delete', 'delete', 'DELETE_COMPLETE', []],
];

/** Runs the operation, killing one invocation at one moment; tells how many moments there were. */
async function run(
  change: StackSource | 'delete' | undefined,
  options: { readonly killAt: number },
): Promise<{
  readonly StackStatus: string | undefined;
  readonly versions: readonly string[];
  readonly moments: number;
}> {
  let armed = change === undefined;
  let moments = 0;
  const kill = (_moment: Moment) => {
    if (armed) moments += 1;
    return armed && moments === options.killAt;
  };
  return inSandbox(
    async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      const created = await cloudFormation.createStack('s', before);
      armed = true;
      const result =
        change === undefined
          ? created
          : await (change === 'delete' ? cloudFormation.deleteStack('s') : cloudFormation.updateStack('s', change));
      // Redeliveries may still be on their way.
      await sandbox.idle();
      return { StackStatus: result?.StackStatus, versions: versions(sandbox), moments };
    },
    { kill, sageMaker: quick },
  );
}

/** So that there are few polls to die at. */
const quick = { durations: { versionCreation: [900, 900], versionDeletion: [900, 900] } } as const;

describe('A creation that fails', () => {
  it('is removed before the answer, which has the FailureReason and an id whose Delete calls nothing', () =>
    inSandbox(async ({ sandbox, calls }) => {
      let callsOfDelete: readonly string[] = [];
      sandbox.cloudFormation.onEvent(({ LogicalResourceId, ResourceStatus }) => {
        if (LogicalResourceId === 'Stable' && ResourceStatus === 'DELETE_IN_PROGRESS') calls.length = 0;
        if (LogicalResourceId === 'Stable' && ResourceStatus === 'DELETE_COMPLETE') callsOfDelete = [...calls];
      });

      await imageStack(sandbox);
      const failing = versionsOf({ Stable: tagged('does-not-exist') });
      const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', failing);

      expect(StackStatus).toBe('ROLLBACK_COMPLETE');
      const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
      expect(failed?.PhysicalResourceId).toMatch(/^not-created\/[0-9a-f]{16}$/);
      expect(failed?.ResourceStatusReason).toContain(
        `SageMaker could not create version 1 of image studio from ${repository}:does-not-exist. FailureReason: `,
      );
      expect(callsOfDelete).toEqual([]);
      expect(versions(sandbox)).toEqual([]);
    }));
});

describe('An invocation that dies', () => {
  it('at any call or delivery of a Create is repaired by the next invocation', async () => {
    const { moments } = await run(undefined, { killAt: 0 });
    expect(moments).toBeGreaterThan(8);

    for (let killAt = 1; killAt <= moments; killAt += 1) {
      const { StackStatus, versions } = await run(undefined, { killAt });
      expect([killAt, StackStatus, versions]).toEqual([killAt, 'CREATE_COMPLETE', ['studio/1 1.0 CREATED latest']]);
    }
  });

  it.each(operations)(
    'at any call or delivery of %s is repaired by the next invocation',
    async (_name, change, status, left) => {
      const { moments } = await run(change, { killAt: 0 });
      expect(moments).toBeGreaterThan(6);

      for (let killAt = 1; killAt <= moments; killAt += 1) {
        const { StackStatus, versions } = await run(change, { killAt });
        expect([killAt, StackStatus, versions]).toEqual([killAt, status, left]);
      }
    },
  );

  it('every time is answered for by the failsafe, and the Delete that follows removes what was made', () => {
    let deaths = 0;
    const kill = ({ what, phase }: Moment) => {
      const dies =
        deaths < 3 && phase === 'after' && (what === 'CreateImageVersion' || what === 'DescribeImageVersion');
      if (dies) deaths += 1;
      return dies;
    };
    return inSandbox(
      async ({ sandbox, clock }) => {
        await imageStack(sandbox);
        const begun = clock.now();

        const alone = versionsOf({ Stable: tagged('1.0') });
        const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', alone);

        expect(StackStatus).toBe('ROLLBACK_COMPLETE');
        const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
        expect(failed?.PhysicalResourceId).toMatch(/^unconfirmed\/[0-9a-f]{16}$/);
        expect(failed?.ResourceStatusReason).toMatch(
          /Message returned: The provider could not answer this Create: the last invocation ended with: .*Task timed out after 900\.00 seconds\. Read the log of the provider's function\. Then try again\. If the stack is UPDATE_ROLLBACK_FAILED, continue its rollback\. \(Lambda stopped: RetriesExhausted\. Log: provider-ProviderLogGroup, Lambda request [0-9a-f-]{36}\)/,
        );
        expect(versions(sandbox)).toEqual([]);
        expect(clock.now() - begun).toBeLessThan(3_600_000);
      },
      { kill },
    );
  });

  it('after it has made a version leaves it to the Delete, even if nobody may look for it in between', () => {
    let deaths = 0;
    let denied = 0;
    const kill = ({ what, phase }: Moment) => what === 'CreateImageVersion' && phase === 'after' && deaths++ === 0;
    return inSandbox(
      async ({ sandbox }) => {
        sandbox.sageMaker.intercept(async (operation, _input, next) => {
          if (operation !== 'ListAliases' || deaths === 0 || denied > 0) return next();
          denied += 1;
          return errorAnswer('AccessDeniedException', 'Not now', 'request-1');
        });

        await imageStack(sandbox);

        const alone = versionsOf({ Stable: tagged('1.0') });
        const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', alone);

        const failed = events.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
        expect(failed?.ResourceStatusReason).toContain('AccessDeniedException: Not now.');
        expect(StackStatus).toBe('ROLLBACK_COMPLETE');
        expect(versions(sandbox)).toEqual([]);
      },
      { kill, sageMaker: quick },
    );
  });
});
