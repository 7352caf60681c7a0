/** Reads the Markdown files of the project for the tests of the documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders with generated or downloaded files. */
const generated = ['node_modules', 'dist', '.git', '.sandbox', '.aws-sam', 'venv', 'coverage', 'cdk.out'];

/** Files below `folder` whose names end with `extension`. */
export function filesOf(extension: string, folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return generated.includes(entry.name) ? [] : filesOf(extension, path);
    return entry.name.endsWith(extension) ? [path] : [];
  });
}

/** The text of a document without code blocks and code spans, because these contain no links or headings. */
export function withoutCode(markdown: string): string {
  return markdown.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, (span) => span.replace(/[[\]()#]/g, '·'));
}

/** The targets of the links and images. */
export function linksIn(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors that GitHub creates for the headings. */
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

/** The lines of the shell blocks, without comments. */
export function shellLinesIn(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) =>
      line
        .replace(/\s+#\s.*$/, '')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '');
}
