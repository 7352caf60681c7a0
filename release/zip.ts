/** Writes zip files for Lambda. */
import { type ZippableFile, zipSync } from 'fflate';

export interface ZippedFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

const unix = 3;
/** A regular file that everybody may read: Lambda runs the code as another user. */
const mode = 0o100644;

/**
 * The bytes of a zip file with these files, in their order. Equal files give equal bytes on every machine: all have the same
 * time, and the compression is in JavaScript, not in the zlib of the Node.js that runs it.
 */
export function zip(files: readonly ZippedFile[]): Uint8Array {
  // The first day that the format knows. A zip file has local times, without their zone.
  const options = { level: 9, mtime: new Date(1980, 0, 1), os: unix, attrs: mode * 0x10000 } as const;
  const zippable = files.map(({ name, contents }): readonly [string, ZippableFile] => [name, [contents, options]]);
  return zipSync(Object.fromEntries(zippable));
}
