/** What an operation is tried under: the faults and the switches of the command line. */
import type { LambdaDependencies } from '../lambda/asynchronous-invocation.ts';
import { type AskedFault, faultLines, readFaults } from './faults.ts';
import { type GivenSwitches, readSwitches, switchLines } from './switches.ts';
import type { Recorder } from './timeline/recording.ts';
import { UsageError } from './usage-error.ts';

export interface TrialOptions {
  /** As given: `NAME=ARGUMENT`. */
  readonly fault?: readonly string[];
  /** As given: `NAME=VALUE`. */
  readonly switch?: readonly string[];
}

export interface Conditions {
  readonly faults: readonly AskedFault[];
  readonly switches: GivenSwitches;
}

/** The conditions with whoever watches what comes of them. */
export interface Trial extends Conditions {
  readonly recorder: Recorder;
  readonly onFault: (fault: AskedFault, description: string) => void;
  readonly onAttempt: NonNullable<LambdaDependencies['onAttempt']>;
}

/** Throws one UsageError with everything that is wrong, and what there is instead. */
export function readTrialConditions(given: TrialOptions, where: 'operation' | 'serve' = 'operation'): Conditions {
  const { faults, problems: wrongFaults } = readFaults(given.fault ?? [], where);
  const { switches, problems: wrongSwitches } = readSwitches(given.switch ?? [], where);
  if (wrongFaults.length + wrongSwitches.length === 0) return { faults, switches };
  const choices = [
    ...(wrongFaults.length > 0 ? [...faultLines(where), ''] : []),
    ...(wrongSwitches.length > 0 ? [...switchLines(where), ''] : []),
  ];
  throw new UsageError([...wrongFaults, ...wrongSwitches].join('\n'), 2, choices);
}
