/** Runs one operation on a saved stack: prints what it will do, runs it, prints the result, and saves the sandbox. */
import { writeFileSync } from 'node:fs';
import type { CloudFormation, OperationResult } from '../cloudformation/cloudformation.ts';
import { isInterrupted } from '../cloudformation/interruption.ts';
import { findStack, isOperating, type Stack } from '../cloudformation/stack.ts';
import { type PlannedChanges, printChanges } from './changes.ts';
import { type ConditionOptions, readTrialConditions } from './conditions.ts';
import { explain } from './errors.ts';
import { missed } from './faults.ts';
import { Interrupted } from './interrupt.ts';
import type { KnownProvider } from './known-provider.ts';
import { type CommonOptions, nextSteps, readingCommand } from './next-steps.ts';
import { checkTimelineFile, otherFunction } from './option-values.ts';
import { withProviderSandbox } from './provider-sandbox.ts';
import { findServer, servedCloudFormation } from './served.ts';
import {
  eventsAsJson,
  imageNamesOf,
  listImageVersions,
  printOutputs,
  printResources,
  printSteps,
  printVersions,
  recordingAsJson,
  savedImages,
  stackAsJson,
} from './show.ts';
import { lockFolder, onceInATick, readSnapshot, readStacks, watchFolder } from './state-folder.ts';
import { silent, type Terminal } from './terminal.ts';
import { drawTimeline } from './timeline/draw.ts';
import { lanesOf } from './timeline/recording.ts';
import { countRepeated, idWidthOf, printAside, printAttempt, type WatchDependencies, watch } from './watch.ts';

export interface OperationOptions extends ConditionOptions, CommonOptions {
  readonly seed: number;
  readonly bundles: string;
  readonly provider: KnownProvider;
  /** Print one JSON document at the end instead of lines during the operation. */
  readonly json?: boolean;
  readonly timeline?: string;
}

export interface Plan extends PlannedChanges {
  /** Runs the operation; undefined if the changes are only to be printed. */
  readonly act: (() => Promise<OperationResult | undefined>) | undefined;
}

export interface StackCommand {
  /** The statuses of the stack after a success. */
  readonly wanted: readonly string[];
  /** Resolves with undefined, and prints why, if there is nothing to do. */
  readonly plan: (cloudFormation: CloudFormation, terminal: Terminal) => Promise<Plan | undefined>;
}

/**
 * Runs the operation, and prints the result. Resolves with whether the stack is then in a wanted status, or there was
 * nothing to do. Saves nothing of an operation that is interrupted. If `serve` works in the state folder, the operation
 * runs there, and goes on after an interruption.
 */
