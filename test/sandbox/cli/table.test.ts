import { openTerminal, printTable } from '../../../sandbox/cli/terminal.ts';

const arn = 'arn:aws:sagemaker:eu-west-1:111122223333:image-version/mine/2';

/** The lines of a table on a terminal of 60 columns. */
function printed(head: readonly string[], rows: readonly (readonly string[])[], isTTY = false): readonly string[] {
  const lines: string[] = [];
  const write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  printTable(head, rows, openTerminal({ columns: 60, isTTY, write }, {}));
  return lines.map((line) => line.replace('\n', ''));
}

test('columns are as wide as their longest cell, and no line ends with a space', () => {
  expect(
    printed(
      ['Name', 'Status', 'Notes'],
      [
        ['a', 'CREATED', ''],
        ['longer', '', 'two words'],
      ],
    ),
  ).toEqual(['  Name    Status   Notes', '  a       CREATED', '  longer           two words']);
});

test('the last column breaks between words, and prints a longer word whole', () => {
  expect(printed(['Name', 'Notes'], [['a', `one\n${'words '.repeat(10)}${arn} end`]])).toEqual([
    '  Name  Notes',
    '  a     one',
    `        ${'words '.repeat(7)}words`,
    '        words words',
    `        ${arn}`,
    '        end',
  ]);
});

test('colours do not change where a column begins', () => {
  const green = '\u001b[32mCREATED\u001b[39m';
  const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;

  expect(printed(['Status', 'Name'], [[green, 'a']], true)).toEqual([
    `  ${bold('Status')}   ${bold('Name')}`,
    `  ${green}  a`,
  ]);
});
