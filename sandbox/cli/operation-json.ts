/** One operation as JSON for scripts: the stack that it has left, in AWS's own names, and what it took to get there. */
import type { ResourceChange } from '../cloudformation/change-set.ts';
import type { Stack } from '../cloudformation/stack.ts';
import { changesAsJson } from './changes.ts';
import type { ImageVersionView } from './image-versions.ts';
import { eventsAsJson, stackAsJson } from './stack-json.ts';
import type { Recording } from './timeline/recording.ts';
import { effortIn, lanesOf } from './timeline/spans.ts';

export interface Operation {
  readonly stackName: string;
  /** In milliseconds since the epoch. */
  readonly begunAt: number;
  readonly changes: readonly ResourceChange[];
  readonly warnings: readonly string[];
  readonly recording: Recording;
  /** What is to be said of each fault that did not happen. */
  readonly missedFaults: readonly string[];
  readonly logFolder: string;
}

/** @param stack undefined where there is none, before or after */
export function operationAsJson(
  stack: Stack | undefined,
  versions: readonly ImageVersionView[],
  { stackName, begunAt, changes, warnings, recording, missedFaults, logFolder }: Operation,
) {
  return {
    ...(stack === undefined ? { StackName: stackName } : stackAsJson(stack, versions)),
    Changes: changesAsJson(changes),
    Warnings: warnings,
    StackEvents: eventsAsJson(recording.events),
    Resources: lanesOf(recording).map((lane) => {
      const { tookMs, invocations, calls, polls, retries } = effortIn(lane);
      return {
        LogicalResourceId: lane.LogicalResourceId,
        Seconds: tookMs / 1000,
        Invocations: invocations,
        Calls: calls,
        Polls: polls,
        Retries: retries,
      };
    }),
    SageMakerCalls: callsOfProvider(recording),
    Faults: recording.faults.map(({ given, told, at }) => ({
      Asked: given,
      Happened: told,
      Seconds: (at - begunAt) / 1000,
    })),
    MissedFaults: missedFaults,
    LogFolder: logFolder,
  };
}

/** How often the provider has called each operation; CloudFormation's own calls say nobody's name. */
function callsOfProvider({ calls }: Recording): Readonly<Record<string, number>> {
  const ofProvider = calls.filter(({ LogicalResourceId }) => LogicalResourceId !== undefined);
  const operations = [...new Set(ofProvider.map(({ operation }) => operation))].toSorted();
  return Object.fromEntries(
    operations.map((name) => [name, ofProvider.filter(({ operation }) => operation === name).length]),
  );
}
