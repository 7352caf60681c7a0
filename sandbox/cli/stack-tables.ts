/** What there is: image versions, and the outputs of a stack. */
import type { Stack } from '../cloudformation/stack.ts';
import { elapsedColumn, statusIn } from './event-lines.ts';
import { type ImageVersionView, publicAliases } from './image-versions.ts';
import { printTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import { effortIn, type Lane } from './timeline/spans.ts';

/** Writes the versions as a table; the name of the image only where there are several. */
export function printVersions(versions: readonly ImageVersionView[], terminal: Terminal): void {
  const { colours, prose } = terminal;
  const several = new Set(versions.map(({ ImageName }) => ImageName)).size > 1;
  const head = ['Version', 'Status', 'BaseImage', 'ContainerImage', 'Aliases', 'ReleaseNotes'];
  const rows = versions.map((version) => [
    ...(several ? [version.ImageName] : []),
    String(version.Version),
    statusIn(colours, version.ImageVersionStatus),
    version.BaseImage.slice(version.BaseImage.lastIndexOf('/') + 1),
    shortDigests(/@(.+)$/.exec(version.ContainerImage ?? '')?.[1] ?? ''),
    publicAliases(version).join(', '),
    version.ReleaseNotes ?? '',
  ]);
  if (rows.length === 0) prose('No image versions.', { indent: 2 });
  else printTable(several ? ['ImageName', ...head] : head, rows, terminal);
}

/** Writes what an operation has done, a line for each resource: how it is now, how long it took, what it needed. */
export function printResources({ resources }: Stack, lanes: readonly Lane[], terminal: Terminal): void {
  if (lanes.length === 0) return;
  const head = ['Resource', 'Status', 'Took', 'Invocations', 'Calls', 'Polls', 'Retries'];
  const rows = lanes.map((lane) => {
    const { tookMs, ...counts } = effortIn(lane);
    return [
      lane.LogicalResourceId,
      // Its last event may be about the physical resource that was replaced.
      statusIn(terminal.colours, resources[lane.LogicalResourceId]?.ResourceStatus ?? lane.ResourceStatus),
      elapsedColumn(tookMs),
      ...[counts.invocations, counts.calls, counts.polls, counts.retries].map(String),
    ];
  });
  printTable(head, rows, terminal);
}

/** Says what `printVersions` leaves out. */
export function printAliasNote({ prose, colours }: Terminal): void {
  const note = "Not shown: one alias of the provider's own on each version, cfn-…, which says whose it is.";
  prose(note, { indent: 2, style: colours.dim });
}

/** Writes the outputs, with short digests where the whole line would not fit the terminal. */
export function printOutputs({ outputs }: Pick<Stack, 'outputs'>, { line, colours, width }: Terminal): void {
  const keyWidth = Math.max(...outputs.map(({ OutputKey }) => OutputKey.length));
  for (const { OutputKey, OutputValue } of outputs) {
    const fits = keyWidth + 4 + OutputValue.length <= width;
    line(`  ${colours.bold(OutputKey.padEnd(keyWidth))}  ${fits ? OutputValue : shortDigests(OutputValue)}`);
  }
}

function shortDigests(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
