/** Reads the project's Markdown as far as the tests of the documents need it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is made or fetched, and is no document of the project's. */
const foreign = ['node_modules', 'dist', '.git', '.sandbox', '.aws-sam', 'venv', 'coverage', 'cdk.out'];

/** Files below `folder` whose names end with `extension`. */
export function filesOf(extension: string, folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return foreign.includes(entry.name) ? [] : filesOf(extension, path);
    return entry.name.endsWith(extension) ? [path] : [];
  });
}

/** The text of a document without its blocks and spans of code, in which nothing is a link or a heading. */
export function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, (span) => span.replace(/[[\]()#]/g, '·'));
}

/** The targets of its links, images too. */
export function linksIn(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors that GitHub gives to its headings. */
export function anchorsOf(file: string): readonly string[] {
  const headings = [...withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text);
  const seen = new Map<string, number>();
  return headings.map((heading) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const earlier = seen.get(slug) ?? 0;
    seen.set(slug, earlier + 1);
    return earlier === 0 ? slug : `${slug}-${earlier}`;
  });
}

/** The lines of its blocks of shell, without what is only said about them. */
export function shellLinesIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) =>
      line
        .replace(/\s+#\s.*$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}
