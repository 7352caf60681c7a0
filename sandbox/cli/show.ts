/** Prints stacks and their image versions as tables or as JSON with AWS's own names, for example for `show` and `events`. */
import { realClock } from '../clock.ts';
import { findStack, liveResources, type Stack, type StackEvent } from '../cloudformation/stack.ts';
import { ownEntry } from '../json.ts';
import type { State } from '../sagemaker/state.ts';
import { settle } from '../sagemaker/transitions.ts';
import type { SandboxSnapshot } from '../sandbox.ts';
import { didYouMean } from '../template/nearest-name.ts';
import { UsageError } from './errors.ts';
import type { KnownProvider } from './known-provider.ts';
import { type CommonOptions, nextSteps } from './next-steps.ts';
import { lockHolder, readSnapshot } from './state-folder.ts';
import { printTable, type Terminal } from './terminal.ts';
import { countCalls, lanesOf, type Recording } from './timeline/recording.ts';
import { elapsedColumn, idWidthOf, printEvent, statusIn } from './watch.ts';

/** Here, `stackName` can also be a StackId. */
export interface ShowOptions extends Pick<CommonOptions, 'commandName' | 'state' | 'stackName'> {
  readonly provider: KnownProvider;
  readonly json: boolean;
}

export type ImageVersionView = ReturnType<typeof listImageVersions>[number];
type Versions = readonly ImageVersionView[];
type AliasRules = Pick<KnownProvider, 'isDeclarable'>;

export function showStack(options: ShowOptions, terminal: Terminal): void {
  const { stack, snapshot } = findSavedStack(options);
  const ImageVersions = listImageVersions(savedImages(snapshot), imageNamesOf(stack));
  const shown = stackAsJson(stack, ImageVersions);
  if (options.json) {
    terminal.line(JSON.stringify(shown, undefined, 2));
    return;
  }

  const { StackName, StackStatus, StackStatusReason } = stack;
  const { line, prose, colours } = terminal;
  line(`${colours.bold(StackName)}  ${statusIn(colours, StackStatus)}`);
  if (StackStatusReason !== undefined) prose(StackStatusReason, { indent: 2 });
  line();
  const rows = shown.StackResources.map(({ LogicalResourceId, ResourceStatus, PhysicalResourceId }) => {
    return [LogicalResourceId, statusIn(colours, ResourceStatus), PhysicalResourceId];
  });
  printTable(['Resource', 'Status', 'PhysicalResourceId'], rows, terminal);
  if (stack.outputs.length > 0) line();
  printOutputs(stack.outputs, terminal);
  if (imageNamesOf(stack).length > 0) {
    line();
    printVersions(ImageVersions, terminal, options.provider, { isWhole: true });
  }
  printAliasNote(ImageVersions, terminal, options.provider);
  printStepsFor(stack, options, terminal);
}

/** The images as they were saved, with each change of a status that is due by now. */
export function savedImages(snapshot: SandboxSnapshot | undefined): State['images'] {
  if (snapshot === undefined) return {};
  settle(snapshot.sageMaker, realClock.now());
  return snapshot.sageMaker.images;
}

/** The versions of these images, ordered by number. A deleted image has none. */
export function listImageVersions(images: State['images'], ImageNames: readonly string[]) {
  return ImageNames.flatMap((ImageName) =>
    (ownEntry(images, ImageName)?.versions ?? []).map((version) => {
      const { Version, ImageVersionArn, ImageVersionStatus, BaseImage, ContainerImage, FailureReason } = version;
      const ids = { ImageName, Version, ImageVersionArn };
      const shown = { ...ids, ImageVersionStatus, BaseImage, ContainerImage, FailureReason };
      return { ...shown, Aliases: version.Aliases.toSorted(), ReleaseNotes: version.metadata.ReleaseNotes };
    }),
  );
}

