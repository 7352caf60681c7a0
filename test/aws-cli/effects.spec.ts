// Each command for SageMaker and CloudFormation that the project gives people has the effect that the text promises: the
// real AWS CLI runs it in the situation that the text is about.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realClock } from '../../sandbox/clock.ts';
import { newFolder } from '../cli/command-line.ts';
import { commandsOfProject, complete, shellWords } from '../docs/shell-commands.ts';
import { plant, stackOf, version, versions, versionsOf } from '../support/stacks.ts';
import { type Account, openAccount } from './account.ts';

const { folder, remove } = newFolder();
afterAll(remove);

let account: Account;
beforeEach(async () => {
  account = await openAccount();
});
afterEach(() => account.close());

/** The commands that no test below runs, each with the reason. */
const notRun: Readonly<Record<string, string>> = {
  'cloudformation deploy': 'the name in a sentence',
  'cloudformation package': 'the name in a sentence',
  'sagemaker create-image': 'the name in a sentence',
  'cloudformation deploy --stack-name --template-file': 'tools.spec.ts runs it',
  'cloudformation deploy --stack-name --template-file --s3-bucket --capabilities --parameter-overrides':
    'release.spec.ts runs it',
  'cloudformation deploy --stack-name --template-file --capabilities --parameter-overrides': 'release.spec.ts runs it',
  'cloudformation describe-stack-events --stack-name': 'tools.spec.ts runs it',
  'cloudformation create-stack-set --stack-set-name --template-url --permission-model --auto-deployment --capabilities --parameters':
    'the sandbox has no stack sets',
  'cloudformation create-stack-instances --stack-set-name --deployment-targets --regions':
    'the sandbox has no stack sets',
  'cloudformation update-stack-instances --stack-set-name --deployment-targets --regions --parameter-overrides':
    'the sandbox has no stack sets',
  'cloudformation update-stack-set --stack-set-name --template-url --capabilities --parameters':
    'the sandbox has no stack sets',
};

/** By shape. Where several texts have a command, the one that leaves values open. */
const documented = new Map(
  commandsOfProject()
    .filter(({ words: [program, service = ''] }) => program === 'aws' && /^(sagemaker|cloudformation)$/.test(service))
    .toSorted((one, other) => Number(one.text.includes('…')) - Number(other.text.includes('…')))
    .map(({ text, words }) => [shapeOf(words), text]),
);
const run = new Set<string>();

/** The service, the operation and the options, without values: `sagemaker list-aliases --image-name`. */
function shapeOf([, service, operation, ...words]: readonly string[]): string {
  return [service, operation, ...words.filter((word) => word.startsWith('--') && word !== '--endpoint-url')].join(' ');
}

/** Runs the documented command of this shape with these values for its placeholders. */
function runDocumented(shape: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
  const text = documented.get(shape);
  if (text === undefined) throw new Error(`No text of the project has the command ${shape}`);
  run.add(shape);
  return account.aws(withoutEndpoint(complete(text, values)).slice(1));
}

/** The test's own endpoints are in the environment. */
function withoutEndpoint(words: readonly string[]): readonly string[] {
  const at = words.indexOf('--endpoint-url');
  return at < 0 ? words : words.toSpliced(at, 2);
}

/** Also of a deleted stack. */
const statusOf = (name: string) =>
  account.cloudFormation.listStacks().findLast(({ StackName }) => StackName === name)?.StackStatus;
const baseImageOf = (tag: string) => `111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:${tag}`;
const tagged = (tag: string, attributes: object = {}) =>
  version({ BaseImage: baseImageOf(tag), Alias: 'latest' }, attributes);

/** The reasons in the events of a stack, oldest first. */
const reasonsOf = (StackName: string) =>
  account.cloudFormation.findStack(StackName)?.events.map(({ ResourceStatusReason = '' }) => ResourceStatusReason) ??
  [];

