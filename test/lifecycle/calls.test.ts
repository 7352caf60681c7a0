import type { StackSource } from '../../sandbox/cloudformation/stack.ts';
import { inSandbox, type Lifecycle } from '../support/lifecycle.ts';
import { imageStack, version, versionsOf } from '../support/stacks.ts';

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

function deleting(Properties: object): Promise<readonly string[]> {
  return inSandbox(async (lifecycle) => {
    const { cloudFormation } = lifecycle.sandbox;
    await imageStack(lifecycle.sandbox);
    await cloudFormation.createStack('s', source(Properties));
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

  it('are four for a Delete, and its polls: it looks twice whether the version is gone', async () => {
    const calls = await deleting({});

    expect(calls).toEqual([look, 'ListAliases', 'DeleteImageVersion', poll, poll, 'ListAliases']);
  });

  it('are five for a Delete of a version with declared aliases, and its polls: it looks for markers', async () => {
    const calls = await deleting({ Alias: 'latest' });

    expect(calls).toEqual([look, 'ListAliases', 'ListAliases', 'DeleteImageVersion', poll, poll, 'ListAliases']);
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
    'are 12 for a replacement that takes an alias, and its polls, whatever a Retain policy has kept (%d)',
    async (retained) => {
      const calls = await replacing(retained);

      expect(calls).toEqual([
        ...[look, 'ListAliases'],
        ...['ListAliases', look, 'ListAliases', 'CreateImageVersion', poll, poll],
        ...['ListAliases', 'ListAliases', look, 'ListAliases', 'UpdateImageVersion', 'UpdateImageVersion'],
      ]);
    },
  );

  it('are no more for a replacement that takes ten aliases from one version', () =>
    inSandbox(async (lifecycle) => {
      const { cloudFormation } = lifecycle.sandbox;
      const Aliases = Array.from({ length: 10 }, (_, index) => `alias-${index}`);
      await imageStack(lifecycle.sandbox);
      await cloudFormation.createStack('s', replaced(0, { Aliases }));

      const calls = await callsOf(lifecycle, () => cloudFormation.updateStack('s', replaced(1, { Aliases })));

      expect(calls).toHaveLength(12 + 2);
    }, quick));
});
