import type { StackSource } from '../../sandbox/cloudformation/stack.ts';
import { forever, versionOperations } from '../../sandbox/faults/fault.ts';
import { FaultInjector } from '../../sandbox/faults/fault-injector.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { inSandbox, type Lifecycle } from '../support/lifecycle.ts';
import { imageStack, version, versions, versionsOf } from '../support/stacks.ts';

/** Less than the shortest poll delay: the first poll sees it CREATING or DELETING, the second one CREATED or gone. */
const quick = {
  sageMaker: { durations: { versionCreation: [1_000, 1_000], versionDeletion: [1_000, 1_000] } },
} as const;

const source = (Properties: object = {}): StackSource => versionsOf({ Stable: version(Properties) });

/** What the provider calls while `operation` runs. */
async function callsOf({ calls, sandbox }: Lifecycle, operation: () => Promise<unknown>): Promise<readonly string[]> {
  const before = calls.length;
  await operation();
  await sandbox.idle();
  return calls.slice(before);
}

/** Creates the stack first. */
function changing(from: object, to: object): Promise<readonly string[]> {
  return inSandbox(async (lifecycle) => {
    const { cloudFormation } = lifecycle.sandbox;
    await imageStack(lifecycle.sandbox);
    await cloudFormation.createStack('s', source(from));
    return callsOf(lifecycle, () => cloudFormation.updateStack('s', source(to)));
  }, quick);
}

function deleting(Properties: object, ageMs: number = 60_000): Promise<readonly string[]> {
  return inSandbox(async (lifecycle) => {
    const { cloudFormation } = lifecycle.sandbox;
    await imageStack(lifecycle.sandbox);
    await cloudFormation.createStack('s', source(Properties));
    await lifecycle.clock.sleep(ageMs);
    return callsOf(lifecycle, () => cloudFormation.deleteStack('s'));
  }, quick);
}

const look = 'DescribeImageVersion';
/** How often, is the business of stabilize.ts. */
const poll = look;

