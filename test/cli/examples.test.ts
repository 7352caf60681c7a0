// Every example does in the sandbox what its head says, with the commands from its head.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap } from '../../sandbox/json.ts';
import { parseTemplate } from '../../sandbox/template/parse.ts';
import { newFolder, runInProcess } from './command-line.ts';

const { folder, remove } = newFolder();
afterAll(remove);

const textOf = (file: string) => readFileSync(join('examples', file), 'utf8');
const parse = (file: string) => parseTemplate(textOf(file), file);

/** The commands in the comment at the head of an example: the deployment, and the same with what is to follow. */
function commandsIn(file: string): readonly string[] {
  const head = textOf(file).split(/^(?!#)/m)[0] ?? '';
  const [, first = ''] = /npm run sandbox -- (deploy .*)$/m.exec(head) ?? [];
  const [, more] = /the same command with: (.*)$/m.exec(head) ?? [];
  return more === undefined ? [first] : [first, `${first} ${more}`];
}

/** Runs a command in a state folder of the example's own; gives what the stack has then. */
async function run(command: string, file: string) {
  const { status, stdout, stderr } = await runInProcess([
    ...command.split(' '),
    ...['--state', join(folder, file), '--json'],
  ]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const shown: {
    readonly ImageVersions: readonly { Version: number; BaseImage: string; Aliases: readonly string[] }[];
    readonly Outputs: readonly { OutputKey: string; OutputValue: string }[];
  } = JSON.parse(stdout);
  return {
    /** As "2 1.4 latest": its number, the tag it was made from, and the aliases that were declared. */
    versions: shown.ImageVersions.map(({ Version, BaseImage, Aliases }) =>
      [Version, BaseImage.split(':').at(-1), ...Aliases.filter((alias) => !alias.startsWith('cfn-'))].join(' '),
    ),
    outputs: Object.fromEntries(shown.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
  };
}

/** What there is after each command of an example. */
const afterwards: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'codepipeline.yaml': [[]],
  'fixed-alias.yaml': [['1 1.4 latest'], ['1 1.4', '2 1.5 latest']],
  'github-roles.yaml': [[]],
  'move-from-native-before.yaml': [['1 1.3 stable', '2 1.4 latest']],
  'native-type.yaml': [['1 1.4 1.4 latest']],
  'nested-stack-versions.yaml': [['1 1.4 stable']],
  'quick-start.yaml': [['1 1.3 1.3', '2 1.4 1.4 latest']],
  're-pushed-tag.yaml': [['1 nightly nightly'], ['2 nightly nightly']],
  'several-versions.yaml': [['1 1.2 1.2 long-term', '2 1.4 1.4 stable', '3 2.0-rc1 2.0-rc1 next']],
  'studio-domain.yaml': [['1 1.4 1.4']],
  'studio-releases.yaml': [['1 1.3 1.3', '2 1.4 1.4']],
};

test.concurrent.each(Object.entries(afterwards))('%s does what its head says', async (file, expected) => {
  const commands = commandsIn(file);

  expect(commands).toHaveLength(expected.length);
  for (const [at, command] of commands.entries()) expect((await run(command, file)).versions).toEqual(expected[at]);
});

test.concurrent('move-from-native-after.yaml adopts the versions of move-from-native-before.yaml', async () => {
  const [before = '', after = ''] = ['before', 'after'].flatMap((name) => commandsIn(`move-from-native-${name}.yaml`));

  const native = await run(before, 'move');
  const adopted = await run(after, 'move');

  expect(adopted).toEqual(native);
  expect(adopted.outputs['LatestVersionArn']).toMatch(/\/2$/);
});

test.concurrent('the provider makes no calls for the native versions of move-from-native-before.yaml', async () => {
  const [before = ''] = commandsIn('move-from-native-before.yaml');

  const { stdout } = await runInProcess([...before.split(' '), '--state', join(folder, 'native')]);

  expect(stdout).toContain('SageMaker calls by the provider: none');
});

test('no example is left out', () => {
  const examples = readdirSync('examples').filter((file) => file.endsWith('.yaml'));

  const others = ['move-from-native-after.yaml', 'nested-stack.yaml'];
  expect(examples.toSorted()).toEqual([...Object.keys(afterwards), ...others].toSorted());
});

/** The settings for users that the Domain in the state folder has. */
function userSettings(state: string) {
  const { cloudFormation } = JSON.parse(readFileSync(join(folder, state, 'state.json'), 'utf8'));
  return cloudFormation.stacks[0].resources.Domain.Properties.DefaultUserSettings;
}

test.concurrent('studio-domain.yaml gives the Domain the number and the ARN of the version', async () => {
  const [command = ''] = commandsIn('studio-domain.yaml');

  await run(command, 'domain');

  const DefaultResourceSpec = {
    InstanceType: 'ml.t3.medium',
    SageMakerImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/studio-domain',
    SageMakerImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/studio-domain/1',
  };
  const offered = (AppImageConfigName: string) => ({
    CustomImages: [{ ImageName: 'studio-domain', AppImageConfigName, ImageVersionNumber: '1' }],
    DefaultResourceSpec,
  });
  expect(userSettings('domain')).toMatchObject({
    JupyterLabAppSettings: offered('studio-domain-jupyter-lab'),
    CodeEditorAppSettings: offered('studio-domain-code-editor'),
  });
});

test.concurrent('studio-releases.yaml offers the old versions, also when a release is added and another is retired', async () => {
  const [command = ''] = commandsIn('studio-releases.yaml');
  const text = textOf('studio-releases.yaml');
  const [, last = ''] = /^( {2}Release14:\n.*?\n)\n/ms.exec(text) ?? [];
  const [, offer = ''] = /^( {12}- ImageName: (?:(?!- ImageName).)*Release14\.Version\n)/ms.exec(text) ?? [];
  const next = (part: string) => part.replaceAll('14', '15').replaceAll('1.4', '1.5').replace('Release13', 'Release14');
  const added = text.replace(last, `${last}\n${next(last)}`).replace(offer, `${offer}${next(offer)}`);
  const retired = added
    .replace(/^ {2}Release13:\n.*?\n\n/ms, '')
    .replace(/^ {12}- ImageName: (?:(?!- ImageName).)*Release13\.Version\n/ms, '')
    .replace('DependsOn: Release13', 'DependsOn: Image');
  const deploy = async (name: string, changed: string) => {
    const file = join(folder, name);
    writeFileSync(file, changed);
    return run(command.replace('examples/studio-releases.yaml', file), 'releases');
  };
  const offeredNumbers = () =>
    userSettings('releases').JupyterLabAppSettings.CustomImages.map(
      ({ ImageVersionNumber }: { ImageVersionNumber: string }) => ImageVersionNumber,
    );

  await run(command, 'releases');
  expect(offeredNumbers()).toEqual(['1', '2']);

  expect((await deploy('added.yaml', added)).versions).toEqual(['1 1.3 1.3', '2 1.4 1.4', '3 1.5 1.5']);
  expect(offeredNumbers()).toEqual(['1', '2', '3']);

  // The retired release is in SageMaker, so that apps that run it and spaces that name it are not broken.
  expect((await deploy('retired.yaml', retired)).versions).toEqual(['1 1.3 1.3', '2 1.4 1.4', '3 1.5 1.5']);
  expect(offeredNumbers()).toEqual(['2', '3']);
});

test('nested-stack.yaml asks for nothing that its inner stack does not have', () => {
  const nested = parse('nested-stack.yaml').Resources.get('Versions')?.Properties;
  const inner = parse('nested-stack-versions.yaml');

  const given = isMap(nested) && isMap(nested['Parameters']) ? nested['Parameters'] : {};
  const read = [...textOf('nested-stack.yaml').matchAll(/Versions\.Outputs\.(\w+)/g)].map(([, name]) => name);
  expect(isMap(nested) ? nested['TemplateURL'] : undefined).toBe('nested-stack-versions.yaml');
  expect(Object.keys(given).toSorted()).toEqual([...inner.Parameters.keys()].toSorted());
  expect(read).toEqual([...inner.Outputs.keys()]);
});

describe('The stack in CDK', () => {
  const file = 'cdk/QuickStart.template.json';

  test('has the same content as quick-start.yaml', () => {
    const said = (name: string) => {
      const { Description, Parameters, Resources, Outputs } = parse(name);
      const places = {
        line: undefined,
        column: undefined,
        propertyPlaces: undefined,
        DependsOn: undefined,
        Metadata: undefined,
      };
      // The CDK adds a parameter and a resource of its own.
      return {
        Description,
        Parameters: new Map([...Parameters].filter(([id]) => id !== 'BootstrapVersion')),
        Resources: [...Resources]
          .filter(([id]) => id !== 'CDKMetadata')
          .map(([id, declaration]) => [id, { ...declaration, ...places }]),
        Outputs: [...Outputs].map(([id, declaration]) => [id, { ...declaration, ...places }]),
      };
    };

    expect(said(file)).toEqual(said('quick-start.yaml'));
  });

  test.concurrent('can be deployed', async () => {
    expect(await run(`deploy --template examples/${file} --stack-name QuickStart`, 'cdk')).toMatchObject({
      versions: afterwards['quick-start.yaml']?.[0],
      outputs: { StableVersion: '2' },
    });
  });
});
