import { zip } from '../../release/zip.ts';

const files = [
  { name: 'index.cjs', contents: Buffer.from("exports.handler = () => 'hello';\n") },
  { name: 'other.cjs', contents: Buffer.alloc(70_000, 'x') },
];

describe('A zip file', () => {
  // As `python -m zipfile` and Info-ZIP read it.
  it('has the bytes of the format', () => {
    const zipped = zip([{ name: 'a.txt', contents: Buffer.from('hello') }]);

    expect(zipped.toString('hex')).toBe(
      '504b03040a00000000000000210086a61036050000000500000005000000612e74787468656c6c6f504b01020a030a00000000000000210086a610360500000005000000050000000000000000000000a48100000000612e747874504b0506000000000100010033000000280000000000',
    );
  });

  it('is the same each time', () => {
    expect(zip(files).equals(zip(files))).toBe(true);
  });
});
