/** How the provider itself waits: in the sandbox, with its deadlines and with Lambda's pauses between invocations. */
import type { ProviderTemplate } from '../../sandbox/sandbox.ts';
import { simulate, versionsOf } from '../simulation.ts';
import type { Wait } from './schedules.ts';

export async function waitInSandbox(
  creationMs: number,
  seed: number,
  providerTemplate: ProviderTemplate,
): Promise<Wait> {
  const sageMaker = { durations: { versionCreation: [creationMs, creationMs] }, lockWindowMs: 0 } as const;
  return simulate({ seed, sageMaker, providerTemplate }, async (simulation) => {
    let looks = 0;
    simulation.sageMaker.onCall((operation) => {
      looks += operation === 'DescribeImageVersion' ? 1 : 0;
    });
    const { events } = await simulation.cloudFormation.createStack('s', versionsOf(simulation, ['Stable']));
    const answeredAt = events.find(
      ({ LogicalResourceId, ResourceStatus }) => LogicalResourceId === 'Stable' && ResourceStatus === 'CREATE_COMPLETE',
    )?.Timestamp;
    const [version] = simulation.sageMaker.snapshot().images['studio']?.versions ?? [];
    if (answeredAt === undefined || version === undefined) throw new Error(`A version of ${creationMs} ms failed`);
    return { lagMs: answeredAt - version.createdAtMs - creationMs, looks };
  });
}
