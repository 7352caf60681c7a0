/** The SDK with all its middleware, whose requests go straight to the sandbox, without sockets. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { Clients, Sdk } from '../../laws/sdk.ts';
import { xmlOf } from '../../sandbox/cloudformation/server.ts';

/** Nothing is left for the SDK to find out by itself, and so to wait for. */
const clientConfiguration = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  maxAttempts: 1,
  endpoint: 'https://sandbox.invalid',
};

export function wholeSdk(): Sdk {
  const sageMaker = new SageMakerClient(clientConfiguration);
  const cloudFormation = new CloudFormationClient(clientConfiguration);
  return (exchanges) => ({
    sageMaker: withHandler(sageMaker, ({ headers }, body, signal) => {
      const operation = headers['x-amz-target']?.split('.').at(-1) ?? '';
      return exchanges.sageMaker(operation, body, signal);
    }),
    cloudFormation: withHandler(cloudFormation, async (_request, body, signal) => {
      const answer = await exchanges.cloudFormation(new URLSearchParams(body), signal);
      return { status: answer.status, headers: { 'content-type': 'text/xml' }, body: xmlOf(answer) };
    }),
  });
}

interface SdkRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A client like `client` that hands what it would send to `exchange`. */
function withHandler<Client extends Clients[keyof Clients]>(
  client: Client,
  exchange: (request: SdkRequest, body: string, signal: AbortSignal | undefined) => Promise<WireAnswer>,
): Client {
  const requestHandler = {
    async handle(request: SdkRequest, { abortSignal }: { readonly abortSignal?: unknown } = {}) {
      const { body } = request;
      const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? '');
      const answer = await exchange(request, text, abortSignal instanceof AbortSignal ? abortSignal : undefined);
      const headers = Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const answered = { headers: Object.fromEntries(headers), body: new TextEncoder().encode(answer.body) };
      return { response: { statusCode: answer.status, ...answered } };
    },
  };
  return Object.create(client, { config: { value: { ...client.config, requestHandler } } });
}
