/**
 * Writes zip files for Lambda. Equal files give equal bytes, on every machine: the files are not compressed, because each
 * version of zlib compresses in its own way, and all have the same time.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { gzipSync } from 'node:zlib';

export interface ZippedFile {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** The bytes of a zip file with these files, in their order. */
export function zip(files: readonly ZippedFile[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, contents } of files) {
    const path = Buffer.from(name);
    const common = commonFields(path, contents);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, path, contents]);
    // The comment, the disk and the internal attributes are empty or 0. A mode of Unix tells Lambda who may read the file.
    const place = fields([2, 0], [2, 0], [2, 0], [4, readableFile * 0x10000], [4, offset]);
    central.push(Buffer.from('PK\x01\x02', 'latin1'), fields([2, unix * 0x100 + version]), common, place, path);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const counts = fields(
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, directory.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06', 'latin1'), counts]);
}

/** The version of the format that plain files need: 1.0. */
const version = 10;
const unix = 3;
const readableFile = 0o100644;
/** The first day that the format knows, 1980-01-01. */
const date = 0x21;

/** What the header of a file and its entry in the central directory have in common. */
function commonFields(path: Buffer, contents: Uint8Array): Buffer {
  const { length } = contents;
  const sizes = fields([4, crc32(contents)], [4, length], [4, length], [2, path.length], [2, 0]);
  return Buffer.concat([fields([2, version], [2, 0], [2, 0], [2, 0], [2, date]), sizes]);
}

/** The last eight bytes of a gzip file are the CRC-32 and the length of its content. */
function crc32(contents: Uint8Array): number {
  const zipped = gzipSync(contents, { level: 0 });
  return zipped.readUInt32LE(zipped.length - 8);
}

/** Numbers without sign, each with its length in bytes, the lowest byte first. */
function fields(...numbers: readonly (readonly [bytes: number, value: number])[]): Buffer {
  return Buffer.concat(
    numbers.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );
}