test('the command in a Reason deletes the version that a clean-up could not delete', async () => {
  const { cloudFormation } = account;
  await cloudFormation.createStack('s', stackOf({ Only: tagged('1') }));
  await account.whileInUse(() => cloudFormation.updateStack('s', stackOf({ Only: tagged('2') })));
  expect(versions(account)).toEqual(['studio/1 1 DELETE_FAILED', 'studio/2 2 CREATED latest']);
  const [, command = ''] =
    /delete this version alone: (aws sagemaker .*?)(?:\.? \(|$)/.exec(reasonsOf('s').join('\n')) ?? [];

  expect(shapeOf(shellWords(command))).toBe('sagemaker delete-image-version --region --image-name --version-number');
  run.add(shapeOf(shellWords(command)));
  await account.aws(shellWords(command).slice(1));

  await deletions();
  expect(versions(account)).toEqual(['studio/2 2 CREATED latest']);
  expect(statusOf('s')).toBe('UPDATE_COMPLETE');
});

test('an alias on a version that somebody else made can be removed there, and then the stack gets it', async () => {
  const { cloudFormation } = account;
  await cloudFormation.createStack('images', stackOf({}));
  await plant(account, 'studio', ['latest']);
  const first = await cloudFormation.createStack('s', versionsOf({ Only: tagged('1') }));
  expect(first.StackStatus).toBe('ROLLBACK_COMPLETE');
  expect(reasonsOf('s').join('\n')).toContain('alias latest is on version 1, which was not made with this provider');

  await runDocumented('sagemaker update-image-version --image-name --version-number --aliases-to-delete', {
    '--image-name': 'studio',
    '--version-number': '1',
    '--aliases-to-delete': 'latest',
  });

  const second = await cloudFormation.createStack('again', versionsOf({ Only: tagged('1') }));
  expect(second.StackStatus).toBe('CREATE_COMPLETE');
  expect(versions(account)).toContain('studio/2 1 CREATED latest');
});

test('the command in a Reason takes a version from a resource that no longer exists, so that another one can adopt it', async () => {
  const { cloudFormation } = account;
  await cloudFormation.createStack('s', stackOf({ Only: tagged('1', { DeletionPolicy: 'Retain' }) }));
  await cloudFormation.updateStack('s', stackOf({}));
  const adopting = stackOf({ Adopted: version({ Adopt: 1, BaseImage: baseImageOf('1') }) });
  await cloudFormation.updateStack('s', adopting);
  const [, command = ''] =
    /If no resource uses the version now, run (aws sagemaker .*?) \(Log/.exec(reasonsOf('s').join('\n')) ?? [];

  run.add(shapeOf(shellWords(command)));
  await account.aws(shellWords(command).slice(1));

  expect((await cloudFormation.updateStack('s', adopting)).StackStatus).toBe('UPDATE_COMPLETE');
});

test('an image for stacks can be created, its aliases and all images listed', async () => {
  // The command that lists the aliases names this image.
  const ImageName = 'data-science';
  await runDocumented('sagemaker create-image --image-name --role-arn', { '--image-name': ImageName });
  await account.cloudFormation.createStack('s', versionsOf({ Only: version({ ImageName, Alias: 'latest' }) }));

  const aliases = await runDocumented('sagemaker list-aliases --image-name');
  const images = await runDocumented('sagemaker list-images');

  expect(JSON.parse(aliases).SageMakerImageVersionAliases).toContain('latest');
  expect(JSON.parse(images).Images).toMatchObject([{ ImageName, ImageStatus: 'CREATED' }]);
});

test('what a template declares to adopt a version can be looked up', async () => {
  const { cloudFormation } = account;
  await cloudFormation.createStack('images', stackOf({}));
  await plant(account, 'studio', ['latest']);
  const image = { '--image-name': 'studio' };

  const all = await runDocumented('sagemaker list-image-versions --image-name', image);
  const [{ Version: Adopt }] = JSON.parse(all).ImageVersions;
  const one = { ...image, '--version-number': String(Adopt) };
  const described = await runDocumented('sagemaker describe-image-version --image-name --version-number', one);
  const listed = await runDocumented('sagemaker list-aliases --image-name --version-number', one);
  const { BaseImage } = JSON.parse(described);
  const { SageMakerImageVersionAliases: Aliases } = JSON.parse(listed);

  const source = versionsOf({ Adopted: version({ Adopt, BaseImage, Aliases }) });
  expect((await cloudFormation.createStack('s', source)).StackStatus).toBe('CREATE_COMPLETE');
  expect(versions(account)).toEqual(['studio/1 planted CREATED latest']);
});

describe('a stack that is UPDATE_ROLLBACK_FAILED', () => {
  beforeEach(async () => {
    const { cloudFormation } = account;
    await cloudFormation.createStack('s', stackOf({ Only: tagged('1') }));
    await account.whileDenied(() => cloudFormation.updateStack('s', stackOf({ Only: tagged('2') })));
    expect(statusOf('s')).toBe('UPDATE_ROLLBACK_FAILED');
  });

  test('is rolled back when the cause is gone', async () => {
    await runDocumented('cloudformation continue-update-rollback --stack-name', { '--stack-name': 's' });

    expect(statusOf('s')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(versions(account)).toEqual(['studio/1 1 CREATED latest']);
  });

  test('is rolled back without the resource that cannot be', async () => {
    await account.whileDenied(() =>
      runDocumented('cloudformation continue-update-rollback --stack-name --resources-to-skip', {
        '--stack-name': 's',
        '--resources-to-skip': 'Only',
      }),
    );

    expect(statusOf('s')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(versions(account)).toEqual(['studio/1 1 CREATED latest']);
  });
});

describe('without a rollback', () => {
  const withoutRollback = { DisableRollback: true };
  const fixed = (Notes: string) => stackOf({ Only: version({ Alias: 'latest', ReleaseNotes: Notes }) });
  const updateStack = 'cloudformation update-stack --stack-name --template-body --disable-rollback';

  /** The template in a file, as the CLI reads it. */
  function fileOf({ templateText }: { readonly templateText: string }): string {
    const file = join(folder, 'template.json');
    writeFileSync(file, templateText);
    return `file://${file}`;
  }

  async function updateFailed() {
    const { cloudFormation } = account;
    await cloudFormation.createStack('s', fixed('first'));
    await account.whileDenied(() => cloudFormation.updateStack('s', fixed('second'), withoutRollback));
    expect(statusOf('s')).toBe('UPDATE_FAILED');
  }

  test('a stack that is UPDATE_FAILED can be rolled back', async () => {
    await updateFailed();

    await runDocumented('cloudformation rollback-stack --stack-name', { '--stack-name': 's' });

    expect(statusOf('s')).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await notesOf(1)).toBe('first');
  });

  test('a stack that is UPDATE_FAILED can be updated again', async () => {
    await updateFailed();

    await runDocumented(updateStack, { '--stack-name': 's', '--template-body': fileOf(fixed('third')) });

    expect(statusOf('s')).toBe('UPDATE_COMPLETE');
    expect(await notesOf(1)).toBe('third');
  });

  test('a replacement that was refused is deployed as its Reason says', async () => {
    const { cloudFormation } = account;
    await cloudFormation.createStack('s', stackOf({ Only: tagged('1') }));
    await cloudFormation.updateStack('s', stackOf({ Only: tagged('2') }), withoutRollback);
    expect(statusOf('s')).toBe('UPDATE_FAILED');
    const [, command = ''] = /run (aws cloudformation .*?), which undoes/.exec(reasonsOf('s').join('\n')) ?? [];

    await account.aws(shellWords(command).slice(1));
    await cloudFormation.updateStack('s', stackOf({ Only: tagged('2') }));

    expect(statusOf('s')).toBe('UPDATE_COMPLETE');
    expect(versions(account)).toEqual(['studio/2 2 CREATED latest']);
  });

  test('a stack that is CREATE_FAILED gets what is missing', async () => {
    const { cloudFormation } = account;
    await cloudFormation.createStack('images', stackOf({}));
    const source = versionsOf({ Only: version({ Alias: 'latest', ReleaseNotes: 'first' }) });
    await account.whileDenied(() => cloudFormation.createStack('s', source, withoutRollback));
    expect(statusOf('s')).toBe('CREATE_FAILED');

    await runDocumented(updateStack, { '--stack-name': 's', '--template-body': fileOf(source) });

    expect(statusOf('s')).toBe('UPDATE_COMPLETE');
    expect(versions(account)).toEqual(['studio/1 1.0 CREATED latest']);
  });

  async function notesOf(Version: number) {
    const { body } = await account.sageMaker.call('DescribeImageVersion', { ImageName: 'studio', Version });
    return JSON.parse(body).ReleaseNotes;
  }
});

describe('a stack that is DELETE_FAILED', () => {
  beforeEach(async () => {
    const { cloudFormation } = account;
    await cloudFormation.createStack('images', stackOf({}));
    await cloudFormation.createStack('s', versionsOf({ Only: tagged('1') }));
    await account.whileInUse(() => cloudFormation.deleteStack('s'));
    expect(statusOf('s')).toBe('DELETE_FAILED');
  });

  test('is deleted when the cause is gone', async () => {
    await runDocumented('cloudformation delete-stack --stack-name', { '--stack-name': 's' });

    expect(statusOf('s')).toBe('DELETE_COMPLETE');
    expect(versions(account)).toEqual([]);
  });

  test('is deleted without the version, which keeps its alias and is listed by the doctor', async () => {
    await account.whileInUse(() =>
      runDocumented('cloudformation delete-stack --stack-name --retain-resources', {
        '--stack-name': 's',
        '--retain-resources': 'Only',
      }),
    );

    expect(statusOf('s')).toBe('DELETE_COMPLETE');
    expect(versions(account)).toEqual(['studio/1 1 DELETE_FAILED latest']);
    expect(await account.doctor('orphans')).toMatch(/studio\/1 .*No existing stack made it: stack s was deleted/s);
  });
});

test('no command is left out', () => {
  const others = [...documented.keys()].filter((shape) => !run.has(shape) && !(shape in notRun));

  expect(others).toEqual([]);
  expect(Object.keys(notRun).filter((shape) => !documented.has(shape))).toEqual([]);
});

/** Resolves when SageMaker is deleting no version any more. */
async function deletions(): Promise<void> {
  for (;;) {
    const { body } = await account.sageMaker.call('ListImageVersions', { ImageName: 'studio' });
    if (!body.includes('"DELETING"')) return;
    await realClock.sleep(100);
  }
}
