import { openTerminal, type Stream, wrapped } from '../../../sandbox/cli/terminal.ts';

function stream(given: Partial<Stream> = {}) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { written, stream: { columns: 80, isTTY: true, ...given, write } };
}

test.each<[shows: boolean, where: string, isTTY: boolean, env: NodeJS.ProcessEnv]>([
  [true, 'on a terminal', true, {}],
  [true, 'with an empty NO_COLOR', true, { NO_COLOR: '' }],
  [false, 'with NO_COLOR', true, { NO_COLOR: '1' }],
  [false, 'on a dumb terminal', true, { TERM: 'dumb' }],
  [false, 'in a pipe, whatever else is asked for', false, { FORCE_COLOR: '1', CI: 'true' }],
])('it is %s that colours are shown %s', (shows, _where, isTTY, env) => {
  const { colours } = openTerminal(stream({ isTTY }).stream, env);

  expect(colours.red('text')).toBe(shows ? '\u001b[31mtext\u001b[39m' : 'text');
});

test.each<[width: number, where: string, columns: number, env: NodeJS.ProcessEnv]>([
  [80, 'on a terminal of 80 columns, whatever COLUMNS says', 80, { COLUMNS: '100' }],
  [70, 'on a terminal without a size, with COLUMNS=70', 0, { COLUMNS: '70' }],
  [100, 'where nobody says', 0, {}],
  [60, 'on the narrowest terminal', 20, {}],
  [120, 'on the widest', 300, {}],
])('lines have %d columns %s', (width, _where, columns, env) => {
  expect(openTerminal(stream({ columns }).stream, env).width).toBe(width);
});

test('prose is broken between words, indented, and coloured line by line', () => {
  const { written, stream: out } = stream({ columns: 60 });
  const words = Array.from({ length: 14 }, () => 'words').join(' ');

  openTerminal(out, {}).prose(words, { indent: 4, style: (line) => `<${line}>` });

  expect(written).toEqual([
    '    <words words words words words words words words words>\n',
    '    <words words words words words>\n',
  ]);
});

test('a word that is longer than a line has one of its own, and line breaks stay', () => {
  expect(wrapped('see arn:aws:sagemaker there\n\nand here', 10)).toEqual([
    'see',
    'arn:aws:sagemaker',
    'there',
    '',
    'and here',
  ]);
});

test('several spaces in a row stay as they are, on one line', () => {
  const text = `MLFramework: "Python  3.12" should be "Python 3.12",  with one space`;

  expect(wrapped(text, 100)).toEqual([text]);
  expect(wrapped(text, 20)).toEqual([
    'MLFramework:',
    '"Python  3.12"',
    'should be "Python',
    '3.12",  with one',
    'space',
  ]);
});

test('spaces at either end of a line go', () => {
  expect(wrapped('  one two \n three  ', 100)).toEqual(['one two', 'three']);
});
