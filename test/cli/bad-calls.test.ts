// What the command line refuses, and its help: in this process, as nothing else runs.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInProcess, workInNewFolder } from './command-line.ts';

workInNewFolder();

describe('a template that cannot be deployed', () => {
  const templates: readonly (readonly [what: string, file: string, text: string, told: string])[] = [
    [
      'an unknown reference',
      'reference.yaml',
      `Resources:
  Image:
    Type: AWS::SageMaker::Image
    Properties:
      ImageName: !Ref Imag
      ImageRoleArn: arn:aws:iam::111122223333:role/x
`,
      `reference.yaml:5:23: Ref: there is no parameter or resource "Imag". Did you mean "Image"?
  5 |       ImageName: !Ref Imag
    |                       ^
`,
    ],
    [
      'broken YAML',
      'broken.yaml',
      `Resources:
  Image:
\tType: AWS::SageMaker::Image
`,
      `broken.yaml:3:1: This is not YAML. A tab cannot indent: use spaces.
  3 | \tType: AWS::SageMaker::Image
    | ^
`,
    ],
    [
      'broken JSON, on a line that is far too long',
      'broken.json',
      `{"Description": "${'x'.repeat(200)}", "Resources": {"A": {"Type": 1 2}}}`,
      `broken.json:1:249: This is not JSON. Unresolved plain scalar "1 2".
  1 | xxxxxxxxxxxxxxx", "Resources": {"A": {"Type": 1 2}}}
    |                                               ^
`,
    ],
    [
      'a circular dependency',
      'circle.yaml',
      `Resources:
  One: {Type: AWS::IAM::Role, DependsOn: Two}
  Two: {Type: AWS::IAM::Role, DependsOn: One}
`,
      `circle.yaml:2:3: Circular dependency between resources: One needs Two needs One. Remove one of these references.
  2 |   One: {Type: AWS::IAM::Role, DependsOn: Two}
    |   ^
`,
    ],
    [
      'names that the provider would refuse, or not answer with',
      'names.yaml',
      `Resources:
  Stable:
    Type: Custom::SageMakerImageVersion
    Properties:
      ServiceToken: arn
      ImageName: mine
      BaseImag: x
      Version: 3
Outputs:
  Number: {Value: !GetAtt Stable.Versio}
  Image: {Value: !Sub 'from \${Stable.Image}, which is \${Stable.ContainerImage}'}
`,
      `names.yaml:2:3: Resource Stable: a Custom::SageMakerImageVersion needs the property BaseImage.
  2 |   Stable:
    |   ^
names.yaml:7:7: Resource Stable: a Custom::SageMakerImageVersion has no property "BaseImag". Did you mean "BaseImage"?
  7 |       BaseImag: x
    |       ^
names.yaml:8:7: Resource Stable: Version is an attribute, read with Fn::GetAtt, and cannot be set.
  8 |       Version: 3
    |       ^
names.yaml:10:27: Stable is a Custom::SageMakerImageVersion, which has no attribute "Versio". Did you mean "Version"?
  10 |   Number: {Value: !GetAtt Stable.Versio}
     |                           ^
names.yaml:11:29: Stable is a Custom::SageMakerImageVersion, which has no attribute "Image". There are: ImageVersionArn, Version, ImageArn, ImageName, BaseImage, ContainerImage.
  11 |   Image: {Value: !Sub 'from \${Stable.Image}, which is \${Stable.ContainerImage}'}
     |                             ^
`,
    ],
    [
      'the native type',
      'native.yaml',
      `Resources:
  Stable:
    Type: AWS::SageMaker::ImageVersion
    Properties: {ImageName: mine, BaseImage: x}
`,
      `native.yaml:2:3: Resource Stable has the type AWS::SageMaker::ImageVersion, which is not simulated here. Use Custom::SageMakerImageVersion with a ServiceToken, or use the provider's macro: add "Transform: SageMakerImageVersion" to the template.
  2 |   Stable:
    |   ^
`,
    ],
    [
      'missing properties, all of them told at once',
      'missing.yaml',
      `Resources:
  Image:
    Type: AWS::SageMaker::Image
    Properties: {ImageName: mine}
  Version:
    Type: Custom::SageMakerImageVersion
`,
      `missing.yaml:2:3: Properties validation failed for resource Image with message: #: required key [ImageRoleArn] not found
  2 |   Image:
    |   ^
missing.yaml:5:3: Resource Version: a custom resource needs the property ServiceToken, the ARN of the function that provides it
  5 |   Version:
    |   ^
missing.yaml:5:3: Resource Version: a Custom::SageMakerImageVersion needs the property ImageName.
  5 |   Version:
    |   ^
missing.yaml:5:3: Resource Version: a Custom::SageMakerImageVersion needs the property BaseImage.
  5 |   Version:
    |   ^
`,
    ],
    [
      'mistakes of every kind, all of them told at once',
      'everything.yaml',
      `Resources:
  Image:
    Type: AWS::SageMaker::Image
    DependOn: Role
    Properties: {ImageNam: mine, ImageName: mine, ImageRoleArn: arn}
  Stable:
    Type: Custom::SagemakerImageVersion
    Properties:
      ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken
      BaseImage: x
      Horovod: 1
Outputs:
  Arn: {Value: !GetAtt Image.Arn}
`,
      `everything.yaml:4:5: A resource has no "DependOn". Did you mean "DependsOn"?
  4 |     DependOn: Role
    |     ^
everything.yaml:5:18: Properties validation failed for resource Image with message: #: extraneous key [ImageNam] is not permitted
  5 |     Properties: {ImageNam: mine, ImageName: mine, ImageRoleArn: arn}
    |                  ^
everything.yaml:6:3: Resource Stable: a Custom::SageMakerImageVersion needs the property ImageName.
  6 |   Stable:
    |   ^
everything.yaml:11:7: Resource Stable: Horovod must be true or false, not 1.
  11 |       Horovod: 1
     |       ^
everything.yaml:13:24: Image is an AWS::SageMaker::Image, which has no attribute "Arn". There are: ImageArn.
  13 |   Arn: {Value: !GetAtt Image.Arn}
     |                        ^
`,
    ],
    [
      'a template for the macro, in its own words and places',
      'macro.yaml',
      `Transform: SageMakerImageVersion
Resources:
  Stable:
    Type: AWS::SageMaker::ImageVersion
    Properties: {ImageNam: mine, BaseImage: x, Horovod: maybe}
Outputs:
  Arn: {Value: !GetAtt Stable.Arn}
`,
      `macro.yaml:3:3: Resource Stable: an AWS::SageMaker::ImageVersion needs the property ImageName.
  3 |   Stable:
    |   ^
macro.yaml:5:18: Resource Stable: an AWS::SageMaker::ImageVersion has no property "ImageNam". Did you mean "ImageName"?
  5 |     Properties: {ImageNam: mine, BaseImage: x, Horovod: maybe}
    |                  ^
macro.yaml:5:48: Resource Stable: Horovod must be true or false, not "maybe".
  5 |     Properties: {ImageNam: mine, BaseImage: x, Horovod: maybe}
    |                                                ^
macro.yaml:7:24: Stable is an AWS::SageMaker::ImageVersion, which has no attribute "Arn". There are: ImageVersionArn, Version, ImageArn, ImageName, BaseImage, ContainerImage.
  7 |   Arn: {Value: !GetAtt Stable.Arn}
    |                        ^
`,
    ],
    [
      'a type that is not simulated',
      'bucket.yaml',
      `Resources:
  Bucket:
    Type: AWS::S3::Bucket
`,
      `bucket.yaml:2:3: Resource Bucket has the type AWS::S3::Bucket, which is not simulated here. Simulated are: Custom::*, AWS::CloudFormation::CustomResource, AWS::SageMaker::Image, AWS::SageMaker::Domain, AWS::SageMaker::AppImageConfig, AWS::IAM::Role, AWS::Lambda::Function, AWS::Serverless::Function
  2 |   Bucket:
    |   ^
`,
    ],
    [
      'something that is no template',
      'text.yaml',
      'Hello',
      `text.yaml:1:1: A template must be a map of sections and needs a Resources section.
  1 | Hello
    | ^
`,
    ],
  ];
  test.each(templates)('%s gets its place and its cause: %s', async (_what, file, text, told) => {
    writeFileSync(file, text);

    const ended = await runInProcess(['deploy', '--template', file, '--stack-name', 'bad']);

    expect(ended).toEqual({ status: 2, stdout: '', stderr: told });
  });

  test('is told to scripts as JSON, and to people as ever', async () => {
    writeFileSync(
      'two.yaml',
      `Resources:
  One: {Type: AWS::S3::Bucke}
  Two: {Type: Custom::Two, DependsOn: One, DeletionPolicy: Keep}
`,
    );
    const deploy = ['deploy', '--template', 'two.yaml', '--stack-name', 'bad'];

    const people = await runInProcess(deploy);
    const scripts = await runInProcess([...deploy, '--json']);

    expect({ ...scripts, stdout: '' }).toEqual(people);
    const told = [...people.stderr.matchAll(/^two\.yaml:(\d+):(\d+): (.*)$/gm)];
    expect(told).not.toEqual([]);
    expect(JSON.parse(scripts.stdout)).toEqual({
      Problems: told.map(([, line, column, Message]) => ({
        File: 'two.yaml',
        Line: Number(line),
        Column: Number(column),
        Message,
      })),
    });
  });
});

