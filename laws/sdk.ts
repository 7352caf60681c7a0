/**
 * The SDK as simulated scenarios use it: what it has serialised goes straight to the sandbox, without sockets. Whole, or, for
 * many scenarios, without its middleware; `scenarios.test.ts` shows that this changes nothing.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Exchange, Provider } from './ports.ts';

/** Makes the SDK's clients. */
export type Sdk = (endpoints: Parameters<Provider['connect']>[0]) => {
  readonly sageMaker: SageMakerClient;
  readonly cloudFormation: CloudFormationClient;
};

/** Nothing is left for the SDK to find out by itself, and so to wait for. */
const common = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  maxAttempts: 1,
  endpoint: 'https://sandbox.invalid',
};

export const wholeSdk: Sdk = (endpoints) => ({
  sageMaker: new SageMakerClient({ ...common, requestHandler: handing(endpoints.sageMaker) }),
  cloudFormation: new CloudFormationClient({ ...common, requestHandler: handing(endpoints.cloudFormation) }),
});

/**
 * What the SDK sends is serialised, exchanged and read as ever, and nothing else done to it. Its middleware (it signs,
 * counts attempts, names the user agent) tells the sandbox nothing, and would take two thirds of a scenario's time.
 */
export const bareSdk: Sdk = (endpoints) => ({
  sageMaker: withoutMiddleware(new SageMakerClient(common), endpoints.sageMaker),
  cloudFormation: withoutMiddleware(new CloudFormationClient(common), endpoints.cloudFormation),
});

interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function handing(exchange: Exchange) {
  return {
    async handle(request: SdkRequest, { abortSignal }: { readonly abortSignal?: unknown } = {}) {
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      return { response: await exchanged(exchange, request, signal) };
    },
  };
}

function withoutMiddleware<Client extends SageMakerClient | CloudFormationClient>(
  client: Client,
  exchange: Exchange,
): Client {
  const protocol: SdkProtocol = client.config.protocol;
  const context = {
    ...client.config,
    endpoint: async () => ({ protocol: 'https:', hostname: 'sandbox.invalid', path: '/' }),
  };
  const send = async (command: SdkCommand, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) => {
    const [, namespace, name, traits, input, output] = command.schema;
    const operation = { namespace, name, traits, input, output };
    const request = await protocol.serializeRequest(operation, command.input, context);
    return protocol.deserializeResponse(operation, context, await exchanged(exchange, request, abortSignal));
  };
  return Object.defineProperty(client, 'send', { value: send });
}

async function exchanged(exchange: Exchange, { headers, body }: SdkRequest, signal: AbortSignal | undefined) {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');
  const answer = await exchange({ headers, body: text }, signal);
  return {
    statusCode: answer.status,
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: new TextEncoder().encode(answer.body),
  };
}

/** What both clients' protocols have in common: JSON 1.1 and Query. */
interface SdkProtocol {
  serializeRequest(operation: object, input: object, context: object): Promise<SdkRequest>;
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
