/**
 * Puts the files of a function into one, because a template can contain only one file. Each stays as it is built, in a function
 * of its own, so that Node.js runs it when another file requires it, as it does with files of their own.
 */
import type { ZippedFile } from './zip.ts';

/** The text of one CommonJS file that exports what `entry` exports. The files require each other by name: `./handler.cjs`. */
export function inOneFile(files: readonly ZippedFile[], entry: string): string {
  const [first] = files;
  if (first !== undefined && files.length === 1) return textOf(first);
  const functions = files.map(
    (file) => `${JSON.stringify(`./${file.name}`)}(exports, require, module) {\n${textOf(file).trim()}\n}`,
  );
  return `"use strict";
const files = {
${functions.join(',\n')}
};
const loaded = {};
function load(name) {
  if (!Object.hasOwn(files, name)) return require(name);
  if (loaded[name] === undefined) {
    loaded[name] = { exports: {} };
    files[name](loaded[name].exports, load, loaded[name]);
  }
  return loaded[name].exports;
}
module.exports = load(${JSON.stringify(`./${entry}`)});
`;
}

function textOf({ contents }: ZippedFile): string {
  return Buffer.from(contents).toString();
}
