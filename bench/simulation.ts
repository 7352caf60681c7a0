/**
 * The provider in the sandbox, in one process, without sockets and in virtual time: what the benchmarks run on. It is put
 * together as for simulated scenarios, but nothing goes wrong here, and nothing is written down.
 */

import { inProcessProvider } from '../laws/provider.ts';
import { bareSdk } from '../laws/sdk.ts';
import { seededRandom } from '../sandbox/random.ts';
import type { sageMakerSettings } from '../sandbox/sagemaker/settings.ts';
import { createSandbox, type ProviderTemplate, type Sandbox } from '../sandbox/sandbox.ts';
import { VirtualClock } from '../sandbox/virtual-clock.ts';

export interface Simulation extends Sandbox {
  readonly clock: VirtualClock;
  /** The ServiceToken of the provider. */
  readonly ServiceToken: string;
  /** Of the provider's functions, in the order of their ends. */
  readonly invocations: readonly InvocationRecord[];
}

export interface InvocationRecord {
  readonly LogicalResourceId: string;
  readonly MemorySize: number;
  readonly durationMs: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly sageMaker?: Parameters<typeof sageMakerSettings>[0];
  readonly providerTemplate: ProviderTemplate;
  readonly images?: number;
}

const epoch = Date.parse('2026-11-21T00:00:00Z');

/** Runs `run` until it has settled; the image `studio` and `images` more, `studio-1` and so on, are there. */
export async function simulate<T>(options: SimulationOptions, run: (simulation: Simulation) => Promise<T>): Promise<T> {
  const simulation = createSimulation(options);
  const { clock, sageMaker } = simulation;
  return clock.run(async () => {
    const more = Array.from({ length: options.images ?? 0 }, (_, index) => `studio-${index + 1}`);
    for (const ImageName of ['studio', ...more]) {
      await sageMaker.call('CreateImage', { ImageName, RoleArn: 'arn:aws:iam::111122223333:role/StudioImages' });
    }
    await clock.sleep(60_000);
    return run(simulation);
  });
}

/** A template of versions, of the image `studio` unless `imageOf` says otherwise; `attributes` go beside Properties. */
export function versionsOf(
  { ServiceToken }: Simulation,
  logicalIds: readonly string[],
  {
    attributes = () => ({}),
    imageOf = () => 'studio',
  }: { readonly attributes?: (index: number) => object; readonly imageOf?: (index: number) => string } = {},
) {
  const Resources = Object.fromEntries(
    logicalIds.map((id, index) => [
      id,
      {
        Type: 'Custom::SageMakerImageVersion',
        Properties: {
          ServiceToken,
          ImageName: imageOf(index),
          BaseImage: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/studio:1.0',
          Aliases: [`alias-${id}`],
        },
        ...attributes(index),
      },
    ]),
  );
  return { templateText: JSON.stringify({ Resources }), fileName: 'template.json', parameters: {} };
}

function createSimulation({ seed, sageMaker, providerTemplate }: SimulationOptions): Simulation {
  const clock = new VirtualClock(epoch);
  const random = seededRandom(seed);
  const invocations: InvocationRecord[] = [];
  const executorOf = inProcessProvider({ sdk: bareSdk(), clock, random });
  const sandbox = createSandbox({
    clock,
    random,
    providerTemplate,
    providerParameters: { ImageNamePattern: '*' },
    // The benchmarks measure the provider, so CloudFormation sends its first request at once.
    cloudFormation: { pauseBeforeFirstRequestMs: 0 },
    ...(sageMaker && { sageMaker }),
    executor: (configuration, services) => {
      const { LogicalResourceId, MemorySize } = configuration;
      const executor = executorOf(configuration, services);
      return {
        ...executor,
        invoke: async (...invocation) => {
          const begun = clock.now();
          const result = await executor.invoke(...invocation);
          invocations.push({ LogicalResourceId, MemorySize, durationMs: clock.now() - begun });
          return result;
        },
      };
    },
  });
  const ServiceToken = sandbox.functionNamed('ProviderFunction').FunctionArn;
  return { ...sandbox, clock, ServiceToken, invocations };
}
