/** Finds a stack in the kept sandbox, to be looked at. */
import type { Stack } from '../cloudformation/stack.ts';
import type { SandboxSnapshot } from '../sandbox.ts';
import { Refusal } from './refusal.ts';
import { readKept, workerIn } from './state-folder.ts';

export interface LookOptions {
  /** The folder of the kept sandbox. */
  readonly state: string;
  /** A name or a StackId. */
  readonly stackName: string;
  readonly json: boolean;
}

/**
 * The stack of that name; the last one if all of them are deleted. Throws a Refusal if there never was one, or if it is
 * not kept yet.
 */
export function findKeptStack({ state, stackName }: LookOptions): {
  readonly stack: Stack;
  readonly kept: SandboxSnapshot;
} {
  const kept = readKept(state);
  const named = (kept?.cloudFormation.stacks ?? []).filter(
    ({ StackName, StackId }) => StackName === stackName || StackId === stackName,
  );
  const stack = named.find(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE') ?? named.at(-1);
  if (kept === undefined || stack === undefined) throw new Refusal(absence(stackName, state), 1);
  return { stack, kept };
}

function absence(stackName: string, state: string): string {
  const worker = workerIn(state);
  if (worker === undefined) return `There is no stack ${stackName} in ${state}.`;
  const later = `Process ${worker} is working there, and what an operation does is kept when it has ended.`;
  return `There is no stack ${stackName} in ${state} yet. ${later}`;
}
