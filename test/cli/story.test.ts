import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLines, flat, newFolder, startStory } from './command-line.ts';
import { answering, writeProvider } from './fake-provider.ts';

const { folder, remove } = newFolder();
afterAll(remove);

/** The working folder of one test: the tests run beside each other. */
function workingFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

test.concurrent('runs the five steps and leaves nothing behind', async () => {
  const cwd = workingFolder('whole');

  const { status, stdout, stderr } = await startStory([], cwd).ended;

  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(headingsAndOutcomes(stdout)).toEqual([
    '1/5 Create the stack',
    '✓ Previous is version 1; Stable is version 2 and carries latest.',
    '2/5 Change ReleaseNotes: an update in place',
    '✓ Version 2 has new ReleaseNotes, and nothing else has changed.',
    '3/5 Change StableTag to 1.5: a replacement',
    '✓ latest has moved from version 2 to version 3, and version 2 is deleted.',
    '4/5 Change StableTag to does-not-exist: an update that fails',
    '✓ Version 3 and its aliases are as before; the failed version 4 is gone.',
    '5/5 Delete the stack',
    '✓ Both versions and the image are deleted.',
  ]);
  expect(eventLines(stdout)).toEqual(EVENTS);
  expect(versionRows(stdout)).toEqual([
    '1 CREATED studio:1.3 sha256:3ab2ef1d8355… 1.3',
    '2 CREATED studio:1.4 sha256:f97e53003a75… 1.4, latest First release',
    '1 CREATED studio:1.3 sha256:3ab2ef1d8355… 1.3',
    '2 CREATED studio:1.4 sha256:f97e53003a75… 1.4, latest Python 3.12, PyTorch 2.9',
    '1 CREATED studio:1.3 sha256:3ab2ef1d8355… 1.3',
    '3 CREATED studio:1.5 sha256:04f0e517c0e3… 1.5, latest Python 3.12, PyTorch 2.9',
    '1 CREATED studio:1.3 sha256:3ab2ef1d8355… 1.3',
    '3 CREATED studio:1.5 sha256:04f0e517c0e3… 1.5, latest Python 3.12, PyTorch 2.9',
  ]);
  expect(flat(stdout)).toContain(
    'Message returned: SageMaker could not create version 4 of image data-science from ' +
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:does-not-exist. FailureReason: The base image ' +
      "'111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:does-not-exist' was not found in Amazon ECR, or the role " +
      'of the image may not read it.',
  );
  expect(stdout).toContain('\nNothing is left: SageMaker has no images and no versions.\n');
  expect(stdout).toMatch(/npm run sandbox -- deploy --template FILE --stack-name NAME\n.*sam build && sam deploy\n$/);
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
  // Neither colours nor credentials.
  expect(stdout).not.toContain('\u001b');
  expect(stdout).not.toContain('X-Amz-');
  expect(existsSync(join(cwd, '.sandbox'))).toBe(false);
});

test.concurrent('stops at a step with another result, and prints the expected result and the log', async () => {
  const cwd = workingFolder('failing');
  const failing = answering({ Status: 'FAILED', PhysicalResourceId: 'none', Reason: 'It is Saturday.' });
  const providerTemplate = writeProvider(cwd, failing);

  const { status, stdout, stderr } = await startStory(['--provider-template', providerTemplate], cwd).ended;

  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(headingsAndOutcomes(stdout)).toEqual([
    '1/5 Create the stack',
    '✗ The stack should be CREATE_COMPLETE now, but it is ROLLBACK_FAILED.',
  ]);
  expect(stdout).toMatch(/\nThe provider's log:\nFake: answering Create\nFake: answering Delete\n$/);
});

test.concurrent('compares the versions with the expected ones', async () => {
  // The outputs of the example ask for these attributes.
  const Data = { Version: '7', ContainerImage: 'none' };
  const cwd = workingFolder('lying');
  const lying = answering({ Status: 'SUCCESS', PhysicalResourceId: 'made-up', Data });
  const providerTemplate = writeProvider(cwd, lying);

  const { status, stdout } = await startStory(['--provider-template', providerTemplate], cwd).ended;

  expect(status).toBe(1);
  expect(flat(stdout)).toContain(
    '✗ There should be version 1 of tag 1.3 with the aliases [1.3] and no ReleaseNotes and version 2 of tag 1.4 with ' +
      'the aliases [1.4, latest] and ReleaseNotes "First release" now, but there is no version.',
  );
});

test.concurrent('leaves no process behind if it is interrupted', async () => {
  const cwd = workingFolder('hanging');
  const pidFile = join(cwd, 'pid');
  const hanging = `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); await new Promise(() => {});`;
  const providerTemplate = writeProvider(cwd, hanging);
  const { child, ended } = startStory(['--provider-template', providerTemplate], cwd);
  while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') {
    await new Promise((resume) => setTimeout(resume, 20));
  }

  child.kill('SIGINT');
  const { status, stderr } = await ended;

  expect(status).toBe(130);
  expect(stderr).toBe('\nInterrupted by SIGINT. Nothing of this operation is saved.\n');
  expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
});

const EVENTS = [
  'quick-start CREATE_IN_PROGRESS User Initiated',
  'Image CREATE_IN_PROGRESS',
  'Image CREATE_IN_PROGRESS Resource creation Initiated',
  'Image CREATE_COMPLETE',
  'Previous CREATE_IN_PROGRESS',
  'Previous CREATE_IN_PROGRESS Resource creation Initiated',
  'Previous CREATE_COMPLETE',
  'Stable CREATE_IN_PROGRESS',
  'Stable CREATE_IN_PROGRESS Resource creation Initiated',
  'Stable CREATE_COMPLETE',
  'quick-start CREATE_COMPLETE',

  'quick-start UPDATE_IN_PROGRESS User Initiated',
  'Stable UPDATE_IN_PROGRESS',
  'Stable UPDATE_COMPLETE',
  'quick-start UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'quick-start UPDATE_COMPLETE',

  'quick-start UPDATE_IN_PROGRESS User Initiated',
  'Stable UPDATE_IN_PROGRESS',
  'Stable UPDATE_IN_PROGRESS',
  'Stable UPDATE_COMPLETE',
  'quick-start UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'Stable DELETE_IN_PROGRESS',
  'Stable DELETE_COMPLETE',
  'quick-start UPDATE_COMPLETE',

  'quick-start UPDATE_IN_PROGRESS User Initiated',
  'Stable UPDATE_IN_PROGRESS',
  'Stable UPDATE_FAILED',
  'quick-start UPDATE_ROLLBACK_IN_PROGRESS',
  'Stable UPDATE_IN_PROGRESS',
  'Stable UPDATE_COMPLETE',
  'quick-start UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'quick-start UPDATE_ROLLBACK_COMPLETE',

  'quick-start DELETE_IN_PROGRESS User Initiated',
  'Stable DELETE_IN_PROGRESS',
  'Stable DELETE_COMPLETE',
  'Previous DELETE_IN_PROGRESS',
  'Previous DELETE_COMPLETE',
  'Image DELETE_IN_PROGRESS',
  'Image DELETE_COMPLETE',
  'quick-start DELETE_COMPLETE',
];

function headingsAndOutcomes(stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .filter((line) => /^──|^ *[✓✗]/.test(line))
    .map((line) => line.replaceAll('─', '').trim());
}

function versionRows(stdout: string): readonly string[] {
  return stdout
    .split('\n')
    .filter((line) => /^ {2}\d+ +CREATED/.test(line))
    .map((line) => line.trim().replace(/ +/g, ' '));
}
