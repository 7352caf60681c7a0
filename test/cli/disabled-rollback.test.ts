// Stacks whose rollback is disabled, and what the command line then offers.
import { eventLines, flat, workWithTemplate } from './command-line.ts';

const { run, stack, mine } = workWithTemplate();

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
