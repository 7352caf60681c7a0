// What the command line refuses, and its help.
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { runInProcess, workInNewFolder } from './command-line.ts';

workInNewFolder();

describe('a template that cannot be deployed', () => {
  const deploy = ['deploy', '--template', 'bad.yaml', '--stack-name', 'bad'];

  test.each<[what: string, text: string, problems: readonly string[]]>([
    [
      'an unknown reference',
      `Resources:
  Image:
    Type: AWS::SageMaker::Image
    Properties:
      ImageName: !Ref Imag
      ImageRoleArn: arn:aws:iam::111122223333:role/x
`,
      ['5:23 Ref: there is no parameter or resource "Imag". Did you mean "Image"?'],
    ],
    [
      'broken YAML',
      `Resources:
  Image:
\tType: AWS::SageMaker::Image
`,
      ['3:1 This is not YAML. A tab cannot indent: use spaces.'],
    ],
    [
      'a circular dependency',
      `Resources:
  One: {Type: AWS::IAM::Role, DependsOn: Two}
  Two: {Type: AWS::IAM::Role, DependsOn: One}
`,
      ['2:3 Circular dependency between resources: One needs Two needs One. Remove one of these references.'],
    ],
    [
      'names that the provider does not know',
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
      [
        '2:3 Resource Stable: a Custom::SageMakerImageVersion needs the property BaseImage.',
        '7:7 Resource Stable: a Custom::SageMakerImageVersion has no property "BaseImag". Did you mean "BaseImage"?',
        '8:7 Resource Stable: Version is an attribute, read with Fn::GetAtt, and cannot be set.',
        '10:27 Stable is a Custom::SageMakerImageVersion, which has no attribute "Versio". Did you mean "Version"?',
        '11:29 Stable is a Custom::SageMakerImageVersion, which has no attribute "Image". There are: ImageVersionArn, Version, ImageArn, ImageName, BaseImage, ContainerImage.',
      ],
    ],
    [
      'the native type, which lacks what the provider adds',
      `Resources:
  Stable:
    Type: AWS::SageMaker::ImageVersion
    Properties: {ImageName: mine, BaseImage: x, Revision: 2}
Outputs:
  Name: {Value: !GetAtt Stable.ImageName}
`,
      [
        '4:49 Properties validation failed for resource Stable with message: #: extraneous key [Revision] is not permitted',
        '6:25 Stable is an AWS::SageMaker::ImageVersion, which has no attribute "ImageName". There are: ImageVersionArn, ImageArn, Version, ContainerImage.',
      ],
    ],
    [
      'missing properties',
      `Resources:
  Image:
    Type: AWS::SageMaker::Image
    Properties: {ImageName: mine}
  Version:
    Type: Custom::SageMakerImageVersion
`,
      [
        '2:3 Properties validation failed for resource Image with message: #: required key [ImageRoleArn] not found',
        "5:3 Resource Version: a custom resource needs the property ServiceToken: the ARN of its provider's Lambda function or SNS topic",
        '5:3 Resource Version: a Custom::SageMakerImageVersion needs the property ImageName.',
        '5:3 Resource Version: a Custom::SageMakerImageVersion needs the property BaseImage.',
      ],
    ],
    [
      'mistakes of every kind',
      `Resources:
  Image:
    Type: AWS::SageMaker::Image
    DependOn: Role
    Properties: {ImageNam: mine, ImageName: mine, ImageRoleArn: !Sub arn}
  Stable:
    Type: Custom::SagemakerImageVersion
    Properties:
      ServiceToken: !ImportValue sagemaker-image-version-provider-ServiceToken
      BaseImage: x
      Horovod: 1
Outputs:
  Arn: {Value: !GetAtt Image.Arn}
`,
      [
        '4:5 A resource has no "DependOn". Did you mean "DependsOn"?',
        '5:18 Properties validation failed for resource Image with message: #: extraneous key [ImageNam] is not permitted',
        '6:3 Resource Stable: a Custom::SageMakerImageVersion needs the property ImageName.',
        '11:7 Resource Stable: Horovod must be true or false, not 1.',
        '13:24 Image is an AWS::SageMaker::Image, which has no attribute "Arn". There are: ImageArn.',
      ],
    ],
    [
      'a template for the macro, in its own words and places',
      `Transform: SageMakerImageVersion
Resources:
  Stable:
    Type: AWS::SageMaker::ImageVersion
    Properties: {ImageNam: mine, BaseImage: x, Horovod: maybe}
Outputs:
  Arn: {Value: !GetAtt Stable.Arn}
`,
      [
        '3:3 Resource Stable: an AWS::SageMaker::ImageVersion needs the property ImageName.',
        '5:18 Resource Stable: an AWS::SageMaker::ImageVersion has no property "ImageNam". Did you mean "ImageName"?',
        '5:48 Resource Stable: Horovod must be true or false, not "maybe".',
        '7:24 Stable is an AWS::SageMaker::ImageVersion, which has no attribute "Arn". There are: ImageVersionArn, Version, ImageArn, ImageName, BaseImage, ContainerImage.',
      ],
    ],
    [
      'a type that is not simulated',
      `Resources:
  Bucket:
    Type: AWS::S3::Bucket
`,
      [
        "2:3 This type is not simulated here: AWS::S3::Bucket (Bucket in line 2). Add --stub AWS::S3::Bucket, or --stub '*' for every type: the resources are then created without an effect, with made-up attributes.",
      ],
    ],
    [
      'a mistyped type',
      `Resources:
  Image:
    Type: AWS::SageMaker::Imag
`,
      [
        '2:3 This type is not simulated here: AWS::SageMaker::Imag (Image in line 2). Add --stub AWS::SageMaker::Imag, or --stub \'*\' for every type: the resources are then created without an effect, with made-up attributes. Did you mean "AWS::SageMaker::Image"?',
      ],
    ],
    [
      'a text that is not a template',
      'Hello',
      ['1:1 A template must be a map of sections and needs a Resources section.'],
    ],
  ])('because of %s is refused with the place and the cause of each problem', async (_what, text, problems) => {
    writeFileSync('bad.yaml', text);
    const expected = problems.map((problem) => {
      const [, line = '', column = '', Message = ''] = /^(\d+):(\d+) (.*)$/.exec(problem) ?? [];
      return { File: 'bad.yaml', Line: Number(line), Column: Number(column), Message };
    });
    const excerpts = expected.map(({ Line, Column, Message }) => [
      `bad.yaml:${Line}:${Column}: ${Message}\n`,
      `  ${Line} | ${text.split('\n')[Line - 1]}\n`,
      `${' '.repeat(`  ${Line} `.length)}| ${' '.repeat(Column - 1)}^\n`,
    ]);

    const people = await runInProcess(deploy);
    const scripts = await runInProcess([...deploy, '--json']);

    expect(people).toEqual({ status: 2, stdout: '', stderr: excerpts.flat().join('') });
    expect({ ...scripts, stdout: '' }).toEqual(people);
    expect(JSON.parse(scripts.stdout)).toEqual({ Problems: expected });
  });

  test('shows only the part of a long line that has the problem', async () => {
    writeFileSync('bad.json', `{"Description": "${'x'.repeat(200)}", "Resources": {"A": {"Type": 1 2}}}`);

    const { status, stderr } = await runInProcess(['deploy', '--template', 'bad.json', '--stack-name', 'bad']);

    expect(status).toBe(2);
    expect(stderr).toBe(`bad.json:1:249: This is not JSON. Unresolved plain scalar "1 2".
  1 | xxxxxxxxxxxxxxx", "Resources": {"A": {"Type": 1 2}}}
    |                                               ^
`);
  });
});

