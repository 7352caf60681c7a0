import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { eventLines, flat, workWithTemplate } from './command-line.ts';

const nativeType = resolve('examples/native-type.yaml');

const { run, stack, mine } = workWithTemplate('Outputs:\n  Number: {Value: !GetAtt Only.Version}\n');

// One stack from creation to deletion: each test continues where the last one stopped.
describe('a stack', () => {
  test('is created by deploy', async () => {
    const { status, stdout, stderr } = await run(`deploy ${mine} --parameter Notes=a=b`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(eventLines(stdout).at(-1)).toBe('mine CREATE_COMPLETE');
    expect(flat(stdout)).toContain(
      '1 CREATED mine:1 sha256:774a0560bff4… latest a=b Number 1 SageMaker calls by the provider: ',
    );
    expect(stdout).toMatch(/\n {2}✓ Stack mine is CREATE_COMPLETE\n$/);
  });

  test('stays as it is if deploy finds no change, even with another default in the template', async () => {
    const text = readFileSync('mine.yaml', 'utf8');
    writeFileSync('newer.yaml', text.replace("Default: '1'", "Default: '9'"));

    const { status, stdout } = await run(`deploy --template newer.yaml ${stack}`);

    expect(status).toBe(0);
    expect(stdout).toBe('As in the last deployment: Tag=1, Notes=a=b\nNothing to do: stack mine is up to date.\n');
  });

  test('is not updated by update if nothing changes', async () => {
    const { status, stderr } = await run(`update ${mine}`);

    expect(status).toBe(1);
    expect(stderr).toBe('CloudFormation refused (ValidationError): No updates are to be performed.\n');
  });

  test('is updated by update, and keeps the parameters that are not given', async () => {
    const { status, stdout, stderr } = await run(`update ${mine} --parameter Tag=2`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^As in the last deployment: Notes=a=b\n/);
    expect(flat(stdout)).toContain('2 CREATED mine:2 sha256:7e40854cda26… latest a=b Number 2');
    expect(stdout).toMatch(/\n {2}✓ Stack mine is UPDATE_COMPLETE\n$/);
  });

  test('stays as it is if the template has problems', async () => {
    const text = readFileSync('mine.yaml', 'utf8');
    writeFileSync('wrong.yaml', text.replace('DependsOn', 'DependOn').replace('latest', 'cfn-latest'));

    const { status, stderr } = await run(`deploy --template wrong.yaml ${stack}`);

    expect(status).toBe(2);
    expect(stderr).toBe(`wrong.yaml:10:5: A resource has no "DependOn". Did you mean "DependsOn"?
  10 |     DependOn: Image
     |     ^
wrong.yaml:15:7: Resource Only: Alias must be letters, digits, "-", "_" and ".", beginning with none of "-", "." and "cfn-", not "cfn-latest".
  15 |       Alias: cfn-latest
     |       ^
`);
  });

  test('is rolled back if SageMaker cannot create the version; the log has the cause', async () => {
    const { status, stdout, stderr } = await run(`deploy ${mine} --parameter Tag=does-not-exist`);

    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(flat(stdout)).toContain('SageMaker could not create version 3 of image mine from');
    expect(stdout).toMatch(
      / {2}✗ Stack mine is UPDATE_ROLLBACK_COMPLETE\n {2}The provider's log is in \.sandbox\/logs\.\n$/,
    );
    const log = readFileSync('.sandbox/logs/ProviderFunction.log', 'utf8');
    expect(log).toContain(
      '"level":"ERROR","message":"The request failed: SageMaker could not create version 3 of image mine from ',
    );
    expect(log + stdout).not.toContain('X-Amz-');
  });

  test('is shown as it is now', async () => {
    const { status, stdout } = await run(`show ${stack}`);

    expect(status).toBe(0);
    expect(stdout).toBe(`mine  UPDATE_ROLLBACK_COMPLETE

  Resource  Status           PhysicalResourceId
  Image     CREATE_COMPLETE  arn:aws:sagemaker:eu-west-1:111122223333:image/mine
  Only      UPDATE_COMPLETE  arn:aws:sagemaker:eu-west-1:111122223333:image-version/mine/2

  Number  2

  Version  Status   BaseImage  Aliases  ReleaseNotes
  2        CREATED  mine:2     latest   a=b

  Version  ContainerImage
  2        sha256:7e40854cda26133163f3aa0d4bd56074fd965b09a8baf0ccda665c894bf4c43a
  Not shown: the aliases with which the provider marks its versions. A template cannot declare them.
`);
  });

  test('is shown as JSON, with every alias', async () => {
    const { stdout } = await run(`show ${stack} --json`);

    expect(JSON.parse(stdout)).toEqual({
      StackName: 'mine',
      StackId: expect.stringContaining(':stack/mine/'),
      StackStatus: 'UPDATE_ROLLBACK_COMPLETE',
      StackResources: [
        {
          LogicalResourceId: 'Image',
          ResourceType: 'AWS::SageMaker::Image',
          PhysicalResourceId: 'arn:aws:sagemaker:eu-west-1:111122223333:image/mine',
          ResourceStatus: 'CREATE_COMPLETE',
        },
        {
          LogicalResourceId: 'Only',
          ResourceType: 'Custom::SageMakerImageVersion',
          PhysicalResourceId: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/mine/2',
          ResourceStatus: 'UPDATE_COMPLETE',
        },
      ],
      Outputs: [{ OutputKey: 'Number', OutputValue: '2' }],
      ImageVersions: [
        {
          ImageName: 'mine',
          Version: 2,
          ImageVersionArn: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/mine/2',
          ImageVersionStatus: 'CREATED',
          BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:2',
          ContainerImage: expect.stringMatching(
            /^111122223333\.dkr\.ecr\.eu-west-1\.amazonaws\.com\/mine@sha256:7e40854c/,
          ),
          Aliases: [expect.stringMatching(/^cfn-/), 'latest'],
          ReleaseNotes: 'a=b',
        },
      ],
    });
  });

  test('has all its events, of every operation', async () => {
    const lines = await run(`events ${stack}`);
    const json = await run(`events ${stack} --json`);

    const { StackEvents } = JSON.parse(json.stdout);
    const dated = lines.stdout
      .split('\n')
      .filter((line) => /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} {2}\w/.test(line));
    expect(dated).toHaveLength(StackEvents.length);
    expect(dated[0]).toContain('  mine          CREATE_IN_PROGRESS  User Initiated');
    expect(StackEvents.at(-1)).toEqual({
      StackId: expect.any(String),
      StackName: 'mine',
      Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      EventId: expect.any(String),
      LogicalResourceId: 'mine',
      PhysicalResourceId: expect.any(String),
      ResourceType: 'AWS::CloudFormation::Stack',
      ResourceStatus: 'UPDATE_ROLLBACK_COMPLETE',
    });
  });

  test('is deleted, and can still be shown', async () => {
    const deleted = await run(`delete ${stack}`);
    const shown = await run(`show ${stack}`);
    const again = await run(`delete ${stack}`);

    expect(deleted.status).toBe(0);
    expect(deleted.stdout).toMatch(/\n {2}No image versions\.\n\n.*\n {2}✓ Stack mine is DELETE_COMPLETE\n$/);
    expect(shown.stdout).toMatch(/^mine {2}DELETE_COMPLETE\n/);
    expect(again).toEqual({ status: 0, stdout: 'Nothing to do: there is no stack mine.\n', stderr: '' });
  });
});

