// The ways out of UPDATE_ROLLBACK_FAILED and DELETE_FAILED, with the commands that the command line prints.
import { eventLines, workWithTemplate } from './command-line.ts';

const { run, stack, mine } = workWithTemplate();

/** A shell needs quotation marks for this folder. */
const state = ['--state', "the owner's state"];
const quotedState = String.raw`--state 'the owner'\''s state'`;
const here = (command: string) => run(command, ...state);

// One stack from creation to deletion: each test continues where the last one stopped.
describe('a stack that is stuck', () => {
  test('because its rollback failed gets the commands to continue it', async () => {
    await here(`deploy ${mine}`);

    const { status, stdout } = await here(`update ${mine} --parameter Tag=2 --fault access-denied`);

    expect(status).toBe(1);
    expect(stdout.slice(stdout.indexOf('  ✗'))).toBe(
      `  ✗ Stack mine is UPDATE_ROLLBACK_FAILED: The following resource(s) failed to update: [Only].
  The provider's log is in the owner's state/logs.
  Fix the cause of the failure of Only, then continue the rollback:
    npm run sandbox -- continue-update-rollback --stack-name mine ${quotedState}
  Or continue without Only, which CloudFormation then treats as rolled back:
    npm run sandbox -- continue-update-rollback --stack-name mine ${quotedState} --resources-to-skip Only
`,
    );
  });

  test('cannot be deployed, and gets the same commands', async () => {
    const { status, stderr } = await here(`deploy ${mine} --parameter Tag=2`);

    expect(status).toBe(1);
    expect(stderr).toBe(
      `Stack mine is UPDATE_ROLLBACK_FAILED. Fix the cause of the failure of Only, then continue the rollback:
  npm run sandbox -- continue-update-rollback --stack-name mine ${quotedState}
Or continue without Only, which CloudFormation then treats as rolled back:
  npm run sandbox -- continue-update-rollback --stack-name mine ${quotedState} --resources-to-skip Only
`,
    );
  });

  test.each(['show', 'events'])('gets the same commands from %s', async (command) => {
    const { status, stdout } = await here(`${command} ${stack}`);

    expect(status).toBe(0);
    expect(stdout.slice(stdout.indexOf('\n  Fix'))).toBe(`
  Fix the cause of the failure of Only, then continue the rollback:
    npm run sandbox -- continue-update-rollback --stack-name mine ${quotedState}
  Or continue without Only, which CloudFormation then treats as rolled back:
    npm run sandbox -- continue-update-rollback --stack-name mine ${quotedState} --resources-to-skip Only
`);
  });

  test('cannot skip a resource that has not failed', async () => {
    const { status, stdout, stderr } = await here(`continue-update-rollback ${stack} --resources-to-skip Only Image`);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      'CloudFormation refused (ValidationError): ResourcesToSkip can only name resources in the UPDATE_FAILED state, not [Image]\n',
    );
  });

  test('is stuck again if the cause remains', async () => {
    const { status, stdout } = await here(`continue-update-rollback ${stack} --fault access-denied`);

    expect(status).toBe(1);
    expect(stdout).toMatch(/^ {2}Will be tried again: Only\.\n\n {4}\d+\.\d s {2}mine /);
    expect(stdout).toContain('\n  ✗ Stack mine is UPDATE_ROLLBACK_FAILED: ');
  });

  test('is rolled back without the skipped resource', async () => {
    const { status, stdout, stderr } = await here(`continue-update-rollback ${stack} --resources-to-skip Only`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}Will be skipped, and treated as rolled back: Only\.\n\n {4}\d+\.\d s {2}mine /);
    expect(eventLines(stdout)).toEqual([
      'mine UPDATE_ROLLBACK_IN_PROGRESS User Initiated',
      'Only UPDATE_COMPLETE',
      'mine UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'mine UPDATE_ROLLBACK_COMPLETE',
    ]);
  });

  test('cannot retain a resource before its deletion has failed', async () => {
    const { status, stdout, stderr } = await here(`delete ${stack} --retain-resources Only`);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^CloudFormation refused \(ValidationError\): Invalid operation on stack \[arn:\S+\]\. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state\.\n$/,
    );
  });

  test('because its deletion failed gets the commands to delete it', async () => {
    const { status, stdout } = await here(`delete ${stack} --fault delete-failed`);

    expect(status).toBe(1);
    expect(stdout.slice(stdout.indexOf('  Fix'))).toBe(
      `  Fix the cause of the failure of Only, then delete the stack again:
    npm run sandbox -- delete --stack-name mine ${quotedState}
  Or delete the stack and keep Only:
    npm run sandbox -- delete --stack-name mine ${quotedState} --retain-resources Only
`,
    );
  });

  test('cannot retain a resource that it does not have', async () => {
    const { status, stderr } = await here(`delete ${stack} --retain-resources Onyl Other`);

    expect(status).toBe(2);
    expect(stderr).toBe(
      '--retain-resources Onyl: stack mine has no resource "Onyl". Did you mean "Only"?\n' +
        '--retain-resources Other: stack mine has no resource "Other".\n',
    );
  });

  test('is deleted without the retained resource', async () => {
    const { status, stdout } = await here(`delete ${stack} --retain-resources Only`);

    expect(status).toBe(0);
    expect(stdout).toMatch(/\n {2}leave behind {2}Only {6}Custom::SageMakerImageVersion {2}--retain-resources\n/);
    expect(eventLines(stdout)).toContain('Only DELETE_SKIPPED');
    expect(eventLines(stdout).at(-1)).toBe('mine DELETE_COMPLETE');
  });
});

test('a stack that was never created can only be deleted', async () => {
  const created = await here(`deploy ${mine} --fault create-failed`);

  const { status, stdout } = await here(`delete ${stack}`);

  expect(created.stdout).toMatch(
    /\n {2}The stack was never created, so you can only delete it:\n {4}npm run sandbox -- delete --stack-name mine --state '.*'\n$/,
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^ {2}Only the stack itself is left to delete\.\n\n/);
});

test('a stack that was created with DELETE is deleted if its creation fails', async () => {
  const { status, stdout } = await run(`deploy ${mine} --on-failure DELETE --fault create-failed`, '--state', 'gone');

  expect(status).toBe(1);
  expect(eventLines(stdout).filter((line) => line.startsWith('mine '))).toEqual([
    'mine CREATE_IN_PROGRESS User Initiated',
    'mine DELETE_IN_PROGRESS',
    'mine DELETE_COMPLETE',
  ]);
});
