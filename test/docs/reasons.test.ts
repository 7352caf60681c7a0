// docs/reasons.md explains every text that src shows to a person, and quotes no other text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Form, proseIn } from '../support/prose.ts';

// The build writes the schema; Lambda does not have it.
const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && file !== 'schema.ts')
  .map((file) => join('src', file));
const forms = files.flatMap((file) => proseIn(readFileSync(file, 'utf8')).map((form) => ({ file, form })));

const page = readFileSync('docs/reasons.md', 'utf8');
const quotesIn = (markdown: string) => [...markdown.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
const quotes = quotesIn(page);
/** The quotes in the first columns of the tables. The other columns explain short texts, and quote commands too. */
const rows = page.split('\n').flatMap((line) => quotesIn(/^\| (`.*?`) \|/.exec(line)?.[1] ?? ''));

/** Whether `text` has the parts of the form in their order, with any text between them. */
function has(text: string, form: Form): boolean {
  const parts = form.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(parts.join('[\\s\\S]*')).test(text);
}

test.each(forms.map(({ file, form }) => [form.join('…'), file, form] as const))(
  'docs/reasons.md explains `%s` of %s',
  (_text, _file, form) => {
    expect(quotes.some((quote) => has(quote, form))).toBe(true);
  },
);

test.each(rows)('src contains `%s`', (row) => {
  const parts = forms.flatMap(({ form }) => form.map((part) => part.trim())).filter((part) => part !== '');
  const longestFirst = [...parts, 'once'].toSorted((one, other) => other.length - one.length);

  const rest = longestFirst.reduce((text, part) => text.replaceAll(part, '…'), row);

  expect(rest.replace(/[…\s\p{P}]/gu, '')).toBe('');
});
