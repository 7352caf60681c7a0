/** Scenarios as plain data, with everything left out that is not their point. What nobody overrides is harmless. */

import type { OperationPlan, Scenario, SiblingPlan, TemplatePlan, VersionPlan } from '../../laws/scenario.ts';
import {
  type CallFault,
  type Fault,
  forever,
  type VersionOperation,
  versionOperations,
} from '../../sandbox/faults/fault.ts';

/** Versions take five to twenty seconds to be created, and nobody else has any. */
export function scenario(
  operations: readonly OperationPlan[],
  overrides: Partial<Omit<Scenario, 'operations'>> = {},
): Scenario {
  return {
    seed: 1,
    switches: {},
    cloudFormation: {},
    versionCreation: [5_000, 20_000],
    largestPageSize: 100,
    foreign: [],
    ...overrides,
    operations,
  };
}

/** Makes the stack, or updates it; the next operation begins when all is over. */
export function deploy(
  versions: readonly VersionPlan[],
  { siblings = [], ...overrides }: DeploymentPlan = {},
): OperationPlan {
  const template: TemplatePlan = { images: [], versions, siblings };
  return { kind: 'deploy', isAwaited: true, pauseMs: 0, isRepeated: false, faults: [], ...overrides, template };
}

interface DeploymentPlan extends Partial<Omit<OperationPlan, 'template'>> {
  readonly siblings?: readonly SiblingPlan[];
}

/** Deletes the stack. */
export function destroy(overrides: DeploymentPlan = {}): OperationPlan {
  return { ...deploy([], overrides), kind: 'delete' };
}

/** A version of the image `studio`, which is there before the stack. */
export function version(id: string, overrides: Partial<Omit<VersionPlan, 'id'>> = {}): VersionPlan {
  return { id, ImageName: 'studio', tag: '1.1', Aliases: [], metadata: {}, DependsOn: [], ...overrides };
}

/** Has the whole operation rolled back, so many milliseconds after it was asked for. */
export function failingSibling(afterMs: number, { generation = 1 } = {}): SiblingPlan {
  return { id: 'Sibling', afterMs, fails: true, failsToRollBack: false, generation };
}

/** To the nth call of a SageMaker operation, and `count - 1` more. */
export function onCall(operation: VersionOperation, does: CallFault['does'], { nth = 1, count = 1 } = {}): Fault {
  return { on: 'call', operations: [operation], nth, count, does };
}

/** The nth invocation of the provider dies at the nth point where it calls, sleeps or delivers. */
export function kill(nth: number, point: number, does: 'exit' | 'hang' = 'exit'): Fault {
  return { on: 'invocation', function: 'ProviderFunction', nth, point, does };
}

/** The nth attempt of Lambda to deliver a request brings it twice, the second time so much later. */
export function duplicate(nth: number, ms: number): Fault {
  return { on: 'attempt', does: 'duplicate', nth, count: 1, ms };
}

/** The nth attempt of Lambda to deliver a request comes so much later. */
export function late(nth: number, ms: number): Fault {
  return { on: 'attempt', does: 'late', nth, count: 1, ms };
}

/** From the nth of these calls on, SageMaker denies the provider each of them. */
export function deny(denied: VersionOperation | 'everything', { nth = 1 } = {}): Fault {
  const operations = denied === 'everything' ? versionOperations : [denied];
  return { on: 'call', operations, nth, count: forever, does: 'access-denied' };
}
