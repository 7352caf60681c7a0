/**
 * An HTTPS endpoint that answers by the book: each exchange has a path of its own and its answers in order. It keeps what
 * it was asked, without what differs from one run to the next.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Certificate } from '../../support/certificate.ts';
import { isSigned } from '../../support/sigv4.ts';

export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string }
  /** The connection breaks before the answer, or in the middle of it; or there is no answer. */
  | 'reset'
  | 'cut'
  | 'silence';

export interface KeptRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly isSigned: boolean;
  /** Whether the connection had been used before. */
  readonly isOnKeptConnection: boolean;
  /** Whose time x-amz-date has: this machine's, or else the hour that it names. */
  readonly clock: string;
}

export interface Endpoint {
  readonly url: string;
  /** By exchange; what was kept is forgotten. */
  taken(): Record<string, KeptRequest[]>;
  close(): void;
}

/** @param answers by exchange; the last one is repeated */
export async function startEndpoint(
  answers: Readonly<Record<string, readonly Answer[]>>,
  { certificate, secretAccessKey }: { readonly certificate: Certificate; readonly secretAccessKey: string },
): Promise<Endpoint> {
  let kept: Record<string, KeptRequest[]> = {};
  const connections = new WeakSet<object>();
  const server = createServer(certificate, async (request, response) => {
    const body = await text(request);
    const name = request.url?.split('/')[1] ?? '';
    // The program asks whether its request has come.
    if (request.method === 'GET') return void response.writeHead(kept[name] === undefined ? 404 : 200).end();
    kept[name] ??= [];
    const ofExchange = kept[name];
    ofExchange.push({
      ...keep(request, body),
      isSigned: isSigned(request, body, secretAccessKey),
      isOnKeptConnection: connections.has(request.socket),
    });
    connections.add(request.socket);
    const script = answers[name] ?? [];
    give(script[Math.min(ofExchange.length, script.length) - 1] ?? 'reset', response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The endpoint got no port');
  return {
    url: `https://127.0.0.1:${address.port}`,
    taken: () => {
      const all = kept;
      kept = {};
      return all;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const sdkVersion = /\b3\.\d+\.\d+/g;

function keep(request: IncomingMessage, body: string): Omit<KeptRequest, 'isSigned' | 'isOnKeptConnection'> {
  const {
    authorization,
    'amz-sdk-invocation-id': _,
    'user-agent': userAgent,
    'x-amz-date': date,
    'x-amz-user-agent': sdkUserAgent,
    ...headers
  } = request.headers;
  const at = Date.parse(String(date).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  return {
    method: request.method,
    path: request.url,
    headers: {
      ...headers,
      authorization: authorization?.replace(/\/\d{8}\/|Signature=\w+/g, '…'),
      // The two builds of one release differ in which release they say they are.
      'user-agent': userAgent?.replaceAll(sdkVersion, '…'),
      'x-amz-user-agent': String(sdkUserAgent).replaceAll(sdkVersion, '…'),
    },
    body,
    clock: Math.abs(at - Date.now()) < 1_800_000 ? "this machine's" : new Date(at).toISOString().slice(0, 13),
  };
}

function give(answer: Answer, response: ServerResponse): void {
  if (answer === 'silence') return;
  if (answer === 'reset') return void response.socket?.destroy();
  if (answer === 'cut') {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1', 'content-length': '1000' });
    response.write('{"ImageVersionArn":', () => response.socket?.destroy());
    return;
  }
  response.writeHead(answer.status, { 'x-amzn-requestid': 'a-request-id', ...answer.headers }).end(answer.body);
}
