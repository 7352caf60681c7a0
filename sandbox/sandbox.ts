/**
 * The sandbox put together: SageMaker, CloudFormation and Lambda on one machine, with the provider deployed in it from
 * its own template. Used by the command line (`cli/`) and, with the provider in process, by the lifecycle tests.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { SandboxClock } from './clock.ts';
import {
  type CloudFormation,
  type CloudFormationSnapshot,
  createCloudFormation,
} from './cloudformation/cloudformation.ts';
import type { KnownTypes } from './cloudformation/known-types.ts';
import { createResponseBucket, type DisturbDelivery, listenResponseBucket } from './cloudformation/response-bucket.ts';
import { listenCloudFormation } from './cloudformation/server.ts';
import type { CloudFormationSettings } from './cloudformation/settings.ts';
import type { Stack } from './cloudformation/stack.ts';
import { createLambda, type LambdaDependencies } from './lambda/asynchronous-invocation.ts';
import { synchronousInvocation } from './lambda/deployed-function.ts';
import type { Executor, FunctionConfiguration } from './lambda/function.ts';
import { readFunctions } from './lambda/sam-template.ts';
import type { Random } from './random.ts';
import { createSageMaker, type SageMaker } from './sagemaker/sagemaker.ts';
import { listenSageMaker } from './sagemaker/server.ts';
import { sageMakerSettings } from './sagemaker/settings.ts';
import { parseTemplate } from './template/parse.ts';

/** Where the simulated services listen. */
export interface Endpoints {
  readonly sageMaker: string;
  readonly cloudFormation: string;
}

/** Everything that outlives a run, as JSON. */
export interface SandboxSnapshot {
  readonly cloudFormation: CloudFormationSnapshot;
  readonly sageMaker: ReturnType<SageMaker['snapshot']>;
}

export interface SandboxOptions {
  readonly clock: SandboxClock;
  readonly random: Random;
  /** The SAM template of the provider: its functions, timeouts and retries are read from it. */
  readonly providerTemplate: string;
  /** What the template would be deployed with. */
  readonly providerParameters: Readonly<Record<string, string>>;
  /** Runs a function that the template declares. */
  readonly executor: (configuration: FunctionConfiguration, endpoints: Endpoints) => Executor;
  /** A function of somebody else's, which stands for every ServiceToken that is none of the template's functions. */
  readonly otherFunction?: FunctionConfiguration | undefined;
  readonly sageMaker?: Parameters<typeof sageMakerSettings>[0];
  readonly cloudFormation?: Partial<CloudFormationSettings>;
  readonly lambda?: Pick<LambdaDependencies, 'intercept' | 'onAttempt'>;
  readonly bucket?: { readonly disturb: DisturbDelivery };
  readonly knownTypes?: KnownTypes;
  /** Where an earlier run has ended. */
  readonly snapshot?: SandboxSnapshot;
}

export interface Sandbox {
  readonly cloudFormation: CloudFormation;
  readonly sageMaker: SageMaker;
  readonly endpoints: Endpoints;
  /** The functions of the provider, as deployed. */
  readonly functions: readonly FunctionConfiguration[];
  /** Resolves when no event is queued or running in Lambda. */
  idle(): Promise<void>;
  snapshot(): SandboxSnapshot;
  close(): Promise<void>;
}

/** The stack that the provider itself is deployed as. */
const providerStackName = 'sagemaker-image-version-provider';

/** Starts the sandbox; its services listen on loopback ports until `close`. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, random, snapshot, executor, otherFunction } = options;
  const settings = sageMakerSettings(options.sageMaker);
  const { Region, AccountId, partition } = settings;
  const deployed = readFunctions(
    parseTemplate(readFileSync(options.providerTemplate, 'utf8'), basename(options.providerTemplate)),
    options.providerParameters,
    {
      Region,
      AccountId,
      partition,
      StackName: providerStackName,
      baseFolder: dirname(resolve(options.providerTemplate)),
    },
  );

  const sageMaker = createSageMaker(settings, { clock, random, ...(snapshot && { snapshot: snapshot.sageMaker }) });
  const bucket = createResponseBucket(Region, { clock, random, ...options.bucket });
  const cloudFormation = createCloudFormation(
    { region: Region, accountId: AccountId, partition, ...options.cloudFormation },
    {
      clock,
      random,
      images: sageMaker,
      bucket,
      invokeEvent: (functionArn, event) => lambda.invokeEvent(addressee(functionArn), event),
      macros: {
        macros: deployed.macros,
        invokeFunction: (functionArn, event) => invokeFunction(functionArn, event),
      },
      ...(options.knownTypes && { knownTypes: options.knownTypes }),
      snapshot: { stacks: [...(snapshot?.cloudFormation.stacks ?? []), providerStack(deployed.exports, settings)] },
    },
  );
  const servers = await Promise.all([
    listenSageMaker(sageMaker, { clock }),
    listenCloudFormation(cloudFormation, { random }),
    listenResponseBucket(bucket),
  ]);
  const [sageMakerServer, cloudFormationServer] = servers;
  const endpoints = { sageMaker: sageMakerServer.url, cloudFormation: cloudFormationServer.url };
  const configurations = [...deployed.functions, ...(otherFunction === undefined ? [] : [otherFunction])];
  const functions = configurations.map((configuration) => ({
    configuration,
    executor: executor(configuration, endpoints),
  }));
  const lambda = createLambda(functions, { clock, random, ...options.lambda });
  const invokeFunction = synchronousInvocation(functions, { clock, random });
  const addressee = (functionArn: string) =>
    otherFunction !== undefined && isOthers(functionArn, deployed.functions) ? otherFunction.FunctionArn : functionArn;

  return {
    cloudFormation,
    sageMaker,
    endpoints,
    functions: deployed.functions,
    idle: () => lambda.idle(),
    snapshot: () => ({
      cloudFormation: { stacks: withoutProviderStack(cloudFormation.snapshot().stacks) },
      sageMaker: sageMaker.snapshot(),
    }),
    async close() {
      await lambda.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

/** Whether the ARN is that of a Lambda function, with or without a qualifier, but of none of these. */
function isOthers(functionArn: string, functions: readonly FunctionConfiguration[]): boolean {
  const isOwn = functions.some(({ FunctionArn }) => `${functionArn}:`.startsWith(`${FunctionArn}:`));
  return !isOwn && /^arn:[^:]+:lambda:/.test(functionArn);
}

/** A stack with nothing in it but the exports that templates import. */
function providerStack(
  exports: Readonly<Record<string, string>>,
  { Region, AccountId, partition }: { readonly Region: string; readonly AccountId: string; readonly partition: string },
): Stack {
  return {
    StackId: `arn:${partition}:cloudformation:${Region}:${AccountId}:stack/${providerStackName}/00000000-0000-4000-8000-000000000000`,
    StackName: providerStackName,
    CreationTime: 0,
    StackStatus: 'CREATE_COMPLETE',
    source: { templateText: '', fileName: 'template.yaml', parameters: {} },
    resources: {},
    outputs: Object.entries(exports).map(([ExportName, OutputValue]) => ({
      OutputKey: ExportName,
      OutputValue,
      ExportName,
    })),
    imports: [],
    events: [],
  };
}

function withoutProviderStack(stacks: readonly Stack[]): readonly Stack[] {
  return stacks.filter(({ StackName }) => StackName !== providerStackName);
}