/** The images of a stack's resources, including deleted resources. */
export function imageNamesOf({ resources }: Stack): readonly string[] {
  const names = Object.values(resources).map(({ Properties }) => Properties['ImageName']);
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

/** Prints the commands for a stack that is stuck, after an empty line. */
function printStepsFor(stack: Stack, { json: _, ...options }: ShowOptions, terminal: Terminal): void {
  const steps = nextSteps(stack, { ...options, stackName: stack.StackName });
  if (steps.length === 0) return;
  terminal.line();
  printSteps(steps, terminal);
  const others = liveResources(stack).filter(options.provider.isOthers);
  const ids = others.map(({ LogicalResourceId }) => LogicalResourceId).join(', ');
  const advice = `Add --handler to the command, because another provider handles ${ids}.`;
  if (others.length > 0) terminal.prose(advice, { indent: 2, style: terminal.colours.dim });
}

export function printSteps(steps: ReturnType<typeof nextSteps>, { line, prose }: Terminal): void {
  for (const { description, command } of steps) {
    prose(description, { indent: 2 });
    line(`    ${command}`);
  }
}

/** Prints the events, oldest first, as lines or as the JSON of DescribeStackEvents. */
export function showEvents(options: ShowOptions, terminal: Terminal): void {
  const { stack } = findSavedStack(options);
  const { events } = stack;
  if (options.json) {
    terminal.line(JSON.stringify({ StackEvents: eventsAsJson(events) }, undefined, 2));
    return;
  }
  const screen = { ...terminal, idWidth: idWidthOf(events.map(({ LogicalResourceId }) => LogicalResourceId)) };
  for (const event of events) printEvent(event, instant(event).replace('T', ' ').replace('Z', ''), screen);
  printStepsFor(stack, options, terminal);
}

/** In UTC, as CloudFormation shows it. */
function instant({ Timestamp }: StackEvent): string {
  return new Date(Timestamp).toISOString();
}

/** The stack of that name, or the last one if all of them are deleted. Throws a UsageError if none is saved. */
function findSavedStack({ state, stackName }: ShowOptions) {
  const snapshot = readSnapshot(state);
  const stacks = snapshot?.cloudFormation.stacks ?? [];
  const stack = findStack(stacks, stackName) ?? stacks.findLast(({ StackName }) => StackName === stackName);
  if (snapshot !== undefined && stack !== undefined) return { stack, snapshot };
  const names = stacks.map(({ StackName }) => StackName);
  const holder = lockHolder(state);
  const missing = `There is no stack ${stackName} in ${state}`;
  const hint = didYouMean(stackName, names);
  if (holder === undefined) throw new UsageError(`${missing}.${hint}`, 1);
  const working = `Process ${holder.pid} is working there, and has not begun an operation on this stack.`;
  throw new UsageError(`${missing} yet. ${working}${hint}`, 1);
}

/** Prints versions with the aliases that a template can declare. With `isWhole`, a second table has whole digests. */
export function printVersions(
  versions: Versions,
  terminal: Terminal,
  { isDeclarable }: AliasRules,
  { isWhole = false } = {},
): void {
  const { line, colours, prose } = terminal;
  if (versions.length === 0) {
    prose('No image versions.', { indent: 2 });
    return;
  }
  const several = new Set(versions.map(({ ImageName }) => ImageName)).size > 1;
  const names = ({ ImageName, Version }: ImageVersionView) => [...(several ? [ImageName] : []), String(Version)];
  const nameHead = [...(several ? ['ImageName'] : []), 'Version'];
  const digestOf = ({ ContainerImage = '' }: ImageVersionView) => /@(.+)$/.exec(ContainerImage)?.[1] ?? '';
  const rows = versions.map((version) => [
    ...names(version),
    statusIn(colours, version.ImageVersionStatus),
    version.BaseImage.slice(version.BaseImage.lastIndexOf('/') + 1),
    ...(isWhole ? [] : [shortDigest(digestOf(version))]),
    version.Aliases.filter(isDeclarable).join(', '),
    version.ReleaseNotes ?? '',
  ]);
  const digestHead = isWhole ? [] : ['ContainerImage'];
  printTable([...nameHead, 'Status', 'BaseImage', ...digestHead, 'Aliases', 'ReleaseNotes'], rows, terminal);
  const digests = versions.flatMap((each) => (digestOf(each) === '' ? [] : [[...names(each), digestOf(each)]]));
  if (!isWhole || digests.length === 0) return;
  line();
  printTable([...nameHead, 'ContainerImage'], digests, terminal);
}

/** Prints a line for each resource of an operation: its status, the duration, and the number of invocations and calls. */
export function printResources({ resources }: Stack, recording: Recording, terminal: Terminal): void {
  const head = ['Resource', 'Status', 'Took', 'Invocations', 'Calls', 'Polls', 'Retries'];
  const rows = lanesOf(recording).map(({ LogicalResourceId, ResourceStatus, tookMs, invocations, numberOf }) => {
    // The last event can be about the old physical resource of a replacement.
    const status = resources[LogicalResourceId]?.ResourceStatus ?? ResourceStatus;
    const counts = [invocations.length, numberOf('call'), numberOf('poll'), numberOf('retry')].map(String);
    return [LogicalResourceId, statusIn(terminal.colours, status), elapsedColumn(tookMs), ...counts];
  });
  printTable(head, rows, terminal);
}

/** Prints that `printVersions` leaves out aliases, if it does. */
export function printAliasNote(versions: Versions, { prose, colours }: Terminal, { isDeclarable }: AliasRules): void {
  if (versions.every(({ Aliases }) => Aliases.every(isDeclarable))) return;
  const note = 'Not shown: the aliases with which the provider marks its versions. A template cannot declare them.';
  prose(note, { indent: 2, style: colours.dim });
}

/** Prints the outputs. A value that does not fit beside its key has a line of its own, or is shortened if not `isWhole`. */
export function printOutputs(outputs: Stack['outputs'], { line, colours, width }: Terminal, { isWhole = true } = {}) {
  const keyWidth = Math.max(...outputs.map(({ OutputKey }) => OutputKey.length));
  for (const { OutputKey, OutputValue } of outputs) {
    const fits = keyWidth + 4 + OutputValue.length <= width;
    const beside = fits || !isWhole ? `  ${fits ? OutputValue : shortDigest(OutputValue)}` : '';
    line(`  ${colours.bold(OutputKey.padEnd(keyWidth))}${beside}`.trimEnd());
    if (beside === '') line(`    ${OutputValue}`);
  }
}

function shortDigest(text: string): string {
  return text.replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/, '$1…');
}

