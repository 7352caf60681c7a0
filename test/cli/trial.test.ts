import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { eventLines, flat, startCommand, workWithTemplate } from './command-line.ts';

const { run, stack, template, mine } = workWithTemplate();
/** A stack with a state folder of its own. */
const stackIn = (name: string) => `--stack-name ${name} --state ${name}`;

/** Presses Ctrl-C as soon as the command prints `text`: to wait for Lambda's retries would take minutes. */
async function interruptAt(text: string, command: string) {
  const { child, ended } = startCommand(command.split(' '));
  let printed = '';
  child.stdout.on('data', (chunk) => {
    // A second signal would end the process at once.
    if (printed.includes(text)) return;
    printed += chunk;
    if (printed.includes(text)) child.kill('SIGINT');
  });
  const { status, ...written } = await ended;
  expect(status).toBe(130);
  return written;
}

// One stack from its beginning to its end: each test goes on where the last one has stopped.
describe('a stack with faults', () => {
  test('is rolled back if a version cannot be created, and the timeline shows it', async () => {
    const ended = await run(`deploy ${mine} --fault create-failed --timeline made.svg`);

    expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 1, stderr: '' });
    expect(flat(ended.stdout)).toContain('FailureReason: Injected by --fault create-failed.');
    expect(flat(ended.stdout)).toContain(
      '0.0 s fault create-failed (111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:1)',
    );
    expect(flat(ended.stdout)).toContain('The timeline is in made.svg. ✗ Stack mine is ROLLBACK_COMPLETE');
    expect(ended.stdout).toMatch(
      /\n {2}The stack was never created, so you can only delete it:\n {4}npm run sandbox -- delete --stack-name mine\n$/,
    );
    const svg = readFileSync('made.svg', 'utf8');
    const lane = svg.slice(svg.indexOf('<g class="resource" id="Only">'));
    expect(lane).toMatch(/<title>CREATE_FAILED, \d+\.\d\d s: Received response status/);
    expect(lane).toMatch(/<g class="invocation"><title>invocation for Create: returned/);
    expect(lane).toMatch(/<g class="call"><title>call: CreateImageVersion/);
    expect(svg).not.toContain('X-Amz-');
    await run(`delete ${stack}`);
  });

  test('prints the plan first, and is created in spite of throttling and lost answers', async () => {
    const faults =
      '--fault throttle=2 --fault bucket-refuses=1 --fault lost-answer=CreateImageVersion:1 --fault create-failed=mine:9';

    const { status, stdout, stderr } = await run(`deploy ${mine} ${faults}`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^ {2}Change {2}Resource {2}Type {27}Because of\n {2}create {2}Image {5}AWS::SageMaker::Image\n {2}create {2}Only {6}Custom::SageMakerImageVersion\n\n {4}\d+\.\d s {2}mine /,
    );
    const faultLines = eventLines(stdout).filter((line) => line.startsWith('fault '));
    expect(faultLines.toSorted()).toEqual([
      'fault bucket-refuses',
      'fault lost-answer (CreateImageVersion)',
      'fault throttle (ListAliases)',
      'fault throttle (ListAliases)',
    ]);
    expect(flat(stdout)).toContain(
      '--fault create-failed=mine:9 did not happen: no version was created whose BaseImage has "mine:9" in it.',
    );
    const [, counted = ''] = /\n {2}Only +CREATE_COMPLETE +(\d.*)\n/.exec(stdout) ?? [];
    expect(counted.replace(/^\d+\.\d s/, 'n s').replace(/ +/g, ' ')).toMatch(/^n s 1 \d+ \d+ 2$/);
  });

  test('only prints the plan with --no-execute-changeset, and names the options that had no effect', async () => {
    const planned = await run(
      `deploy ${mine} --parameter Tag=2 --no-execute-changeset --fault throttle --timeline none.svg`,
    );
    const { stdout: shown } = await run(`show ${stack}`);

    expect(planned).toEqual({
      status: 0,
      stdout: `  Change   Resource  Type                           Because of
  replace  Only      Custom::SageMakerImageVersion  BaseImage
  CloudFormation does not know whether a custom resource will be replaced. This provider replaces it
  for such a change.

Nothing was carried out, so no fault has happened and no timeline was drawn.
`,
      stderr: '',
    });
    expect(shown).toMatch(/^mine {2}CREATE_COMPLETE\n/);
    expect(existsSync('none.svg')).toBe(false);
  });

  test('names the options that had no effect where there is nothing to do', async () => {
    const unchanged = await run(`deploy ${mine} --fault throttle`);
    const absent = await run('delete --stack-name absent --timeline none.svg');
    const json = await run('delete --stack-name absent --json --fault throttle --timeline none.svg');

    expect(unchanged.stdout).toBe(
      'Nothing to do: stack mine is up to date.\nNothing was carried out, so no fault has happened.\n',
    );
    expect(absent.stdout).toBe(
      'Nothing to do: there is no stack absent.\nNothing was carried out, so no timeline was drawn.\n',
    );
    expect(JSON.parse(json.stdout).MissedFaults).toEqual(['--fault throttle did not happen: nothing was carried out.']);
    expect(existsSync('none.svg')).toBe(false);
  });

  test('does what the plan says: an update in place, and a replacement', async () => {
    const inPlace = await run(`deploy ${mine} --parameter Notes=second`);
    const replacing = await run(`update ${mine} --parameter Tag=2 --fault duplicate`);

    expect(inPlace.stdout).toContain('\n  update  Only      Custom::SageMakerImageVersion  ReleaseNotes\n');
    expect(eventLines(inPlace.stdout)).not.toContain('Only DELETE_COMPLETE');
    expect(replacing.stdout).toContain('\n  replace  Only      Custom::SageMakerImageVersion  BaseImage\n');
    expect(eventLines(replacing.stdout)).toContain('Only DELETE_COMPLETE');
    expect(eventLines(replacing.stdout)).toContain('fault duplicate');
    // The table shows the new physical resource.
    expect(replacing.stdout).toMatch(/\n {2}Only {6}UPDATE_COMPLETE +\d+\.\d s {2}[34] /);
  });

  test('is printed as one JSON document, and uses the switches of the command', async () => {
    const { status, stdout, stderr } = await run(
      `update ${mine} --parameter Tag=3 --json --switch aliasOfAnotherVersion=moves --fault throttle=CreateImageVersion:1 --fault create-failed=mine:9`,
    );

    const { StackEvents, Changes, ...document } = JSON.parse(stdout);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(document).toMatchObject({
      StackName: 'mine',
      StackStatus: 'UPDATE_COMPLETE',
      ImageVersions: [{ Version: 3 }],
    });
    const { Resources, SageMakerCalls, Faults, MissedFaults, LogFolder } = document;
    expect(Resources).toEqual([
      {
        LogicalResourceId: 'Only',
        Seconds: expect.any(Number),
        Invocations: 2,
        Calls: expect.any(Number),
        Polls: expect.any(Number),
        Retries: 1,
      },
    ]);
    expect(SageMakerCalls).toMatchObject({ CreateImageVersion: 2, DeleteImageVersion: 1, UpdateImageVersion: 2 });
    expect(Faults).toEqual([
      {
        Asked: 'throttle=CreateImageVersion:1',
        Happened: 'throttle (CreateImageVersion)',
        Seconds: expect.any(Number),
      },
    ]);
    expect(MissedFaults).toEqual([
      '--fault create-failed=mine:9 did not happen: no version was created whose BaseImage has "mine:9" in it.',
    ]);
    expect(LogFolder).toBe('.sandbox/logs');
    expect(Changes).toEqual([
      {
        Type: 'Resource',
        ResourceChange: {
          Action: 'Modify',
          LogicalResourceId: 'Only',
          PhysicalResourceId: 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/mine/2',
          ResourceType: 'Custom::SageMakerImageVersion',
          Replacement: 'Conditional',
          PolicyAction: 'ReplaceAndDelete',
          Scope: ['Properties'],
          Details: [
            {
              Target: { Attribute: 'Properties', Name: 'BaseImage', RequiresRecreation: 'Conditionally' },
              Evaluation: 'Static',
            },
          ],
        },
      },
    ]);
    expect(StackEvents[0]).toMatchObject({
      ResourceStatus: 'UPDATE_IN_PROGRESS',
      Timestamp: expect.stringMatching(/Z$/),
    });
    expect(StackEvents.at(-1)).toMatchObject({ LogicalResourceId: 'mine', ResourceStatus: 'UPDATE_COMPLETE' });
  });

  test('is JSON too if there is nothing to do', async () => {
    const unchanged = await run(`deploy ${mine} --json`);
    const absent = await run('delete --stack-name absent --json');

    expect(JSON.parse(unchanged.stdout)).toMatchObject({
      StackStatus: 'UPDATE_COMPLETE',
      Changes: [],
      StackEvents: [],
    });
    expect(JSON.parse(absent.stdout)).toEqual({
      StackName: 'absent',
      Changes: [],
      Warnings: [],
      StackEvents: [],
      Resources: [],
      SageMakerCalls: {},
      Faults: [],
      MissedFaults: [],
      LogFolder: '.sandbox/logs',
    });
  });

  test('gets its warnings before anything happens', async () => {
    const text = readFileSync('mine.yaml', 'utf8');
    writeFileSync('no-notes.yaml', text.replace(/ +ReleaseNotes: .*\n/, ''));
    const plan = `update --template no-notes.yaml ${stack} --no-execute-changeset`;

    const { status, stdout } = await run(plan);
    const json = await run(`${plan} --json`);

    const warning = 'ReleaseNotes of Only stays as it is: the provider cannot clear it.';
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(-5)).toEqual([
      '  Change  Resource  Type                           Because of',
      '  update  Only      Custom::SageMakerImageVersion  ReleaseNotes',
      `  ${warning}`,
      '',
      '',
    ]);
    expect(JSON.parse(json.stdout)).toMatchObject({ Warnings: [warning] });
  });

  test('gets a warning, if it is deleted, that a version cannot stay without its image', async () => {
    const text = readFileSync('mine.yaml', 'utf8');
    writeFileSync(
      'kept.yaml',
      text.replaceAll('ImageName: mine', 'ImageName: kept').replace(/( +)DependsOn/, '$1DeletionPolicy: Retain\n$&'),
    );
    await run('deploy --template kept.yaml --stack-name kept');

    const { status, stdout } = await run('delete --stack-name kept --json');

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      StackStatus: 'DELETE_COMPLETE',
      ImageVersions: [],
      Warnings: [
        'Only is not kept after all: Image goes too, and SageMaker deletes an image with all ' + 'its versions.',
      ],
    });
  });

  test('prints that the provider was killed', async () => {
    const { stdout } = await interruptAt('  Lambda  ', `delete ${stack} --fault kill`);

    expect(stdout).toContain('\n  delete  Only      Custom::SageMakerImageVersion\n');
    expect(flat(stdout)).toMatch(
      / fault kill \(DeleteImageVersion\) 0\.0 s Lambda attempt 1 at the Delete of Only has ended: Runtime exited with error: signal: killed\. Lambda tries again in 60 s\. $/,
    );
  });
});

