/** One operation on a stack of the kept sandbox: foreseen, done, shown, kept. */
import { writeFileSync } from 'node:fs';
import type { CloudFormation, OperationResult } from '../cloudformation/cloudformation.ts';
import type { Stack } from '../cloudformation/stack.ts';
import { type PlannedChanges, printChanges } from './changes.ts';
import { printAttempt, printFault } from './event-lines.ts';
import { type AskedFault, missed, notTried } from './faults.ts';
import { type HandlerOptions, otherFunction } from './handler-file.ts';
import { imageNamesOf, listImageVersions } from './image-versions.ts';
import { nextSteps, printNextSteps } from './next-steps.ts';
import { checkTimelineFile } from './option-values.ts';
import { withProviderSandbox } from './provider-sandbox.ts';
import { readSchema } from './provider-types.ts';
import { operationAsJson } from './stack-json.ts';
import { printOutputs, printResources, printVersions } from './stack-tables.ts';
import { type LockedFolder, lockFolder } from './state-folder.ts';
import { silent, type Terminal } from './terminal.ts';
import { drawTimeline } from './timeline/draw.ts';
import { createRecorder, type Recording } from './timeline/recording.ts';
import { lanesOf } from './timeline/spans.ts';
import { readTrialConditions, type TrialOptions } from './trial.ts';
import { UsageError } from './usage-error.ts';
import { type WatchDependencies, watch } from './watch.ts';

export interface OperationOptions extends TrialOptions, HandlerOptions {
  readonly packageRoot: string;
  readonly providerTemplate: string;
  readonly seed: number;
  /** The folder of the kept sandbox. */
  readonly state: string;
  readonly stackName: string;
  /** One JSON document at the end instead of lines as it goes. */
  readonly json?: boolean;
  /** Where the drawing of the operation goes. */
  readonly timeline?: string;
}

/** What is going to happen, and what makes it happen; undefined: nothing but to show it. */
export interface Plan extends PlannedChanges {
  readonly act: (() => Promise<OperationResult | undefined>) | undefined;
}

/**
 * Carries out what `plan` answers and shows what comes of it; undefined means that there is nothing to do, and that
 * `plan` has said so. Resolves with whether the stack is then in one of the `wanted` statuses. An interrupted operation
 * is not kept at all.
 */
export async function operate(
  options: OperationOptions,
  wanted: readonly string[],
  plan: (cloudFormation: CloudFormation, terminal: Terminal) => Promise<Plan | undefined>,
  { terminal: whole, clock }: WatchDependencies,
): Promise<boolean> {
  const { packageRoot, providerTemplate, seed, state, stackName, json = false, timeline } = options;
  const conditions = readTrialConditions(options);
  if (timeline !== undefined) checkTimelineFile(timeline);
  const terminal = json ? silent(whole) : whole;
  const other = otherFunction(options);
  const folder = lockFolder(state);
  const recorder = createRecorder({ clock });
  let begun = clock.now();
  const elapsed = () => clock.now() - begun;
  const trial = {
    ...conditions,
    recorder,
    onFault: ({ given }: AskedFault, description: string) => {
      recorder.fault(given, description);
      printFault(description, elapsed(), terminal);
    },
    onAttempt: printAttempt(elapsed, terminal),
  };

  return withProviderSandbox(
    { packageRoot, providerTemplate, seed, snapshot: folder.snapshot, otherFunction: other, onLog: folder.log, trial },
    async (sandbox) => {
      const { cloudFormation, sageMaker } = sandbox;
      const { recording } = recorder;
      const { logFolder } = folder;
      const versionsOf = async (stack: Stack | undefined) =>
        stack === undefined ? [] : listImageVersions(sageMaker, imageNamesOf(stack));
      const writeJson = async (stack: Stack | undefined, missedFaults: readonly string[]) => {
        const operation = { stackName, begunAt: begun, changes, warnings, recording, missedFaults, logFolder };
        const document = operationAsJson(stack, await versionsOf(stack), operation);
        if (json) whole.line(JSON.stringify(document, undefined, 2));
      };

      const planned = await plan(cloudFormation, terminal).catch(refuse);
      const { changes = [], warnings = [], act } = planned ?? {};
      if (planned !== undefined) printChanges(planned, readSchema(packageRoot), terminal);
      if (act === undefined) {
        await writeJson(cloudFormation.findStack(stackName), conditions.faults.map(notTried));
        printUnused(conditions.faults, timeline, terminal);
        return true;
      }

      begun = clock.now();
      const stopEvents = cloudFormation.onEvent((event) => recorder.event(event));
      const { result, calls } = await watch(() => act().catch(refuse), sandbox, { terminal, clock }).finally(
        stopEvents,
      );
      folder.save(sandbox.snapshot());
      const stack = result && cloudFormation.findStack(result.StackId);
      if (result === undefined || stack === undefined) return true;

      if (timeline !== undefined) writeFileSync(timeline, drawTimeline(stackName, stack.StackStatus, recording));
      const called = recording.calls.map(({ operation }) => operation);
      const missedFaults = conditions.faults.filter(isMissedIn(recording)).map((fault) => missed(fault, called));
      await writeJson(stack, missedFaults);
      terminal.line();
      printResources(stack, lanesOf(recording), terminal);
      terminal.line();
      printVersions(await versionsOf(stack), terminal);
      if (stack.outputs.length > 0) terminal.line();
      printOutputs(stack, terminal);
      terminal.line();
      terminal.prose(`SageMaker calls by the provider: ${calls}`, { indent: 2 });
      if (timeline !== undefined) terminal.prose(`The timeline is in ${timeline}.`, { indent: 2 });
      for (const sentence of missedFaults) terminal.prose(sentence, { indent: 2, style: terminal.colours.yellow });
      const isWanted = printEnd(stackName, result, wanted, folder, terminal);
      if (!isWanted) printNextSteps(nextSteps(stack, options), terminal);
      return isWanted;
    },
  );
}

function isMissedIn({ faults }: Recording): (fault: AskedFault) => boolean {
  return ({ given }) => !faults.some((each) => each.given === given);
}

/** Says which options could do nothing, as there was nothing to do it to. */
function printUnused(faults: readonly AskedFault[], timeline: string | undefined, { prose }: Terminal): void {
  const inVain = [
    ...(faults.length > 0 ? ['no fault has happened'] : []),
    ...(timeline !== undefined ? ['no timeline was drawn'] : []),
  ];
  if (inVain.length > 0) prose(`Nothing was carried out, so ${inVain.join(' and ')}.`);
}

function printEnd(
  stackName: string,
  { StackStatus, StackStatusReason, events }: OperationResult,
  wanted: readonly string[],
  { logFolder }: LockedFolder,
  { prose, colours }: Terminal,
): boolean {
  const isWanted = wanted.includes(StackStatus);
  const because = StackStatusReason === undefined ? '' : `: ${StackStatusReason}`;
  prose(`${isWanted ? '✓' : '✗'} Stack ${stackName} is ${StackStatus}${because}`, {
    indent: 2,
    style: isWanted ? colours.green : colours.red,
  });
  if (!isWanted || events.some(({ ResourceStatus }) => ResourceStatus.endsWith('_FAILED'))) {
    prose(`The provider's log is in ${logFolder}.`, { indent: 2 });
  }
  return isWanted;
}

/** What CloudFormation says no to before it begins, beside the errors of its own, is wrong with the parameters. */
function refuse(error: unknown): never {
  throw error instanceof Error && error.name === 'Error' ? new UsageError(error.message, 2) : error;
}