describe('a call that cannot be carried out', () => {
  const quickStart = `--template ${resolve('examples/quick-start.yaml')} --stack-name bad`;
  beforeAll(() => {
    writeFileSync('text', '');
    writeFileSync('own.cjs', '');
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

  test.each<[what: string, command: string, Code: string, message: string]>([
    [
      'an unknown parameter',
      `deploy ${quickStart} --parameter Tag=1`,
      'WrongUsage',
      'Parameters: [Tag] do not exist in the template',
    ],
    [
      'a parameter without a value',
      `deploy ${quickStart} --parameter Tag`,
      'WrongUsage',
      "error: option '--parameter <NAME=VALUE...>' argument 'Tag' is invalid. Write it as NAME=VALUE.",
    ],
    [
      'a missing template',
      'deploy --template absent.yaml --stack-name bad',
      'WrongUsage',
      "The template cannot be read. ENOENT: no such file or directory, open 'absent.yaml'",
    ],
    ['an update of a missing stack', `update ${quickStart}`, 'ValidationError', 'Stack [bad] does not exist'],
    [
      'an invalid name of a stack',
      `deploy ${quickStart.replace(/bad$/, '1st')}`,
      'ValidationError',
      "1 validation error detected: Value '1st' at 'stackName' failed to " +
        'satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*',
    ],
    ['a missing stack to show', 'show --stack-name bad', 'NotPossible', 'There is no stack bad in .sandbox.'],
    ['a missing option', 'events', 'WrongUsage', "error: required option '--stack-name <NAME>' not specified"],
    ['an unknown command', 'deploi', 'WrongUsage', "error: unknown command 'deploi'\n(Did you mean deploy?)"],
    [
      'an unknown option',
      'show --stak-name bad',
      'WrongUsage',
      "error: unknown option '--stak-name'\n(Did you mean --stack-name?)",
    ],
    [
      'an unknown option before the command',
      '--provider-tempate=x show',
      'WrongUsage',
      "error: unknown option '--provider-tempate=x'\n(Did you mean --provider-template?)",
    ],
    [
      'a schema that cannot be read',
      'delete --stack-name bad --schema absent.json',
      'WrongUsage',
      "The schema absent.json cannot be read. ENOENT: no such file or directory, open 'absent.json'",
    ],
    [
      'an unknown parameter of the provider',
      `deploy ${quickStart} --provider-parameter Nope=1`,
      'WrongUsage',
      'Parameters: [Nope] do not exist in the template\nParameters: [ImageNamePattern] must have values',
    ],
    [
      'a seed that is not a number',
      'serve --seed x',
      'WrongUsage',
      "error: option '--seed <N>' argument 'x' is invalid. It must be a whole number.",
    ],
    [
      'the last port, which leaves none for CloudFormation',
      'serve --port 65535',
      'WrongUsage',
      "error: option '--port <N>' argument '65535' is invalid. It must be a whole number from 0 to 65534.",
    ],
    [
      'a Timeout that is too long',
      'check --handler any.cjs --function-timeout 901',
      'WrongUsage',
      "error: option '--function-timeout <SECONDS>' argument '901' is invalid. It must be a whole number from 1 to 900.",
    ],
    [
      'a Timeout of 0',
      'delete --stack-name bad --function-timeout 0',
      'WrongUsage',
      "error: option '--function-timeout <SECONDS>' argument '0' is invalid. It must be a whole number from 1 to 900.",
    ],
    [
      'an OnFailure destination that does not exist',
      'check --handler own.cjs --on-failure nowhere.cjs',
      'WrongUsage',
      'There is no file nowhere.cjs for --on-failure.',
    ],
    [
      'variables without a handler',
      `deploy ${quickStart} --variable NAME=value`,
      'WrongUsage',
      '--variable sets environment variables of the provider that --handler names: add --handler.',
    ],
    [
      'a folder that cannot be made',
      'delete --stack-name bad --state text/state',
      'ENOTDIR',
      "ENOTDIR: not a directory, mkdir 'text/state/logs'",
    ],
    [
      'a provider that was not built',
      'delete --stack-name bad --provider-template provider.yaml',
      'NotPossible',
      'The code of Provider is missing: nowhere/index.cjs. Build it first.',
    ],
    [
      'a timeline in a file that is not an SVG',
      `deploy ${quickStart} --timeline bad.yaml`,
      'WrongUsage',
      "error: option '--timeline <FILE.svg>' argument 'bad.yaml' is invalid. The file name must end in .svg.",
    ],
    [
      'a timeline in a missing folder',
      `deploy ${quickStart} --timeline absent/a.svg`,
      'WrongUsage',
      "The timeline cannot be written. ENOENT: no such file or directory, access 'absent'",
    ],
    [
      'a folder as timeline',
      `deploy ${quickStart} --timeline folder.svg`,
      'WrongUsage',
      'The timeline cannot be written: folder.svg is a folder.',
    ],
  ])('%s is refused, as text and as JSON', async (_what, command, Code, message) => {
    mkdirSync('folder.svg', { recursive: true });
    const prefix = Code === 'ValidationError' ? 'CloudFormation refused (ValidationError): ' : '';
    const suffix = message.startsWith('error: ') ? '(See --help.)\n' : '';

    const people = await runInProcess(command.split(' '));
    const scripts = await runInProcess([...command.split(' '), '--json']);

    const stderr = `${prefix}${message}\n${suffix}`;
    expect(people).toEqual({ status: Code === 'WrongUsage' ? 2 : 1, stdout: '', stderr });
    expect({ ...scripts, stdout: '' }).toEqual(people);
    expect(JSON.parse(scripts.stdout)).toEqual({ Error: { Code, Message: message.replace('error: ', '') } });
  });

  test('unknown faults and switches are refused together, below those that exist', async () => {
    const wrong = ['--fault', 'thorttle', '--fault', 'kill=CreateImage', '--switch', 'ClientToken=lost'];

    const { status, stdout, stderr } = await runInProcess(['delete', '--stack-name', 'bad', ...wrong, '--json']);

    const message = [
      '--fault thorttle: there is no fault "thorttle" here. Did you mean "throttle"?',
      '--fault kill=CreateImage: there is no operation "CreateImage". Did you mean "CreateImageVersion"?',
      '--switch ClientToken=lost: ClientToken is remembered or forgotten.',
    ].join('\n');
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ Error: { Code: 'WrongUsage', Message: message } });
    expect(stderr).toMatch(/^Faults:\n {2}throttle\[=HITS\]\n {6}SageMaker answers /);
    expect(stderr).toContain('\n\nSwitches (the default comes first; ');
    expect(stderr).toContain('\n  ClientToken=remembered|forgotten\n');
    expect(stderr.slice(stderr.indexOf('\n\n--fault'))).toBe(`\n\n${message}\n`);
  });

  test.each([
    [
      ['--on-failure', 'DELETE', '--disable-rollback'],
      '--on-failure and --disable-rollback contradict each other. Keep one of them.\n',
    ],
    [
      ['--on-failure', 'NOTHING'],
      "error: option '--on-failure <ACTION>' argument 'NOTHING' is invalid. Allowed choices are ROLLBACK, DELETE, DO_NOTHING.\n(See --help.)\n",
    ],
  ])('%j is refused', async (options, told) => {
    const { status, stderr } = await runInProcess([
      'deploy',
      '--template',
      'x.yaml',
      '--stack-name',
      'bad',
      ...options,
    ]);

    expect({ status, stderr }).toEqual({ status: 2, stderr: told });
  });

  test.each([
    [
      ['--use-previous-template', '--template', 'x.yaml'],
      '--template and --use-previous-template contradict each other',
    ],
    [[], "error: required option '--template <FILE>' not specified"],
  ])('update %j is refused', async (options, message) => {
    writeFileSync('x.yaml', 'Resources: {}\n');

    const { status, stderr } = await runInProcess(['update', '--stack-name', 'bad', ...options]);

    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
  });

  test('--on-failure is refused for a stack that exists', async () => {
    writeFileSync(
      'image.yaml',
      'Resources: {I: {Type: AWS::SageMaker::Image, Properties: {ImageName: i, ImageRoleArn: arn:aws:iam::111122223333:role/r}}}\n',
    );
    const deploy = ['deploy', '--template', 'image.yaml', '--stack-name', 'image'];
    await runInProcess(deploy);

    const { status, stderr } = await runInProcess([...deploy, '--on-failure', 'DELETE']);

    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        '--on-failure is only for a new stack, and stack image exists. Use --disable-rollback to keep what succeeds.\n',
    });
  });

  test('a version that does not depend on its image gets a warning with its place, also under the macro', async () => {
    writeFileSync(
      'early.yaml',
      `Transform: SageMakerImageVersion
Resources:
  Image: {Type: AWS::SageMaker::Image, Properties: {ImageName: early, ImageRoleArn: arn:aws:iam::111122223333:role/r}}
  Early:
    Type: AWS::SageMaker::ImageVersion
    Properties: {ImageName: early, BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/early:1'}
`,
    );
    const deploy = ['deploy', '--template', 'early.yaml', '--stack-name', 'early', '--no-execute-changeset'];

    const { status, stdout } = await runInProcess(deploy);

    expect(status).toBe(0);
    expect(stdout).toContain(
      '  early.yaml:4:3: Early does not depend on Image, so CloudFormation does not wait until the image\n' +
        '  early exists, and Early fails in a new stack. Add this line to Early:\n' +
        '  DependsOn: Image\n',
    );
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

const commands = ['deploy', 'update', 'delete', 'continue-update-rollback', 'show', 'events', 'serve', 'check'];

test('--help names every command and every exit status, and has examples', async () => {
  const { status, stdout } = await runInProcess(['--help']);

  expect(status).toBe(0);
  for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command} \\[options\\] `, 'm'));
  expect(stdout).toContain('npm run sandbox -- deploy --template mine.yaml --stack-name mine\n');
  for (const exit of ['0', '1', '2', '128+n']) expect(stdout).toContain(`\n  ${exit.padEnd(5)}  `);
});

test.each(commands)('%s --help has examples', async (command) => {
  const { status, stdout } = await runInProcess([command, '--help']);

  expect(status).toBe(0);
  expect(stdout).toContain(`\nExamples:\n  npm run sandbox -- ${command}`);
});