export function stackAsJson(stack: Stack, ImageVersions: Versions) {
  const { StackName, StackId, StackStatus, StackStatusReason, outputs: Outputs } = stack;
  const StackResources = Object.values(stack.resources).map((resource) => {
    const { LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus } = resource;
    return { LogicalResourceId, ResourceType, PhysicalResourceId, ResourceStatus };
  });
  return { StackName, StackId, StackStatus, StackStatusReason, StackResources, Outputs, ImageVersions };
}

export function eventsAsJson(events: readonly StackEvent[]) {
  return events.map((event) => ({ ...event, Timestamp: instant(event) }));
}

/** @param begunAt in milliseconds since the epoch */
export function recordingAsJson(recording: Recording, begunAt: number) {
  return {
    StackEvents: eventsAsJson(recording.events),
    Resources: lanesOf(recording).map(({ LogicalResourceId, tookMs, invocations, numberOf }) => ({
      LogicalResourceId,
      Seconds: tookMs / 1000,
      Invocations: invocations.length,
      Calls: numberOf('call'),
      Polls: numberOf('poll'),
      Retries: numberOf('retry'),
    })),
    SageMakerCalls: Object.fromEntries(
      [...countCalls(recording.calls)].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    ),
    Faults: recording.faults.map(({ given: Asked, description: Happened, at }) => {
      return { Asked, Happened, Seconds: (at - begunAt) / 1000 };
    }),
  };
}
