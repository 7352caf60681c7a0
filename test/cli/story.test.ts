import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLines, flat, newFolder, startStory } from './command-line.ts';
import { answering, writeProvider } from './fake-provider.ts';

// In real time, and other tests may keep the machine busy.
jest.setTimeout(60_000);

const { folder, remove } = newFolder();
afterAll(remove);

test('runs the five steps and leaves nothing behind', async () => {
  const { status, stdout, stderr } = await startStory([], folder).ended;

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
    '1 CREATED studio:1.3 sha256:e590d77c1b6f… 1.3',
    '2 CREATED studio:1.4 sha256:65bf1795c9ee… 1.4, latest First release',
    '1 CREATED studio:1.3 sha256:e590d77c1b6f… 1.3',
    '2 CREATED studio:1.4 sha256:65bf1795c9ee… 1.4, latest Python 3.12, PyTorch 2.9',
    '1 CREATED studio:1.3 sha256:e590d77c1b6f… 1.3',
    '3 CREATED studio:1.5 sha256:fad570e852ca… 1.5, latest Python 3.12, PyTorch 2.9',
    '1 CREATED studio:1.3 sha256:e590d77c1b6f… 1.3',
    '3 CREATED studio:1.5 sha256:fad570e852ca… 1.5, latest Python 3.12, PyTorch 2.9',
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
  expect(existsSync(join(folder, '.sandbox'))).toBe(false);
});

test('stops at a step with another result, and prints the expected result and the log', async () => {
  const failing = answering({ Status: 'FAILED', PhysicalResourceId: 'none', Reason: 'It is Saturday.' });
  const providerTemplate = writeProvider(join(folder, 'failing'), failing);

  const { status, stdout, stderr } = await startStory(['--provider-template', providerTemplate], folder).ended;

  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(headingsAndOutcomes(stdout)).toEqual([
    '1/5 Create the stack',
    '✗ The stack should be CREATE_COMPLETE now, but it is ROLLBACK_FAILED.',
  ]);
  expect(stdout).toMatch(/\nThe provider's log:\nFake: answering Create\nFake: answering Delete\n$/);
});

test('compares the versions with the expected ones', async () => {
  // The outputs of the example ask for these attributes.
  const Data = { Version: '7', ContainerImage: 'none' };
  const lying = answering({ Status: 'SUCCESS', PhysicalResourceId: 'made-up', Data });
  const providerTemplate = writeProvider(join(folder, 'lying'), lying);

  const { status, stdout } = await startStory(['--provider-template', providerTemplate], folder).ended;

  expect(status).toBe(1);
  expect(flat(stdout)).toContain(
    '✗ There should be version 1 of tag 1.3 with the aliases [1.3] and no ReleaseNotes and version 2 of tag 1.4 with ' +
      'the aliases [1.4, latest] and ReleaseNotes "First release" now, but there is no version.',
  );
});

test('leaves no process behind if it is interrupted', async () => {
  const pidFile = join(folder, 'pid');
  const hanging = `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); await new Promise(() => {});`;
  const providerTemplate = writeProvider(join(folder, 'hanging'), hanging);
  const { child, ended } = startStory(['--provider-template', providerTemplate], folder);
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
