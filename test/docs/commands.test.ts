// package.json has every script that a document names.
import { readFileSync } from 'node:fs';
import { filesOf } from './markdown.ts';

const { scripts }: { scripts: Readonly<Record<string, string>> } = JSON.parse(readFileSync('package.json', 'utf8'));

const named = [...filesOf('.md'), ...filesOf('.yaml', 'examples')].flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(
    ([, script = '']) => [file, script] as const,
  ),
);

test.each(named)('%s names the script %s', (_file, script) => {
  expect(Object.keys(scripts)).toContain(script);
});
