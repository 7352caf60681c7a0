// The npm package as others get it: its tarball in an empty folder, with the CDK from the registry, and the app of docs/cdk.md.
// `.ci/run` writes the release and installs the app of examples/cdk first. It needs the network, and cfn-lint.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { newFolder, runInProcess } from '../cli/command-line.ts';

// Until everything is installed: the CDK has 220 MB.
jest.setTimeout(600_000);

const { folder, remove } = newFolder();
afterAll(remove);

const at = (path: string) => join(folder, path);
const write = (path: string, contents: string) => writeFileSync(at(path), contents);

/** Throws if the command fails, with what it has printed. */
function run(program: string, args: readonly string[], cwd = folder): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

const packed: { filename: string; files: readonly { path: string }[] } = JSON.parse(
  execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { encoding: 'utf8' }),
)[0];

test('contains what others use, and no sources, no tests and no sandbox', () => {
  expect(packed.files.map(({ path }) => path).toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'dist/cdk/code/failsafe/index.cjs',
    'dist/cdk/code/macro/index.cjs',
    'dist/cdk/code/provider/handler.cjs',
    'dist/cdk/code/provider/index.cjs',
    'dist/cdk/code/provider/sdk-stacks.cjs',
    'dist/cdk/generated.d.ts',
    'dist/cdk/generated.js',
    'dist/cdk/image-version-provider.d.ts',
    'dist/cdk/image-version-provider.js',
    'dist/cdk/image-version.d.ts',
    'dist/cdk/image-version.js',
    'dist/cdk/index.d.ts',
    'dist/cdk/index.js',
    'dist/cdk/package.json',
    'dist/cdk/provider.template.json',
    'dist/cdk/resolve-template.d.ts',
    'dist/cdk/resolve-template.js',
    'dist/doctor/main.cjs',
    'dist/release/sagemaker_image_version.py',
    'dist/release/sagemaker_image_version.schema.json',
    'dist/release/sbom.cdx.json',
    'package.json',
  ]);
});

test('has the code that the functions of a release have', () => {
  for (const file of ['provider/index.cjs', 'provider/handler.cjs', 'failsafe/index.cjs', 'macro/index.cjs']) {
    expect([file, readFileSync(join('dist/cdk/code', file)).equals(readFileSync(join('dist', file)))]).toEqual([
      file,
      true,
    ]);
  }
});

describe('In an empty folder', () => {
  test('needs no other package, and contains the doctor', () => {
    const alone = at('alone');
    mkdirSync(alone);
    writeFileSync(join(alone, 'package.json'), '{}');

    run('npm', ['install', '--offline', at(packed.filename)], alone);

    expect(run('npm', ['ls', '--all', '--parseable'], alone).trim().split('\n')).toHaveLength(2);
    expect(run('npx', ['--no', 'sagemaker-image-version-provider', '--', '--help'], alone)).toContain('orphans');
  });
});

