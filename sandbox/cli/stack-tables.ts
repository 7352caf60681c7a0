/** Tables of image versions, resources and outputs. */
import type { Stack } from '../cloudformation/stack.ts';
import { elapsedColumn, statusIn } from './event-lines.ts';
import { type ImageVersionView, publicAliases } from './image-versions.ts';
import { printTable, type Terminal } from './terminal.ts';
import type { Recording } from './timeline/recording.ts';
import { effortIn, lanesOf } from './timeline/spans.ts';

/** Prints the versions as a table, with the image name only if there are several images. */
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

/** Prints a line for each resource of an operation: its status, the duration, and the number of invocations and calls. */
export function printResources({ resources }: Stack, recording: Recording, terminal: Terminal): void {
  const head = ['Resource', 'Status', 'Took', 'Invocations', 'Calls', 'Polls', 'Retries'];
  const rows = lanesOf(recording).map((lane) => {
    const { tookMs, invocations, calls, polls, retries } = effortIn(lane);
    // The last event can be about the old physical resource of a replacement.
    const status = resources[lane.LogicalResourceId]?.ResourceStatus ?? lane.ResourceStatus;
    const counts = [invocations, calls, polls, retries].map(String);
    return [lane.LogicalResourceId, statusIn(terminal.colours, status), elapsedColumn(tookMs), ...counts];
  });
  if (rows.length > 0) printTable(head, rows, terminal);
}

/** Prints which aliases `printVersions` leaves out. */
export function printAliasNote({ prose, colours }: Terminal): void {
  const note = 'Not shown: the alias cfn-… with which the provider marks each version as its own.';
  prose(note, { indent: 2, style: colours.dim });
}

/** Prints the outputs, with shortened digests in lines that do not fit. */
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
