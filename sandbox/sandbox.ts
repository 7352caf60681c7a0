/**
 * The sandbox put together: SageMaker, CloudFormation and Lambda on one machine, with the provider deployed in it from
 * its own template. `createSandbox` needs no network; `openSandbox` makes the services listen as well.
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from './clock.ts';
import type { KnownTypes } from './cloudformation/check-template.ts';
import {
  type CloudFormation,
  type CloudFormationSnapshot,
  createCloudFormation,
} from './cloudformation/cloudformation.ts';
import {
  createResponseBucket,
  type InterceptDelivery,
  listenResponseBucket,
  type ResponseBucket,
} from './cloudformation/response-bucket.ts';
import { listenCloudFormation } from './cloudformation/server.ts';
import type { CloudFormationSettings } from './cloudformation/settings.ts';
import { liveResources, type Stack } from './cloudformation/stack.ts';
import { createLambda, type Lambda, type LambdaDependencies } from './lambda/asynchronous-invocation.ts';
import {
  type Executor,
  type FunctionConfiguration,
  type InvokeEvent,
  type InvokeFunction,
  synchronousInvocation,
} from './lambda/function.ts';
import { readFunctions } from './lambda/sam-template.ts';
import { stackFunction } from './lambda/stack-function.ts';
import type { Random } from './random.ts';
import { createSageMaker, type SageMaker } from './sagemaker/sagemaker.ts';
import { listenSageMaker } from './sagemaker/server.ts';
import { sageMakerSettings } from './sagemaker/settings.ts';
import { parseTemplate } from './template/parse.ts';
import type { Template } from './template/template.ts';

export interface Endpoints {
  readonly sageMaker: string;
  readonly cloudFormation: string;
}

/** Everything that outlives a run, as JSON. */
export interface SandboxSnapshot {
  readonly cloudFormation: CloudFormationSnapshot;
  readonly sageMaker: ReturnType<SageMaker['snapshot']>;
}

/** A provider's SAM template: its functions, timeouts and retries are read from it. */
export interface ProviderTemplate {
  readonly template: Template;
  /** The folder that CodeUri is relative to. */
  readonly baseFolder: string;
  /** The stack that the provider itself is deployed as. */
  readonly stackName: string;
}

/** Reads the SAM template at `path`; throws as `parseTemplate` does. */
export function readProviderTemplate(path: string, stackName = 'provider'): ProviderTemplate {
  const template = parseTemplate(readFileSync(path, 'utf8'), basename(path));
  return { template, baseFolder: dirname(resolve(path)), stackName };
}

/** Services without a network: what `createSandbox` gives an executor, and `openSandbox` makes listen. */
export interface Services {
  readonly cloudFormation: CloudFormation;
  readonly sageMaker: SageMaker;
  readonly bucket: ResponseBucket;
}

export interface SandboxOptions<Reached = Services> {
  readonly clock: Clock;
  readonly random: Random;
  /** Without it, only `otherFunction` answers custom resources. */
  readonly providerTemplate?: ProviderTemplate | undefined;
  /** The parameters that the template is deployed with. */
  readonly providerParameters?: Readonly<Record<string, string>>;
  /** Replaces the Timeout of the functions with these logical ids, in seconds. */
  readonly timeoutSeconds?: Readonly<Record<string, number | undefined>>;
  /** Runs a function that the template declares, or `otherFunction`. */
  readonly executor: (configuration: FunctionConfiguration, reached: Reached) => Executor;
  /** A function that receives the requests for every ServiceToken that is none of the template's functions. */
  readonly otherFunction?: FunctionConfiguration | undefined;
  readonly sageMaker?: Parameters<typeof sageMakerSettings>[0];
  readonly cloudFormation?: Partial<CloudFormationSettings>;
  readonly lambda?: Pick<LambdaDependencies, 'intercept' | 'onAttempt'>;
  /** Calls this with each request of CloudFormation before it is queued. */
  readonly onRequest?: InvokeEvent;
  readonly bucket?: { readonly intercept: InterceptDelivery };
  /** Is called with each operation of CloudFormation's endpoint; what it throws is the answer. */
  readonly refuseQuery?: (operation: string) => void;
  readonly knownTypes?: KnownTypes;
  /** The state that an earlier sandbox has ended in. */
  readonly snapshot?: SandboxSnapshot;
  /** Any free ports by default. */
  readonly ports?: Readonly<Record<keyof Endpoints, number>>;
}

