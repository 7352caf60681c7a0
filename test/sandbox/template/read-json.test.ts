import { readFileSync } from 'node:fs';
import { LineCounter } from 'yaml';
import { readJson } from '../../../sandbox/template/read-json.ts';
import { readYaml } from '../../../sandbox/template/read-yaml.ts';

const texts: readonly (readonly [string, string])[] = [
  ['the CDK example', readFileSync('examples/cdk/QuickStart.template.json', 'utf8')],
  [
    'every kind of value',
    '{"a": [1, -2.5e3, true, false, null, "x\\n\\u00e9\\"y"], "b": {}, "c": [],\r\n\t"d": {"e": [{}, [[]]]}}',
  ],
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

test('lines are counted as YAML counts them', () => {
  const lines = new LineCounter();

  readJson('{\n  "a": 1,\n\n  "b": 2\n}\n', lines);

  expect(lines.linePos(13)).toEqual({ line: 4, col: 1 });
});

test.each([
  ['no JSON', '{"a": 1,}'],
  ['a key that comes twice', '{"a": 1, "a": 2}'],
  ['a merge key', '{"<<": {"a": 1}}'],
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
