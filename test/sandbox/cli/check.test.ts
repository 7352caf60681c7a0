import { adviceOn, createFindingsPrinter } from '../../../sandbox/cli/check.ts';
import { openTerminal } from '../../../sandbox/cli/terminal.ts';

const advice = (these: string) =>
  `Every Create failed in the same way: the provider may not accept these properties (${these}). Name a file with ` +
  'properties that the provider accepts: --properties FILE.';
const failing = (...failures: readonly (string | undefined)[]) =>
  failures.map((CreateFailed) => (CreateFailed === undefined ? {} : { CreateFailed }));

test('advises other properties if every Create fails in the same way, except for ids', () => {
  const findings = failing('No Prefix. (Log: stream 5b2e0c4f9a1d)', undefined, 'No Prefix. (Log: stream 9f0d77aa01c2)');

  expect(adviceOn(findings, undefined)).toBe(advice('none are given'));
  expect(adviceOn(findings, 'created.json')).toBe(advice('those in created.json'));
});

test.each([
  ['the first Create succeeds', [undefined, 'No Prefix.', 'No Prefix.']],
  ['Creates fail in different ways', ['No Prefix.', 'The name is taken.']],
  ['no Create fails', [undefined, undefined]],
])('has no advice if %s', (_condition, failures) => {
  expect(adviceOn(failing(...failures), undefined)).toBeUndefined();
});

test('prints a problem in full once, and counts the scenarios', () => {
  const lines: string[] = [];
  const write = (text: string | Uint8Array) => lines.push(String(text).trimEnd()) > 0;
  const printer = createFindingsPrinter(openTerminal({ columns: 100, write }, {}));
  const Problems = ['The Create was never answered: the handler threw TypeError (x). The stack waits.'];

  const findings = [
    { Scenario: 'One', Problems },
    { Scenario: 'Two', Problems: [...Problems, 'Another problem.'] },
    { Scenario: 'Three', Problems: [] },
    { Scenario: 'Four', Problems: [], NotTried: 'the provider made no call to AWS' },
  ];

  for (const finding of findings) printer.print(finding);
  printer.printEnd(findings, 'Try something else.');

  expect(lines).toEqual([
    '✗ One',
    '    The Create was never answered: the handler threw TypeError (x). The stack waits.',
    '✗ Two',
    '    As above: The Create was never answered.',
    '    Another problem.',
    '✓ Three',
    '– Four: not tried (the provider made no call to AWS)',
    '',
    'Problems in 2 of 3 scenarios.',
    'Try something else.',
  ]);
});