test('prints that every invocation of a broken provider fails', async () => {
  const { stdout } = await interruptAt('  Lambda  ', `deploy ${template} ${stackIn('broken')} --fault break`);

  expect(flat(stdout)).toMatch(
    / fault break 0\.0 s Lambda attempt 1 at the Create of Only has ended: Error: injected by --fault break\. Lambda tries again in 60 s\. $/,
  );
});

test('an interrupted operation saves nothing and draws nothing', async () => {
  const { stderr } = await interruptAt(
    'fault         late',
    `deploy ${template} ${stackIn('late')} --fault late --timeline late.svg`,
  );

  expect(stderr).toBe('\nInterrupted by SIGINT. Nothing of this operation is saved.\n');
  expect(existsSync('late.svg')).toBe(false);
  expect((await run(`show ${stackIn('late')}`)).status).toBe(1);
});

test('a switch applies to one operation', async () => {
  const image = {
    Type: 'AWS::SageMaker::Image',
    Properties: { ImageName: 'Mixed', ImageRoleArn: 'arn:aws:iam::111122223333:role/r' },
  };
  writeFileSync('mixed.json', JSON.stringify({ Resources: { Image: image } }));
  const deploy = 'deploy --template mixed.json --json';

  const thrown = await run(`${deploy} ${stackIn('one')} --switch caseOfArns=lowered`);
  const usual = await run(`${deploy} ${stackIn('two')}`);

  const idOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).StackResources[0].PhysicalResourceId;
  expect(idOf(thrown)).toBe('arn:aws:sagemaker:eu-west-1:111122223333:image/mixed');
  expect(idOf(usual)).toBe('arn:aws:sagemaker:eu-west-1:111122223333:image/Mixed');
});
