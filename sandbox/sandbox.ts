/** The sandbox put together: SageMaker, CloudFormation and Lambda, with the provider deployed from its own template. */
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { TimeAndChance } from './clock.ts';
import type { KnownTypes } from './cloudformation/check-template.ts';
import { type CloudFormation, createCloudFormation } from './cloudformation/cloudformation.ts';
import {
  createResponseBucket,
  type InterceptDelivery,
  listenResponseBucket,
  type ResponseBucket,
} from './cloudformation/response-bucket.ts';
import { listenCloudFormation, type QueryFaults } from './cloudformation/server.ts';
import type { CloudFormationSettings } from './cloudformation/settings.ts';
import { liveResources, newStack, type Stack } from './cloudformation/stack.ts';
import type { Json, JsonMap } from './json.ts';
import type { Executor, FunctionConfiguration } from './lambda/function.ts';
import { createLambda, type Lambda, type LambdaDependencies } from './lambda/lambda.ts';
import { readFunctions } from './lambda/sam-template.ts';
import { stackFunction } from './lambda/stack-function.ts';
import { createSageMaker, type SageMaker } from './sagemaker/sagemaker.ts';
import { listenSageMaker } from './sagemaker/server.ts';
import { type SageMakerSettings, sageMakerSettings } from './sagemaker/settings.ts';
import { type StudioKind, type StudioResource, studioKeys } from './sagemaker/studio.ts';
import { parseTemplate } from './template/parse.ts';
import type { Template } from './template/template.ts';

export type Endpoints = Readonly<Record<'sageMaker' | 'cloudFormation', string>>;

