/** What there is: image versions, and the outputs of a stack. */
import type { Stack } from '../cloudformation/stack.ts';
import { statusIn } from './event-lines.ts';
import { declaredAliases, type ImageVersionView } from './image-versions.ts';
import { writeTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Writes the versions as a table; the name of the image only where there are several. */
export function writeVersions(versions: readonly ImageVersionView[], terminal: Terminal): void {
  const { colours, prose } = terminal;
  const several = new Set(versions.map(({ ImageName }) => ImageName)).size > 1;
  const head = ['Version', 'Status', 'BaseImage', 'ContainerImage', 'Aliases', 'ReleaseNotes'];
  const rows = versions.map((version) => [
    ...(several ? [version.ImageName] : []),
    String(version.Version),
    statusIn(colours, version.ImageVersionStatus),
    version.BaseImage.slice(version.BaseImage.lastIndexOf('/') + 1),
    shortDigests(/@(.+)$/.exec(version.ContainerImage ?? '')?.[1] ?? ''),
    declaredAliases(version).join(', '),
    version.ReleaseNotes ?? '',
  ]);
  if (rows.length === 0) prose('No image versions.', { indent: 2 });
  else writeTable(several ? ['ImageName', ...head] : head, rows, terminal);
}

/** Says what `writeVersions` leaves out. */
export function noteOwnAliases({ prose, colours }: Terminal): void {
  const note = "Not shown: one alias of the provider's own on each version, cfn-…, which says whose it is.";
  prose(note, { indent: 2, style: colours.dim });
}

/** Writes the outputs, with short digests where the whole line would not fit the terminal. */
export function writeOutputs({ outputs }: Pick<Stack, 'outputs'>, { line, colours, width }: Terminal): void {
  const keyWidth = Math.max(...outputs.map(({ OutputKey }) => OutputKey.length));
  for (const { OutputKey, OutputValue } of outputs) {
    const fits = keyWidth + 4 + OutputValue.length <= width;
    line(`  ${colours.bold(OutputKey.padEnd(keyWidth))}  ${fits ? OutputValue : shortDigests(OutputValue)}`);
  }
}

function shortDigests(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}
