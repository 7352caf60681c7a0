import { CommanderError } from 'commander';
import { errorAsJson } from '../../../sandbox/cli/errors.ts';
import { Interrupted } from '../../../sandbox/cli/interrupt.ts';

test('an interruption is an error as well', () => {
  expect(errorAsJson(new Interrupted('SIGINT'))).toEqual({
    Error: { Code: 'Interrupted', Message: 'Interrupted by SIGINT. Nothing of this operation is saved.' },
  });
});

test.each([
  ['help that was asked for', new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)')],
  ['a fault of the sandbox itself', new TypeError('x is not a function')],
])('%s is none', (_what, error) => {
  expect(errorAsJson(error)).toBeUndefined();
});
