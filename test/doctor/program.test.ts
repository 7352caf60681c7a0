import type { ExistingStack, OwnedVersion, StackEvent } from '../../doctor/judge.ts';
import { nameOf } from '../../doctor/orphans.ts';
import { createProgram } from '../../doctor/program.ts';
import type { Studio } from '../../doctor/studio.ts';
import { openTerminal } from '../../sandbox/cli/terminal.ts';
import { createRequest, issuedAt, versionArn } from '../support/provider/builders.ts';
import { existingStack, failedUpdate, ownedVersion } from './findings.ts';

const dayMs = 86_400_000;

/** The doctor in front of these versions and stacks, three days after they were made. */
function doctor(
  versions: readonly OwnedVersion[],
  existing: readonly ExistingStack[],
  events: readonly StackEvent[] = [],
  studio: Studio = { resources: [], notRead: [] },
) {
  const { StackId } = createRequest();
  const deleted = [{ StackId, StackName: 'studio', DeletionTime: new Date('2026-11-22T00:00:00Z') }];
  const isAlive = existing.some((stack) => stack.StackId === StackId);
  const written: string[] = [];
  const deletions: string[] = [];
  const asked: string[] = [];
  const write = (text: string) => written.push(text) > 0;
  const run = createProgram({
    terminal: openTerminal({ write, columns: 120 }, {}),
    now: () => issuedAt + 3 * dayMs,
    connect: async (Region = 'eu-west-1') => ({
      Region,
      imageVersions: {
        read: async () => ({ images: 4, versions }),
        describe: async () => undefined,
        delete: async (ImageName, Version) => {
          deletions.push(`${ImageName}/${Version}`);
        },
      },
      readDeployedStack: () => Promise.reject(new Error('no drift here')),
      readStudio: async () => studio,
      readStacks: async () => ({ existing, deleted: isAlive ? [] : deleted }),
      readEvents: async (id) => {
        asked.push(id);
        return events;
      },
    }),
  });
  return { run, deletions, asked, output: () => written.join('') };
}

const replaced = ownedVersion({ aliases: ['old', '1.3'] });
const inUse = ownedVersion({ Version: 2 });

describe('orphans', () => {
  test('prints the orphans, why they are listed, and the next command', async () => {
    const { run, output, deletions } = doctor([replaced, inUse], [existingStack()]);

    expect(await run(['orphans', '--region', 'eu-central-1'])).toBe(1);

    expect(output().split('\n')).toEqual([
      '  Version     Status   Age     Aliases   Why it is listed',
      '  my-image/1  CREATED  3 days  old, 1.3  Resource Stable of stack studio uses my-image/2 now.',
      '',
      'eu-central-1: 4 images, 2 versions made by the provider: 1 in use, 0 undecided, 1 orphan (1 of resources that use',
      'another version).',
      '',
      'A version that a DeletionPolicy or UpdateReplacePolicy retains on purpose looks the same as one that was left by',
      'mistake: ask the owner of the stack. The doctor does not see the stacks of other accounts and Regions. Nothing was',
      'deleted. To delete a version with its aliases, name it:',
      '  npx --no sagemaker-image-version-provider orphans --region eu-central-1 --delete my-image/1',
      '',
    ]);
    expect(deletions).toEqual([]);
  });

  test('names a failed operation, also of a stack that is UPDATE_FAILED because rollback is disabled', async () => {
    const left = ownedVersion({ Version: 3, aliases: ['latest'] });
    const stack = existingStack({ StackStatus: 'UPDATE_FAILED' });
    const { run, output, asked } = doctor([inUse, left], [stack], failedUpdate);

    expect(await run(['orphans'])).toBe(1);

    expect(output()).toContain(
      '  my-image/3  CREATED  3 days  latest   An operation of the stack made it, and failed. Resource Stable of stack',
    );
    expect(output()).toContain('1 orphan (1 of failed operations).');
    expect(asked).toEqual([stack.StackId]);
  });

  test('says that somebody else made a version that the stack had adopted', async () => {
    const { run, output } = doctor([ownedVersion({ isAdopted: true })], [existingStack()]);

    expect(await run(['orphans'])).toBe(1);

    expect(output()).toMatch(/uses my-image\/2 now\.\s+The stack had adopted it:\s+ask whoever made it\./);
  });

  test('reads no events of a stack whose versions are all in use', async () => {
    const { run, asked } = doctor([inUse], [existingStack()]);

    await run(['orphans']);

    expect(asked).toEqual([]);
  });

  test('names the stack that was deleted', async () => {
    const { run, output } = doctor([replaced], []);

    expect(await run(['orphans'])).toBe(1);

    expect(output()).toContain('No existing stack made it: stack studio was deleted on 2026-11-22.\n');
    expect(output()).toContain('1 orphan (1 of deleted stacks).');
  });

  test('finds nothing if every version is in use', async () => {
    const { run, output } = doctor([inUse], [existingStack()]);

    expect(await run(['orphans'])).toBe(0);

    expect(output()).toBe('eu-west-1: 4 images, 1 version made by the provider: 1 in use, 0 undecided, 0 orphans.\n');
  });

  test('prints why a version is undecided', async () => {
    const { run, output } = doctor([replaced], [existingStack({ StackStatus: 'UPDATE_IN_PROGRESS' })]);

    expect(await run(['orphans'])).toBe(0);

    expect(output()).toBe(
      'Undecided: my-image/1 belongs to stack studio, which is UPDATE_IN_PROGRESS.\n' +
        'eu-west-1: 4 images, 1 version made by the provider: 0 in use, 1 undecided, 0 orphans.\n',
    );
  });

  test('--json gives the same to a program', async () => {
    const busy = ownedVersion({ Version: 3, ImageVersionStatus: 'DELETING' });
    const { run, output } = doctor([replaced, inUse, busy], [existingStack()]);

    expect(await run(['orphans', '--json'])).toBe(1);

    const version = { ImageName: 'my-image', CreationTime: '2026-11-21T03:58:10.000Z' };
    expect(JSON.parse(output())).toEqual({
      Region: 'eu-west-1',
      Images: 4,
      Versions: 3,
      InUse: 1,
      OrphansNotSelected: 0,
      Undecided: [
        {
          ...version,
          Version: 3,
          ImageVersionArn: versionArn(3),
          ImageVersionStatus: 'DELETING',
          Aliases: [],
          Because: 'is still DELETING',
        },
      ],
      Orphans: [
        {
          ...version,
          Version: 1,
          ImageVersionArn: versionArn(1),
          ImageVersionStatus: 'CREATED',
          Aliases: ['old', '1.3'],
          Cause: 'NotThePhysicalResource',
          StackName: 'studio',
          StackId: createRequest().StackId,
          LogicalResourceId: 'Stable',
        },
      ],
    });
  });
});

