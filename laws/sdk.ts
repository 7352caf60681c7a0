/** The SDK without its middleware: each call goes straight to the sandbox. `simulation.test.ts` compares both. */
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SageMakerClient } from '@aws-sdk/client-sagemaker';
import type { QueryAnswer } from '../sandbox/cloudformation/server.ts';
import type { ApiAnswer } from '../sandbox/sagemaker/api-answer.ts';

/** Both reject where the connection breaks, or with the signal's reason as soon as it aborts. */
interface Exchanges {
  readonly sageMaker: (operation: string, body: string, signal?: AbortSignal) => Promise<ApiAnswer>;
  readonly cloudFormation: (parameters: URLSearchParams, signal?: AbortSignal) => Promise<QueryAnswer>;
}

export interface Clients {
  readonly sageMaker: SageMakerClient;
  readonly cloudFormation: CloudFormationClient;
}

/** Makes the clients of one invocation, whose calls go to these exchanges. */
export type Sdk = (exchanges: Exchanges) => Clients;

/**
 * What the SDK does to a call, without what tells the sandbox nothing: its middleware signs, counts attempts and names the
 * user agent, and its protocols write and read JSON and XML. Both would take two thirds of a scenario's time.
 */
export function bareSdk(): Sdk {
  const sageMaker = new SageMakerClient();
  const cloudFormation = new CloudFormationClient();
  return (exchanges) => ({
    sageMaker: withSend(sageMaker, async ({ schema: [, , operation], input }, signal) => {
      const { status, headers, body } = await exchanges.sageMaker(operation, JSON.stringify(input), signal);
      const { __type: name, Message, message = Message, ...output } = JSON.parse(body, withDates);
      const $metadata = { httpStatusCode: status, requestId: headers['x-amzn-RequestId'] };
      if (status >= 300) throw Object.assign(new Error(message), { name, $metadata });
      return { ...output, $metadata };
    }),
    cloudFormation: withSend(cloudFormation, async ({ schema: [, , Action], input }, signal) => {
      const given = Object.entries(input).filter(([, value]) => value !== undefined);
      const parameters = new URLSearchParams([['Action', Action], ...given]);
      const { status, RequestId, result, refusal } = await exchanges.cloudFormation(parameters, signal);
      const $metadata = { httpStatusCode: status, requestId: RequestId };
      if (refusal !== undefined) throw Object.assign(new Error(refusal.Message), { name: refusal.Code, $metadata });
      return { ...JSON.parse(JSON.stringify(result), withDates), $metadata };
    }),
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

/** Timestamps are the only members that are not JSON: SageMaker writes seconds, and CloudFormation a text. */
function withDates(name: string, value: unknown): unknown {
  if (!/Time(stamp)?$/.test(name)) return value;
  return new Date(typeof value === 'number' ? value * 1000 : String(value));
}

/** As every command of the SDK is. */
interface SdkCommand {
  readonly input: object;
  readonly schema: readonly [kind: number, namespace: string, name: string, ...shapes: unknown[]];
}

/** A client that sends each command by `send`. Nothing reads its configuration. */
function withSend<Client extends Clients[keyof Clients]>(
  client: Client,
  send: (command: SdkCommand, signal: AbortSignal | undefined) => Promise<unknown>,
): Client {
  const value = (command: SdkCommand, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) =>
    send(command, abortSignal);
  return Object.create(client, { send: { value } });
}
