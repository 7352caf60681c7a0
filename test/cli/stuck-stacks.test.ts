// The ways out of UPDATE_ROLLBACK_FAILED and DELETE_FAILED, with the commands that the command line prints.
import { eventLines, flat, workWithTemplate } from './command-line.ts';

// In real time, and other tests may keep the machine busy.
jest.setTimeout(90_000);

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
    expect(stdout).toMatch(/^ {2}Will be tried again: Only\.\n\n {4}0\.\d s {2}mine /);
    expect(stdout).toContain('\n  ✗ Stack mine is UPDATE_ROLLBACK_FAILED: ');
  });

  test('is rolled back without the skipped resource', async () => {
    const { status, stdout, stderr } = await here(`continue-update-rollback ${stack} --resources-to-skip Only`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}Will be skipped, and treated as rolled back: Only\.\n\n {4}0\.\d s {2}mine /);
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

// The commands that are printed, one after the other.
describe('a stack whose rollback is disabled', () => {
  const other = (command: string) => run(command, '--state', 'preserved');
  const commandsIn = (stdout: string) =>
    [...stdout.matchAll(/^ {4}npm run sandbox -- (.*) --state preserved(.*)$/gm)].map(([, one, two]) => `${one}${two}`);

  test('keeps what has succeeded if it cannot be created, and is then updated by the printed command', async () => {
    const created = await other(`deploy ${mine} --disable-rollback --fault create-failed`);
    const refused = await other(`deploy ${mine}`);
    const [printed = ''] = commandsIn(created.stdout);
    const updated = await other(printed);

    expect({ created: created.status, refused: refused.status, updated: updated.status }).toEqual({
      created: 1,
      refused: 1,
      updated: 0,
    });
    expect(eventLines(created.stdout).filter((line) => line.startsWith('mine ') || line.includes('DELETE'))).toEqual([
      'mine CREATE_IN_PROGRESS User Initiated',
      'mine CREATE_FAILED The following resource(s) failed to create: [Only].',
    ]);
    expect(commandsIn(created.stdout)).toEqual([
      'update --stack-name mine --template mine.yaml --disable-rollback',
      'delete --stack-name mine',
    ]);
    expect(refused.stderr).toMatch(/^Stack mine is CREATE_FAILED\. Fix the cause of the failure of Only, then update /);
    expect(eventLines(updated.stdout).at(-1)).toBe('mine UPDATE_COMPLETE');
  });

  test('is rolled back by the printed command if it cannot be updated', async () => {
    const updated = await other(`update ${mine} --parameter Tag=2 --disable-rollback`);
    const shown = await other(`show ${stack}`);
    const [, printed = ''] = commandsIn(shown.stdout);
    const rolledBack = await other(printed);

    expect({ updated: updated.status, rolledBack: rolledBack.status }).toEqual({ updated: 1, rolledBack: 0 });
    expect(flat(updated.stdout)).toContain('but rollback is disabled for the stack');
    expect(printed).toBe('rollback --stack-name mine');
    expect(commandsIn(shown.stdout)).toEqual(commandsIn(updated.stdout));
    expect(rolledBack.stdout).toMatch(/^ {2}Every resource returns to its state before the update that failed\.\n/);
    expect(eventLines(rolledBack.stdout).at(-1)).toBe('mine UPDATE_ROLLBACK_COMPLETE');
  });

  test('is not rolled back if nothing has failed', async () => {
    const { status, stderr } = await other(`rollback ${stack}`);

    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^CloudFormation refused \(ValidationError\): Stack:arn:\S+ is in UPDATE_ROLLBACK_COMPLETE state and can not be rolled back\.\n$/,
    );
  });
});

test('a stack that was created with DO_NOTHING can only be deleted', async () => {
  const nothing = (command: string) => run(command, '--state', 'nothing');

  const created = await nothing(`deploy ${mine} --on-failure DO_NOTHING --fault create-failed`);
  const updated = await nothing(`update ${mine} --disable-rollback`);
  const deleted = await nothing(`delete ${stack}`);

  expect(created.stdout).toMatch(
    / DO_NOTHING\. Delete it:\n {4}npm run sandbox -- delete --stack-name mine --state nothing\n$/,
  );
  expect(updated).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Stack mine is CREATE_FAILED\. /) });
  expect(deleted.status).toBe(0);
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

test('a stack in express mode is operated in express mode only', async () => {
  const express = (command: string) => run(command, '--state', 'express');

  const created = await express(`deploy ${mine} --express`);
  const refused = await express(`deploy ${mine} --parameter Tag=2`);
  const updated = await express(`deploy ${mine} --parameter Tag=2 --express`);

  expect(created.status).toBe(0);
  expect(refused).toMatchObject({
    status: 2,
    stderr: 'Stack mine is in express mode: add --express. CloudFormation then accepts no other mode.\n',
  });
  expect(updated.status).toBe(0);
});
