/**
 * The SDK as the laws use it: each request goes straight to the sandbox, without sockets. Whole, or, for many scenarios,
 * without its middleware; `simulation.test.ts` shows that this changes nothing.
 */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';

interface WireRequest {
  readonly operation: string;
  readonly body: string;
}

interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Rejects where the connection breaks, or with the signal's reason as soon as it aborts. */
export type Exchange = (request: WireRequest, signal?: AbortSignal) => Promise<WireAnswer>;

export interface Clients {
  readonly sageMaker: SageMakerClient;
  readonly cloudFormation: CloudFormationClient;
}

/** Makes the clients of one invocation, whose requests go to these exchanges. */
export type Sdk = (exchanges: { readonly sageMaker: Exchange; readonly cloudFormation: Exchange }) => Clients;

/** Nothing is left for the SDK to find out by itself, and so to wait for. */
const common = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  maxAttempts: 1,
  endpoint: 'https://sandbox.invalid',
};

export function wholeSdk(): Sdk {
  const sageMaker = new SageMakerClient(common);
  const cloudFormation = new CloudFormationClient(common);
  return (exchanges) => ({
    sageMaker: withHandler(sageMaker, exchanges.sageMaker),
    cloudFormation: withHandler(cloudFormation, exchanges.cloudFormation),
  });
}

/**
 * What the SDK does to a request, without what tells the sandbox nothing: its middleware signs, counts attempts and names
 * the user agent, and its schemas turn JSON into the same JSON. Both would take two thirds of a scenario's time.
 */
export function bareSdk(): Sdk {
  const sageMaker = new SageMakerClient(common);
  const cloudFormation = new CloudFormationClient(common);
  return (exchanges) => ({
    sageMaker: withSend(sageMaker, (command, signal) => sendJson(command, exchanges.sageMaker, signal)),
    cloudFormation: withSend(cloudFormation, (command, signal) =>
      sendByProtocol(command, cloudFormation.config, exchanges.cloudFormation, signal),
    ),
  });
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it aborts. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A client like `client` that hands what it would send to `exchange`. */
function withHandler<Client extends Clients[keyof Clients]>(client: Client, exchange: Exchange): Client {
  const requestHandler = {
    async handle(request: SdkRequest, { abortSignal }: { readonly abortSignal?: unknown } = {}) {
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      return { response: await exchanged(exchange, request, signal) };
    },
  };
  return Object.create(client, { config: { value: { ...client.config, requestHandler } } });
}

function withSend<Client extends Clients[keyof Clients]>(
  client: Client,
  send: (command: SdkCommand, signal: AbortSignal | undefined) => Promise<unknown>,
): Client {
  const value = (command: SdkCommand, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) =>
    send(command, abortSignal);
  return Object.create(client, { send: { value } });
}

/** AWS JSON 1.1, as far as the operations about versions need it: timestamps are the only members that are not JSON. */
async function sendJson({ schema: [, , operation], input }: SdkCommand, exchange: Exchange, signal?: AbortSignal) {
  const { status, headers, body } = await exchange({ operation, body: JSON.stringify(input) }, signal);
  const { __type, Message, message = Message, CreationTime, LastModifiedTime, ...output } = JSON.parse(body);
  const $metadata = { httpStatusCode: status, requestId: headers['x-amzn-RequestId'] };
  if (status >= 300) throw Object.assign(new Error(message), { name: __type, $metadata });
  return {
    ...output,
    ...(CreationTime !== undefined && { CreationTime: new Date(CreationTime * 1000) }),
    ...(LastModifiedTime !== undefined && { LastModifiedTime: new Date(LastModifiedTime * 1000) }),
    $metadata,
  };
}

async function sendByProtocol(
  { schema: [, namespace, name, traits, input, output], input: sent }: SdkCommand,
  context: CloudFormationClient['config'],
  exchange: Exchange,
  signal?: AbortSignal,
) {
  const protocol: SdkProtocol = context.protocol;
  const operation = { namespace, name, traits, input, output };
  const request = await protocol.serializeRequest(operation, sent, context);
  return protocol.deserializeResponse(operation, context, await exchanged(exchange, request, signal));
}

async function exchanged(exchange: Exchange, { headers, body }: SdkRequest, signal: AbortSignal | undefined) {
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');
  const operation = headers['x-amz-target']?.split('.').at(-1) ?? new URLSearchParams(text).get('Action') ?? '';
  const answer = await exchange({ operation, body: text }, signal);
  return {
    statusCode: answer.status,
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: new TextEncoder().encode(answer.body),
  };
}

/** As much of the SDK's Query protocol as `sendByProtocol` needs. */
interface SdkProtocol {
  serializeRequest(operation: object, input: object, context: object): Promise<SdkRequest>;
  deserializeResponse(operation: object, context: object, response: object): Promise<unknown>;
}

interface SdkCommand {
  readonly input: object;
  readonly schema: readonly [kind: number, namespace: string, name: string, ...shapes: unknown[]];
}
