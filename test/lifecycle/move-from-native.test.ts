// A stack moves its versions from AWS::SageMaker::ImageVersion to the provider in one update. Somebody who uses the versions by
// their aliases notices nothing.
import { readFileSync } from 'node:fs';
import type { StackSource } from '../../sandbox/cloudformation/stack.ts';
import { inSandbox, type Lifecycle } from '../support/lifecycle.ts';
import { broken, image, repository, version, versions } from '../support/stacks.ts';

function example(name: string): StackSource {
  const fileName = `examples/move-from-native-${name}.yaml`;
  return { templateText: readFileSync(fileName, 'utf8'), fileName, parameters: {} };
}

/** A template with these resources beside the image `studio`. */
function withImage(Resources: object): StackSource {
  const templateText = JSON.stringify({ Resources: { Image: image(), ...Resources } });
  return { templateText, fileName: 'template.json', parameters: {} };
}

function native(attributes: object = {}): object {
  return {
    ...{ Type: 'AWS::SageMaker::ImageVersion', DependsOn: 'Image', ...attributes },
    Properties: { ImageName: 'studio', BaseImage: `${repository}:1.0`, Aliases: ['latest'] },
  };
}

/** Looks for the aliases after every call of SageMaker and every 500 ms, until `act` is over. Returns the missing ones. */
async function watched(
  { sandbox, clock }: Lifecycle,
  wanted: Readonly<Record<string, number>>,
  act: () => Promise<unknown>,
): Promise<{ readonly looks: number; readonly missing: readonly string[] }> {
  const missing: string[] = [];
  let looks = 0;
  let isOver = false;
  const look = () => {
    if (isOver) return;
    looks += 1;
    const all = Object.values(sandbox.sageMaker.state().images).flatMap((each) => each.versions);
    for (const [alias, Version] of Object.entries(wanted)) {
      const isThere = all.some((each) => each.Version === Version && each.Aliases.includes(alias));
      if (!isThere) missing.push(`${alias} at ${clock.now()}`);
    }
  };
  sandbox.sageMaker.onCall(look);
  const ticks = (async () => {
    while (!isOver) {
      look();
      await clock.sleep(500);
    }
  })();
  await act();
  isOver = true;
  await ticks;
  return { looks, missing };
}

const aliases = { stable: 1, latest: 2 };
const moved = ['move-from-native/1 1.3 CREATED stable', 'move-from-native/2 1.4 CREATED latest'];

describe('A stack with native versions', () => {
  it('moves to the provider in one update: same ARNs, same numbers, and its aliases are there the whole time', () =>
    inSandbox(async (lifecycle) => {
      const { sandbox, calls } = lifecycle;
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('moved', example('before'));
      const outputs = structuredClone(cloudFormation.findStack('moved')?.outputs);
      calls.length = 0;

      const { looks, missing } = await watched(lifecycle, aliases, () =>
        cloudFormation.updateStack('moved', example('after')),
      );

      const after = cloudFormation.findStack('moved');
      expect(after?.StackStatus).toBe('UPDATE_COMPLETE');
      expect(after?.outputs).toEqual(outputs);
      expect(versions(sandbox)).toEqual(moved);
      expect(Object.keys(after?.resources ?? {})).toEqual(['Image', 'StableVersion', 'LatestVersion']);
      expect(missing).toEqual([]);
      expect(looks).toBeGreaterThan(10);
      expect(calls).not.toContain('CreateImageVersion');
      expect(calls).not.toContain('DeleteImageVersion');
    }));

  it('has versions of the provider afterwards: an update replaces them, with a fixed alias, and a deletion deletes them', () =>
    inSandbox(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('moved', example('before'));
      const { templateText, ...source } = example('after');
      await cloudFormation.updateStack('moved', { ...source, templateText });

      const updated = await cloudFormation.updateStack('moved', {
        ...source,
        templateText: templateText.replace('}:1.4', '}:1.5'),
      });

      expect(updated.StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual([moved[0], 'move-from-native/3 1.5 CREATED latest']);
      expect((await cloudFormation.deleteStack('moved'))?.StackStatus).toBe('DELETE_COMPLETE');
      expect(versions(sandbox)).toEqual([]);
    }));

  it('without a DeletionPolicy gets it while the provider adopts, and loses the native resources later', () =>
    inSandbox(async (lifecycle) => {
      const { sandbox } = lifecycle;
      const { cloudFormation } = sandbox;
      const Adopted = version({ Adopt: 1, Aliases: ['latest'] });
      await cloudFormation.createStack('s', withImage({ Native: native() }));

      const { missing } = await watched(lifecycle, { latest: 1 }, async () => {
        await cloudFormation.updateStack('s', withImage({ Native: native({ DeletionPolicy: 'Retain' }), Adopted }));
        await cloudFormation.updateStack('s', withImage({ Adopted }));
      });

      const after = cloudFormation.findStack('s');
      expect(after?.StackStatus).toBe('UPDATE_COMPLETE');
      expect(Object.keys(after?.resources ?? {})).toEqual(['Image', 'Adopted']);
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      expect(missing).toEqual([]);
    }));

  it('keeps its native versions and their aliases if the update fails', () =>
    inSandbox(async (lifecycle) => {
      const { sandbox } = lifecycle;
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('s', withImage({ Native: native({ DeletionPolicy: 'Retain' }) }));
      const adopting = version({ Adopt: 1, Aliases: ['latest', 'new'] });

      const { missing } = await watched(lifecycle, { latest: 1 }, () =>
        cloudFormation.updateStack('s', withImage({ Adopted: adopting, Broken: broken('Adopted') })),
      );

      const after = cloudFormation.findStack('s');
      const statuses = after?.events.map((event) => `${event.LogicalResourceId} ${event.ResourceStatus}`);
      expect(statuses).toContain('Adopted CREATE_COMPLETE');
      expect(after?.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
      expect(Object.keys(after?.resources ?? {})).toEqual(['Image', 'Native']);
      expect(versions(sandbox)).toEqual(['studio/1 1.0 CREATED latest']);
      expect(missing).toEqual([]);
    }));

  it('loses a version that it adopts if the deployed template does not retain it', () =>
    inSandbox(async ({ sandbox }) => {
      const { cloudFormation } = sandbox;
      await cloudFormation.createStack('s', withImage({ Native: native() }));

      const { StackStatus } = await cloudFormation.updateStack(
        's',
        withImage({ Adopted: version({ Adopt: 1, Aliases: ['latest'] }) }),
      );

      expect(StackStatus).toBe('UPDATE_COMPLETE');
      expect(versions(sandbox)).toEqual([]);
    }));
});
