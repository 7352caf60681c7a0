/** Reads template.yaml. */
import { readFileSync } from 'node:fs';
import { LineCounter } from 'yaml';
import { type JsonMap, mapOf } from '../sandbox/json.ts';
import { readYaml } from '../sandbox/template/read-yaml.ts';
import { plain } from '../sandbox/template/syntax-tree.ts';

/** Throws an Error if the file is not a template. */
export function readTemplate(): JsonMap {
  const root = readYaml(readFileSync('template.yaml', 'utf8'), new LineCounter(), (_, message) => {
    throw new Error(`template.yaml: ${message}`);
  });
  if (root === undefined) throw new Error('template.yaml is empty');
  return mapOf(plain(root));
}