describe('orphans --keep and --older-than', () => {
  const old = (Version: number, days: number, ImageName = 'my-image') =>
    ownedVersion({ ImageName, Version, CreationTime: new Date(issuedAt - days * dayMs) });
  // The doctor comes three days after the date that ages count from here.
  const versions = [old(1, 40), old(3, 30), old(4, 27), old(5, 0), old(7, 100, 'other')];
  const listed = async (...args: readonly string[]) => {
    const { run, output } = doctor(versions, [existingStack()]);
    const status = await run(['orphans', '--json', ...args]);
    const { Orphans, OrphansNotSelected }: { Orphans: readonly OwnedVersion[]; OrphansNotSelected: number } =
      JSON.parse(output());
    return { status, left: OrphansNotSelected, names: Orphans.map(nameOf) };
  };

  test.each<[string, readonly string[], readonly string[]]>([
    ['the newest orphans of each image are kept', ['--keep', '2'], ['my-image/1', 'my-image/3']],
    ['what is younger is kept', ['--older-than', '30d'], ['my-image/1', 'my-image/3', 'my-image/4', 'other/7']],
    ['an age can have weeks', ['--older-than', '6w'], ['my-image/1', 'other/7']],
    ['both must allow it', ['--keep', '1', '--older-than', '31d'], ['my-image/1', 'my-image/3']],
    ['0 keeps nothing', ['--keep', '0'], versions.map(nameOf)],
  ])('%s', async (_what, args, names) => {
    expect(await listed(...args)).toEqual({ status: 1, left: versions.length - names.length, names });
  });

  test('exit with 0 if they select no orphan', async () => {
    expect(await listed('--older-than', '500d')).toEqual({ status: 0, left: 5, names: [] });
  });

  test('print the commands that delete what is listed, and delete nothing', async () => {
    const { run, output, deletions } = doctor(versions, [existingStack()]);

    expect(await run(['orphans', '--keep', '2', '--image', 'my-image'])).toBe(1);

    const npx = 'npx --no sagemaker-image-version-provider orphans --region eu-west-1';
    const aws = 'aws sagemaker delete-image-version --region eu-west-1 --image-name my-image --version-number';
    expect(output().split('\n').slice(5)).toEqual([
      'version).',
      'The options select 2 of them.',
      '',
      'A version that a DeletionPolicy or UpdateReplacePolicy retains on purpose looks the same as one that was left by',
      'mistake: ask the owner of the stack. The doctor does not see the stacks of other accounts and Regions. Nothing was',
      'deleted. To delete these versions with their aliases:',
      `  ${npx} --delete my-image/1 --delete my-image/3`,
      '',
      'The AWS CLI can delete them too. It does not check again that they are orphans:',
      `  ${aws} 1`,
      `  ${aws} 3`,
      '',
    ]);
    expect(deletions).toEqual([]);
  });

  test('everything that is wrong with the options is printed at once', async () => {
    const { run } = doctor(versions, [existingStack()]);

    const refused = run(['orphans', '--keep', '-1', '--older-than', '30', '--delete', 'my-image/1']);

    await expect(refused).rejects.toMatchObject({
      exitStatus: 2,
      message: [
        "--keep must be a whole number, such as 3, not '-1'.",
        "--older-than must be a number of hours, days or weeks, such as 12h, 30d or 4w, not '30'.",
        '--keep and --older-than only list versions: use --delete without them.',
      ].join('\n'),
    });
  });
});