describe('a call that cannot be carried out', () => {
  const quickStart = ['--template', resolve('examples/quick-start.yaml'), '--stack-name', 'bad'];
  const calls: readonly (readonly [what: string, args: readonly string[], status: number, told: string])[] = [
    [
      'a parameter that the template has not',
      ['deploy', ...quickStart, '--parameter', 'Tag=1'],
      2,
      'Parameters: [Tag] do not exist in the template\n',
    ],
    [
      'a parameter without a value',
      ['deploy', ...quickStart, '--parameter', 'Tag'],
      2,
      `error: option '--parameter <NAME=VALUE...>' argument 'Tag' is invalid. It has the form NAME=VALUE.\n(See --help.)\n`,
    ],
    [
      'a template that is not there',
      ['deploy', '--template', 'absent.yaml', '--stack-name', 'bad'],
      2,
      "The template cannot be read. ENOENT: no such file or directory, open 'absent.yaml'\n",
    ],
    [
      'an update of a stack that is not there',
      ['update', ...quickStart],
      1,
      'CloudFormation refused (ValidationError): Stack [bad] does not exist\n',
    ],
    [
      'a name that no stack can have',
      ['deploy', '--template', resolve('examples/quick-start.yaml'), '--stack-name', '1st'],
      1,
      "CloudFormation refused (ValidationError): 1 validation error detected: Value '1st' at 'stackName' failed to " +
        'satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*\n',
    ],
    ['a look at a stack that is not there', ['show', '--stack-name', 'bad'], 1, 'There is no stack bad in .sandbox.\n'],
    [
      'no name of a stack',
      ['events'],
      2,
      "error: required option '--stack-name <NAME>' not specified\n(See --help.)\n",
    ],
    ['an unknown command', ['deploi'], 2, "error: unknown command 'deploi'\n(Did you mean deploy?)\n(See --help.)\n"],
    [
      'a seed that is no number',
      ['story', '--seed', 'x'],
      2,
      "error: option '--seed <N>' argument 'x' is invalid. It is a whole number.\n(See --help.)\n",
    ],
    [
      'a port that leaves none for CloudFormation',
      ['serve', '--port', '65535'],
      2,
      "error: option '--port <N>' argument '65535' is invalid. It is a whole number from 0 to 65534.\n(See --help.)\n",
    ],
    [
      'a Timeout that no function can have',
      ['check', '--handler', 'any.cjs', '--function-timeout', '901'],
      2,
      "error: option '--function-timeout <SECONDS>' argument '901' is invalid. It is a whole number from 1 to 900.\n" +
        '(See --help.)\n',
    ],
    [
      'no Timeout at all',
      ['delete', '--stack-name', 'bad', '--function-timeout', '0'],
      2,
      "error: option '--function-timeout <SECONDS>' argument '0' is invalid. It is a whole number from 1 to 900.\n" +
        '(See --help.)\n',
    ],
    [
      'variables of nothing',
      ['deploy', ...quickStart, '--variable', 'NAME=value'],
      2,
      '--variable sets environment variables of the provider that --handler names: add --handler.\n',
    ],
    [
      'a folder that cannot be made',
      ['delete', '--stack-name', 'bad', '--state', 'text/state'],
      1,
      "ENOTDIR: not a directory, mkdir 'text/state/logs'\n",
    ],
    [
      'a provider that was not built',
      ['story', '--provider-template', 'provider.yaml'],
      1,
      'The code of Provider is missing: nowhere/index.cjs. Build it with:\n  npm run build\n',
    ],
  ];
  beforeAll(() => {
    writeFileSync('text', '');
    writeFileSync(
      'provider.yaml',
      `Transform: AWS::Serverless-2016-10-31
Resources:
  Provider:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: nowhere/, Handler: index.handler, Runtime: nodejs24.x}
`,
    );
  });
  test.each(calls)('%s is refused', async (_what, args, status, told) => {
    const ended = await runInProcess(args);

    expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status, stderr: told });
  });

  const codes: readonly (readonly [what: string, args: readonly string[], error: object])[] = [
    [
      'what CloudFormation refuses',
      ['update', ...quickStart],
      { Code: 'ValidationError', Message: 'Stack [bad] does not exist' },
    ],
    [
      'what cannot be done now',
      ['show', '--stack-name', 'bad'],
      { Code: 'NotPossible', Message: 'There is no stack bad in .sandbox.' },
    ],
    [
      'what is asked for wrongly',
      ['deploy', ...quickStart, '--parameter', 'Tag=1'],
      { Code: 'WrongUsage', Message: 'Parameters: [Tag] do not exist in the template' },
    ],
    [
      'a fault that there is not, without those that there are',
      ['delete', '--stack-name', 'bad', '--fault', 'kil'],
      { Code: 'WrongUsage', Message: '--fault kil: there is no fault "kil" here. Did you mean "kill"?' },
    ],
    [
      'a command line that cannot be read',
      ['events'],
      { Code: 'WrongUsage', Message: "required option '--stack-name <NAME>' not specified" },
    ],
    [
      'a folder that cannot be made',
      ['delete', '--stack-name', 'bad', '--state', 'text/state'],
      { Code: 'ENOTDIR', Message: "ENOTDIR: not a directory, mkdir 'text/state/logs'" },
    ],
  ];
  test.each(codes)('with --json, %s is JSON on stdout, and the rest as ever', async (_what, args, error) => {
    const people = await runInProcess(args);
    const scripts = await runInProcess([...args, '--json']);

    expect({ ...scripts, stdout: '' }).toEqual(people);
    expect(JSON.parse(scripts.stdout)).toEqual({ Error: error });
  });

  test('a stack that was never created is not updated', async () => {
    writeFileSync(
      'lost.yaml',
      'Resources: {Lost: {Type: Custom::Lost, Properties: {ServiceToken: !ImportValue nothing}}}\n',
    );
    const deploy = ['deploy', '--template', 'lost.yaml', '--stack-name', 'lost'];
    const first = await runInProcess(deploy);

    const second = await runInProcess(deploy);

    expect(first.status).toBe(1);
    expect(second).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'Stack lost is ROLLBACK_COMPLETE. The stack was never created, so you can only delete it:\n' +
        '  npm run sandbox -- delete --stack-name lost\n',
    });
  });
});

const commands = [
  'deploy',
  'update',
  'delete',
  'continue-update-rollback',
  'show',
  'events',
  'serve',
  'check',
  'story',
];

test('--help names every command and every exit status, and has examples', async () => {
  const { status, stdout } = await runInProcess(['--help']);

  expect(status).toBe(0);
  for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} \\[options\\] `, 'm'));
  expect(stdout).toContain('npm run sandbox -- deploy --template examples/quick-start.yaml --stack-name mine\n');
  for (const exit of ['0', '1', '2', '128+n']) expect(stdout).toContain(`\n  ${exit.padEnd(5)}  `);
});

test.each(commands)('%s --help has examples', async (command) => {
  const { status, stdout } = await runInProcess([command, '--help']);

  expect(status).toBe(0);
  expect(stdout).toContain(`\nExamples:\n  npm run sandbox -- ${command}`);
});
