// Every example does in the sandbox what its head says, with the commands from its head.
import { readdirSync, readFileSync } from 'node:fs';
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
  'fixed-alias.yaml': [['1 1.4 latest'], ['1 1.4', '2 1.5 latest']],
  'native-type.yaml': [['1 1.4 1.4 latest']],
  'nested-stack-versions.yaml': [['1 1.4 stable']],
  'quick-start.yaml': [['1 1.3 1.3', '2 1.4 1.4 latest']],
  're-pushed-tag.yaml': [['1 nightly nightly'], ['2 nightly nightly']],
  'several-versions.yaml': [['1 1.2 1.2 long-term', '2 1.4 1.4 stable', '3 2.0-rc1 2.0-rc1 next']],
  'studio-domain.yaml': [['1 1.4 1.4']],
};

test.concurrent.each(Object.entries(afterwards))('%s does what its head says', async (file, expected) => {
  const commands = commandsIn(file);

  expect(commands).toHaveLength(expected.length);
  for (const [at, command] of commands.entries()) expect((await run(command, file)).versions).toEqual(expected[at]);
});

test('no example is left out', () => {
  const examples = readdirSync('examples').filter((file) => file.endsWith('.yaml'));

  expect(examples.toSorted()).toEqual([...Object.keys(afterwards), 'nested-stack.yaml'].toSorted());
});

test.concurrent('studio-domain.yaml gives the Domain the number and the ARN of the version', async () => {
  const [command = ''] = commandsIn('studio-domain.yaml');

  await run(command, 'domain');

  const { cloudFormation } = JSON.parse(readFileSync(join(folder, 'domain/state.json'), 'utf8'));
  expect(cloudFormation.stacks[0].resources.Domain.Properties.DefaultUserSettings.JupyterLabAppSettings).toEqual({
    CustomImages: [{ ImageName: 'studio-domain', AppImageConfigName: 'studio-domain', ImageVersionNumber: '1' }],
    DefaultResourceSpec: {
      InstanceType: 'ml.t3.medium',
      SageMakerImageArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image/studio-domain',
      SageMakerImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/studio-domain/1',
    },
  });
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
      const places = { line: undefined, column: undefined, propertyPlaces: undefined, DependsOn: undefined };
      return {
        Description,
        Parameters,
        Resources: [...Resources].map(([id, declaration]) => [id, { ...declaration, ...places }]),
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