export async function operate(
  options: OperationOptions,
  { wanted, plan }: StackCommand,
  { terminal: whole, clock }: WatchDependencies,
): Promise<boolean> {
  const { bundles, provider, seed, state, stackName, json = false, timeline } = options;
  const conditions = readTrialConditions(options);
  if (timeline !== undefined) checkTimelineFile(timeline);
  const terminal = json ? silent(whole) : whole;
  const { line, prose, colours } = terminal;
  const sandboxed = { bundles, provider, seed, conditions, otherFunction: otherFunction(options) };
  const server = findServer(options);
  const { snapshot, save, showProgress, log: onLog, logFolder } = server ? watchFolder(state) : lockFolder(state);
  let begunAt = clock.now();
  const elapsed = () => clock.now() - begunAt;
  // The plan tells how wide the ids are.
  const screen = { ...terminal, idWidth: idWidthOf([stackName]) };
  const faultLines = countRepeated((text) => printAside('fault', text, elapsed(), screen));
  const watched = { onFault: faultLines.print, onAttempt: printAttempt(elapsed, screen), onLog };

  return withProviderSandbox({ ...sandboxed, snapshot, ...watched }, async (sandbox) => {
    const { recording } = sandbox.recorder;
    const cloudFormation = server
      ? servedCloudFormation(sandbox.cloudFormation, server, state)
      : sandbox.cloudFormation;
    const planned = await plan(cloudFormation, terminal).catch(explain);
    const { changes = [], warnings = [], act } = planned ?? {};
    const finish = (stack: Stack | undefined, MissedFaults: readonly string[]) => {
      const images = server ? savedImages(readSnapshot(state)) : sandbox.sageMaker.state().images;
      const versions = stack === undefined ? [] : listImageVersions(images, imageNamesOf(stack));
      const document = {
        ...(stack === undefined ? { StackName: stackName } : stackAsJson(stack, versions)),
        // As DescribeChangeSet answers.
        Changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
        Warnings: warnings,
        ...(server ? { StackEvents: eventsAsJson(recording.events) } : recordingAsJson(recording, begunAt)),
        MissedFaults,
        LogFolder: logFolder,
      };
      if (json) whole.line(JSON.stringify(document, undefined, 2));
      return versions;
    };
    if (planned !== undefined) printChanges(planned, provider.schemas, terminal);
    if (act === undefined) {
      const missedFaults = conditions.faults.map((fault) => missed(fault));
      finish(cloudFormation.findStack(stackName), missedFaults);
      const fault = conditions.faults.length > 0 ? ['no fault has happened'] : [];
      const unused = [...fault, ...(timeline === undefined ? [] : ['no timeline was drawn'])];
      if (unused.length > 0) prose(`Nothing was carried out, so ${unused.join(' and ')}.`);
      return true;
    }

    screen.idWidth = idWidthOf([stackName, ...changes.map(({ LogicalResourceId }) => LogicalResourceId)]);
    begunAt = clock.now();
    let isRunning = true;
    cloudFormation.onEvent(onceInATick(() => isRunning && showProgress(sandbox.snapshot())));
    const watched = { ...sandbox, cloudFormation, isServed: server !== undefined };
    const { result, calls } = await watch(() => act().catch(explain), watched, { terminal: screen, clock });
    isRunning = false;
    save(sandbox.snapshot());
    const stack = result && cloudFormation.findStack(result.StackId);
    if (result === undefined || stack === undefined) return true;

    if (timeline !== undefined) writeFileSync(timeline, drawTimeline(stackName, stack.StackStatus, recording));
    const called = recording.calls.map(({ operation }) => operation);
    const missedFaults = conditions.faults
      .filter(({ given }) => !recording.faults.some((happened) => happened.given === given))
      .map((fault) => missed(fault, called));
    const versions = finish(stack, missedFaults);
    line();
    const { StackStatus, StackStatusReason, events } = result;
    const isStopped = isInterrupted(events);
    const hasImages = imageNamesOf(stack).length > 0;
    const printSection = (hasContent: boolean, print: () => void) => {
      if (!hasContent) return;
      print();
      line();
    };
    const isKnown = server === undefined && lanesOf(recording).length > 0;
    printSection(isKnown, () => printResources(stack, recording, terminal));
    printSection(hasImages, () => printVersions(versions, terminal, provider));
    printSection(stack.outputs.length > 0, () => printOutputs(stack.outputs, terminal));
    if (server !== undefined) {
      const process = isStopped ? 'ended during the operation' : 'serves this state folder';
      prose(`The operation ran in process ${server.pid}, which ${process}.`, { indent: 2 });
    } else if (hasImages) {
      prose(`SageMaker calls by the provider: ${calls}`, { indent: 2 });
    }
    if (timeline !== undefined) prose(`The timeline is in ${timeline}.`, { indent: 2 });
    for (const total of faultLines.totals()) prose(`Fault ${total}.`, { indent: 2 });
    for (const sentence of missedFaults) prose(sentence, { indent: 2, style: colours.yellow });

    const isWanted = wanted.includes(StackStatus) && !isStopped;
    const because = StackStatusReason === undefined ? '' : `: ${StackStatusReason}`;
    const style = isWanted ? colours.green : colours.red;
    prose(`${isWanted ? '✓' : '✗'} Stack ${stackName} is ${StackStatus}${because}`, { indent: 2, style });
    const mayHaveLog = server !== undefined || recording.invocations.length > 0;
    const hasFailed = !isWanted || events.some(({ ResourceStatus }) => ResourceStatus.endsWith('_FAILED'));
    if (hasFailed && mayHaveLog) prose(`The provider's log is in ${logFolder}.`, { indent: 2 });
    if (!isWanted) printSteps(nextSteps(stack, options), terminal);
    return isWanted;
  }).catch((error: unknown) => {
    throw error instanceof Interrupted && server ? stillServed(error, server, options) : error;
  });
}

/** The command was interrupted, and not the process that carries out the operation. */
function stillServed({ signal }: Interrupted, { pid }: { readonly pid: number }, options: OperationOptions) {
  const { state, stackName } = options;
  const stack = findStack(readStacks(state), stackName);
  if (stack === undefined || !isOperating(stack)) {
    return new Interrupted(signal, `Process ${pid} carries out no operation on stack ${stackName}.`);
  }
  const goesOn = `Process ${pid} goes on with the operation: stack ${stackName} is ${stack.StackStatus}. Watch it:`;
  return new Interrupted(signal, `${goesOn}\n  ${readingCommand('events', options)}`);
}
