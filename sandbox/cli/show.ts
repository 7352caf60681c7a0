/** `show` and `events`: a saved stack as it is now, and everything that has happened to it. */
import type { Stack, StackEvent } from '../cloudformation/stack.ts';
import { seededRandom } from '../random.ts';
import { realClock } from '../real-clock.ts';
import { createSageMaker } from '../sagemaker/sagemaker.ts';
import type { SandboxSnapshot } from '../sandbox.ts';
import { printEvent, statusIn } from './event-lines.ts';
import { imageNamesOf, listImageVersions } from './image-versions.ts';
import { quickSageMaker } from './provider-sandbox.ts';
import { eventsAsJson, stackAsJson } from './stack-json.ts';
import { printAliasNote, printOutputs, printVersions } from './stack-tables.ts';
import { lockHolder, readSnapshot } from './state-folder.ts';
import { printTable, type Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

export interface ShowOptions {
  /** The state folder. */
  readonly state: string;
  /** A name or a StackId. */
  readonly stackName: string;
  readonly json: boolean;
}

/** Prints the stack and the versions of its images as tables, or as JSON with AWS's own names. */
export async function showStack(options: ShowOptions, terminal: Terminal): Promise<void> {
  const { stack, snapshot } = findSavedStack(options);
  const dependencies = { clock: realClock, random: seededRandom(0), snapshot: snapshot.sageMaker };
  const ImageVersions = await listImageVersions(createSageMaker(quickSageMaker, dependencies), imageNamesOf(stack));
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
  printTable(
    ['Resource', 'Status', 'PhysicalResourceId'],
    StackResources.map(({ LogicalResourceId, ResourceStatus, PhysicalResourceId }) => [
      LogicalResourceId,
      statusIn(colours, ResourceStatus),
      PhysicalResourceId,
    ]),
    terminal,
  );
  if (Outputs.length > 0) line();
  printOutputs(stack, terminal);
  line();
  printVersions(ImageVersions, terminal);
  if (ImageVersions.length > 0) printAliasNote(terminal);
}

/** Prints the events, oldest first, as lines or as the JSON of DescribeStackEvents. */
export function showEvents(options: ShowOptions, terminal: Terminal): void {
  const { events } = findSavedStack(options).stack;
  if (options.json) terminal.line(JSON.stringify({ StackEvents: eventsAsJson(events) }, undefined, 2));
  else for (const event of events) printEvent(event, timeOf(event), terminal);
}

/** In UTC, as CloudFormation shows it. */
function timeOf({ Timestamp }: StackEvent): string {
  return new Date(Timestamp).toISOString().replace('T', ' ').replace('Z', '');
}

/** The stack of that name, or the last one if all of them are deleted. Throws a UsageError if none is saved. */
function findSavedStack({ state, stackName }: ShowOptions): {
  readonly stack: Stack;
  readonly snapshot: SandboxSnapshot;
} {
  const snapshot = readSnapshot(state);
  const named = (snapshot?.cloudFormation.stacks ?? []).filter(
    ({ StackName, StackId }) => StackName === stackName || StackId === stackName,
  );
  const stack = named.find(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE') ?? named.at(-1);
  if (snapshot !== undefined && stack !== undefined) return { stack, snapshot };
  const holder = lockHolder(state);
  if (holder === undefined) throw new UsageError(`There is no stack ${stackName} in ${state}.`, 1);
  const reason = `Process ${holder} is working there, and the sandbox saves a stack only when an operation has ended.`;
  throw new UsageError(`There is no stack ${stackName} in ${state} yet. ${reason}`, 1);
}