/** Everything that outlives a run, as JSON. */
export interface SandboxSnapshot {
  readonly cloudFormation: ReturnType<CloudFormation['snapshot']>;
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
export function readProviderTemplate(path: string): ProviderTemplate {
  const template = parseTemplate(readFileSync(path, 'utf8'), basename(path));
  return { template, baseFolder: dirname(resolve(path)), stackName: 'provider' };
}

/** Services without a network: what `createSandbox` gives an executor, and `openSandbox` makes listen. */
export interface Services {
  readonly cloudFormation: CloudFormation & QueryFaults;
  readonly sageMaker: SageMaker;
  readonly bucket: ResponseBucket;
}

export interface SandboxOptions<Reached = Services> extends TimeAndChance, QueryFaults {
  /** Without it, only `otherFunction` answers custom resources. */
  readonly providerTemplate?: ProviderTemplate | undefined;
  /** The parameters that the template is deployed with. */
  readonly providerParameters?: Readonly<Record<string, string>>;
  /** Runs a function that the template declares, or `otherFunction`. */
  readonly executor: (configuration: FunctionConfiguration, reached: Reached) => Executor;
  /** A function that receives the requests for every ServiceToken that is none of the template's functions. */
  readonly otherFunction?: FunctionConfiguration | undefined;
  readonly sageMaker?: Parameters<typeof sageMakerSettings>[0];
  readonly cloudFormation?: Partial<CloudFormationSettings>;
  readonly lambda?: Pick<LambdaDependencies, 'intercept' | 'onAttempt'>;
  /** Calls this with each request of CloudFormation before it is queued. */
  readonly onRequest?: Lambda['invokeEvent'];
  readonly bucket?: { readonly intercept: InterceptDelivery };
  readonly knownTypes?: KnownTypes;
  /** The state that an earlier sandbox has ended in. */
  readonly snapshot?: SandboxSnapshot | undefined;
  /** Any free ports by default. */
  readonly ports?: Readonly<Record<keyof Endpoints, number>> | undefined;
}

export type Sandbox = ReturnType<typeof assemble>;

/** A sandbox whose services listen on loopback ports until `close`. */
export type OpenSandbox = Sandbox & { readonly endpoints: Endpoints };

export function createSandbox(options: SandboxOptions): Sandbox {
  const sandbox: Sandbox = assemble(options, (configuration) => options.executor(configuration, sandbox));
  deployFunctions(sandbox, options);
  return sandbox;
}

export async function openSandbox(options: SandboxOptions<Endpoints>): Promise<OpenSandbox> {
  const { random, ports = { sageMaker: 0, cloudFormation: 0 } } = options;
  const sandbox = assemble(options, (configuration) => options.executor(configuration, endpoints));
  const { sageMaker, cloudFormation, bucket } = sandbox;
  const servers = await Promise.all([
    listenSageMaker(sageMaker, { port: ports.sageMaker }),
    listenCloudFormation(cloudFormation, random, ports.cloudFormation),
    listenResponseBucket(bucket),
  ]);
  const endpoints = { sageMaker: servers[0].url, cloudFormation: servers[1].url };
  deployFunctions(sandbox, options);
  return {
    ...sandbox,
    endpoints,
    async close() {
      await sandbox.close();
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}

function deployFunctions({ lambda, functions }: Sandbox, { otherFunction }: SandboxOptions<never>): void {
  lambda.deploy([...functions, ...(otherFunction === undefined ? [] : [otherFunction])]);
}

/** The sandbox without its functions: what `executor` makes may need services that do not listen yet. */
function assemble(options: SandboxOptions<never>, executor: (configuration: FunctionConfiguration) => Executor) {
  const { clock, random, snapshot, otherFunction, knownTypes, refuseQuery, shownAt } = options;
  const settings = sageMakerSettings(options.sageMaker);
  const { Region, AccountId, partition } = settings;
  const { functions, macros, stacks } = deployedProvider(options, settings);

  const lambda = createLambda({ clock, random, executor, ...options.lambda });
  const studio = () => studioOf(cloudFormation.listStacks());
  const sageMaker = createSageMaker(settings, { clock, random, studio, snapshot: snapshot?.sageMaker });
  const bucket = createResponseBucket(Region, { clock, random, ...options.bucket });
  const cloudFormation: CloudFormation = createCloudFormation(
    { region: Region, accountId: AccountId, partition, ...options.cloudFormation },
    {
      clock,
      random,
      sageMaker,
      bucket,
      invokeEvent: (functionArn, event) => {
        options.onRequest?.(functionArn, event);
        lambda.invokeEvent(addressee(functionArn), event);
      },
      macros: {
        macros,
        invokeFunction: async (functionArn, event) => {
          const result = await lambda.invoke(functionArn, event);
          return result.outcome === 'returned' ? result.payload : undefined;
        },
      },
      knownTypes,
      snapshot: { ...snapshot?.cloudFormation, stacks: [...(snapshot?.cloudFormation.stacks ?? []), ...stacks] },
    },
  );

  /** The ARN of the function that runs here in the place of another function or an SNS topic, if there is one. */
  function addressee(functionArn: string): string {
    const isMeant = (arn: Json | undefined) => `${functionArn}:`.startsWith(`${arn}:`);
    const isOwn = functions.some(({ FunctionArn }) => isMeant(FunctionArn));
    if (isOwn || !/^arn:[^:]+:(lambda|sns):/.test(functionArn)) return functionArn;
    if (otherFunction !== undefined) return otherFunction.FunctionArn;
    const [inStack] = cloudFormation.listStacks().flatMap((stack) =>
      liveResources(stack)
        .filter(({ ResourceType }) => /^AWS::(Lambda|Serverless)::Function$/.test(ResourceType))
        .filter(({ Attributes }) => isMeant(Attributes['Arn']))
        .map((resource) => stackFunction(resource, dirname(stack.source.fileName))),
    );
    if (inStack === undefined) return functionArn;
    lambda.deploy([inStack]);
    return inStack.FunctionArn;
  }

  return {
    cloudFormation: { ...cloudFormation, ...(refuseQuery && { refuseQuery }), ...(shownAt && { shownAt }) },
    sageMaker,
    bucket,
    lambda,
    functions,
    /** The function of the provider with this logical id; throws where the template declares none. */
    functionNamed(LogicalResourceId: string): FunctionConfiguration {
      const found = functions.find((configuration) => configuration.LogicalResourceId === LogicalResourceId);
      if (found === undefined) throw new Error(`The provider's template declares no ${LogicalResourceId}`);
      return found;
    },
    idle: () => lambda.idle(),
    snapshot: (): SandboxSnapshot => {
      const { stacks, ...rest } = cloudFormation.snapshot();
      const deployed = stacks.filter(({ StackName }) => StackName !== options.providerTemplate?.stackName);
      return { cloudFormation: { ...rest, stacks: deployed }, sageMaker: sageMaker.snapshot() };
    },
    close: () => lambda.close(),
  };
}

/** The functions and macros of the provider, and a stack with nothing but its exports, if there is a template. */
function deployedProvider(
  { providerTemplate, providerParameters = {} }: SandboxOptions<never>,
  account: Pick<SageMakerSettings, 'Region' | 'AccountId' | 'partition'>,
) {
  if (providerTemplate === undefined) return { functions: [], macros: {}, stacks: [] };
  const { template, baseFolder, stackName: StackName } = providerTemplate;
  const deployed = readFunctions(template, providerParameters, { ...account, StackName, baseFolder });
  const source = { templateText: '{"Resources":{}}', fileName: 'template.yaml', parameters: {} };
  const exports = Object.entries(deployed.exports);
  const outputs = exports.map(([name, OutputValue]) => ({ OutputKey: name, OutputValue, ExportName: name }));
  const stack = { ...newStack(StackName, deployed.StackId, source, 0), StackStatus: 'CREATE_COMPLETE', outputs };
  return { functions: deployed.functions, macros: deployed.macros, stacks: [stack] };
}

/** Studio's domains, user profiles, spaces and apps: the stub resources of the stacks, as SageMaker shows them. */
function studioOf(stacks: readonly Stack[]): readonly StudioResource[] {
  return stacks.flatMap((stack) =>
    liveResources(stack).flatMap(({ ResourceType, PhysicalResourceId, Properties, LastUpdatedTimestamp }) => {
      const kind = ResourceType.replace('AWS::SageMaker::', '');
      if (!isStudioKind(kind) || PhysicalResourceId === '') return [];
      const properties: JsonMap = kind === 'Domain' ? { DomainId: PhysicalResourceId, ...Properties } : Properties;
      // CloudFormation remembers only when the resource last changed.
      return [{ kind, properties, createdAtMs: stack.CreationTime, modifiedAtMs: LastUpdatedTimestamp }];
    }),
  );
}

function isStudioKind(name: string): name is StudioKind {
  return Object.hasOwn(studioKeys, name);
}
