// Every link and every mentioned document has a target.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { anchorsOf, filesOf, linksIn } from './markdown.ts';

const links = filesOf('.md').flatMap((file) =>
  linksIn(readFileSync(file, 'utf8'))
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => [file, target] as const),
);

test.each(links)('%s links to %s', (file, target) => {
  const [path = '', anchor] = target.split('#');
  const linked = path === '' ? file : join(dirname(file), path);

  expect(existsSync(linked)).toBe(true);
  if (anchor !== undefined) expect(anchorsOf(linked)).toContain(anchor);
});

const sources = ['src', 'sandbox', 'laws', 'doctor', 'test', 'bench', 'examples'].flatMap((folder) => [
  ...filesOf('.ts', folder),
  ...filesOf('.yaml', folder),
]);
const mentions = [...sources, 'template.yaml', 'build.mjs', 'bundle.mjs'].flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/\b(?:docs|sandbox)\/[\w/-]+\.md\b/g)].map(([path]) => [file, path] as const),
);

test.each(mentions)('%s mentions %s', (_file, path) => {
  expect(existsSync(path)).toBe(true);
});

test('the changelog has a section for the version in package.json', () => {
  const { version }: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
  const released = readFileSync('CHANGELOG.md', 'utf8');

  expect(released).toMatch(new RegExp(`^## \\[${version}\\] - |^## \\[Unreleased\\]\n\nWill be ${version},`, 'm'));
});