describe('the state folder', () => {
  const { pid: endedProcess } = spawnSync(process.execPath, ['--version']);
  const lock = (folder: string, pid: number) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/lock`, String(pid));
    return `--state ${folder}`;
  };

  test('belongs to one command at a time', async () => {
    const { status, stderr } = await run(`delete ${stack} ${lock('busy', process.ppid)}`);

    expect(status).toBe(1);
    expect(stderr).toBe(
      `Another sandbox command (process ${process.ppid}) is working in busy. Wait until it has ended, or choose another folder with --state.\n`,
    );
  });

  test.each(['show', 'events'])('has no stack for %s before an operation on it has begun', async (command) => {
    const { status, stdout, stderr } = await run(`${command} ${stack} ${lock('working', process.ppid)}`);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      `There is no stack mine in working yet. Process ${process.ppid} is working there, and has not begun an operation on this stack.\n`,
    );
  });

  test('does not count the lock of a command that was killed', async () => {
    const dead = lock('dead', endedProcess);
    // Its operation will not be saved.
    writeFileSync('dead/progress.json', '{"format":"other"}');
    const { stderr } = await run(`show ${stack} ${dead}`);
    const { status } = await run(`delete ${stack} ${lock('left', endedProcess)}`);

    expect(stderr).toBe('There is no stack mine in dead.\n');
    expect(status).toBe(0);
  });

  test.each([
    ['another program wrote it', '{"format":"other"}'],
    ['it is incomplete', '{"format":"sagemaker-im'],
  ])('is not read if %s', async (_why, text) => {
    mkdirSync('other', { recursive: true });
    writeFileSync('other/state.json', text);

    const { status, stderr } = await run(`show ${stack} --state other`);

    expect(status).toBe(1);
    expect(stderr).toBe('This version of the sandbox cannot read other/state.json. Delete it to start again.\n');
  });
});

test('a stack with a macro is updated with the template that it has, although its file is gone', async () => {
  const native = (command: string) => run(`${command} --stack-name native --state native`);
  copyFileSync(nativeType, 'native.yaml');
  await native('deploy --template native.yaml');
  rmSync('native.yaml');

  const updated = await native('update --use-previous-template --parameter Tag=1.5');
  const failed = await native(
    'update --use-previous-template --parameter Tag=1.6 --disable-rollback --fault access-denied',
  );

  expect(updated).toMatchObject({ status: 0, stderr: '' });
  expect(updated.stdout).toMatch(/ CREATED +studio:1\.5 /);
  expect(flat(failed.stdout)).toContain(
    'Fix the cause of the failure of Stable, then update the stack again. This command keeps the template; ' +
      '--template names another one: npm run sandbox -- update --stack-name native --state native ' +
      '--use-previous-template --disable-rollback ',
  );
});

describe('a mistyped name', () => {
  const mistyped = (command: string) => run(`${command} --state mistyped`);
  const importing = (name: string) => `Resources:
  Other: {Type: AWS::Serverless::Function}
Outputs:
  Shared: {Value: x, Export: {Name: ${name}}}
  Imported: {Value: !ImportValue sagemaker-image-version-provider-ServiceTokn}
`;

  test('of an export is warned of, and no log is named if no provider was asked', async () => {
    writeFileSync('importing.yaml', importing('own'));

    const { status, stdout } = await mistyped('deploy --template importing.yaml --stack-name first');

    expect(status).toBe(1);
    expect(flat(stdout)).toContain(
      'No stack exports sagemaker-image-version-provider-ServiceTokn: the operation will fail before it creates ' +
        'anything. Did you mean "sagemaker-image-version-provider-ServiceToken"? ',
    );
    expect(stdout).not.toContain('log');
  });

  test.each([
    ['show', 'stderr', 'There is no stack fisrt in mistyped. Did you mean "first"?\n'],
    ['delete', 'stdout', 'Nothing to do: there is no stack fisrt. Did you mean "first"?\n'],
  ] as const)('of a stack: %s suggests one that exists', async (command, stream, printed) => {
    const ended = await mistyped(`${command} --stack-name fisrt`);

    expect(ended[stream]).toBe(printed);
  });
});
