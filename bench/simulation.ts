/**
 * The provider in the sandbox, in one process, without sockets and in virtual time: what the benchmarks run on. It is put
 * together as for simulated scenarios, but nothing goes wrong here, and nothing is written down.
 */

import { realProvider } from '../laws/provider.ts';
import { bareSdk } from '../laws/sdk.ts';
import { type CloudFormation, createCloudFormation } from '../sandbox/cloudformation/cloudformation.ts';
import { createResponseBucket } from '../sandbox/cloudformation/response-bucket.ts';
import { answerRequest } from '../sandbox/cloudformation/server.ts';
import { createLambda } from '../sandbox/lambda/asynchronous-invocation.ts';
import type { Executor, FunctionConfiguration } from '../sandbox/lambda/function.ts';
import { createInProcessExecutor } from '../sandbox/lambda/in-process-executor.ts';
import { readFunctions } from '../sandbox/lambda/sam-template.ts';
import { randomUuid, seededRandom } from '../sandbox/random.ts';
import { createSageMaker, type SageMaker } from '../sandbox/sagemaker/sagemaker.ts';
import { sageMakerSettings } from '../sandbox/sagemaker/settings.ts';
import { parseTemplate } from '../sandbox/template/parse.ts';
import { VirtualClock } from '../sandbox/virtual-clock.ts';

export interface Simulation {
  readonly clock: VirtualClock;
  readonly cloudFormation: CloudFormation;
  readonly sageMaker: SageMaker;
  /** The ServiceToken of the provider. */
  readonly ServiceToken: string;
  /** Of the provider's functions, in the order of their ends. */
  readonly invocations: readonly InvocationRecord[];
  /** Resolves when no event is queued or running in Lambda. */
  idle(): Promise<void>;
}

export interface InvocationRecord {
  readonly LogicalResourceId: string;
  readonly MemorySize: number;
  readonly durationMs: number;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly sageMaker?: Parameters<typeof sageMakerSettings>[0];
  /** The text of the provider's SAM template. */
  readonly providerTemplate: string;
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

function createSimulation({ seed, sageMaker: given, providerTemplate }: SimulationOptions): Simulation {
  const clock = new VirtualClock(epoch);
  const random = seededRandom(seed);
  const settings = sageMakerSettings(given);
  const { Region, AccountId, partition } = settings;
  const sageMaker = createSageMaker(settings, { clock, random });
  const bucket = createResponseBucket(Region, { clock, random });
  const cloudFormation = createCloudFormation(
    { region: Region, accountId: AccountId, partition },
    {
      clock,
      random,
      images: sageMaker,
      bucket,
      invokeEvent: (functionArn, event) => lambda.invokeEvent(functionArn, event),
    },
  );
  const connected = realProvider(bareSdk).connect({
    sageMaker: ({ headers, body }) =>
      sageMaker.call(headers['x-amz-target']?.replace(/^SageMaker\./, '') ?? '', JSON.parse(body)),
    cloudFormation: async ({ body }) => {
      const { status, document } = answerRequest(cloudFormation, body, randomUuid(random));
      return { status, headers: { 'content-type': 'text/xml' }, body: document };
    },
  });
  const ports = {
    clock,
    random,
    atCrashPoint: <T>(_what: string, work: () => Promise<T>) => work(),
    put: async (url: string, body: string) => {
      const headers = { 'content-type': '', 'content-length': String(Buffer.byteLength(body)) };
      return (await bucket.put(url, headers, body)).status;
    },
    log: () => {},
  };
  const invocations: InvocationRecord[] = [];
  const executorOf = (configuration: FunctionConfiguration): Executor => {
    const { LogicalResourceId, MemorySize } = configuration;
    const handler = connected.handlerFor(LogicalResourceId, ports);
    const executor = createInProcessExecutor(handler, configuration, { clock, random });
    return {
      ...executor,
      invoke: async (...invocation) => {
        const begun = clock.now();
        const result = await executor.invoke(...invocation);
        invocations.push({ LogicalResourceId, MemorySize, durationMs: clock.now() - begun });
        return result;
      },
    };
  };
  const { functions } = readFunctions(
    parseTemplate(providerTemplate, 'template.yaml'),
    { ImageNamePattern: '*' },
    { Region, AccountId, partition, StackName: 'sagemaker-image-version-provider', baseFolder: '.' },
  );
  const lambda = createLambda(
    functions.map((configuration) => ({ configuration, executor: executorOf(configuration) })),
    { clock, random },
  );
  const provider = functions.find(({ LogicalResourceId }) => LogicalResourceId === 'ProviderFunction');
  if (provider === undefined) throw new Error('The template declares no ProviderFunction');
  return {
    clock,
    cloudFormation,
    sageMaker,
    ServiceToken: provider.FunctionArn,
    invocations,
    idle: () => lambda.idle(),
  };
}
