/**
 * Reads the Outputs section.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html
 */

import type { Json } from '../json.ts';
import { checkValue } from './check-value.ts';
import { type CheckContext, checkConditionName } from './references.ts';
import type { ReadContext } from './resources-section.ts';
import { checkKeys, optional, readMap, readNamedEntries, readText } from './shape.ts';
import { type Entry, entryOf, plain } from './syntax-tree.ts';
import type { OutputDeclaration } from './template.ts';

export function readOutputs(section: Entry | undefined, reading: ReadContext): ReadonlyMap<string, OutputDeclaration> {
  const entries = readNamedEntries(section, 'output', reading.report);
  return new Map(entries.map((entry) => [entry.key, readOutput(entry, reading)]));
}

function readOutput(entry: Entry, { names, report, onAttribute, placeOf }: ReadContext): OutputDeclaration {
  const { value: node } = entry;
  checkKeys(readMap(entry, 'An output', report), ['Value', 'Description', 'Condition', 'Export'], 'An output', report);
  const found = { resources: new Set<string>(), conditions: new Set<string>() };
  const context: CheckContext = { names, report, owner: '', found, onAttribute };

  const value = entryOf(node, 'Value')?.value;
  if (value !== undefined) checkValue(value, context);
  else if (node.kind === 'map') report(entry, `Output "${entry.key}" has no Value.`);
  const Condition = readText(node, 'Condition', report);
  if (Condition !== undefined) {
    checkConditionName(Condition, entryOf(node, 'Condition')?.value ?? entry, 'Condition', context);
  }

  return {
    Value: value === undefined ? null : plain(value),
    ...optional('Description', readText(node, 'Description', report)),
    ...optional('Condition', Condition),
    ...optional('ExportName', readExportName(entryOf(node, 'Export'), context)),
    line: placeOf(entry).line,
  };
}

function readExportName(entry: Entry | undefined, context: CheckContext): Json | undefined {
  if (entry === undefined) return undefined;
  const { report } = context;
  checkKeys(readMap(entry, 'Export', report), ['Name'], 'Export', report);
  const name = entryOf(entry.value, 'Name')?.value;
  if (name === undefined) {
    if (entry.value.kind === 'map') report(entry, 'Export needs a Name.');
    return undefined;
  }
  checkValue(name, {
    ...context,
    noResources: 'CloudFormation needs the name of an export before it creates any resource.',
  });
  return plain(name);
}
