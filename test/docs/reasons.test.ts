// docs/reasons.md has every text that src can give to a person, and no other; and each stands in full in some test.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Form, proseIn } from '../support/prose.ts';

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

const textOf = (file: string) => readFileSync(file, 'utf8');
const shown = (form: Form) => form.join('…');

// The build writes the schema; Lambda does not have it.
const files = filesIn('src').filter((file) => !file.endsWith('/schema.ts'));
const said = files.flatMap((file) => proseIn(textOf(file)).map((form) => ({ file, form })));

const page = readFileSync('docs/reasons.md', 'utf8');
const texts = (markdown: string) => [...markdown.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
/** What stands between backticks: in a table's first column, and anywhere. Small texts are explained in the other columns. */
const rows = page.split('\n').flatMap((line) => texts(/^\| (`.*?`) \|/.exec(line)?.[1] ?? ''));
const explained = texts(page);

/** Whether `text` has the parts of the form in their order, with whatever between them. */
function has(text: string, form: Form): boolean {
  const parts = form.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('[\\s\\S]*')).test(text);
}

test.each(said.map(({ file, form }) => [shown(form), file, form] as const))(
  '`%s` of %s is explained',
  (_text, _file, form) => {
    expect(explained.some((row) => has(row, form))).toBe(true);
  },
);

test.each(rows)('`%s` is what the code says', (row) => {
  const parts = said.flatMap(({ form }) => form.map((part) => part.trim())).filter((part) => part !== '');
  const byLength = [...parts, 'once'].toSorted((one, other) => other.length - one.length);

  const rest = byLength.reduce((text, part) => text.replaceAll(part, '…'), row);

  expect(rest.replace(/[…\s\p{P}]/gu, '')).toBe('');
});

describe('every text stands in full in a test', () => {
  const asserted = ['test/unit', 'test/provider', 'test/support/provider', 'test/lifecycle']
    .flatMap(filesIn)
    .flatMap((file) =>
      // Whatever a test writes down, also what it has of errors and the log.
      proseIn(textOf(file), () => false).map(shown),
    );

  test.each(said.map(({ file, form }) => [shown(form), file, form] as const))('`%s` of %s', (_text, _file, form) => {
    expect(asserted.some((text) => has(text, form))).toBe(true);
  });
});
