/** Remembers when `npm run build:all` began, so that nobody builds again what has not changed since. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const stampFile = 'dist/built-at';
const sources = ['src', 'sandbox', 'doctor', 'story'];
const files = ['package-lock.json', 'build.mjs', 'bundle.mjs'];

/**
 * Whether the products in `root` are newer than every source. A folder counts too: it changes when a file is added or removed.
 *
 * @param {string} root
 */
export function isBuilt(root) {
  const stamp = join(root, stampFile);
  if (!existsSync(stamp)) return false;
  const builtAt = Number(readFileSync(stamp, 'utf8'));
  const isOlder = (/** @type {string} */ path) => statSync(path).mtimeMs < builtAt;
  /** @type {(folder: string) => boolean} */
  const isOlderThroughout = (folder) =>
    isOlder(folder) &&
    readdirSync(folder, { withFileTypes: true }).every((entry) => {
      if (entry.name === 'dist') return true;
      const path = join(folder, entry.name);
      return entry.isDirectory() ? isOlderThroughout(path) : isOlder(path);
    });
  return (
    files.every((file) => isOlder(join(root, file))) && sources.every((folder) => isOlderThroughout(join(root, folder)))
  );
}
