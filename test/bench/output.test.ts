import { markdownTable } from '../../bench/output.ts';

test('a table is Markdown, its figures set right', () => {
  const table = markdownTable(
    ['', 'ms'],
    [
      ['empty', '70'],
      ['provider', '123'],
    ],
  );

  expect(table.split('\n')).toEqual([
    '|          |  ms |',
    '|----------|----:|',
    '| empty    |  70 |',
    '| provider | 123 |',
  ]);
});
