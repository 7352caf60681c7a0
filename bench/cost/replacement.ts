/**
 * What a replacement asks of SageMaker: its calls and its time, by the number of versions that a Retain policy has kept, by
 * the number of aliases that move, and while SageMaker throttles.
 */
import type { Fault } from '../../sandbox/faults/fault.ts';
import { forever, versionOperations } from '../../sandbox/faults/fault.ts';
import { FaultInjector } from '../../sandbox/faults/fault-injector.ts';
import { isMap } from '../../sandbox/json.ts';
import { seededRandom } from '../../sandbox/random.ts';
import { type ProviderTemplate, readProviderTemplate } from '../../sandbox/sandbox.ts';
import { markdownTable, progress, say } from '../output.ts';
import { type Simulation, simulate } from '../simulation.ts';
import { median } from '../statistics.ts';

/** Each version is CREATED so long after its call. */
const creationMs = 10_000;
const rounds = 5;

const throttling = (share: number): Fault => ({
  on: 'call',
  operations: versionOperations,
  does: 'throttle',
  share,
  nth: 1,
  count: forever,
});
const conditions: Readonly<Record<string, readonly Fault[]>> = {
  'no throttling': [],
  '30 % throttled': [throttling(0.3)],
  '60 % throttled': [throttling(0.6)],
  '20 calls/s': [{ on: 'rate', capacity: 20, perSecond: 20 }],
  '3 calls/s': [{ on: 'rate', capacity: 3, perSecond: 3 }],
};

interface Case {
  readonly name: string;
  /** The versions that a Retain policy has kept before. */
  readonly retained: number;
  readonly aliases: number;
}

const cases: readonly Case[] = [
  { name: '1 alias, nothing retained', retained: 0, aliases: 1 },
  { name: '1 alias, 10 versions retained', retained: 10, aliases: 1 },
  { name: '1 alias, 150 versions retained', retained: 150, aliases: 1 },
  { name: '1 alias, 1,000 versions retained', retained: 1_000, aliases: 1 },
  { name: '10 aliases, nothing retained', retained: 0, aliases: 10 },
  { name: '100 aliases, nothing retained', retained: 0, aliases: 100 },
];

export async function replacement(): Promise<void> {
  const template = readProviderTemplate('template.yaml');
  const rows: string[][] = [];
  for (const each of cases) {
    rows.push([each.name, ...(await measured(each, template))]);
  }
  say(markdownTable(['', ...Object.keys(conditions)], rows));
}

interface Measurement {
  /** The calls that the update makes, without its polls. */
  readonly calls: number;
  readonly polls: number;
  readonly tookMs: number;
}

/** One cell for each condition. */
function measured({ name, retained, aliases }: Case, providerTemplate: ProviderTemplate): Promise<readonly string[]> {
  const durations = { versionCreation: [creationMs, creationMs] } as const;
  return simulate({ seed: 1, sageMaker: { durations }, providerTemplate }, async (simulation) => {
    const { clock, cloudFormation, sageMaker } = simulation;
    const injector = new FaultInjector({
      clock,
      random: seededRandom(1),
      newRequestId: () => '00000000-0000-0000-0000-000000000000',
      onFault: () => {},
    });
    sageMaker.intercept(injector.interceptor);
    let Version = 0;
    const next = () => {
      Version += 1;
      return { Version, source: versionsWith(simulation, aliases, Version) };
    };
    await cloudFormation.createStack('s', next().source);
    for (let made = 0; made < retained; made += 1) await cloudFormation.updateStack('s', next().source);

    const cells: string[] = [];
    for (const [condition, faults] of Object.entries(conditions)) {
      progress(`${name}, ${condition}`);
      const found: Measurement[] = [];
      for (let round = 0; round < rounds; round += 1) found.push(await measure(simulation, injector, faults, next()));
      cells.push(told(found));
    }
    return cells;
  });
}

async function measure(
  { clock, cloudFormation, sageMaker, idle }: Simulation,
  injector: FaultInjector,
  faults: readonly Fault[],
  { Version, source }: { readonly Version: number; readonly source: ReturnType<typeof versionsWith> },
): Promise<Measurement> {
  await idle();
  await clock.sleep(60_000);
  injector.begin(faults);
  const begunAt = clock.now();
  let calls = 0;
  let polls = 0;
  const ignore = sageMaker.onCall((operation, input) => {
    if (operation === 'DescribeImageVersion' && isMap(input) && input['Version'] === Version) polls += 1;
    else calls += 1;
  });
  const { StackStatus } = await cloudFormation.updateStack('s', source);
  ignore();
  injector.begin([]);
  // What a failed update leaves would be another case.
  if (StackStatus !== 'UPDATE_COMPLETE') throw new Error(`An update ended in ${StackStatus}.`);
  return { calls, polls, tookMs: clock.now() - begunAt };
}

function told(found: readonly Measurement[]): string {
  const middle = (of: (one: Measurement) => number) => median(found.map(of));
  const seconds = middle(({ tookMs }) => tookMs / 1000).toFixed(0);
  return `${middle(({ calls }) => calls)} + ${middle(({ polls }) => polls)}, ${seconds} s`;
}

function versionsWith({ ServiceToken }: Simulation, aliases: number, revision: number) {
  const Stable = {
    Type: 'Custom::SageMakerImageVersion',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      ServiceToken,
      ImageName: 'studio',
      BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.0',
      Revision: `${revision}`,
      Aliases: Array.from({ length: aliases }, (_, index) => `alias-${index + 1}`),
    },
  };
  return { templateText: JSON.stringify({ Resources: { Stable } }), fileName: 'template.json', parameters: {} };
}
