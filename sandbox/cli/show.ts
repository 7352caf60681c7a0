/** `show`: a stack as it is now, with the versions of its images. */

import { seededRandom } from '../random.ts';
import { realClock } from '../real-clock.ts';
import { createSageMaker } from '../sagemaker/sagemaker.ts';
import { statusIn } from './event-lines.ts';
import { imageNamesOf, listImageVersions } from './image-versions.ts';
import { findKeptStack, type LookOptions } from './kept-stack.ts';
import { quickSageMaker } from './provider-sandbox.ts';
import { stackAsJson } from './stack-json.ts';
import { noteOwnAliases, writeOutputs, writeVersions } from './stack-tables.ts';
import { writeTable } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Writes tables, or JSON in AWS's own names. */
export async function showStack(options: LookOptions, terminal: Terminal): Promise<void> {
  const { stack, kept } = findKeptStack(options);
  const looking = { clock: realClock, random: seededRandom(0), snapshot: kept.sageMaker };
  const ImageVersions = await listImageVersions(createSageMaker(quickSageMaker, looking), imageNamesOf(stack));
  const shown = stackAsJson(stack, ImageVersions);
  if (options.json) {
    terminal.line(JSON.stringify(shown, undefined, 2));
    return;
  }

  const { StackName, StackStatus, StackStatusReason, StackResources, Outputs } = shown;
  const { line, prose, colours } = terminal;
  line(`${colours.bold(StackName)}  ${statusIn(colours, StackStatus)}`);
  if (StackStatusReason !== undefined) prose(StackStatusReason, { indent: 2 });
  line();
  writeTable(
    ['Resource', 'Status', 'PhysicalResourceId'],
    StackResources.map((resource) => [
      resource.LogicalResourceId,
      statusIn(colours, resource.ResourceStatus),
      resource.PhysicalResourceId,
    ]),
    terminal,
  );
  if (Outputs.length > 0) line();
  writeOutputs(stack, terminal);
  line();
  writeVersions(ImageVersions, terminal);
  if (ImageVersions.length > 0) noteOwnAliases(terminal);
}