describe('Calls to SageMaker', () => {
  it('are two for a Create, and its polls', () =>
    inSandbox(async (lifecycle) => {
      await imageStack(lifecycle.sandbox);

      const calls = await callsOf(lifecycle, () =>
        lifecycle.sandbox.cloudFormation.createStack('s', source({ Alias: 'latest' })),
      );

      expect(calls).toEqual(['ListAliases', 'CreateImageVersion', poll, poll]);
    }, quick));

  it('are two for an Update that changes nothing', async () => {
    const calls = await changing({ Alias: 'latest', ServiceTimeout: 600 }, { Alias: 'latest', ServiceTimeout: 900 });

    expect(calls).toEqual([look, 'ListAliases']);
  });

  it('are three for an Update of metadata', async () => {
    const calls = await changing({ Alias: 'latest' }, { Alias: 'latest', ReleaseNotes: 'Second' });

    expect(calls).toEqual([look, 'ListAliases', 'UpdateImageVersion']);
  });

  it('are four for an Update of aliases: it looks for holders and markers', async () => {
    const calls = await changing({ Alias: 'latest' }, { Alias: 'stable' });

    expect(calls).toEqual([look, 'ListAliases', 'ListAliases', 'UpdateImageVersion']);
  });

  it('are five for a Delete, and its polls: it looks for failed replacements, and twice whether the version is gone', async () => {
    const calls = await deleting({});

    expect(calls).toEqual(['ListAliases', look, 'ListAliases', 'DeleteImageVersion', poll, poll, 'ListAliases']);
  });

  it('are six for a Delete of a version with declared aliases, and its polls: it looks for markers', async () => {
    const calls = await deleting({ Alias: 'latest' });

    expect(calls).toEqual([
      ...['ListAliases', look, 'ListAliases', 'ListAliases'],
      ...['DeleteImageVersion', poll, poll, 'ListAliases'],
    ]);
  });

  it('are two more for each declared alias, and one, if the version is younger than a minute: SageMaker may not list it yet', async () => {
    const calls = await deleting({ Aliases: ['latest', 'stable'] }, 30_000);

    expect(calls.filter((call) => call !== 'ListAliases')).toEqual([
      look,
      look,
      look,
      'DeleteImageVersion',
      poll,
      poll,
      look,
      look,
    ]);
    expect(calls.filter((call) => call === 'ListAliases')).toHaveLength(5);
  });

  const replaced = (Revision: number, Properties: object = {}): StackSource =>
    versionsOf({
      Stable: version({ Alias: 'latest', Revision: `${Revision}`, ...Properties }, { UpdateReplacePolicy: 'Retain' }),
    });

  /** The calls of one more replacement, when a Retain policy has kept so many versions. */
  const replacing = (retained: number): Promise<readonly string[]> =>
    inSandbox(async (lifecycle) => {
      const { cloudFormation } = lifecycle.sandbox;
      await imageStack(lifecycle.sandbox);
      await cloudFormation.createStack('s', replaced(0));
      for (let Revision = 1; Revision <= retained; Revision += 1) {
        await cloudFormation.updateStack('s', replaced(Revision));
      }
      return callsOf(lifecycle, () => cloudFormation.updateStack('s', replaced(retained + 1)));
    }, quick);

  it.each([1, 2, 10])(
    'are eight for a replacement that takes an alias, and its polls, whatever a Retain policy has kept (%d)',
    async (retained) => {
      const calls = await replacing(retained);

      expect(calls).toEqual([
        ...[look, 'ListAliases'],
        ...[look, 'CreateImageVersion', poll, poll],
        ...['ListAliases', 'ListAliases', 'UpdateImageVersion', 'UpdateImageVersion'],
      ]);
    },
  );

  it.each([1, 2, 3, 5])(
    'are four more for each other version of the stack that gives it an alias (%d), whatever a Retain policy has kept',
    (givers) =>
      inSandbox(async (lifecycle) => {
        const { cloudFormation } = lifecycle.sandbox;
        const others = Array.from({ length: givers }, (_, index) => `other-${index}`);
        // The first of them gives two.
        const more = [...others, 'other-too'];
        const stack = (Revision: number, taken: readonly string[] = []) => {
          const siblings = others.map((alias, index) => {
            const Aliases = index === 0 ? [alias, 'other-too'] : [alias];
            return [`Other${index}`, version({ Aliases })] as const;
          });
          const Stable = version(
            { Aliases: ['latest', ...taken], Revision: `${Revision}` },
            { UpdateReplacePolicy: 'Retain' },
          );
          return versionsOf({ ...Object.fromEntries(siblings), Stable });
        };
        await imageStack(lifecycle.sandbox);
        await cloudFormation.createStack('s', stack(0));
        for (const Revision of [1, 2, 3]) await cloudFormation.updateStack('s', stack(Revision));

        const calls = await callsOf(lifecycle, () => cloudFormation.updateStack('s', stack(4, more)));

        expect(versions(lifecycle.sandbox).at(-1)).toContain(['CREATED latest', ...more].join(','));
        expect(calls.filter((call) => call !== 'CreateImageVersion')).toHaveLength(7 + 2 + 4 * givers);
      }, quick),
  );

  it('are one more for each alias that the template adds at the same time, if no version has it, and one to make sure', () =>
    inSandbox(async (lifecycle) => {
      const { cloudFormation } = lifecycle.sandbox;
      await imageStack(lifecycle.sandbox);
      await cloudFormation.createStack('s', replaced(0));

      const Aliases = ['latest', '1.5', '1.5.1'];
      const calls = await callsOf(lifecycle, () =>
        cloudFormation.updateStack('s', replaced(1, { Alias: undefined, Aliases })),
      );

      expect(versions(lifecycle.sandbox).at(-1)).toContain('CREATED 1.5,1.5.1,latest');
      expect(calls).toHaveLength(8 + 2 + 1 + 2);
    }, quick));

  it('are no more for a replacement that takes ten aliases from one version', () =>
    inSandbox(async (lifecycle) => {
      const { cloudFormation } = lifecycle.sandbox;
      const Aliases = Array.from({ length: 10 }, (_, index) => `alias-${index}`);
      await imageStack(lifecycle.sandbox);
      await cloudFormation.createStack('s', replaced(0, { Aliases }));

      const calls = await callsOf(lifecycle, () => cloudFormation.updateStack('s', replaced(1, { Aliases })));

      expect(calls).toHaveLength(8 + 2);
    }, quick));

  it.each([
    [
      '30 % of the calls',
      { on: 'call', operations: versionOperations, does: 'throttle', share: 0.3, nth: 1, count: forever },
    ],
    ['all calls above 3 a second', { on: 'rate', capacity: 3, perSecond: 3 }],
  ] as const)('are at most 50 for a replacement that takes ten aliases while SageMaker throttles %s', (_share, fault) =>
    inSandbox(async (lifecycle) => {
      const { clock, sandbox } = lifecycle;
      const Aliases = Array.from({ length: 10 }, (_, index) => `alias-${index}`);
      await imageStack(sandbox);
      await sandbox.cloudFormation.createStack('s', replaced(0, { Aliases }));
      const injector = new FaultInjector({
        clock,
        random: seededRandom(1),
        newRequestId: () => 'id',
        onFault: () => {},
      });
      injector.begin([fault]);
      sandbox.sageMaker.intercept(injector.interceptor);
      const begunAt = clock.now();

      const calls = await callsOf(lifecycle, () => sandbox.cloudFormation.updateStack('s', replaced(1, { Aliases })));

      expect(versions(sandbox).at(-1)).toContain('CREATED alias-0,alias-1');
      expect(calls.length).toBeLessThanOrEqual(50);
      expect(clock.now() - begunAt).toBeLessThan(60_000);
    }, quick),
  );
});
