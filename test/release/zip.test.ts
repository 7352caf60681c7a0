import { unzipSync } from 'fflate';
import { zip } from '../../release/zip.ts';

const files = [
  { name: 'index.cjs', contents: Buffer.from("exports.handler = () => 'hello';\n") },
  { name: 'other.cjs', contents: Buffer.alloc(70_000, 'x') },
];

describe('A zip file', () => {
  it('has the files, with a mode that lets Lambda read them', () => {
    const zipped = Buffer.from(zip(files));

    expect(Object.entries(unzipSync(zipped))).toEqual(
      files.map(({ name, contents }) => [name, new Uint8Array(contents)]),
    );
    // The entry in the central directory ends with the mode and the place of the file.
    const entry = zipped.indexOf('PK\x01\x02', 'latin1');
    expect(zipped.readUInt32LE(entry + 38) >>> 16).toBe(0o100644);
    expect(zipped.readUInt8(entry + 5)).toBe(3);
  });

  it('is the same each time: every file is of the first day that the format knows', () => {
    const zipped = Buffer.from(zip(files));

    expect(Buffer.from(zip(files)).equals(zipped)).toBe(true);
    const entry = zipped.indexOf('PK\x01\x02', 'latin1');
    expect(zipped.readUInt32LE(entry + 12)).toBe(0x0021_0000);
  });
});
