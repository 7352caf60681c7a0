import type { Scenario } from '../../laws/scenario.ts';
import { shrink } from '../../laws/shrink.ts';
import { deploy, failingSibling, kill, onCall, scenario, version } from '../support/scenario.ts';

describe('shrink', () => {
  const throttled = onCall('ListAliases', 'throttle');
  const large = scenario(
    [
      deploy(
        [version('V1', { Aliases: ['latest'], metadata: { Horovod: true } }), version('V2', { DependsOn: ['V1'] })],
        {
          pauseMs: 1000,
          isRepeated: true,
        },
      ),
      deploy([version('V1', { tag: '1.2', Revision: '3' }), version('V2')], {
        siblings: [failingSibling(500)],
        cancelAfterMs: 3000,
        isAwaited: false,
        faults: [kill(1, 2), throttled],
      }),
      deploy([version('V2')]),
    ],
    {
      switches: { ClientToken: 'forgotten' },
      cloudFormation: { rollbackAfterReplacement: 'update-first' },
      largestPageSize: 2,
      providerTimeoutSeconds: 10,
      foreign: [{ ImageName: 'studio', Aliases: ['theirs'] }],
    },
  );

  test('leaves out all that a scenario does not need to break the invariant', async () => {
    const breaks = async ({ operations }: Scenario) => operations.some(({ faults }) => faults.includes(throttled));

    expect(await shrink(large, breaks)).toEqual(scenario([deploy([], { faults: [throttled] })]));
  });

  test('keeps what it needs, wherever that stands', async () => {
    const breaks = async ({ switches, operations: [first, second] }: Scenario) =>
      switches.ClientToken === 'forgotten' &&
      first?.template.versions.some(({ DependsOn }) => DependsOn.includes('V1')) === true &&
      second?.template.versions.some(({ Revision }) => Revision === '3') === true;

    expect(await shrink(large, breaks)).toEqual(
      scenario(
        [
          deploy([version('V1'), version('V2', { DependsOn: ['V1'] })]),
          deploy([version('V1', { tag: '1.2', Revision: '3' }), version('V2')]),
        ],
        { switches: { ClientToken: 'forgotten' } },
      ),
    );
  });

  test('gives back a scenario of which nothing can be left out', async () => {
    const breaks = async (each: Scenario) => each === large;

    expect(await shrink(large, breaks)).toBe(large);
  });
});
