import { readFileSync } from 'node:fs';
import { LineCounter } from 'yaml';
import { readJson, readYaml } from '../../../sandbox/template/read-yaml.ts';

const texts: readonly (readonly [string, string])[] = [
  ['the CDK example', readFileSync('examples/cdk/QuickStart.template.json', 'utf8')],
  [
    'every kind of value',
    '{"a": [1, -2.5e3, true, false, null, "x\\n\\u00e9\\"y"], "b": {}, "c": [],\r\n\t"d": {"e": [{}, [[]]]}}',
  ],
  ['a key that comes twice', '{"a": 1, "b": {"c": 1, "d": 2, "c": [3]}, "a": 4}'],
  ['a comma after the last item', '{"a": [1, 2,], "b": {"c": 3,},}'],
  ['a number that is too large', '{"a": 1e999}'],
  ['Fn::GetAtt as a text', '{"Fn::GetAtt": "A.B.C", "x": {"Fn::GetAtt": ["A", "B"]}, "y": {"Fn::GetAtt": "A"}}'],
];

test.each(texts)('%s gives the tree that YAML gives', (_what, text) => {
  // A comment keeps the YAML reader from reading JSON; every place comes that much later.
  const comment = '# YAML\n';
  const asYaml = readYaml(comment + text, new LineCounter(), () => {});

  const tree = readJson(text, new LineCounter());

  expect(tree).toEqual(moved(asYaml, -comment.length));
  expect(tree).toBeDefined();
});

test.each([
  ['\n', 13],
  ['\r\n', 16],
])('lines that end with %j are counted as YAML counts them', (end, offset) => {
  const lines = new LineCounter();

  readJson(['{', '  "a": 1,', '', '  "b": 2', '}', ''].join(end), lines);

  expect(lines.linePos(offset)).toEqual({ line: 4, col: 1 });
});

test.each([
  ['a comment', '{"a": 1 // one\n}'],
  ['a text without quotes', '{"a": one}'],
  ['an open map', '{"a": {"b": 1}'],
])('%s is left to the YAML reader', (_what, text) => {
  expect(readJson(text, new LineCounter())).toBeUndefined();
});

/** The tree with every place moved by so many characters. */
function moved(value: unknown, by: number): unknown {
  if (Array.isArray(value)) return value.map((each) => moved(each, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === 'start' || name === 'end' ? Number(member) + by : moved(member, by),
    ]),
  );
}
