import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { put } from '../../../src/cloudformation/deliver.ts';

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A bucket on a port of this machine. */
async function listen(answer: Answer = (response) => response.end()) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = await request.toArray();
    const { method, url, headers, rawHeaders } = request;
    received.push({ method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() });
    answer(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { received, url: (path: string) => new URL(path, `http://127.0.0.1:${portOf(server.address())}`) };
}

function portOf(address: string | AddressInfo | null): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('The server does not listen on a port.');
}

/** A signal that nobody aborts. */
function patient(): AbortSignal {
  return new AbortController().signal;
}

describe('put', () => {
  test('sends one PUT with the whole path and query', async () => {
    const { received, url } = await listen();

    const status = await put(url('/arn%3Aaws%7CStable?X-Amz-Date=20261121T035810Z&X=a%2Fb%20c'), '{}', patient());

    expect(status).toBe(200);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      method: 'PUT',
      url: '/arn%3Aaws%7CStable?X-Amz-Date=20261121T035810Z&X=a%2Fb%20c',
      body: '{}',
    });
  });

  test('sends an empty Content-Type, for which CloudFormation signs', async () => {
    const { received, url } = await listen();

    await put(url('/'), '{}', patient());

    expect(received[0]?.headers['content-type']).toBe('');
    expect(received[0]?.rawHeaders.filter((name) => name.toLowerCase() === 'content-type')).toHaveLength(1);
  });

  test('counts Content-Length in bytes', async () => {
    const { received, url } = await listen();

    await put(url('/'), '{"Reason":"é😀…"}', patient());

    expect(received[0]?.headers['content-length']).toBe('22');
    expect(received[0]?.headers['transfer-encoding']).toBeUndefined();
    expect(received[0]?.body).toBe('{"Reason":"é😀…"}');
  });

  test.each([204, 400, 403, 503])('tells status %d', async (status) => {
    const { url } = await listen((response) =>
      response.writeHead(status).end('<Error/>'.repeat(status === 204 ? 0 : 9)),
    );

    expect(await put(url('/'), '{}', patient())).toBe(status);
  });

  test('tells a redirect and does not follow it', async () => {
    const { received, url } = await listen((response) => response.writeHead(307, { location: '/elsewhere' }).end());

    expect(await put(url('/here'), '{}', patient())).toBe(307);
    expect(received.map((request) => request.url)).toEqual(['/here']);
  });

  test('rejects when the connection breaks, without the URL', async () => {
    const { url } = await listen((_response, request) => request.socket.destroy());

    const thrown: unknown = await put(url('/x?X-Amz-Signature=c0ffee'), '{}', patient()).catch(
      (error: unknown) => error,
    );

    expect(thrown).toMatchObject({ code: 'ECONNRESET', message: 'socket hang up' });
  });

  test('rejects when the answer breaks off', async () => {
    const { url } = await listen((response, request) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('a part', () => request.socket.destroy());
    });

    await expect(put(url('/'), '{}', patient())).rejects.toMatchObject({ code: 'ECONNRESET', message: 'aborted' });
  });

  test('rejects as soon as the signal aborts', async () => {
    const controller = new AbortController();
    const { url } = await listen(() => controller.abort());

    await expect(put(url('/'), '{}', controller.signal)).rejects.toMatchObject({
      name: 'AbortError',
      message: 'The operation was aborted',
    });
  });

  test('speaks TLS to an https URL', async () => {
    const { received, url } = await listen();
    const secure = new URL(url('/x?X-Amz-Signature=c0ffee').href.replace('http:', 'https:'));

    const thrown: unknown = await put(secure, '{}', patient()).catch((error: unknown) => error);

    // The bucket here cannot, so what reaches it is no HTTP.
    expect(thrown).toMatchObject({ code: 'EPROTO' });
    expect(String(thrown)).not.toContain('c0ffee');
    expect(received).toEqual([]);
  });
});