describe('In a new app of the CDK', () => {
  const markdown = readFileSync('docs/cdk.md', 'utf8');
  const blocks = [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
  const mistakes = `
import type { ImageVersionProps } from 'sagemaker-image-version-provider';

export const mistakes: readonly ImageVersionProps[] = [
  // @ts-expect-error
  { imageName: 'data-science' },
  // @ts-expect-error
  { imageName: 'data-science', baseImage: 'studio:1.4', alises: ['latest'] },
  // @ts-expect-error
  { imageName: 'data-science', baseImage: 'studio:1.4', jobType: 'TRAIN' },
];
`;

  beforeAll(() => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('examples/cdk/package.json', 'utf8'));
    const versions: Readonly<Record<string, string>> = { ...dependencies, ...devDependencies };
    const named = ['aws-cdk-lib', 'constructs', 'aws-cdk', 'typescript', '@types/node'];
    // As `cdk init` writes them: CommonJS.
    write('package.json', '{}');
    write('cdk.json', '{ "app": "node app.js" }');
    const compilerOptions = { target: 'es2022', module: 'nodenext', strict: true, types: ['node'] };
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['app.ts'] }));
    write('app.ts', [...blocks, mistakes].join('\n'));
    mkdirSync(at('kernel'));
    write('kernel/Dockerfile', 'FROM scratch\n');
    const packages = named.map((name) => `${name}@${versions[name]}`);
    // From the registry too: npm then adds the package, and unpacks the CDK no second time.
    cpSync('examples/cdk/node_modules', at('node_modules'), { recursive: true, verbatimSymlinks: true });
    run('npm', ['install', '--prefer-offline', at(packed.filename), ...packages]);
    run('npx', ['--no', 'tsc']);
    run('npx', ['--no', 'cdk', 'synth', '--', '--quiet']);
  });

  test('the provider deploys with its code, and makes the versions of another stack', () => {
    const sandbox = (args: readonly string[]) => run(process.execPath, [resolve('sandbox/dist/main.cjs'), ...args]);
    const deploy = (name: string) =>
      sandbox(['deploy', '--template', `cdk.out/${name}.template.json`, '--stack-name', name, '--stub', '*', '--json']);

    deploy('Provider');
    const { StackStatus, ImageVersions } = JSON.parse(deploy('Studio'));

    expect(StackStatus).toBe('CREATE_COMPLETE');
    expect(
      ImageVersions.map(({ Version, Aliases }: { Version: number; Aliases: readonly string[] }) => [
        Version,
        Aliases.filter((alias) => !alias.startsWith('cfn-')),
      ]),
    ).toEqual([
      [1, ['1.4', 'latest']],
      [2, []],
      [3, []],
    ]);
    expect(sandbox(['delete', '--stack-name', 'Studio'])).toContain('Stack Studio is DELETE_COMPLETE');
    expect(sandbox(['delete', '--stack-name', 'Provider'])).toContain('Stack Provider is DELETE_COMPLETE');
  });

  test('the macro changes CfnImageVersion', async () => {
    const template = ['--template', at('cdk.out/Native.template.json')];
    const state = ['--state', at('native')];

    const { status, stdout, stderr } = await runInProcess(['deploy', ...template, '--stack-name', 'Native', ...state]);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/StableVersion +CREATE_COMPLETE/);
  });

  test('a stack of native versions moves in one update: the version keeps its number and its alias', async () => {
    const Retain = { DeletionPolicy: 'Retain' };
    const image = { ImageName: 'training', ImageRoleArn: 'arn:aws:iam::111122223333:role/StudioImages' };
    const Image = { Type: 'AWS::SageMaker::Image', ...Retain, Properties: image };
    const baseImage = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.4';
    const natives = [1, 2, 3, 4].map((number) => {
      const Properties = { ImageName: 'training', BaseImage: baseImage, ...(number === 4 && { Aliases: ['stable'] }) };
      const DependsOn = number === 1 ? 'Image' : `Native${number - 1}`;
      return [`Native${number}`, { Type: 'AWS::SageMaker::ImageVersion', ...Retain, DependsOn, Properties }];
    });
    write('natives.json', JSON.stringify({ Resources: { Image, ...Object.fromEntries(natives) } }));
    const deploy = async (template: string) => {
      const stack = ['--stack-name', 'Moved', '--state', at('moved'), '--json'];
      const { status, stdout, stderr } = await runInProcess(['deploy', '--template', at(template), ...stack]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      return JSON.parse(stdout);
    };

    await deploy('natives.json');
    const { StackResources, ImageVersions } = await deploy('cdk.out/Moved.template.json');

    expect(StackResources).toContainEqual(
      expect.objectContaining({
        LogicalResourceId: 'StableOfProvider',
        PhysicalResourceId: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/training/4',
      }),
    );
    expect(ImageVersions).toHaveLength(4);
    expect(ImageVersions[3].Aliases).toContain('stable');
  });

  test('the rules for cfn-lint accept its templates, and find a mistake', () => {
    const rules = 'node_modules/sagemaker-image-version-provider/dist/release';
    const synthesized = ['Provider', 'Studio', 'Moved'].map((name) => `cdk.out/${name}.template.json`);
    const template = readFileSync(at('cdk.out/Studio.template.json'), 'utf8');
    write('wrong.json', template.replace('"Aliases"', '"Alises"'));

    const lint = ['--append-rules', rules, '--format', 'json', '--', ...synthesized, 'wrong.json'];
    const findings: readonly { Filename: string; Message: string }[] = JSON.parse(
      spawnSync('cfn-lint', lint, { cwd: folder, encoding: 'utf8' }).stdout,
    );

    expect(findings.map(({ Filename, Message }) => [Filename, Message])).toEqual([
      ['wrong.json', 'Custom::SageMakerImageVersion has no property Alises. Did you mean Aliases?'],
    ]);
  });

  test('the schema can be imported', () => {
    const script = "console.log(require('sagemaker-image-version-provider/schema.json').typeName)";

    expect(run(process.execPath, ['--eval', script]).trim()).toBe('Custom::SageMakerImageVersion');
  });
});
