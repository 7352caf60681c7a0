/**
 * Reads the Mappings section. The value under map, key and name is a scalar or a list of scalars.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/mappings-section-structure.html
 */
import { readMap, readNamedEntries } from './shape.ts';
import { type Entry, type Node, plain, type Report, scalarTextOf } from './syntax-tree.ts';
import type { Template } from './template.ts';

export function readMappings(section: Entry | undefined, report: Report): Template['Mappings'] {
  return Object.fromEntries(
    readNamedEntries(section, 'mapping', report).map((map) => [
      map.key,
      Object.fromEntries(
        readMap(map, `Mapping "${map.key}"`, report).map((key) => [key.key, readValues(key, map.key, report)]),
      ),
    ]),
  );
}

function readValues(key: Entry, map: string, report: Report) {
  const entries = readMap(key, `"${key.key}" in mapping "${map}"`, report);
  for (const { value } of entries) {
    if (!isScalar(value) && !(value.kind === 'list' && value.items.every(isScalar))) {
      report(value, 'A value in a mapping must be a text or a list of texts, not a function or a map.');
    }
  }
  return Object.fromEntries(entries.map(({ key: name, value }) => [name, plain(value)]));
}

function isScalar(node: Node): boolean {
  return scalarTextOf(node) !== undefined;
}
