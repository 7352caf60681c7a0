/** The drift of a stack's image versions as text and as JSON, in CloudFormation's own names. */
import { printTable, type Terminal } from '../sandbox/cli/terminal.ts';
import type { DeployedStack } from './declared.ts';
import type { ResourceDrift } from './drift.ts';
import { plural } from './report.ts';

export function printDrift(
  drifts: readonly ResourceDrift[],
  { StackName }: Pick<DeployedStack, 'StackName'>,
  terminal: Terminal,
): void {
  const { line, prose, colours } = terminal;
  const rows = drifts.flatMap(({ LogicalResourceId, StackResourceDriftStatus, PropertyDifferences }) =>
    PropertyDifferences.length === 0
      ? [[LogicalResourceId, StackResourceDriftStatus, '', '']]
      : PropertyDifferences.map(({ PropertyPath, DifferenceType, ExpectedValue, ActualValue }) => [
          ...[LogicalResourceId, StackResourceDriftStatus, PropertyPath],
          `${DifferenceType}: ${[declared(ExpectedValue), actual(ActualValue)].join('; ')}`,
        ]),
  );
  if (rows.length > 0) {
    printTable(['Resource', 'Drift', 'Property', 'Difference'], rows, terminal);
    line();
  }
  for (const { LogicalResourceId, NotChecked } of drifts) {
    for (const { PropertyPath, Because } of NotChecked) {
      prose(colours.yellow(`Not checked: ${LogicalResourceId}${PropertyPath}, because ${Because}.`));
    }
  }
  prose(colours.bold(`Stack ${StackName}: ${plural(drifts.length, 'image version')}, ${statusOf(drifts)}.`));
}

function declared(value: string | undefined): string {
  return value === undefined ? 'the template has none' : `the template has ${value}`;
}

function actual(value: string | undefined): string {
  return value === undefined ? 'the version has none' : `the version has ${value}`;
}

/** The StackDriftStatus. As in CloudFormation, one resource that has drifted is enough. */
export function statusOf(drifts: readonly ResourceDrift[]): 'DRIFTED' | 'NOT_CHECKED' | 'IN_SYNC' {
  const statuses = drifts.map((each) => each.StackResourceDriftStatus);
  if (statuses.includes('MODIFIED') || statuses.includes('DELETED')) return 'DRIFTED';
  return statuses.includes('NOT_CHECKED') ? 'NOT_CHECKED' : 'IN_SYNC';
}

export function driftAsJson(drifts: readonly ResourceDrift[], { StackId, StackName }: DeployedStack, Region: string) {
  return { Region, StackId, StackName, StackDriftStatus: statusOf(drifts), StackResourceDrifts: drifts };
}
