/**
 * The provider itself, over the SDK's own serialisation: what the SDK has serialised goes straight to the sandbox, without
 * sockets.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { InProcessHandler } from '../../sandbox/lambda/in-process-executor.ts';
import type { Exchange, Ports, Provider } from '../../sandbox/lives/provider.ts';
import { sdkStacks } from '../../src/cloudformation/sdk-stacks.ts';
import type { Stacks } from '../../src/cloudformation/stacks.ts';
import { createFailsafe } from '../../src/failsafe.ts';
import { createHandler } from '../../src/handler.ts';
import type { Log, LogDetails } from '../../src/log.ts';
import type { ImageVersions } from '../../src/sagemaker/image-versions.ts';
import { sdkImageVersions } from '../../src/sagemaker/sdk-image-versions.ts';

export const realProvider: Provider = {
  connect(endpoints) {
    const sageMaker = withoutMiddleware(new SageMakerClient(common), endpoints.sageMaker);
    const cloudFormation = withoutMiddleware(new CloudFormationClient(common), endpoints.cloudFormation);
    return {
      handlerFor(LogicalResourceId, ports): InProcessHandler {
        const { clock, random } = ports;
        const log = portLog(ports);
        const put = (url: URL, body: string, signal: AbortSignal) => ports.put(url.href, body, signal);
        if (LogicalResourceId === 'FailsafeFunction') return createFailsafe({ clock, log, put, random });
        const handler = createHandler({
          imageVersions: mortalImageVersions(sdkImageVersions(sageMaker, { clock }), ports),
          stacks: (requestLog) => mortalStacks(sdkStacks(cloudFormation, { clock, log: requestLog }), ports),
          clock,
          log,
          put,
          random,
        });
        return (event, context) => Reflect.apply(handler, undefined, [event, context]);
      },
    };
  },
};

/** Nothing is left for the SDK to find out by itself, and so to wait for. */
const common = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
};

const endpoint = { protocol: 'https:', hostname: 'sandbox.invalid', path: '/' };

/**
 * The client, with what it sends serialised, exchanged and read as ever, and nothing else done to it. The SDK's middleware
 * (it signs, counts attempts, names the user agent) tells the sandbox nothing, and would take two thirds of a life's time.
 */
function withoutMiddleware<Client extends SageMakerClient | CloudFormationClient>(
  client: Client,
  exchange: Exchange,
): Client {
  const protocol: SdkProtocol = client.config.protocol;
  const context = { ...client.config, endpoint: async () => endpoint };
  const send = async (command: SdkCommand, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) => {
    const [, namespace, name, traits, input, output] = command.schema;
    const operation = { namespace, name, traits, input, output };
    const { headers, body } = await protocol.serializeRequest(operation, command.input, context);
    const answer = await exchange({ headers, body: textOf(body) }, abortSignal);
    const response = {
      statusCode: answer.status,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value])),
      body: new TextEncoder().encode(answer.body),
    };
    return protocol.deserializeResponse(operation, context, response);
  };
  return Object.defineProperty(client, 'send', { value: send });
}

/** What both clients' protocols have in common: JSON 1.1 and Query. */
interface SdkProtocol {
  serializeRequest(
    operation: object,
    input: object,
    context: object,
  ): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly body?: unknown }>;
  deserializeResponse(operation: object, context: object, response: object): Promise<unknown>;
}

/** As every command of the SDK is: its schema is a tuple. */
interface SdkCommand {
  readonly input: object;
  readonly schema: readonly [
    kind: number,
    namespace: string,
    name: string,
    traits: unknown,
    input: unknown,
    output: unknown,
  ];
}

function textOf(body: unknown): string {
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');
}

/** The invocation may die before and after every call. */
function mortalImageVersions(port: ImageVersions, { through }: Ports): ImageVersions {
  return {
    createImageVersion: (input) => through('CreateImageVersion', () => port.createImageVersion(input)),
    describeImageVersion: (version) => through('DescribeImageVersion', () => port.describeImageVersion(version)),
    describeImageVersionByAlias: (alias) =>
      through('DescribeImageVersion', () => port.describeImageVersionByAlias(alias)),
    updateImageVersion: (input) => through('UpdateImageVersion', () => port.updateImageVersion(input)),
    deleteImageVersion: (version) => through('DeleteImageVersion', () => port.deleteImageVersion(version)),
    listAliases: (version) => through('ListAliases', () => port.listAliases(version)),
  };
}

function mortalStacks(port: Stacks, { through }: Ports): Stacks {
  return {
    currentOperation: (...stack) => through('DescribeStacks', () => port.currentOperation(...stack)),
    currentResource: (...resource) => through('DescribeStackResource', () => port.currentResource(...resource)),
  };
}

function portLog(ports: Ports, keys: LogDetails = {}): Log {
  const write = (level: string) => (message: string, details?: LogDetails) =>
    ports.log(JSON.stringify({ level, message, ...keys, ...details }, errorsToo));
  return {
    debug: write('DEBUG'),
    info: write('INFO'),
    warn: write('WARN'),
    error: write('ERROR'),
    with: (more) => portLog(ports, { ...keys, ...more }),
  };
}

function errorsToo(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack, cause: value.cause };
}
