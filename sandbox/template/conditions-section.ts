/**
 * Reads and checks the Conditions section.
 *
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
 */

import type { Json } from '../json.ts';
import { checkValue } from './check-value.ts';
import { reportCycles } from './cycles.ts';
import type { Names } from './names.ts';
import { didYouMean } from './nearest-name.ts';
import { type CheckContext, checkConditionName } from './references.ts';
import { readNamedEntries } from './shape.ts';
import { conditionFunctions } from './signatures.ts';
import { type Entry, entriesOf, type Node, plain, type Report, scalarTextOf } from './syntax-tree.ts';

export function readConditions(section: Entry | undefined, names: Names, report: Report): ReadonlyMap<string, Json> {
  const entries = readNamedEntries(section, 'condition', report);
  const needs = new Map<string, ReadonlySet<string>>();
  for (const { key, value } of entries) {
    const found = { resources: new Set<string>(), conditions: new Set<string>() };
    const noResources = 'CloudFormation evaluates conditions before it creates any resource: use parameters.';
    checkCondition(value, { names, report, owner: key, noResources, found, onAttribute: () => {} });
    needs.set(key, found.conditions);
  }
  reportCycles('conditions', entries, needs, report);
  return new Map(entries.map(({ key, value }) => [key, plain(value)]));
}

function checkCondition(node: Node, context: CheckContext): void {
  const { report } = context;
  const [call, ...others] = entriesOf(node);
  const signature = call === undefined ? undefined : conditionFunctions.get(call.key);
  if (call === undefined || signature === undefined || others.length > 0) {
    const known = [...conditionFunctions.keys()];
    const closest = call === undefined ? '' : didYouMean(call.key, known);
    report(call ?? node, `A condition must be a map whose only key is one of ${known.join(', ')}.${closest}`);
  } else if (!signature.fits(call.value)) {
    report(call.value, `${call.key} takes ${signature.takes}.`);
  } else if (call.key === 'Condition') {
    checkConditionName(scalarTextOf(call.value) ?? '', call.value, call.key, context);
  } else if (call.key === 'Fn::Equals') {
    checkValue(call.value, context);
  } else if (call.value.kind === 'list') {
    for (const operand of call.value.items) checkCondition(operand, context);
  }
}