describe('whose', () => {
  const busy = ownedVersion({ Version: 3, ImageVersionStatus: 'DELETING' });
  const names = ['my-image/1', 'my-image/02', versionArn(3), 'my-image/4'];

  test('prints the stack and the resource of each version', async () => {
    const { run, output, deletions } = doctor([replaced, inUse, busy], [existingStack()]);

    expect(await run(['whose', ...names])).toBe(0);

    expect(output().split('\n')).toEqual([
      'my-image/1 belongs to no resource: Resource Stable of stack studio uses my-image/2 now.',
      'my-image/2 is resource Stable of stack studio.',
      'my-image/3 is still DELETING. It was made by resource Stable of stack studio.',
      'my-image/4 was not made by this provider, or does not exist.',
      '',
    ]);
    expect(deletions).toEqual([]);
  });

  test('--json gives the same to a program', async () => {
    const { run, output } = doctor([replaced, inUse, busy], [existingStack()]);

    expect(await run(['whose', '--region', 'eu-central-1', '--json', ...names])).toBe(0);

    const MadeBy = { StackName: 'studio', LogicalResourceId: 'Stable' };
    expect(JSON.parse(output())).toMatchObject({
      Region: 'eu-central-1',
      Versions: [
        { Name: 'my-image/1', Version: 1, Of: 'Nobody', Cause: 'NotThePhysicalResource', MadeBy },
        { Name: 'my-image/2', Version: 2, Of: 'Stack', StackName: 'studio', LogicalResourceId: 'Stable', MadeBy },
        { Name: 'my-image/3', Version: 3, Of: 'Undecided', Because: 'is still DELETING', MadeBy },
        { Name: 'my-image/4', Of: 'Unknown' },
      ],
    });
  });
});

describe('orphans --delete', () => {
  test('deletes the orphans that it names, each once, and no other', async () => {
    const versions = [replaced, inUse, ownedVersion({ Version: 3 }), ownedVersion({ Version: 4 })];
    const { run, output, deletions } = doctor(versions, [existingStack()]);

    const named = ['--delete', 'my-image/1', '--delete', 'my-image/4', '--delete', 'my-image/04'];
    expect(await run(['orphans', ...named])).toBe(0);

    expect(deletions).toEqual(['my-image/1', 'my-image/4']);
    expect(output()).toBe('SageMaker is deleting my-image/1.\nSageMaker is deleting my-image/4.\n');
  });

  test('deletes nothing if one of them is not an orphan, and prints the reason for each', async () => {
    const busy = ownedVersion({ Version: 3, ImageVersionStatus: 'CREATING' });
    const { run, output, deletions } = doctor([replaced, inUse, busy], [existingStack()]);

    const named = [1, 2, 3, 9].flatMap((version) => ['--delete', `my-image/${version}`]);
    const refusal = await run(['orphans', ...named]).catch((thrown: unknown) => thrown);

    expect(refusal).toMatchObject({
      exitStatus: 2,
      message: [
        'my-image/2 is in use: it is resource Stable of stack studio.',
        'my-image/3 is still CREATING, so it may still be needed. Try again later.',
        'my-image/9 is not a version that the provider made in this account and Region.',
        'Nothing was deleted.',
      ].join('\n'),
    });
    expect({ deletions, output: output() }).toEqual({ deletions: [], output: '' });
  });

  test('prints the deleted versions as JSON', async () => {
    const { run, output } = doctor([replaced], [existingStack()]);

    await run(['orphans', '--json', '--delete', 'my-image/1']);

    expect(JSON.parse(output())).toEqual({ Region: 'eu-west-1', Deleting: ['my-image/1'] });
  });
});

describe('used-by', () => {
  const CustomImages = [{ ImageName: 'my-image', ImageVersionNumber: 3, AppImageConfigName: 'config' }];
  const domain = { Kind: 'Domain', name: 'd-1', settings: { DefaultUserSettings: { CustomImages } } } as const;
  const usedBy = async (studio: Studio) => {
    const { run, output } = doctor([], [], [], studio);
    return { status: await run(['used-by', 'my-image/3']), output: output() };
  };

  test('has a status of its own if it finds nothing, but may not read everything', async () => {
    const { status, output } = await usedBy({ resources: [], notRead: ['sagemaker:ListApps is not allowed.'] });

    expect(status).toBe(3);
    expect(output).toContain('Nothing that the doctor can read uses my-image/3.\n');
    expect(output).toContain('Not read: sagemaker:ListApps is not allowed.\n');
  });

  test('names who still uses a version that does not exist', async () => {
    const { status, output } = await usedBy({ resources: [domain], notRead: ['sagemaker:ListApps is not allowed.'] });

    expect(status).toBe(1);
    expect(output).toContain('my-image/3 does not exist.\n');
    expect(output).toContain('  domain d-1       its number  DefaultUserSettings.CustomImages[0]\n');
  });
});
