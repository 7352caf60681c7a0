/**
 * What it takes in Lambda and Step Functions to make a version and to delete it again, with this provider and with one that
 * is written over CDK's provider framework.
 */

import { seededRandom } from '../../sandbox/random.ts';
import type { ProviderTemplate } from '../../sandbox/sandbox.ts';
import { simulate, versionsOf } from '../simulation.ts';
import { cdk, waitFor } from '../waiting/schedules.ts';
import type { Usage } from './prices.ts';

/** Virtual time knows neither: taken to be the same for both. */
const callMs = 100;
const coldStartMs = 500;
const deletionMs = 5_000;

/** In the sandbox; every invocation starts cold. */
export async function providersUsage(
  creationMs: number,
  memoryMb: number,
  providerTemplate: ProviderTemplate,
): Promise<Usage> {
  const durations = { versionCreation: [creationMs, creationMs], versionDeletion: [deletionMs, deletionMs] } as const;
  return simulate({ seed: 1, sageMaker: { durations }, providerTemplate }, async (simulation) => {
    let calls = 0;
    simulation.sageMaker.onCall(() => {
      calls += 1;
    });
    await simulation.cloudFormation.createStack('s', versionsOf(simulation, ['Stable']));
    await simulation.cloudFormation.deleteStack('s');
    await simulation.idle();
    const { invocations } = simulation;
    const waitedMs = invocations.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const busyMs = calls * callMs + invocations.length * coldStartMs;
    return {
      gbSeconds: ((waitedMs + busyMs) / 1000) * (memoryMb / 1024),
      requests: invocations.length,
      stateTransitions: 0,
    };
  });
}

/**
 * As aws-cdk-lib 2.276.0 has it: the framework's function calls the provider's and waits for it, both of Lambda's default
 * of 128 MB; first for onEvent, then in every state of the waiter. Each of the four starts cold once.
 */
export function cdksUsage(creationMs: number): Usage {
  const looks = [creationMs, deletionMs].map((ms) => waitFor(cdk, ms, seededRandom(1)).looks);
  const polls = looks.reduce((sum, each) => sum + each, 0);
  const events = looks.length;
  const ownMs = (polls + events) * callMs + 2 * coldStartMs;
  const frameworksMs = ownMs + 2 * coldStartMs;
  return {
    gbSeconds: ((ownMs + frameworksMs) / 1000) * (128 / 1024),
    requests: 2 * (polls + events),
    stateTransitions: polls,
  };
}
