import { inOneFile } from '../../release/one-file.ts';

const file = (name: string, text: string) => ({ name, contents: Buffer.from(text) });

/** What CommonJS code exports, and the names that it requires from elsewhere. */
function run(code: string) {
  const module = { exports: {} };
  const required: string[] = [];
  const require = (name: string) => {
    required.push(name);
    return { name };
  };
  new Function('exports', 'require', 'module', code)(module.exports, require, module);
  return { exported: module.exports, required };
}

describe('The files of a function in one file', () => {
  it('export what the entry exports, and each runs once, when another file requires it', () => {
    const code = inOneFile(
      [
        file('client.cjs', 'require("ran client"); exports.client = "client";'),
        file('handler.cjs', 'require("ran handler"); exports.load = () => require("./client.cjs");'),
        file('index.cjs', 'module.exports = { a: require("./handler.cjs"), b: require("./handler.cjs") };'),
      ],
      'index.cjs',
    );

    const { exported, required } = run(`${code}; const { a, b } = module.exports;
      module.exports.before = a.load === b.load; a.load(); module.exports.loaded = b.load();`);

    expect(exported).toMatchObject({ before: true, loaded: { client: 'client' } });
    expect(required).toEqual(['ran handler', 'ran client']);
  });

  it('are not loaded before they are needed', () => {
    const files = [file('client.cjs', 'throw new Error("loaded")'), file('index.cjs', 'exports.handler = 1;')];

    expect(run(inOneFile(files, 'index.cjs'))).toEqual({ exported: { handler: 1 }, required: [] });
  });

  it('stay as they are if there is only one', () => {
    expect(inOneFile([file('index.cjs', 'exports.handler = 1;\n')], 'index.cjs')).toBe('exports.handler = 1;\n');
  });
});