export interface Sandbox extends Services {
  /** The functions of the provider, as deployed. */
  readonly functions: readonly FunctionConfiguration[];
  /** The function of the provider with this logical id; throws where the template declares none. */
  functionNamed(LogicalResourceId: string): FunctionConfiguration;
  readonly lambda: Lambda;
  /** Resolves when no event is queued or running in Lambda. */
  idle(): Promise<void>;
  snapshot(): SandboxSnapshot;
  close(): Promise<void>;
}

/** A sandbox whose services listen on loopback ports until `close`. */
export interface OpenSandbox extends Sandbox {
  readonly endpoints: Endpoints;
}

/** Puts the sandbox together without a network. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const built = buildServices(options);
  return withLambda(built, options, (configuration) => options.executor(configuration, built.services));
}

/** Puts the sandbox together; its services listen on loopback ports until `close`. */
export async function openSandbox(options: SandboxOptions<Endpoints>): Promise<OpenSandbox> {
  const { random, refuseQuery, ports = { sageMaker: 0, cloudFormation: 0 } } = options;
  const built = buildServices(options);
  const { sageMaker, cloudFormation, bucket } = built.services;
  const servers = await Promise.all([
    listenSageMaker(sageMaker, { port: ports.sageMaker }),
    listenCloudFormation(
      { ...cloudFormation, ...(refuseQuery && { refuseQuery }) },
      { random, port: ports.cloudFormation },
    ),
    listenResponseBucket(bucket),
  ]);
  const [sageMakerServer, cloudFormationServer] = servers;
  const endpoints = { sageMaker: sageMakerServer.url, cloudFormation: cloudFormationServer.url };
  const sandbox = withLambda(built, options, (configuration) => options.executor(configuration, endpoints));
  return {
    ...sandbox,
    endpoints,
    async close() {
      await sandbox.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

interface BuiltServices {
  readonly services: Services;
  readonly functions: readonly FunctionConfiguration[];
  /** Lambda, once it is there: until then CloudFormation has nobody to invoke. */
  connect(parts: Connected): void;
}

interface Connected {
  readonly lambda: Lambda;
  readonly invokeFunction: InvokeFunction;
  /** Deploys a function of a stack, unless it is there already, as it is now. */
  deploy(configuration: FunctionConfiguration): void;
}

function buildServices(options: SandboxOptions<never>): BuiltServices {
  const { clock, random, snapshot, otherFunction, providerTemplate, providerParameters = {}, timeoutSeconds } = options;
  const settings = sageMakerSettings(options.sageMaker);
  const { Region, AccountId, partition } = settings;
  const deployed =
    providerTemplate === undefined
      ? { functions: [], exports: {}, macros: {} }
      : readFunctions(providerTemplate.template, providerParameters, {
          Region,
          AccountId,
          partition,
          StackName: providerTemplate.stackName,
          baseFolder: providerTemplate.baseFolder,
        });
  const functions = deployed.functions.map((configuration) => ({
    ...configuration,
    Timeout: timeoutSeconds?.[configuration.LogicalResourceId] ?? configuration.Timeout,
  }));
  const ownStacks =
    providerTemplate === undefined ? [] : [providerStack(providerTemplate.stackName, deployed.exports, settings)];
  let connected: Connected | undefined;
  const reached = () => {
    if (connected === undefined) throw new Error('CloudFormation has invoked a function before Lambda was there');
    return connected;
  };
  /** The ARN of the function that runs here in the place of another, if there is one. */
  const addressee = (functionArn: string) => {
    if (!isOthers(functionArn, functions)) return functionArn;
    if (otherFunction !== undefined) return otherFunction.FunctionArn;
    const own = functionInStacks(functionArn, cloudFormation.listStacks());
    if (own !== undefined) reached().deploy(own);
    return own?.FunctionArn ?? functionArn;
  };

  const sageMaker = createSageMaker(settings, { clock, random, ...(snapshot && { snapshot: snapshot.sageMaker }) });
  const bucket = createResponseBucket(Region, { clock, random, ...options.bucket });
  const cloudFormation = createCloudFormation(
    { region: Region, accountId: AccountId, partition, ...options.cloudFormation },
    {
      clock,
      random,
      images: sageMaker,
      bucket,
      invokeEvent: (functionArn, event) => {
        options.onRequest?.(functionArn, event);
        reached().lambda.invokeEvent(addressee(functionArn), event);
      },
      macros: {
        macros: deployed.macros,
        invokeFunction: async (functionArn, event) => {
          const result = await reached().invokeFunction(functionArn, event);
          return result.outcome === 'returned' ? result.payload : undefined;
        },
      },
      ...(options.knownTypes && { knownTypes: options.knownTypes }),
      snapshot: { stacks: [...(snapshot?.cloudFormation.stacks ?? []), ...ownStacks] },
    },
  );
  return {
    services: { cloudFormation, sageMaker, bucket },
    functions,
    connect: (parts) => {
      connected = parts;
    },
  };
}

function withLambda(
  { services, functions, connect }: BuiltServices,
  { clock, random, otherFunction, providerTemplate, lambda: watched }: SandboxOptions<never>,
  executor: (configuration: FunctionConfiguration) => Executor,
): Sandbox {
  const configurations = [...functions, ...(otherFunction === undefined ? [] : [otherFunction])];
  const deployed = configurations.map((configuration) => ({ configuration, executor: executor(configuration) }));
  const lambda = createLambda(deployed, { clock, random, ...watched });
  connect({
    lambda,
    invokeFunction: synchronousInvocation(deployed, { clock, random }),
    deploy: (configuration) => {
      const there = deployed.find((one) => one.configuration.FunctionArn === configuration.FunctionArn);
      if (isDeepStrictEqual(there?.configuration, configuration)) return;
      // The first one counts. The others have invocations to finish.
      deployed.unshift({ configuration, executor: executor(configuration) });
    },
  });
  const { cloudFormation, sageMaker } = services;
  return {
    ...services,
    functions,
    functionNamed(LogicalResourceId) {
      const found = functions.find((configuration) => configuration.LogicalResourceId === LogicalResourceId);
      if (found === undefined) throw new Error(`The provider's template declares no ${LogicalResourceId}`);
      return found;
    },
    lambda,
    idle: () => lambda.idle(),
    snapshot: () => {
      const { stacks, ...rest } = cloudFormation.snapshot();
      const deployed = stacks.filter(({ StackName }) => StackName !== providerTemplate?.stackName);
      return { cloudFormation: { ...rest, stacks: deployed }, sageMaker: sageMaker.snapshot() };
    },
    close: () => lambda.close(),
  };
}

/** The function with this ARN, with or without a qualifier, that a stack has deployed from a folder of this machine. */
function functionInStacks(functionArn: string, stacks: readonly Stack[]): FunctionConfiguration | undefined {
  for (const stack of stacks) {
    const resource = liveResources(stack).find(
      ({ ResourceType, Attributes: { Arn } }) =>
        /^AWS::(Lambda|Serverless)::Function$/.test(ResourceType) && `${functionArn}:`.startsWith(`${Arn}:`),
    );
    if (resource !== undefined) return stackFunction(resource, dirname(stack.source.fileName));
  }
  return undefined;
}

/** Whether the ARN is that of an SNS topic or of a Lambda function, with or without a qualifier, but of none of these. */
function isOthers(functionArn: string, functions: readonly FunctionConfiguration[]): boolean {
  const isOwn = functions.some(({ FunctionArn }) => `${functionArn}:`.startsWith(`${FunctionArn}:`));
  return !isOwn && /^arn:[^:]+:(lambda|sns):/.test(functionArn);
}

/** A stack with nothing in it but the exports that templates import. */
function providerStack(
  StackName: string,
  exports: Readonly<Record<string, string>>,
  { Region, AccountId, partition }: { readonly Region: string; readonly AccountId: string; readonly partition: string },
): Stack {
  return {
    StackId: `arn:${partition}:cloudformation:${Region}:${AccountId}:stack/${StackName}/00000000-0000-4000-8000-000000000000`,
    StackName,
    CreationTime: 0,
    StackStatus: 'CREATE_COMPLETE',
    source: { templateText: '{"Resources":{}}', fileName: 'template.yaml', parameters: {} },
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
